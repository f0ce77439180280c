package sqldb_test

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// tapped is a desk whose form is sent again, in two processes on one database.
type tapped struct {
	t      *testing.T
	clock  *desktest.Clock
	stores [2]*sqldb.Store
	desks  [2]*registration.Desk
	engine sqldb.Engine
}

// tappable opens the desks and puts a meeting with so many seats and no queue.
func tappable(t *testing.T, database string, noLimits bool, seats registration.Seats) *tapped {
	t.Helper()
	d := &tapped{t: t, clock: desktest.NewClock(opening)}
	for i := range d.desks {
		d.stores[i] = sqldb.Patient(sqldb.Wrap(prepared(t, database), func(e sqldb.Engine) sqldb.Engine { d.engine = e; return e }))
		var err error
		d.desks[i], err = registration.NewDesk(registration.DeskOptions{Store: d.stores[i], Organisers: d.stores[i], Keyring: keys(), NoLimits: noLimits, Clock: d.clock.Now})
		if err != nil {
			t.Fatal(err)
		}
	}
	m := crowded()
	m.Seats, m.Companions, m.Hold = seats, 2, 48*time.Hour
	if err := d.stores[0].PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return d
}

// fills shows a form and returns it as somebody fills it in.
func (d *tapped) fills(email string) registration.Request {
	form := d.desks[0].FormToken(time.Time{})
	d.clock.Pass(5 * time.Second)
	return registration.Request{GivenName: "Ana", FamilyName: "Personne", Email: email, Category: registration.Industry, Privacy: true,
		Sessions: []registration.SessionID{"ateliers"}, Companions: []registration.Companion{{GivenName: "Luc", FamilyName: "Personne"}},
		Signals: registration.BotSignals{Form: form, Network: netip.MustParseAddr("192.0.2.1")}}
}

// sends sends the form to one of the processes.
func (d *tapped) sends(process int, r registration.Request) registration.Receipt {
	d.t.Helper()
	receipt, err := d.desks[process].SignUp(d.t.Context(), slug, r)
	if err != nil {
		d.t.Errorf("sign up = %v", err)
	}
	return receipt
}

// kept returns all that a sign-up may leave behind: people, mails, history, counters.
func (d *tapped) kept() (all []string) {
	d.t.Helper()
	for _, q := range []string{
		`SELECT 'signup '||id||' '||status||' '||revision FROM signup`,
		`SELECT 'mail '||id||' '||kind||' '||signup FROM mail`,
		`SELECT 'event '||act||' '||at||' '||count(*) FROM event GROUP BY act, at`,
		`SELECT 'session '||id||' '||taken||' '||queued FROM session`,
		`SELECT 'counter '||id||' '||since||' '||n FROM counter`,
	} {
		rows, err := d.engine.Read().QueryContext(d.t.Context(), q+` ORDER BY 1`)
		if err != nil {
			d.t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				d.t.Fatal(err)
			}
			all = append(all, s)
		}
		if err := rows.Err(); err != nil {
			d.t.Fatal(err)
		}
	}
	return all
}

// mailsAway sends the mails that wait and returns their kinds.
func (d *tapped) mailsAway() (kinds []registration.Kind) {
	d.t.Helper()
	due, err := d.stores[0].Claim(d.t.Context(), d.clock.Now(), time.Minute, 100)
	if err != nil {
		d.t.Fatal(err)
	}
	sent := map[registration.ID]registration.Outcome{}
	for _, m := range due {
		kinds, sent[m.ID] = append(kinds, m.Kind), registration.Outcome{SentAt: d.clock.Now()}
	}
	if err := d.stores[0].RecordOutcomes(d.t.Context(), sent); err != nil {
		d.t.Fatal(err)
	}
	return kinds
}

// last returns who signed up last, with companions or without.
func (d *tapped) last() registration.Signup {
	d.t.Helper()
	var lead registration.Signup
	for u, err := range d.stores[0].Signups(d.t.Context(), registration.Query{Meeting: slug}) {
		if err != nil {
			d.t.Fatal(err)
		}
		if u.ID == u.Party {
			lead = u
		}
	}
	return lead
}

