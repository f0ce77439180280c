package sqldb_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
		people := 450
		if full() {
			people = 10_000
		}
		s := prepared(t, database)
		a := audit(t, database)
		clock := clockFile(t)
		ctx, stop := context.WithCancel(t.Context())
		var watching sync.WaitGroup
		watching.Go(func() { a.watch(ctx) })
		// Many must have won, lost and given back, or nothing was shown.
		capacity := int(crowded().Seats)
		enough := func() bool {
			return a.count(t, `SELECT count(*) FROM given`) >= 2*capacity && a.looks.Load() >= 20
		}
		var faults []string
		crowds := 0
		for ; crowds == 0 || crowds < 10 && !enough(); crowds++ {
			first := crowds * 2 * people
			if strings.HasPrefix(database, "sqlite:") {
				c := crowd{Clock: clock, First: first, People: people, Organiser: true}
				c.run(s, func(string) {})
				faults = append(faults, c.faults...)
			} else {
				faults = append(faults, threeProcesses(t, database, clock, first, people)...)
			}
		}
		stop()
		watching.Wait()
		given := a.moves()
		for _, w := range append(faults, a.wrong...) {
			t.Error(w)
		}
		if !enough() {
			t.Errorf("%d seats given, %d looks: too few to show anything", given, a.looks.Load())
		}
		t.Logf("%d times %d people, %d seats given and taken back, %d looks", crowds, people, given, a.looks.Load())
		a.wrong = nil
		refill(t, s, clock)
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
func threeProcesses(t *testing.T, database, clock string, first, people int) (faults []string) {
	third := people / 3
	send := func(before, n int) *process {
		return start(t, order{Database: database,
			Crowd: &crowd{Clock: clock, First: first + before, People: n, Organiser: before == 0}})
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
func refill(t *testing.T, s *sqldb.Store, clock string) {
	t.Helper()
	c := openClock(clock)
	later := c.now().AddDate(0, 6, 0) // and no hold of those who come now ends
	c.close()
	d, person := desk(s, func() time.Time { return later }), 1_000_000
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
			person++
			_, err := d.SignUp(t.Context(), slug, registration.Request{GivenName: "Ana", FamilyName: "Personne",
				Email: fmt.Sprintf("p%d@exemple.fr", person), Category: registration.Industry, Sessions: wanted, Privacy: true})
			if (err == nil) != (n < room) || err != nil && !errors.Is(err, registration.ErrFull) {
				t.Errorf("seat %d of %d free ones in %s: %v", n+1, room, id, err)
			}
		}
	}
}

// unlocked takes the lock away: no row is locked, and on SQLite, where a writer
// is alone anyway, the seats taken are read before it has its turn.
type unlocked struct {
	sqldb.Engine
	refused *atomic.Int64 // by the schema's barrier
}

func (u unlocked) Clauses() sqldb.Clauses {
	return sqldb.Clauses{OrIgnore: u.Engine.Clauses().OrIgnore}
}

func (u unlocked) Write(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	o := outside{by: u}
	if u.Engine.Clauses().ForUpdate == "" {
		early, err := u.Read().QueryContext(ctx, `SELECT id, capacity, taken, queued, ceiling FROM session WHERE meeting = $1 ORDER BY id`, slug)
		if err != nil {
			return err
		}
		defer early.Close()
		o.early = early
	}
	return u.Engine.Write(ctx, func(ctx context.Context, q sqldb.Querier) error {
		o.Querier = q
		return work(ctx, o)
	})
}

type outside struct {
	sqldb.Querier
	early *sql.Rows // of the sessions
	by    unlocked
}

func (o outside) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if o.early != nil && strings.Contains(query, "queued, ceiling FROM session") {
		return o.early, nil
	}
	return o.Querier.QueryContext(ctx, query, args...)
}

func (o outside) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	r, err := o.Querier.ExecContext(ctx, query, args...)
	if o.by.Fault(err) == sqldb.FaultBarrier {
		o.by.refused.Add(1)
	}
	return r, err
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
				oversold, refused := withoutLock(t, s, a)
				switch {
				case !barrier && !oversold:
					t.Error("nobody was oversold without lock and barrier: the test shows nothing")
				case barrier && len(a.wrong) > 0:
					t.Errorf("oversold in spite of the barrier: %v", a.wrong)
				case barrier && refused == 0:
					t.Error("the barrier was never met: the test shows nothing")
				}
			})
		})
	}
}

// withoutLock sends crowds through two stores, as two processes would have them,
// each crowd after as many new seats, until two people have met at the last one:
// whether both were given it, or how many the schema refused.
func withoutLock(t *testing.T, s *sqldb.Store, a *auditor) (oversold bool, refused int64) {
	t.Helper()
	var barrier atomic.Int64
	open := func() *sqldb.Store {
		return sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return unlocked{e, &barrier} })
	}
	stores := []*sqldb.Store{open(), open()}
	for n := 0; n < 10 && !oversold && refused == 0; n++ {
		m := crowded()
		m.Seats += m.Seats * registration.Seats(n)
		for i := range m.Sessions {
			m.Sessions[i].Seats += m.Sessions[i].Seats * registration.Seats(n)
		}
		if err := s.PutMeeting(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		var both sync.WaitGroup
		for i, store := range stores {
			both.Go(func() {
				c := crowd{First: 400*n + 200*i, People: 200}
				c.run(store, func(string) {})
				if len(c.faults) > 0 {
					t.Errorf("faults: %v", c.faults)
				}
			})
		}
		both.Wait()
		a.look()
		given := a.moves()
		refused = barrier.Load()
		t.Logf("%d seats given, %d refused by the schema, wrong: %v", given, refused, a.wrong)
		oversold = slices.ContainsFunc(a.wrong, func(w string) bool { return strings.Contains(w, "beyond the capacity") })
	}
	return oversold, refused
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
