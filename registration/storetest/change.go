package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// errChange is the error that failing changes of these tests return.
var errChange = errors.New("storetest: the change says no")

var changeCases = []testCase{
	{"all or nothing", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1, "ateliers")
		err := try(t, s, func(tx registration.Tx) error {
			wantError(t, "Insert", tx.Insert(u), nil)
			wantError(t, "Post", tx.Post(mail(u, noon)), nil)
			wantError(t, "Record", tx.Record(registration.Event{At: noon, Kind: registration.EventSignedUp, Signup: u.ID}), nil)
			wantError(t, "Configure", tx.Configure(meeting(3, 5, 5)), nil)
			return errChange
		})
		wantError(t, "Change", err, errChange)
		wantUntouched(t, s, u)
	}},
	{"panic", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		err := try(t, s, func(tx registration.Tx) error {
			wantError(t, "Insert", tx.Insert(u), nil)
			panic("on purpose")
		})
		if err == nil {
			t.Error("Change = nil after a panic")
		}
		wantUntouched(t, s, u)
		insert(t, s, signup(2)) // and the store goes on
	}},
	{"error kept back", func(t *testing.T, s Store) {
		put(t, s, meeting(1, 5, 5))
		insert(t, s, signup(1))
		// A change must return the errors of Tx. If it drops one, the store still
		// commits nothing of the change.
		err := try(t, s, func(tx registration.Tx) error {
			wantError(t, "Insert", tx.Insert(signup(2)), registration.ErrFull)
			_, err := tx.ByAddress("personne@exemple.fr")
			wantError(t, "ByAddress after a failed Insert", err, registration.ErrFull)
			wantError(t, "Insert after a failed Insert", tx.Insert(signup(3)), registration.ErrFull)
			return nil
		})
		wantError(t, "Change", err, registration.ErrFull)
		err = try(t, s, func(tx registration.Tx) error {
			wantError(t, "Insert", tx.Insert(signup(2)), registration.ErrFull)
			return errChange
		})
		wantError(t, "Change", err, registration.ErrFull)
		wantError(t, "Change", err, errChange)
	}},
	{"one fails, its neighbours do not", func(t *testing.T, s Store) {
		put(t, s, meeting(100, 5, 5))
		var done sync.WaitGroup
		for n := range 90 {
			done.Go(func() {
				err := try(t, s, func(tx registration.Tx) error {
					wantError(t, "Insert", tx.Insert(signup(n)), nil)
					switch n % 3 {
					case 1:
						return errChange
					case 2:
						panic("on purpose")
					}
					return nil
				})
				if (err == nil) != (n%3 == 0) {
					t.Errorf("Change %d = %v", n, err)
				}
			})
		}
		done.Wait()
		wantTaken(t, s, taken{Whole: 30})
	}},
	{"ended context", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		u := signup(1)
		err := s.Change(ctx, slug, func(tx registration.Tx) error { return tx.Insert(u) })
		wantError(t, "Change", err, context.Canceled)
		wantUntouched(t, s, u)
	}},
	{"context that ends inside", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		ctx, cancel := context.WithCancel(t.Context())
		u := signup(1)
		err := s.Change(ctx, slug, func(tx registration.Tx) error {
			cancel()
			return tx.Insert(u)
		})
		wantError(t, "Change", err, nil) // begun, so brought to its end
		wantTaken(t, s, taken{Whole: 1})
	}},
	{"readers do not wait", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		insert(t, s, signup(1))
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "Insert", tx.Insert(signup(2)), nil)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			o, err := s.Occupancy(ctx, slug)
			wantError(t, "Occupancy beside a change", err, nil)
			wantSame(t, "Occupancy beside a change", o[1].Taken, 1) // what is committed
			return nil
		})
		wantTaken(t, s, taken{Whole: 2})
	}},
	{"history", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		insert(t, s, u)
		other := signup(2)
		insert(t, s, other)
		signed := registration.Event{At: noon, Kind: registration.EventSignedUp, Signup: u.ID}
		earlier := registration.Event{At: noon.Add(-time.Hour), Kind: registration.EventForgotten, Signup: u.ID, Detail: "meal"} // by a clock set back
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "Record", tx.Record(signed), nil)
			wantError(t, "Record", tx.Record(registration.Event{At: noon, Kind: registration.EventSignedUp, Signup: other.ID}), nil)
			wantError(t, "Record", tx.Record(earlier), nil)
			return tx.Record(registration.Event{At: noon, Kind: registration.EventMailing, Detail: "reminder"})
		})
		got, err := s.History(t.Context(), u.ID)
		wantError(t, "History", err, nil)
		wantSame(t, "History", got, []registration.Event{signed, earlier})
		got, err = s.History(t.Context(), registration.NewID())
		wantError(t, "History of nobody", err, nil)
		wantSame(t, "History of nobody", got, []registration.Event(nil))
	}},
	{"closed", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		wantError(t, "Close", s.Close(), nil)
		err := try(t, s, func(registration.Tx) error { return nil })
		wantError(t, "Change", err, registration.ErrUnavailable)
		_, err = s.Meeting(t.Context(), slug)
		wantError(t, "Meeting", err, registration.ErrUnavailable)
		for _, err := range s.Signups(t.Context(), registration.Query{Meeting: slug}) {
			wantError(t, "Signups", err, registration.ErrUnavailable)
		}
		_, err = s.Claim(t.Context(), noon, time.Minute, 1)
		wantError(t, "Claim", err, registration.ErrUnavailable)
		_, err = s.UseSignIn(t.Context(), registration.NewID(), noon)
		wantError(t, "UseSignIn", err, registration.ErrUnavailable)
		wantError(t, "Close twice", s.Close(), nil)
	}},
}

// wantUntouched checks that a change about u, of a meeting of ten seats, left
// nothing behind.
func wantUntouched(t *testing.T, s Store, u registration.Signup) {
	t.Helper()
	_, err := s.Signup(t.Context(), u.ID)
	wantError(t, "Signup of what was rolled back", err, registration.ErrNotFound)
	wantTaken(t, s, taken{})
	wantBacklog(t, s, registration.Backlog{})
	wantMeeting(t, s, meeting(10, 5, 5))
}
