package sqldb_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// TestConfirmedAreSeen: whoever has just confirmed, in the same transaction, is that in
// the answer to every question, although the rows are written at its end; also after
// somebody who asked, and so had them written, is undone.
func TestConfirmedAreSeen(t *testing.T) {
	t.Parallel()
	is := func(u registration.Signup, list []registration.Signup, err error) (bool, error) {
		return slices.ContainsFunc(list, func(s registration.Signup) bool {
			return s.ID == u.ID && s.AddressConfirmedAt.Equal(opening) && s.Revision == u.Revision+1
		}), err
	}
	none := func(list []registration.Signup, err error) (bool, error) { return len(list) == 0, err }
	questions := map[string]func(tx registration.Tx, u registration.Signup) (bool, error){
		"unconfirmed": func(tx registration.Tx, u registration.Signup) (bool, error) {
			return none(tx.Unconfirmed(u.Network, mostFound))
		},
		"expired": func(tx registration.Tx, u registration.Signup) (bool, error) {
			return none(tx.ExpiredHolds(u.HeldUntil, mostFound))
		},
		"selected": func(tx registration.Tx, u registration.Signup) (bool, error) {
			list, err := tx.Select(registration.Filter{Status: []registration.Status{registration.StatusConfirmed}}, registration.ID{}, mostFound)
			return is(u, list, err)
		},
		"unconfirmed from": func(tx registration.Tx, u registration.Signup) (bool, error) {
			held, err := tx.UnconfirmedFrom(u.Network, opening)
			return len(held) == 0, err
		},
		"unconfirmed for": func(tx registration.Tx, u registration.Signup) (bool, error) {
			n, err := tx.UnconfirmedFor(u.AddressKey, "", opening)
			return n == 0, err
		},
		"holds": func(tx registration.Tx, u registration.Signup) (bool, error) {
			h, err := tx.Holds(opening)
			return h.Unconfirmed == 0 && h.Recent == 1 && h.Confirmed == 1, err
		},
		"reminder": func(tx registration.Tx, u registration.Signup) (bool, error) {
			return none(tx.Unreminded(opening, u.HeldUntil, mostFound))
		},
	}
	for name, find := range lookups {
		questions[name] = func(tx registration.Tx, u registration.Signup) (bool, error) {
			list, err := find(tx, u)
			return is(u, list, err)
		}
	}
	for name, ask := range questions {
		t.Run(name, func(t *testing.T) {
			engines(t, func(t *testing.T, database string) {
				s := sqldb.Patient(prepared(t, database))
				u := newcomer("CODE0001", "ana@exemple.fr")
				u.HeldUntil = opening.Add(72 * time.Hour) // long enough for a reminder
				seen := func(tx registration.Tx) error {
					ok, err := ask(tx, u)
					if err == nil && !ok {
						err = errNotSeen
					}
					return err
				}
				if err := s.Change(t.Context(), slug, enters(u)); err != nil {
					t.Fatal(err)
				}
				if err := s.Change(t.Context(), slug, seen); !errors.Is(err, errNotSeen) {
					t.Errorf("before the confirmation: %v; want %v", err, errNotSeen)
				}
				undone := errors.New("undone")
				errs := together(t, s, confirm(u.ID), func(tx registration.Tx) error {
					if err := seen(tx); err != nil {
						return err
					}
					return undone
				}, seen)
				if errs[0] != nil || !errors.Is(errs[1], undone) || errs[2] != nil {
					t.Errorf("changes = %v; want nothing, %v, nothing", errs, undone)
				}
				if got, err := s.Signup(t.Context(), u.ID); err != nil || !got.AddressConfirmedAt.Equal(opening) || got.Revision != 1 {
					t.Errorf("in the end: %v, %v", got, err)
				}
			})
		})
	}
}

var errNotSeen = errors.New("not seen")

// TestConfirmedWithOthers: who reads one of a party sees who else of it has just
// confirmed, and a confirmation that changes more than that keeps all of it.
func TestConfirmedWithOthers(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s := sqldb.Patient(prepared(t, database))
		lead, companion := newcomer("CODE0001", "ana@exemple.fr"), newcomer("CODE0002", "eva@exemple.fr")
		companion.Party = lead.ID
		for _, u := range []registration.Signup{lead, companion} {
			if err := s.Change(t.Context(), slug, enters(u)); err != nil {
				t.Fatal(err)
			}
		}
		seen := func(first registration.ID, want int) func(registration.Tx) error {
			return func(tx registration.Tx) error {
				if _, err := tx.Signup(first); err != nil {
					return err
				}
				party, err := tx.Party(lead.ID)
				party = slices.DeleteFunc(party, func(s registration.Signup) bool { return s.AddressConfirmedAt.IsZero() })
				if err == nil && len(party) != want {
					err = fmt.Errorf("%d confirmed, want %d", len(party), want)
				}
				return err
			}
		}
		translate := func(tx registration.Tx) error {
			u, err := tx.Signup(lead.ID)
			if err != nil {
				return err
			}
			u.AddressConfirmedAt, u.Language = opening, registration.English
			return tx.Update(u)
		}
		for i, err := range together(t, s, confirm(lead.ID), seen(companion.ID, 1), confirm(companion.ID), seen(lead.ID, 2)) {
			if err != nil {
				t.Errorf("change %d = %v", i, err)
			}
		}
		alone := newcomer("CODE0003", "lou@exemple.fr")
		if err := s.Change(t.Context(), slug, enters(alone)); err != nil {
			t.Fatal(err)
		}
		lead = alone
		for i, err := range together(t, s, translate, seen(alone.ID, 1)) {
			if err != nil {
				t.Errorf("change %d of somebody alone = %v", i, err)
			}
		}
		if got, err := s.Signup(t.Context(), alone.ID); err != nil || got.Language != registration.English {
			t.Errorf("alone, in the end: %v, %v", got, err)
		}
	})
}