// TestFormSentTwice: whoever taps twice has sent one form. The second one changes
// nothing, counts for no limit and is answered as the first was, whether or not the
// address was known before, and even if the first one took the last seats.
func TestFormSentTwice(t *testing.T) {
	t.Parallel()
	for _, known := range []bool{false, true} {
		for _, noLimits := range []bool{false, true} {
			t.Run(fmt.Sprintf("known %v, limits %v", known, !noLimits), func(t *testing.T) {
				t.Parallel()
				engines(t, func(t *testing.T, database string) {
					d := tappable(t, database, noLimits, 2)
					want := registration.MailConfirm
					if known {
						d.sends(0, d.fills("ana@exemple.fr"))
						d.confirms()
						d.mailsAway()
						m := crowded()
						m.Seats, m.Companions, m.Hold = 4, 2, 48*time.Hour
						if err := d.stores[0].PutMeeting(t.Context(), m); err != nil {
							t.Fatal(err)
						}
						d.clock.Pass(time.Hour)
						want = registration.MailAlreadySignedUp
					}
					r := d.fills("ana@exemple.fr")
					first, before := d.sends(0, r), d.kept()
					if diff := cmp.Diff([]registration.Kind{want}, d.mailsAway()); diff != "" {
						t.Fatalf("mails of the first (-want +got):\n%s", diff)
					}
					for i := range 3 {
						d.clock.Pass(90 * time.Second) // of a connection that was lost
						if diff := cmp.Diff(first, d.sends(i%2, r)); diff != "" {
							t.Errorf("answer %d (-first +got):\n%s", i+2, diff)
						}
					}
					if diff := cmp.Diff(before, d.kept()); diff != "" {
						t.Errorf("what is kept (-before +after):\n%s", diff)
					}
				})
			})
		}
	}
}

// TestFormSentTwiceAtOnce: the two arrive together, in one transaction or in two
// processes.
func TestFormSentTwiceAtOnce(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]func(d *tapped, r registration.Request) []registration.Receipt{
		"one group": func(d *tapped, r registration.Request) []registration.Receipt {
			all := make([]registration.Receipt, 3)
			acts := make([]func() error, len(all))
			for i := range acts {
				acts[i] = func() (err error) { all[i], err = d.desks[0].SignUp(d.t.Context(), slug, r); return err }
			}
			if err := errors.Join(inOneGroup(d.t, d.stores[0], acts...)...); err != nil {
				d.t.Error(err)
			}
			return all
		},
		"two processes": func(d *tapped, r registration.Request) []registration.Receipt {
			all := make([]registration.Receipt, 8)
			var wg sync.WaitGroup
			for i := range all {
				wg.Go(func() { all[i] = d.sends(i%2, r) })
			}
			wg.Wait()
			return all
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engines(t, func(t *testing.T, database string) {
				d := tappable(t, database, false, 20)
				for n := range 5 {
					receipts := at(d, d.fills(fmt.Sprintf("ana%d@exemple.fr", n)))
					for _, r := range receipts[1:] {
						if !cmp.Equal(r, receipts[0]) || r.HeldUntil.IsZero() {
							t.Errorf("answers %v, want the same", receipts)
						}
					}
					if diff := cmp.Diff([]registration.Kind{registration.MailConfirm}, d.mailsAway()); diff != "" {
						t.Errorf("mails (-want +got):\n%s", diff)
					}
				}
			})
		})
	}
}

// TestFormSentTwiceAtLimit: the form that reaches a limit is not refused when it comes
// again, nor is it said that a mail has left if none had; another form meets the limit.
// Once what it asked for has ended, the form asks for it anew.
func TestFormSentTwiceAtLimit(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		d := tappable(t, database, false, 300)
		twice := func(email string) (registration.Receipt, registration.Request) {
			r := d.fills(email)
			first := d.sends(0, r)
			if diff := cmp.Diff(first, d.sends(1, r)); diff != "" {
				t.Errorf("%s: second answer (-first +got):\n%s", email, diff)
			}
			return first, r
		}
		for i := range 2 {
			twice(fmt.Sprintf("ana+%d@exemple.fr", i))
		}
		last, r := twice("ana+2@exemple.fr")
		if _, err := d.desks[0].SignUp(t.Context(), slug, d.fills("ana+3@exemple.fr")); !errors.Is(err, registration.ErrTooMany) {
			t.Errorf("a fourth = %v, want a limit", err)
		}
		if err := d.desks[0].Disavow(t.Context(), keys().Token(link.ForDisavow, d.last().ID, 0)); err != nil {
			t.Fatal(err)
		}
		d.clock.Pass(time.Minute)
		if anew := d.sends(0, r); !anew.HeldUntil.After(last.HeldUntil) {
			t.Errorf("after the sign-up has ended it is held until %v, as before", anew.HeldUntil)
		}
		if err := d.desks[0].Disavow(t.Context(), keys().Token(link.ForDisavow, d.last().ID, 0)); err != nil {
			t.Fatal(err)
		}
		twice("ana+3@exemple.fr")
		if got, err := d.desks[0].SignUp(t.Context(), slug, r); !errors.Is(err, registration.ErrTooMany) {
			t.Errorf("after it has ended again = %v, %v; want a limit", got, err)
		}

		twice("luc@exemple.fr")
		d.confirms()
		silent := false
		for range 6 {
			first, _ := twice("luc@exemple.fr")
			silent = silent || first.Silent
			d.mailsAway()
		}
		if !silent {
			t.Error("every mail has left, want a limit")
		}
	})
}

// confirms confirms who signed up last.
func (d *tapped) confirms() {
	d.t.Helper()
	if _, err := d.desks[0].Confirm(d.t.Context(), keys().Token(link.ForConfirm, d.last().ID, 0)); err != nil {
		d.t.Fatal(err)
	}
}
