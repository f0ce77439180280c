package sqldb_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/territoires"
)

// devices is how many stand at the door at once.
const devices = 5

// atTheDoor is a meeting of today with this many people, and a desk for it.
func atTheDoor(t *testing.T, s *sqldb.Store, people int, free registration.Seats) (d *registration.Desk, ids []registration.ID) {
	t.Helper()
	m := crowded()
	m.Day, m.OpensAt = territoires.DateOf(opening, registration.Paris), opening.AddDate(0, -1, 0)
	m.ClosesAt = m.Day.In(registration.Paris)
	m.Seats, m.Sessions = registration.Seats(people)+free, nil
	if err := s.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	d = desk(s, func() time.Time { return opening })
	for i := range people {
		id := registration.NewID()
		ids = append(ids, id)
		u := registration.Signup{
			ID: id, Party: id, Meeting: slug, Code: fmt.Sprintf("%08d", i), Version: 1, Language: registration.French,
			CreatedAt: opening.Add(-time.Hour), AddressConfirmedAt: opening.Add(-time.Hour),
			Person: registration.Person{FamilyName: fmt.Sprint("Personne ", i)},
			Places: []registration.Place{{Session: registration.MeetingSession, State: registration.Seated, Since: opening.Add(-time.Hour)}},
		}
		if err := s.Change(t.Context(), slug, func(tx registration.Tx) error { return tx.Insert(u) }); err != nil {
			t.Fatal(err)
		}
	}
	return d, ids
}

// press lets every device record everybody, each in an order of its own, and
// returns how many times each arrival was recorded as the first.
func press(d *registration.Desk, ids []registration.ID) (fresh map[registration.ID]int, faults []string) {
	var mu sync.Mutex
	fresh = make(map[registration.ID]int)
	var start, all sync.WaitGroup
	start.Add(1)
	for range devices {
		all.Go(func() {
			by := registration.NewID()
			start.Wait()
			// Two devices at least meet at the same person.
			for _, i := range append(rand.Perm(len(ids)/2), rand.Perm(len(ids))...) {
				_, again, err := d.Arrive(context.Background(), slug, ids[i], registration.CheckIn{By: by})
				mu.Lock()
				switch {
				case err != nil:
					faults = append(faults, err.Error())
				case !again:
					fresh[ids[i]]++
				}
				mu.Unlock()
			}
		})
	}
	start.Done()
	all.Wait()
	return fresh, faults
}

// TestFiveDevices: five devices press the same people at once, and admit
// walk-ins to the last seats. Everybody arrives once, and nobody is admitted
// beyond the seats or twice.
func TestFiveDevices(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s := prepared(t, database)
		const people, free = 40, 7
		d, ids := atTheDoor(t, s, people, free)
		fresh, faults := press(d, ids)
		for _, f := range faults {
			t.Error(f)
		}
		for _, id := range ids {
			u, err := s.Signup(t.Context(), id)
			if err != nil || fresh[id] != 1 || len(u.Arrivals) != 1 {
				t.Fatalf("%d devices recorded the arrival, %d are stored, %v; want one", fresh[id], len(u.Arrivals), err)
			}
		}
		in, refused, twice := walkIns(t, d, registration.NewID())
		v, err := d.Meeting(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		if in != free || refused == 0 || v.In(registration.MeetingSession).Taken != people+free {
			t.Errorf("%d walk-ins admitted, %d refused, %d seats taken; want %d, the others and %d", in, refused, v.In(registration.MeetingSession).Taken, free, people+free)
		}
		if twice > 1 {
			t.Errorf("the form that was sent five times admitted %d people", twice)
		}
		got, err := d.Attendance(t.Context(), slug)
		if err != nil || len(got) != 1 || got[0].Arrived != people+free {
			t.Errorf("attendance %+v, %v; want %d", got, err, people+free)
		}
	})
}

// walkIns lets every device admit as many people as there are seats for, and
// send one and the same form besides. It returns how many people were admitted,
// how many were refused, and how many sign-ups came of that form.
func walkIns(t *testing.T, d *registration.Desk, form registration.ID) (in, refused, twice int) {
	t.Helper()
	var mu sync.Mutex
	admitted := make(map[registration.ID]bool)
	var all sync.WaitGroup
	for device := range devices {
		all.Go(func() {
			for i := range 8 {
				w := registration.WalkIn{FamilyName: fmt.Sprint("Passante ", device, i), GivenName: "Ada"}
				if i == 0 {
					w.ID, w.FamilyName = form, "Même"
				}
				u, err := d.Admit(context.Background(), slug, w)
				_, full := errors.AsType[*registration.NoSeatError](err)
				mu.Lock()
				switch {
				case full:
					refused++
				case err != nil:
					t.Error(err)
				default:
					admitted[u.ID] = true
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for u, err := range d.Signups(t.Context(), registration.Query{Meeting: slug}) {
		if err != nil {
			t.Fatal(err)
		}
		if u.FamilyName == "Même" {
			twice++
		}
	}
	return len(admitted), refused, twice
}

// blind takes the lock away, and lets a change read sign-ups as they were
// committed, outside of its transaction.
type blind struct{ sqldb.Engine }

func (b blind) Clauses() sqldb.Clauses {
	c := b.Engine.Clauses()
	c.ForUpdate = ""
	return c
}

func (b blind) Write(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	return b.Engine.Write(ctx, func(ctx context.Context, q sqldb.Querier) error { return work(ctx, stale{q, b.Engine.Read()}) })
}

type stale struct {
	sqldb.Querier
	read sqldb.Querier
}

func (s stale) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if strings.Contains(query, "FROM arrival AS a") {
		return s.read.QueryRowContext(ctx, query, args...)
	}
	return s.Querier.QueryRowContext(ctx, query, args...)
}

func (s stale) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if strings.Contains(query, "FROM arrival AS a") {
		return s.read.QueryContext(ctx, query, args...)
	}
	return s.Querier.QueryContext(ctx, query, args...)
}

// TestFiveDevicesBlind is the control of the test above: without the lock two
// devices record the same arrival, and the test sees it.
func TestFiveDevicesBlind(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s := prepared(t, database)
		_, ids := atTheDoor(t, s, 40, 0)
		d := desk(sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return blind{e} }), func() time.Time { return opening })
		for range 10 {
			fresh, _ := press(d, ids)
			for _, n := range fresh {
				if n > 1 {
					return
				}
			}
			for _, id := range ids { // once more
				if err := desk(s, func() time.Time { return opening }).UndoArrival(t.Context(), slug, id, "", ""); err != nil {
					t.Fatal(err)
				}
			}
		}
		t.Error("no arrival was recorded twice without the lock: the test shows nothing")
	})
}

// BenchmarkDoor asks what the door asks of a meeting of 2,000 people.
func BenchmarkDoor(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			s := benchStore(b, engine)
			fillList(b, s, 2000)
			d := desk(s, func() time.Time { return opening })
			for _, typed := range []string{"mar", "martin3", "lefe", "camille mar", "dela", "0000 12", "personne", "age"} {
				b.Run(strings.ReplaceAll(typed, " ", "_"), func(b *testing.B) {
					for b.Loop() {
						if _, _, err := d.Find(b.Context(), listed, typed); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}