// TestActsTogether: acts in one shared transaction leave the same rows as the same
// acts in a transaction each, in any order: acts of one person and of a party,
// before and after the address is confirmed.
func TestActsTogether(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		for round := range uint64(8) {
			draw := rand.New(rand.NewPCG(7, round))
			m := crowded()
			m.Queue, m.Companions, m.Hold, m.OfferFor, m.Seats, m.Sessions = true, 3, 72*time.Hour, 48*time.Hour, 5, nil
			people := []registration.Signup{newcomer("CODE0001", "a@exemple.fr"), newcomer("CODE0002", "b@exemple.fr"), newcomer("CODE0003", "c@exemple.fr"),
				newcomer("CODE0004", "d@exemple.fr"), newcomer("CODE0005", ""), newcomer("CODE0006", "e@exemple.fr"), newcomer("CODE0007", "f@exemple.fr")}
			people[4].Party, people[5].Party = people[3].ID, people[3].ID // who come with d
			for i := range people {
				people[i].HeldUntil = opening.Add(72 * time.Hour)
				if people[i].GivenName = fmt.Sprint("Ana ", i); i >= 3 && i != 5 { // of five seats four are taken
					people[i].Places[0].State, people[i].Places[0].Rank = registration.Queued, opening.Add(time.Duration(i)*time.Second)
				}
			}
			type step struct{ act, who int }
			steps := make([]step, 14)
			for i := range steps {
				steps[i] = step{[]int{0, 0, 0, 1, 2, 3, 4, 5, 6}[draw.IntN(9)], draw.IntN(len(people))}
			}
			var left [][]string
			for _, shared := range []bool{false, true} {
				s := sqldb.Patient(prepared(t, anew(t, database)))
				if err := s.PutMeeting(t.Context(), m); err != nil {
					t.Fatal(err)
				}
				for _, u := range people {
					if err := s.Change(t.Context(), slug, func(tx registration.Tx) error { return tx.Insert(u) }); err != nil {
						t.Fatal(err)
					}
				}
				d, err := registration.NewDesk(registration.DeskOptions{Store: s, Organisers: s, Keyring: keys(),
					Clock: func() time.Time { return opening.Add(time.Minute) }})
				if err != nil {
					t.Fatal(err)
				}
				acts := make([]func() error, len(steps))
				for i, st := range steps {
					acts[i] = func() error { return actOf(d, st.act, people[st.who]) }
				}
				var errs []error
				if shared {
					errs = inOneGroup(t, s, acts...)
				} else {
					for _, act := range acts {
						errs = append(errs, act())
					}
				}
				left = append(left, leftOf(t, s, people, errs))
			}
			if diff := gocmp.Diff(left[0], left[1]); diff != "" {
				t.Errorf("round %d, %v: (-one by one +together):\n%s", round, steps, diff)
			}
		}
	})
}

// actOf is what the person of a sign-up, or a stranger who has their address, does.
func actOf(d *registration.Desk, act int, u registration.Signup) error {
	ctx, k := context.Background(), keys()
	manage := k.Token(link.ForManage, u.ID, 0)
	var err error
	switch act {
	case 0:
		_, err = d.Confirm(ctx, k.Token(link.ForConfirm, u.ID, 0))
	case 1:
		_, err = d.Cancel(ctx, manage)
	case 2:
		_, err = d.Undo(ctx, manage)
	case 3:
		_, err = d.Accept(ctx, manage)
	case 4:
		err = d.Disavow(ctx, k.Token(link.ForDisavow, u.ID, 0))
	case 5:
		_, err = d.AddCompanion(ctx, manage, registration.Companion{GivenName: "Lou", FamilyName: "Personne"})
	case 6:
		_, err = d.SignUp(ctx, slug, registration.Request{GivenName: "Ana", FamilyName: "Personne", Email: cmp.Or(u.Email, "g@exemple.fr"), Category: registration.Industry,
			Privacy: true, Signals: registration.BotSignals{Network: netip.AddrFrom4([4]byte{10, 0, 0, 1})}})
	}
	return err
}

// leftOf lists the answers of acts and the rows that they left: those of each
// person, the seats and the counts. It leaves out ids, which differ between runs.
func leftOf(t *testing.T, s *sqldb.Store, people []registration.Signup, errs []error) (all []string) {
	t.Helper()
	known := make(map[registration.ID]int)
	for i, u := range people {
		known[u.ID] = i + 1
	}
	for u, err := range s.Signups(t.Context(), registration.Query{Meeting: slug}) {
		history, did := s.History(t.Context(), u.ID)
		mails, got := s.MailsTo(t.Context(), u.ID)
		if err := errors.Join(err, did, got); err != nil {
			t.Fatal(err)
		}
		person := fmt.Sprintln(known[u.ID], known[u.Party], u.Email, u.AddressConfirmedAt, u.HeldUntil, u.EndedAt, u.Revision, u.Sequence, u.Network, u.Places)
		for _, e := range history {
			person += fmt.Sprintln("  did", e.Kind, e.At, e.Detail, e.Changes, e.Actor.Kind)
		}
		for _, m := range mails {
			person += fmt.Sprintln("  got", m.Kind, m.CreatedAt)
		}
		all = append(all, person)
	}
	slices.Sort(all)
	seats, err := s.Occupancy(t.Context(), slug)
	counts, bad := s.Tallies(t.Context(), slug)
	return append(all, fmt.Sprint(seats, err), fmt.Sprint(counts, bad), fmt.Sprintf("%q", errs))
}
