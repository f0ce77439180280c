package site_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// journal is everything that a site logs, down to the last detail.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// check fails if the journal of a whole journey, courier included, names a
// person, an address or a token.
func (j *journal) check(t *testing.T, l *live) {
	j.mu.Lock()
	defer j.mu.Unlock()
	logged := j.text.String()
	if !t.Skipped() && !strings.Contains(logged, "route=") {
		t.Error("nothing was logged: the check shows nothing")
	}
	secrets := []string{"o@regions.example", "zoe@regions.example", "accueil@regions.example"}
	for s, err := range l.site.Desk.Signups(context.Background(), registration.Query{Meeting: registration.ShippedSlug}) {
		if err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, s.Email, s.FamilyName, s.Organisation, s.Code)
		for _, p := range []link.Purpose{link.ForConfirm, link.ForDisavow, link.ForManage} {
			secrets = append(secrets, l.keys.Token(p, s.ID, s.Version))
		}
	}
	for _, s := range secrets {
		if len(s) > 3 && strings.Contains(logged, s) {
			t.Errorf("the log holds %q", s)
		}
	}
}
