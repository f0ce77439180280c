package sqldb_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// TestStatements counts what the database is asked for one person. Of these
// numbers a server's answers to a crowd are made: raise one only with a reason.
func TestStatements(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s := prepared(t, database)
		seen := &statements{all: make(map[string]bool)}
		process := func() *sqldb.Store {
			return sqldb.Patient(sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return listener{e, seen} }))
		}
		desk := func(s *sqldb.Store, noLimits bool) *registration.Desk {
			d, err := registration.NewDesk(registration.DeskOptions{Organisers: s, Keyring: keys(), NoLimits: noLimits, Store: s})
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		heard := process()
		d, free := desk(heard, false), desk(process(), true)
		group := 2 // locks
		if strings.HasPrefix(database, "postgres:") {
			group++ // turn
		}
		ask := func(doing string, own, shared int, act func() error) {
			t.Helper()
			seen.list = nil
			if err := act(); err != nil {
				t.Fatalf("%s: %v", doing, err)
			}
			if n := len(seen.list); n != group+own+shared {
				var all []string
				for _, s := range seen.list {
					all = append(all, strings.Join(strings.Fields(s), " "))
				}
				t.Errorf("%d statements to %s, want %d for a group, %d and, for all of a group together, %d:\n%s",
					n, doing, group, own, shared, strings.Join(all, "\n"))
			}
		}
		// Own: the configuration's id; three counters – of the network, the form and
		// the mails of the mailbox – and the address, looked up; what its mailbox and
		// its network hold. Shared: sign-ups, their places, three sessions, the tallies, terms,
		// history, counters, mails.
		r := registration.Request{GivenName: "Ana", FamilyName: "Personne", Category: registration.Industry,
			Sessions: []registration.SessionID{"ateliers", "tables-rondes"}, Privacy: true}
		signUp := func(d *registration.Desk, email string) func() error {
			r.Email = email
			return func() error { _, err := d.SignUp(t.Context(), slug, r); return err }
		}
		for i, d := range []*registration.Desk{d, free} { // reads the configuration
			if err := signUp(d, fmt.Sprintf("ana%d@exemple.fr", i))(); err != nil {
				t.Fatal(err)
			}
		}
		ask("sign up", 7, 10, signUp(d, "luc@exemple.fr"))
		// Own: the configuration's id and the address. Shared: all but counters.
		ask("sign up without limits", 2, 9, signUp(free, "guy@exemple.fr"))
		var id registration.ID
		for u := range s.Signups(t.Context(), registration.Query{Meeting: slug}) {
			id = u.ID
		}
		// Own: the meeting of a sign-up that this process has not seen, and the sign-up
		// with its party. Shared: sign-ups, tallies, history, the mails that wait whose place
		// new ones take, mails.
		confirm := func(id registration.ID) func() error {
			return func() error { _, err := d.Confirm(t.Context(), keys().Token(link.ForConfirm, id, 0)); return err }
		}
		ask("confirm", 2, 5, confirm(id))
		// Of a crowd nobody asks for anything of their own: the meetings of those whom
		// the process has seen are known, and all are read in one question more.
		var acts []func() error
		for i := range 8 {
			if err := signUp(d, fmt.Sprintf("eva%d@exemple.fr", i))(); err != nil {
				t.Fatal(err)
			}
		}
		for u := range s.Signups(t.Context(), registration.Query{Meeting: slug, After: id}) {
			acts = append(acts, confirm(u.ID))
		}
		ask("confirm in a crowd of 8", 0, 6, func() error { return errors.Join(inOneGroup(t, heard, acts...)...) })
		if len(acts) != 8 {
			t.Errorf("a crowd of %d", len(acts))
		}
		// Of those who bring somebody each is read with their party, and nobody is asked
		// for ahead again.
		acts, last := nil, id
		for u := range s.Signups(t.Context(), registration.Query{Meeting: slug}) {
			last = u.ID
		}
		m, err := s.Meeting(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		m.Companions = 1
		if err := s.PutMeeting(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		r.Companions = []registration.Companion{{GivenName: "Zoé", FamilyName: "Personne"}}
		for i := range 8 {
			if err := signUp(free, fmt.Sprintf("lea%d@exemple.fr", i))(); err != nil {
				t.Fatal(err)
			}
		}
		for u := range s.Signups(t.Context(), registration.Query{Meeting: slug, After: last}) {
			if u.ID == u.Party {
				acts = append(acts, confirm(u.ID))
			}
		}
		const ahead = 1
		seen.list = nil
		if err := errors.Join(inOneGroup(t, heard, acts...)...); err != nil || len(acts) != 8 {
			t.Fatalf("%v, a crowd of %d parties", err, len(acts))
		}
		n := 0
		for _, s := range seen.list {
			if strings.Contains(s, "WHERE id IN (") && strings.Contains(s, "AS member") {
				n++
			}
		}
		if n != ahead {
			t.Errorf("a crowd of parties is asked for ahead %d times, want %d", n, ahead)
		}
	})
}
