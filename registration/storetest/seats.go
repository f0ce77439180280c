package storetest

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

var seatCases = []testCase{
	{"counted by state", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		for n, st := range []registration.State{registration.Seated, registration.Offered, registration.Queued,
			registration.Approval, registration.Cancelled, registration.Refused, registration.Expired} {
			u := signup(n)
			u.Places[0].State = st
			insert(t, s, u)
		}
		wantTaken(t, s, taken{Whole: 2})
	}},
	{"barrier", func(t *testing.T, s Store) {
		put(t, s, meeting(2, 1, 5))
		insert(t, s, signup(1, "tables-rondes"))
		wantFull(t, s, signup(2, "tables-rondes"))
		insert(t, s, signup(3)) // the meeting itself has a seat left
		last := signup(4)
		wantFull(t, s, last)
		_, err := s.Signup(t.Context(), last.ID)
		wantError(t, "Signup of who was refused", err, registration.ErrNotFound)
		wantTaken(t, s, taken{Whole: 2, Tables: 1})
	}},
	{"barrier on update", func(t *testing.T, s Store) {
		put(t, s, meeting(5, 1, 5))
		u := signup(2)
		insert(t, s, signup(1, "tables-rondes"), u)
		u.Places = append(u.Places, registration.Place{Session: "tables-rondes", State: registration.Seated, Since: noon})
		err := try(t, s, func(tx registration.Tx) error { return tx.Update(u) })
		wantError(t, "Update", err, registration.ErrFull)
	}},
	{"no seats at all", func(t *testing.T, s Store) {
		put(t, s, meeting(0, 0, 0))
		wantFull(t, s, signup(1))
	}},
	{"unlimited", func(t *testing.T, s Store) {
		put(t, s, meeting(registration.Unlimited, 1, 1))
		for n := range 20 {
			insert(t, s, signup(n))
		}
		wantTaken(t, s, taken{Whole: 20})
	}},
	{"barrier follows a lowered capacity", func(t *testing.T, s Store) {
		put(t, s, meeting(3, 1, 1))
		people := []registration.Signup{signup(1), signup(2), signup(3)}
		insert(t, s, people...)
		change(t, s, func(tx registration.Tx) error { return tx.Configure(meeting(1, 1, 1)) })
		wantTaken(t, s, taken{Whole: 3}) // nobody loses a seat
		for i := range people {
			wantFull(t, s, signup(10+i))
			people[i].Places[0].State, people[i].EndedAt = registration.Cancelled, noon
			change(t, s, func(tx registration.Tx) error { return tx.Update(people[i]) })
		}
		insert(t, s, signup(20)) // all three have gone: one seat again
		wantFull(t, s, signup(21))
	}},
	{"barrier follows a raised capacity", func(t *testing.T, s Store) {
		put(t, s, meeting(1, 1, 1))
		insert(t, s, signup(1))
		change(t, s, func(tx registration.Tx) error { return tx.Configure(meeting(registration.Unlimited, 1, 1)) })
		insert(t, s, signup(2), signup(3))
		put(t, s, meeting(4, 1, 1))
		insert(t, s, signup(4))
		wantFull(t, s, signup(5))
	}},
	{"beyond the capacity", func(t *testing.T, s Store) {
		put(t, s, meeting(1, 1, 1))
		insert(t, s, signup(1))
		guest, last := signup(2), signup(3)
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "RaiseCeiling", tx.RaiseCeiling(registration.MeetingSession), nil)
			return tx.Insert(guest)
		})
		wantFull(t, s, last) // one more, and no second
		wantTaken(t, s, taken{Whole: 2})
		list, err := s.Fullness(t.Context(), slug)
		wantError(t, "Fullness", err, nil)
		wantSame(t, "Fullness", list, []registration.Occupancy{
			{Session: "ateliers", Seats: 1}, {Session: registration.MeetingSession, Seats: 1, Taken: 2}, {Session: "tables-rondes", Seats: 1},
		})
		guest.Places[0].State, guest.EndedAt = registration.Cancelled, noon
		change(t, s, func(tx registration.Tx) error { return tx.Update(guest) })
		wantFull(t, s, last) // the capacity is as it was
	}},
	{"fullness counts the queue", func(t *testing.T, s Store) {
		put(t, s, meeting(3, 1, 1))
		held := signup(2, "ateliers")
		held.Places[1].State = registration.Offered
		insert(t, s, signup(1, "tables-rondes"), held, waiting(3, noon), waiting(4, noon))
		list, err := s.Fullness(t.Context(), slug)
		wantError(t, "Fullness", err, nil)
		wantSame(t, "Fullness", list, []registration.Occupancy{
			{Session: "ateliers", Seats: 1, Taken: 1}, {Session: registration.MeetingSession, Seats: 3, Taken: 2, Queued: 2}, {Session: "tables-rondes", Seats: 1, Taken: 1},
		})
	}},
	{"given back in the same change", func(t *testing.T, s Store) {
		put(t, s, meeting(1, 1, 1))
		first, second := signup(1), signup(2)
		insert(t, s, first)
		change(t, s, func(tx registration.Tx) error {
			first.Places[0].State, first.EndedAt = registration.Cancelled, noon
			wantError(t, "Update", tx.Update(first), nil)
			o, err := tx.Occupancy()
			wantError(t, "Tx.Occupancy", err, nil)
			wantSame(t, "Tx.Occupancy", o[1], registration.Occupancy{Session: registration.MeetingSession, Seats: 1})
			return tx.Insert(second)
		})
		wantTaken(t, s, taken{Whole: 1})
	}},
	{"unknown session", func(t *testing.T, s Store) {
		put(t, s, meeting(1, 1, 1))
		err := try(t, s, func(tx registration.Tx) error { return tx.Insert(signup(1, "nulle-part")) })
		wantError(t, "Insert", err, registration.ErrNotFound)
		wantTaken(t, s, taken{})
	}},
	{"contended", contended},
}

func wantFull(t *testing.T, s Store, u registration.Signup) {
	t.Helper()
	err := try(t, s, func(tx registration.Tx) error { return tx.Insert(u) })
	wantError(t, "Insert where no seat is left", err, registration.ErrFull)
}

// contended has 96 people compete for 32 seats. Each looks for a free seat before
// taking it, so without a lock two would see the same last seat, and one of them
// would be refused by the barrier. Exactly 32 must win: a store that refuses too
// many fails as well.
func contended(t *testing.T, s Store) {
	const seats, people = 32, 96
	put(t, s, meeting(seats, 5, 5))
	var won, full atomic.Int64
	var done sync.WaitGroup
	start := make(chan struct{})
	for n := range people {
		done.Go(func() {
			<-start
			err := try(t, s, func(tx registration.Tx) error {
				o, err := tx.Occupancy()
				if err != nil {
					return err
				}
				if o[1].Free() == 0 {
					return errChange
				}
				return tx.Insert(signup(n))
			})
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, errChange):
				full.Add(1)
			default:
				t.Errorf("Change = %v", err)
			}
		})
	}
	close(start)
	done.Wait()
	if won.Load() != seats || full.Load() != people-seats {
		t.Errorf("%d won and %d found it full; want %d and %d", won.Load(), full.Load(), seats, people-seats)
	}
	wantTaken(t, s, taken{Whole: seats})
	if rows := len(all(t, s, registration.Query{})); rows != seats {
		t.Errorf("%d rows for %d seats", rows, seats)
	}
}
