package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

// errKnown is the error of a sign-up whose address has signed up already.
var errKnown = errors.New("storetest: known")

// join signs up as a Desk does: it looks first whether the address is known.
func join(tx registration.Tx, u registration.Signup) error {
	switch _, err := tx.ByAddress(u.AddressKey); {
	case err == nil:
		return errKnown
	case !errors.Is(err, registration.ErrNotFound):
		return err
	}
	if err := tx.Insert(u); err != nil {
		return err
	}
	return errors.Join(tx.Record(registration.Event{At: noon, Kind: registration.EventSignedUp, Signup: u.ID}), tx.Post(mail(u, noon)))
}

// atOnce runs n changes at the same time. It returns how many ended with each of
// the known errors, with nil, and with any other error.
func atOnce(s Store, n int, change func(n int, tx registration.Tx) error, known ...error) map[error]int {
	var done sync.WaitGroup
	var mu sync.Mutex
	got := make(map[error]int)
	for i := range n {
		done.Go(func() {
			err := errors.New("no answer")
			defer func() {
				mu.Lock()
				defer mu.Unlock()
				if i := slices.IndexFunc(known, func(k error) bool { return errors.Is(err, k) }); i >= 0 {
					err = known[i]
				}
				got[err]++
			}()
			err = s.Change(context.Background(), slug, func(tx registration.Tx) error { return change(i, tx) })
		})
	}
	done.Wait()
	return got
}

// togetherCases are about people who sign up at the same time. A store may write
// their rows together, but no change may notice.
var togetherCases = []testCase{
	{"each sees those before", func(t *testing.T, s Store) {
		put(t, s, meeting(registration.Unlimited, 5, 5))
		const most = 1000
		count := func(list []registration.Signup, err error) (int, error) {
			n := 0
			for _, u := range list {
				if len(u.Places) == 1 {
					n++
				}
			}
			return n, err
		}
		questions := []func(tx registration.Tx) (int, error){
			func(tx registration.Tx) (int, error) {
				held, err := tx.UnconfirmedFrom("network", noon)
				return held[registration.MeetingSession], err
			},
			func(tx registration.Tx) (int, error) { return tx.UnconfirmedFor("zoe@exemple.fr", "", noon) },
			func(tx registration.Tx) (int, error) { h, err := tx.Holds(noon); return h.Recent, err },
			func(tx registration.Tx) (int, error) { return count(tx.Signups(registration.ID{}, most)) },
			func(tx registration.Tx) (int, error) { return count(tx.Active(registration.ID{}, most)) },
			func(tx registration.Tx) (int, error) { return count(tx.Unconfirmed("network", most)) },
			func(tx registration.Tx) (int, error) { return count(tx.ExpiredHolds(signup(1).HeldUntil, most)) },
			func(tx registration.Tx) (int, error) {
				return count(tx.Select(registration.Filter{}, registration.ID{}, most))
			},
		}
		const people = 120
		got := atOnce(s, people, func(n int, tx registration.Tx) error {
			ask := -1
			if n%4 == 0 { // the others let rows wait
				ask = n / 4 % len(questions)
			}
			if ask >= 0 {
				all, err := tx.Occupancy()
				if err != nil {
					return err
				}
				want := all[slices.IndexFunc(all, func(o registration.Occupancy) bool { return o.Session == registration.MeetingSession })].Taken
				if n, err := questions[ask](tx); err != nil || n != want {
					return fmt.Errorf("question %d tells of %d of %d people: %w", ask, n, want, err)
				}
			}
			u := signup(n)
			u.AddressKey, u.Network = fmt.Sprintf("zoe+%d@exemple.fr", n%80), "network"
			if err := join(tx, u); err != nil {
				return err
			}
			switch n % 10 {
			case 7, 8: // also after a question that had the others written
				_, err := tx.Signups(registration.ID{}, n%10-7)
				return errors.Join(err, errChange)
			case 9:
				panic("on purpose")
			}
			return nil
		}, errKnown, errChange)
		stored := all(t, s, registration.Query{})
		panics := people - got[nil] - got[errKnown] - got[errChange]
		for err := range got {
			if err != nil && err != errKnown && err != errChange && err.Error() != "change "+slug+": panic in a change: on purpose" {
				t.Errorf("a change = %v", err)
			}
		}
		if got[nil] != len(stored) || got[nil] < 50 || panics == 0 {
			t.Errorf("changes %v; stored %d", got, len(stored))
		}
		seen := make(map[string]bool)
		for _, u := range stored {
			if seen[u.AddressKey] {
				t.Errorf("two people have the address %s", u.AddressKey)
			}
			seen[u.AddressKey] = true
			events, err := s.History(t.Context(), u.ID)
			wantError(t, "History", err, nil)
			wantSame(t, "lines of history", len(events), 1)
		}
		wantTaken(t, s, taken{Whole: len(stored)})
	}},
	{"one code, one person", func(t *testing.T, s Store) {
		put(t, s, meeting(registration.Unlimited, 5, 5))
		insert(t, s, signup(0)) // a code that is known before
		got := atOnce(s, 60, func(n int, tx registration.Tx) error {
			u := signup(n % 20)
			u.AddressKey = fmt.Sprintf("a.%d@exemple.fr", n)
			return join(tx, u)
		}, registration.ErrCodeTaken)
		wantSame(t, "changes", got, map[error]int{nil: 19, registration.ErrCodeTaken: 41})
		wantTaken(t, s, taken{Whole: 20})
	}},
	{"no seat too many", func(t *testing.T, s Store) {
		put(t, s, meeting(25, 5, 10))
		got := atOnce(s, 90, func(n int, tx registration.Tx) error {
			u := signup(n)
			if n%3 == 0 {
				u = signup(n, "ateliers")
			}
			return join(tx, u)
		}, registration.ErrFull)
		wantSame(t, "changes", got, map[error]int{nil: 25, registration.ErrFull: 65})
		wantSame(t, "people", len(all(t, s, registration.Query{})), 25)
	}},
	{"what was inserted is kept as it was", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		u.Answers, u.Interests = registration.Answers{"repas": {"oui"}}, []string{"innover"}
		change(t, s, func(tx registration.Tx) error {
			v := u
			v.Answers, v.Interests, v.Places = registration.Answers{"repas": {"oui"}}, slices.Clone(u.Interests), slices.Clone(u.Places)
			err := join(tx, v)
			v.Answers["repas"][0], v.Interests[0], v.Places[0].State = "non", "attirer", registration.Cancelled
			return err
		})
		wantSame(t, "sign-ups", all(t, s, registration.Query{}), []registration.Signup{u})
	}},
	{"mails of who moves at once", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "join", join(tx, u), nil)
			moved := u
			moved.Email, moved.AddressKey = "a@exemple.fr", "a@exemple.fr"
			wantError(t, "Update", tx.Update(moved), nil)
			for key, want := range map[string]int{"a@exemple.fr": 1, "zoe.1@exemple.fr": 0} {
				list, err := tx.PostedTo(key, noon)
				wantError(t, "PostedTo", err, nil)
				wantSame(t, "mails to "+key, len(list), want)
			}
			return nil
		})
	}},
}
