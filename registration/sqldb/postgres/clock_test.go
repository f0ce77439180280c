package postgres_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/sqldb/postgres"
)

// TestServerConfirmsClock: the server's own clock counts as an operator's word
// for a clock that shows the same, and for no other.
func TestServerConfirmsClock(t *testing.T) {
	t.Parallel()
	store, err := postgres.Open(t.Context(), pgtest.URL(t), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	keys, err := link.NewKeyring(bytes.Repeat([]byte{1}, link.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name              string
		ahead             time.Duration
		needsConfirmation bool
	}{{"the server's", 0, false}, {"ahead", 10 * time.Minute, true}, {"behind", -10 * time.Minute, true}} {
		trusted := time.Now().AddDate(-1, 0, 0)
		err := store.ChangeClock(t.Context(), func(registration.ClockRecord, time.Time) registration.ClockRecord {
			return registration.ClockRecord{Trusted: trusted}
		})
		if err != nil {
			t.Fatal(err)
		}
		desk, err := registration.NewDesk(registration.DeskOptions{Store: store, Organisers: store, Keyring: keys,
			Clock: func() time.Time { return time.Now().Add(tt.ahead) }})
		if err != nil {
			t.Fatal(err)
		}
		if err := desk.ApplyRetention(t.Context()); err != nil {
			t.Fatal(err)
		}
		r, err := desk.ClockRecord(t.Context())
		if err != nil || !r.InDoubt() || r.MissingTicks() != 24 || r.NeedsConfirmation() != tt.needsConfirmation {
			t.Errorf("%s: %+v, %v; want a doubt that needs a word: %v", tt.name, r, err, tt.needsConfirmation)
		}
	}
}
