package sqldb_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// TestAskLinkTellsNothing: asking for a lost link runs the same statements for an
// address that is signed up, for one that is not, and at the limit of either.
func TestAskLinkTellsNothing(t *testing.T) {
	t.Parallel()
	s := prepared(t, "sqlite:"+t.TempDir()+"/sign-ups.db")
	seen := &statements{all: make(map[string]bool)}
	heard := sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return listener{e, seen} })
	m := desktest.Meeting()
	if err := s.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	d, err := registration.NewDesk(registration.DeskOptions{Store: heard, Organisers: heard, Keyring: desktest.Keys(t),
		Clock: func() time.Time { return desktest.Opening }})
	if err != nil {
		t.Fatal(err)
	}
	r := registration.Request{GivenName: "Zoé", FamilyName: "Étienne", Email: "zoe@exemple.fr", Category: registration.Elected, Privacy: true}
	if _, err := d.SignUp(t.Context(), m.Slug, r); err != nil {
		t.Fatal(err)
	}
	ask := func(email string) []string {
		t.Helper()
		seen.list = nil
		if err := d.AskLink(t.Context(), m.Slug, email, netip.MustParseAddr("192.0.2.1")); err != nil {
			t.Fatal(err)
		}
		if len(seen.list) == 0 {
			t.Fatal("no statements seen")
		}
		return seen.list
	}
	known := ask("zoe@exemple.fr")
	for range 5 {
		for _, email := range []string{"nobody@exemple.fr", "zoe@exemple.fr"} {
			if diff := cmp.Diff(known, ask(email)); diff != "" {
				t.Errorf("%s is asked about otherwise (-known +this):\n%s", email, diff)
			}
		}
	}
}
