package sqldb_test

import (
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/team"
)

// TestAskSaysTheSame: to ask for a link for a known address and for another one
// is one transaction of the same statements, so that its time tells nothing.
func TestAskSaysTheSame(t *testing.T) {
	t.Parallel()
	s, err := open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "rencontre.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	seen := &statements{all: map[string]bool{}}
	store := sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return listener{e, seen} })
	people, err := team.New(team.Options{Store: store, Keyring: keys(), Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := people.Add(t.Context(), "known@x.example", registration.RoleDesk); err != nil {
		t.Fatal(err)
	}
	said := map[string][]string{}
	for _, email := range []string{"known@x.example", "unknown@x.example"} {
		seen.list = nil
		if err := people.AskSignIn(t.Context(), email, "", netip.MustParseAddr("192.0.2.1")); err != nil {
			t.Fatal(err)
		}
		said[email] = seen.list
	}
	if len(said["known@x.example"]) < 5 {
		t.Fatalf("only %q was heard", said["known@x.example"])
	}
	if diff := cmp.Diff(said["known@x.example"], said["unknown@x.example"]); diff != "" {
		t.Errorf("statements (-known +unknown):\n%s", diff)
	}
	b, err := s.Backlog(t.Context(), time.Now())
	if err != nil || b.Waiting != 1 {
		t.Errorf("%d mails, %v; want one, to who is known", b.Waiting, err)
	}
}
