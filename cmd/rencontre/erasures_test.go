package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// TestErasuresLast: who was erased after a backup is erased again when that is
// restored, nobody else is, and the list says nothing of anybody.
func TestErasuresLast(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, tt := range []struct{ name, from, to string }{
		{"sqlite", "sqlite:" + filepath.Join(dir, "a.db"), "sqlite:" + filepath.Join(dir, "b.db")},
		{"postgres", pgtest.URL(t), pgtest.URL(t)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			saved, list := filepath.Join(t.TempDir(), "saved"), filepath.Join(t.TempDir(), "list")
			store, err := databaseFlag{tt.from}.store(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			if err := store.PutMeeting(t.Context(), desktest.Meeting()); err != nil {
				t.Fatal(err)
			}
			desk := desktest.New(t, store, store, desktest.Keys(t), desktest.NewClock(desktest.Opening))
			person := func(name string) registration.Signup {
				t.Helper()
				r := registration.Request{GivenName: name, FamilyName: "Arc", Email: name + "@exemple.fr", Category: registration.Elected, Privacy: true}
				if _, err := desk.SignUp(t.Context(), registration.ShippedSlug, r); err != nil {
					t.Fatal(err)
				}
				var last registration.Signup
				for s, err := range desk.Signups(t.Context(), registration.Query{Meeting: registration.ShippedSlug}) {
					if err != nil {
						t.Fatal(err)
					}
					last = s
				}
				if _, err := desk.Confirm(t.Context(), desktest.Keys(t).Token(link.ForConfirm, last.ID, last.Version)); err != nil {
					t.Fatal(err)
				}
				return last
			}
			stays, goes := person("stays"), person("goes")
			rencontre(t, 0, "backup", saved, "--database", tt.from)
			later := person("later")
			if out := rencontre(t, 0, "erasures", "--database", tt.from); out != "" {
				t.Fatalf("erasures before any: %q", out)
			}
			for _, s := range []registration.Signup{goes, later} { // the second is not in the backup
				if err := desk.Erase(t.Context(), desktest.Keys(t).Token(link.ForManage, s.ID, s.Version)); err != nil {
					t.Fatal(err)
				}
			}
			out := rencontre(t, 0, "erasures", "--database", tt.from)
			if want := goes.ID.String() + "\n" + later.ID.String() + "\n"; out != want {
				t.Errorf("erasures: %q, want %q", out, want)
			}
			if err := os.WriteFile(list, []byte(out+"goes@exemple.fr\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			rencontre(t, 1, "restore", saved, "--erasures", list, "--database", tt.to)
			if n := people(t, tt.to); n != 0 {
				t.Errorf("%d people restored with a list that cannot be read", n)
			}
			if err := os.WriteFile(list, []byte(out), 0o600); err != nil {
				t.Fatal(err)
			}
			// Without the list they are back, with it they are not.
			rencontre(t, 0, "restore", saved, "--force", "--database", tt.to)
			if n := people(t, tt.to); n != 2 {
				t.Fatalf("%d people in the backup, want 2", n)
			}
			if out := rencontre(t, 0, "restore", saved, "--force", "--erasures", list, "--database", tt.to, "--now", desktest.Opening.Format(time.RFC3339)); !strings.Contains(out, "1 sign-ups erased again") {
				t.Errorf("restore says %q", out)
			}
			if n := people(t, tt.to); n != 1 {
				t.Errorf("%d people after the erasures, want 1", n)
			}
			restored, err := databaseFlag{tt.to}.store(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer restored.Close()
			if s, err := restored.Signup(t.Context(), stays.ID); err != nil || s.GivenName != "stays" || !s.EndedAt.IsZero() {
				t.Errorf("who was not erased: %+v, %v", s, err)
			}
			taken, err := restored.Occupancy(t.Context(), registration.ShippedSlug)
			if v := (registration.View{Occupancy: taken}); err != nil || v.In(registration.MeetingSession).Taken != 1 {
				t.Errorf("seats %+v, %v; want one taken", taken, err)
			}
			if out := rencontre(t, 0, "erasures", "--database", tt.to); out != goes.ID.String()+"\n" {
				t.Errorf("erasures of the restored: %q", out)
			}
		})
	}
}

// people counts those of whom anything is known.
func people(t *testing.T, database string) (n int) {
	t.Helper()
	store, err := databaseFlag{database}.store(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for s, err := range store.Signups(t.Context(), registration.Query{Meeting: registration.ShippedSlug}) {
		if err != nil {
			t.Fatal(err)
		}
		if s.Person != (registration.Person{}) {
			n++
		}
	}
	return n
}

// rencontre runs the program and returns what it prints.
func rencontre(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), args, &out, &errs); code != want {
		t.Fatalf("rencontre %v: exit %d, want %d\n%s%s", args, code, want, &out, &errs)
	}
	return out.String()
}
