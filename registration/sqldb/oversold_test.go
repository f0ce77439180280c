package sqldb_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// TestNeverOversold sends a crowd after the seats of a meeting and two
// sessions, in three processes on PostgreSQL, of which one is killed half way
// and replaced. TEST_FULL makes the crowd 10,000 people.
func TestNeverOversold(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		people := 900
		if strings.HasPrefix(database, "sqlite:") {
			people = 1500 // it is that much faster
		}
		if full() {
			people = 10_000
		}
		s := prepared(t, database)
		a := audit(t, database)
		began := time.Now()
		ctx, stop := context.WithCancel(t.Context())
		var watching sync.WaitGroup
		watching.Go(func() { a.watch(ctx) })
		if strings.HasPrefix(database, "sqlite:") {
			c := crowd{Began: began, People: people, Organiser: true}
			c.run(s, func(string) {})
			a.wrong = append(a.wrong, c.faults...)
		} else {
			a.wrong = append(a.wrong, threeProcesses(t, database, began, people)...)
		}
		stop()
		watching.Wait()
		given := a.moves()
		for _, w := range a.wrong {
			t.Error(w)
		}
		// Many must have won, lost and given back, or nothing was shown.
		capacity := int(crowded().Seats)
		if given < 2*capacity || a.looks < 20 {
			t.Errorf("%d seats given, %d looks: too few to show anything", given, a.looks)
		}
		t.Logf("%d people, %d seats given and taken back, %d looks", people, given, a.looks)
		refill(t, s, began)
		a.look()
		a.moves()
		for _, w := range a.wrong {
			t.Error("after filling up: " + w)
		}
	})
}

// prepared opens a database and gives it the meeting.
func prepared(t *testing.T, database string) *sqldb.Store {
	t.Helper()
	s, err := open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.PutMeeting(t.Context(), crowded()); err != nil {
		t.Fatal(err)
	}
	return s
}

// threeProcesses sends a third of the crowd from each, and returns their
// faults.
func threeProcesses(t *testing.T, database string, began time.Time, people int) (faults []string) {
	third := people / 3
	send := func(first, n int) *process {
		return start(t, order{Database: database,
			Crowd: &crowd{Began: began, First: first, People: n, Organiser: first == 0}})
	}
	workers := []*process{send(0, third), send(third, third)}
	victim := send(2*third, third)
	if !victim.await(third / 2) {
		t.Fatalf("the third process said only %v", victim.end(true))
	}
	victim.end(true)
	workers = append(workers, send(3*third, third-third/2)) // somebody starts it again
	for _, w := range workers {
		done := 0
		for _, line := range w.end(false) {
			if line == "done" {
				done++
			} else {
				faults = append(faults, line)
			}
		}
		if done == 0 {
			faults = append(faults, "a process did nothing")
		}
	}
	return faults
}

// refill shows that every seat which was given back can be taken again: once
// all holds are over, each session takes exactly as many as it has room for.
func refill(t *testing.T, s *sqldb.Store, began time.Time) {
	t.Helper()
	c := crowd{Began: began.Add(-time.Hour), First: 1_000_000} // half a year later
	d := desk(s, c.clock)
	if err := d.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, id := range []registration.SessionID{registration.MeetingSession, "ateliers", "tables-rondes"} {
		v, err := d.Meeting(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		const room = 9
		if err := desktest.SetSeats(t.Context(), d, slug, registration.MeetingSession, registration.Seats(v.In(registration.MeetingSession).Taken+room)); err != nil {
			t.Fatal(err)
		}
		if err := desktest.SetSeats(t.Context(), d, slug, id, registration.Seats(v.In(id).Taken+room)); err != nil {
			t.Fatal(err)
		}
		var wanted []registration.SessionID
		if id != registration.MeetingSession {
			wanted = append(wanted, id)
		}
		for n := range room + 1 {
			c.First++
			_, err := d.SignUp(t.Context(), slug, registration.Request{GivenName: "Ana", FamilyName: "Personne",
				Email: fmt.Sprintf("p%d@exemple.fr", c.First), Category: registration.Industry, Sessions: wanted, Privacy: true})
			if (err == nil) != (n < room) || err != nil && !errors.Is(err, registration.ErrFull) {
				t.Errorf("seat %d of %d free ones in %s: %v", n+1, room, id, err)
			}
		}
	}
}

// unlocked takes the lock away: no row is locked, and on SQLite, where a
// writer is alone anyway, the seats taken are read outside of the transaction.
type unlocked struct{ sqldb.Engine }

func (u unlocked) Clauses() sqldb.Clauses { return sqldb.Clauses{} }

func (u unlocked) Write(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	if u.Engine.Clauses() != (sqldb.Clauses{}) {
		return u.Engine.Write(ctx, work)
	}
	return u.Engine.Write(ctx, func(ctx context.Context, q sqldb.Querier) error {
		return work(ctx, outside{q, u.Engine.Read()})
	})
}

type outside struct {
	sqldb.Querier
	read sqldb.Querier
}

func (o outside) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if strings.Contains(query, "capacity, taken FROM session") {
		return o.read.QueryContext(ctx, query, args...)
	}
	return o.Querier.QueryContext(ctx, query, args...)
}

// TestWithoutLock is the control of the test above: with the lock taken away
// the schema's barrier still holds, and says so cleanly; with the barrier taken
// away as well, the seats are oversold and the auditor sees it.
func TestWithoutLock(t *testing.T) {
	t.Parallel()
	for _, barrier := range []bool{true, false} {
		t.Run(map[bool]string{true: "barrier alone", false: "no barrier"}[barrier], func(t *testing.T) {
			engines(t, func(t *testing.T, database string) {
				s := prepared(t, database)
				a := audit(t, database)
				if !barrier {
					dropBarrier(t, s, database)
				}
				c := crowd{People: 400, Still: true}
				c.run(sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return unlocked{e} }), func(string) {})
				a.look()
				given := a.moves()
				t.Logf("%d seats given, %d refused by the schema, wrong: %v", given, c.barrier.Load(), a.wrong)
				if len(c.faults) > 0 {
					t.Errorf("faults: %v", c.faults)
				}
				switch {
				case !barrier && !slices.ContainsFunc(a.wrong, func(w string) bool { return strings.Contains(w, "beyond the capacity") }):
					t.Error("nobody was oversold without lock and barrier: the test shows nothing")
				case barrier && len(a.wrong) > 0:
					t.Errorf("oversold in spite of the barrier: %v", a.wrong)
				case barrier && c.barrier.Load() == 0:
					t.Error("the barrier was never met: the test shows nothing")
				}
			})
		})
	}
}

func dropBarrier(t *testing.T, s *sqldb.Store, database string) {
	t.Helper()
	statement := `ALTER TABLE session DROP CONSTRAINT session_check`
	if strings.HasPrefix(database, "sqlite:") {
		statement = `PRAGMA ignore_check_constraints = 1`
	}
	err := s.Engine().Write(t.Context(), func(ctx context.Context, q sqldb.Querier) error {
		_, err := q.ExecContext(ctx, statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
