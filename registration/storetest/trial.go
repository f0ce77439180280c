package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

var trialCases = []testCase{
	{"writes nothing", func(t *testing.T, s Store) {
		put(t, s, meeting(3, 1, 1))
		u, other := signup(1, "ateliers"), signup(2)
		insert(t, s, u)
		err := s.Try(t.Context(), slug, func(tx registration.Tx) error {
			left := u
			left.Places, left.EndedAt = slices.Clone(u.Places), noon
			left.Places[0].State, left.Places[1].State = registration.Cancelled, registration.Cancelled
			wantError(t, "Update", tx.Update(left), nil)
			wantError(t, "Insert", tx.Insert(other), nil)
			wantError(t, "Post", tx.Post(mail(other, noon)), nil)
			wantError(t, "Record", tx.Record(registration.Event{At: noon, Kind: registration.EventCancelled, Signup: u.ID}), nil)
			got, err := tx.Signup(other.ID)
			wantError(t, "Signup", err, nil)
			wantSame(t, "Signup", got, other)
			return nil
		})
		wantError(t, "Try", err, nil)
		wantTaken(t, s, taken{Whole: 1, Visits: 1})
		wantSame(t, "sign-ups", all(t, s, registration.Query{}), []registration.Signup{u})
		wantClaim(t, s, noon.AddDate(1, 0, 0), 10)
		wantError(t, "Try", s.Try(t.Context(), slug, func(registration.Tx) error { return errChange }), errChange)
		wantError(t, "Try of no meeting", s.Try(t.Context(), "nulle-part", func(registration.Tx) error { return nil }), registration.ErrNotFound)
	}},
	{"while somebody changes", func(t *testing.T, s Store) {
		put(t, s, meeting(3, 1, 1))
		insert(t, s, signup(1))
		change(t, s, func(tx registration.Tx) error { // under the lock of the meeting
			wantError(t, "Insert", tx.Insert(signup(2)), nil)
			return s.Try(t.Context(), slug, func(tried registration.Tx) error {
				o, err := tried.Occupancy()
				wantSame(t, "Occupancy of what is stored", o[1], registration.Occupancy{Session: registration.MeetingSession, Seats: 3, Taken: 1})
				return err
			})
		})
	}},
	{"as a change", triedAsChanged},
}

// triedAsChanged makes the same random changes with Change and with Try, and
// compares what they see of themselves.
func triedAsChanged(t *testing.T, s Store) {
	put(t, s, meeting(6, 2, 2))
	draw := rand.New(rand.NewPCG(1, 2))
	var people []registration.Signup
	for n := range 16 {
		u := signup(n)
		if n%3 > 0 && draw.IntN(2) == 0 {
			u.Party = people[n-1].Party
		}
		if draw.IntN(4) > 0 {
			u.AddressConfirmedAt = noon
		}
		u.Places[0] = drawPlace(draw, registration.MeetingSession, n < 5)
		if draw.IntN(2) == 0 {
			u.Places = append([]registration.Place{drawPlace(draw, "ateliers", n < 2)}, u.Places...)
		}
		people = append(people, u)
	}
	insert(t, s, people...)
	for round := range 40 {
		steps := draw.Uint64()
		var made, tried []string
		err := try(t, s, func(tx registration.Tx) error {
			made = look(tx, people, steps)
			return errChange // and taken back
		})
		wantError(t, "Change", err, errChange)
		wantError(t, "Try", s.Try(t.Context(), slug, func(tx registration.Tx) error {
			tried = look(tx, people, steps)
			return errChange
		}), errChange)
		if wantSame(t, fmt.Sprintf("round %d", round), tried, made); t.Failed() {
			return
		}
	}
}

// drawPlace returns a place in a random state; if seated, it is a seat.
func drawPlace(draw *rand.Rand, id registration.SessionID, seated bool) registration.Place {
	p := registration.Place{Session: id, State: registration.Seated, Since: noon}
	if !seated {
		p.State = []registration.State{registration.Queued, registration.Queued, registration.Approval, registration.Cancelled}[draw.IntN(4)]
	}
	if p.State == registration.Queued {
		p.Rank = noon.Add(time.Duration(draw.IntN(5)) * time.Second)
	}
	return p
}

// look makes random changes of sign-ups, and returns what the transaction sees
// after each.
func look(tx registration.Tx, people []registration.Signup, seed uint64) (seen []string) {
	draw := rand.New(rand.NewPCG(seed, 3))
	say := func(what string, args ...any) { seen = append(seen, what+fmt.Sprintf(" %+v", args)) }
	for n := range 8 {
		u, err := tx.Signup(people[draw.IntN(len(people))].ID)
		if err != nil {
			say("error", err)
			return seen
		}
		switch draw.IntN(6) {
		case 0: // somebody new, who may come with u
			fresh := signup(100 + n)
			fresh.ID[15], fresh.Party = byte(n), u.Party // the same in both
			copy(fresh.ID[:15], u.ID[:15])
			fresh.ID[14]++
			fresh.Places[0] = drawPlace(draw, registration.MeetingSession, false)
			err = tx.Insert(fresh)
		case 1:
			u.AddressConfirmedAt = noon
			err = tx.Update(u)
		case 2:
			u.AddressKey = people[draw.IntN(len(people))].AddressKey
			err = tx.Update(u)
		default:
			i := draw.IntN(len(u.Places))
			u.Places[i] = drawPlace(draw, u.Places[i].Session, draw.IntN(3) == 0)
			if u.EndedAt = (time.Time{}); u.State(registration.MeetingSession) == registration.Cancelled {
				u.EndedAt = noon
			}
			err = tx.Update(u)
		}
		if err != nil { // spoils it
			say("refused", errors.Is(err, registration.ErrFull), errors.Is(err, registration.ErrAddressTaken))
			return seen
		}
		glance(tx, u, say)
	}
	return seen
}

// glance says what a transaction sees: the seats, the queues, and what concerns u.
func glance(tx registration.Tx, u registration.Signup, say func(string, ...any)) {
	names := func(list []registration.Signup) (ids []string) {
		for _, s := range list {
			ids = append(ids, s.ID.String()+" "+string(s.State(registration.MeetingSession)))
		}
		return ids
	}
	seats, err := tx.Occupancy()
	say("occupancy", seats, err)
	for _, id := range []registration.SessionID{registration.MeetingSession, "ateliers", "tables-rondes"} {
		first, last, err := tx.Ranks(id)
		say("ranks", id, first, last, err)
		for n := range 4 {
			list, err := tx.Next(id, n)
			say("next", id, n, names(list), err)
			list, err = tx.Waiting(id, 2*n)
			say("waiting", id, n, names(list), err)
			for _, rank := range []time.Time{{}, noon.Add(2 * time.Second)} {
				found, err := tx.Waits(id, n, rank, u.Party)
				say("waits", id, n, rank, found, err)
			}
		}
	}
	party, err := tx.Party(u.Party)
	say("party", names(party), err)
	same, err := tx.SameAddress(u.AddressKey)
	say("same address", names(same), err)
	by, err := tx.ByAddress(u.AddressKey)
	say("by address", by.ID, errors.Is(err, registration.ErrNotFound))
	now, err := tx.Signup(u.ID)
	say("sign-up", now.Revision, now.Places, now.AddressKey, err)
}
