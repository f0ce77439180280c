package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// together runs changes that wait while another one is running, so that they
// share its transaction, and returns their errors.
func together(t *testing.T, s *sqldb.Store, changes ...func(registration.Tx) error) []error {
	t.Helper()
	acts := make([]func() error, len(changes))
	for i, c := range changes {
		acts[i] = func() error { return s.Change(context.Background(), slug, c) }
	}
	return inOneGroup(t, s, acts...)
}

// inOneGroup is together for acts that make at most one change each.
func inOneGroup(t *testing.T, s *sqldb.Store, acts ...func() error) []error {
	t.Helper()
	running, release := make(chan struct{}), make(chan struct{})
	var done sync.WaitGroup
	var without atomic.Int64 // a change
	var once sync.Once       // it may be run again
	done.Go(func() {
		err := s.Change(context.Background(), slug, func(registration.Tx) error {
			once.Do(func() { close(running) })
			<-release
			return nil
		})
		if err != nil && !errors.Is(err, registration.ErrUnavailable) {
			t.Errorf("the change before them = %v", err)
		}
	})
	<-running
	errs := make([]error, len(acts))
	for i, act := range acts {
		done.Go(func() {
			errs[i] = errors.New("no answer")
			errs[i] = act()
			without.Add(1)
		})
		for s.Waiting()+int(without.Load()) <= i {
			runtime.Gosched()
		}
	}
	close(release)
	done.Wait()
	return errs
}

// person inserts somebody with a seat, a mail and a line of history.
func person(n int) func(registration.Tx) error { return personAt(n, fmt.Sprintf("p%d@exemple.fr", n)) }

func personAt(n int, email string) func(registration.Tx) error {
	return func(tx registration.Tx) error {
		u := registration.Signup{ID: registration.NewID(), Meeting: slug, Code: fmt.Sprintf("CODE%04d", n), Language: registration.French,
			Person:     registration.Person{GivenName: "Ana", FamilyName: fmt.Sprint("Personne ", n), Email: email},
			AddressKey: email, CreatedAt: opening,
			Places: []registration.Place{{Session: "ateliers", State: registration.Seated, Since: opening},
				{Session: registration.MeetingSession, State: registration.Seated, Since: opening}}}
		u.Party = u.ID
		if _, err := tx.Count("network", opening); err != nil {
			return err
		}
		if _, err := tx.ByAddress(email); err != nil && !errors.Is(err, registration.ErrNotFound) {
			return err
		}
		if err := tx.Insert(u); err != nil {
			return err
		}
		if err := tx.Record(registration.Event{At: opening, Kind: registration.EventSignedUp, Signup: u.ID}); err != nil {
			return err
		}
		return tx.Post(registration.Mail{ID: registration.NewID(), Kind: registration.MailConfirm, Meeting: slug, Signup: u.ID, CreatedAt: opening})
	}
}

// wantWhole checks that so many people are stored, each with everything.
func wantWhole(t *testing.T, a *auditor, people int) {
	t.Helper()
	a.look()
	for _, w := range a.wrong {
		t.Error(w)
	}
	for what, statement := range map[string]string{
		"people": `SELECT count(*) FROM signup`, "mails": `SELECT count(*) FROM mail`, "lines of history": `SELECT count(*) FROM event`,
		"counted": `SELECT coalesce(sum(n), 0) FROM counter`, "counted by status": `SELECT coalesce(sum(n), 0) FROM tally WHERE term = ''`,
		"found by a word": `SELECT count(*) FROM term WHERE term = 'personne'`, "seats": `SELECT taken FROM session WHERE id = 'meeting'`,
	} {
		if n := a.count(t, statement); n != people {
			t.Errorf("%d %s of %d people", n, what, people)
		}
	}
}

// counting is an engine that counts transactions, and lets one error stand for
// a lost race.
type counting struct {
	sqldb.Engine
	n     atomic.Int64
	raced atomic.Bool
}

// errRace is refused, and is a lost race the first time.
var errRace = errors.New("a race was lost")

func (c *counting) Write(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	c.n.Add(1)
	return c.Engine.Write(ctx, work)
}

func (c *counting) Fault(err error) sqldb.Fault {
	if errors.Is(err, errRace) && !c.raced.Swap(true) {
		return sqldb.FaultRace
	}
	return c.Engine.Fault(err)
}

// counted opens a database and a store on it whose transactions are counted.
func counted(t *testing.T, database string) (*sqldb.Store, *counting, *auditor) {
	t.Helper()
	s, c := prepared(t, database), new(counting)
	s = sqldb.Patient(sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { c.Engine = e; return c }))
	return s, c, audit(t, database)
}

func TestCompanyCommitsOnce(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s, c, a := counted(t, database)
		for i, err := range together(t, s, person(1), person(2), person(3)) {
			if err != nil {
				t.Errorf("change %d = %v", i, err)
			}
		}
		if n := c.n.Load(); n != 1 {
			t.Errorf("%d transactions for one change and three that came meanwhile; want 1", n)
		}
		for n := range 2 {
			if err := s.Change(t.Context(), slug, person(4+n)); err != nil {
				t.Error(err)
			}
		}
		if n := c.n.Load(); n != 3 {
			t.Errorf("%d transactions after two more changes, each alone; want 3", n)
		}
		wantWhole(t, a, 5)
	})
}

// TestOneFailsAlone: whatever a change fails with, and whenever that is found
// out, its neighbours in the transaction are stored, and nothing of it is.
func TestOneFailsAlone(t *testing.T) {
	t.Parallel()
	no := errors.New("no")
	after := func(n int, then func(tx registration.Tx) error) func(registration.Tx) error {
		return func(tx registration.Tx) error {
			if err := person(n)(tx); err != nil {
				return err
			}
			return then(tx)
		}
	}
	twice := registration.Mail{ID: registration.NewID(), Kind: registration.MailMessage, Meeting: slug, CreatedAt: opening}
	for name, tt := range map[string]struct {
		bad    func(registration.Tx) error
		want   error // nil: it succeeds in the end
		groups int64
		ends   bool // the transaction of PostgreSQL
	}{
		"refused": {after(10, func(registration.Tx) error { return no }), no, 1, false},
		"read before": {after(10, func(tx registration.Tx) error {
			_, err := tx.PostedTo("p10@exemple.fr", opening)
			return errors.Join(no, err)
		}), no, 1, false},
		"panic":      {after(10, func(registration.Tx) error { panic("on purpose") }), nil, 1, false},
		"known":      {after(10, personAt(11, "p1@exemple.fr")), registration.ErrAddressTaken, 1, false},
		"code known": {after(10, personAt(1, "p11@exemple.fr")), registration.ErrCodeTaken, 1 + 5, false},
		"question":   {after(10, func(tx registration.Tx) error { return sqldb.Ask(tx, `SELECT n FROM nowhere`) }), nil, 1, true},
		"statement":  {after(10, func(tx registration.Tx) error { return sqldb.Exec(tx, `INSERT INTO nowhere VALUES (1)`) }), nil, 1, false},
		"full": {after(10, func(tx registration.Tx) error {
			for n := range 120 {
				if err := person(100 + n)(tx); err != nil {
					return err
				}
			}
			return nil
		}), registration.ErrFull, 1, false},
		"found out last": {after(10, func(tx registration.Tx) error { return errors.Join(tx.Post(twice), tx.Post(twice)) }), nil, 1 + 5, false},
		"race":           {after(10, func(registration.Tx) error { return errRace }), errRace, 1 + 4 + 1, false}, // the last had not begun: it has the next transaction
	} {
		t.Run(name, func(t *testing.T) {
			engines(t, func(t *testing.T, database string) {
				s, c, a := counted(t, database)
				errs := together(t, s, person(1), person(2), tt.bad, person(3))
				for i, err := range errs {
					if (err == nil) != (i != 2) {
						t.Errorf("change %d = %v", i, err)
					}
				}
				if tt.want != nil && !errors.Is(errs[2], tt.want) {
					t.Errorf("change 2 = %v; want %v", errs[2], tt.want)
				}
				want := tt.groups
				if tt.ends && strings.HasPrefix(database, "postgres:") {
					want += 5
				}
				if n := c.n.Load(); n != want {
					t.Errorf("%d transactions, want %d", n, want)
				}
				wantWhole(t, a, 3)
			})
		})
	}
}

// TestLostGroup: whatever takes the whole transaction down is told to everybody
// in it, and the store goes on by itself.
func TestLostGroup(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]func(registration.Tx) error{
		"rolled back unseen": func(tx registration.Tx) error { return sqldb.Exec(tx, `ROLLBACK`) },
		"goroutine ends":     func(registration.Tx) error { runtime.Goexit(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			engines(t, func(t *testing.T, database string) {
				s, _, a := counted(t, database)
				errs := together(t, s, person(1), bad)
				if !errors.Is(errs[0], registration.ErrUnavailable) || errs[1] == nil {
					t.Errorf("changes = %v; want ErrUnavailable for the first, an error for the second", errs)
				}
				wantWhole(t, a, 0)
				if err := s.Change(t.Context(), slug, person(1)); err != nil {
					t.Errorf("the next change = %v", err)
				}
				wantWhole(t, a, 1)
			})
		})
	}
}

// TestWaitingIsBounded: beyond a number changes are refused, and who waits may
// give up, in which case nothing happens.
func TestWaitingIsBounded(t *testing.T) {
	t.Parallel()
	s, _, a := counted(t, "sqlite:"+t.TempDir()+"/sign-ups.db")
	ctx, cancel := context.WithCancel(t.Context())
	var gaveUp atomic.Int64
	var done sync.WaitGroup
	err := s.Change(t.Context(), slug, func(registration.Tx) error {
		for n := range sqldb.MostWaiting {
			done.Go(func() {
				if err := s.Change(ctx, slug, person(n)); errors.Is(err, context.Canceled) {
					gaveUp.Add(1)
				}
			})
		}
		for s.Waiting() < sqldb.MostWaiting {
			runtime.Gosched()
		}
		if err := s.Change(ctx, slug, person(1)); !errors.Is(err, registration.ErrUnavailable) || !strings.Contains(err.Error(), "wait already") {
			t.Errorf("Change behind too many = %v; want ErrUnavailable", err)
		}
		cancel()
		done.Wait()
		return nil
	})
	if err != nil || gaveUp.Load() != sqldb.MostWaiting {
		t.Errorf("%d gave up, %v; want %d", gaveUp.Load(), err, sqldb.MostWaiting)
	}
	if err := s.Change(t.Context(), slug, person(1)); err != nil || s.Waiting() != 0 {
		t.Errorf("the next change = %v, %d wait", err, s.Waiting())
	}
	wantWhole(t, a, 1)
}

func TestCloseFinishesWhatWaits(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s, _, a := counted(t, database)
		var closing sync.WaitGroup
		for i, err := range together(t, s, person(1), func(tx registration.Tx) error {
			closing.Go(func() { s.Close() })
			return person(2)(tx)
		}, person(3)) {
			if err != nil {
				t.Errorf("change %d = %v", i, err)
			}
		}
		closing.Wait()
		wantWhole(t, a, 3)
		if err := s.Change(t.Context(), slug, person(4)); !errors.Is(err, registration.ErrUnavailable) {
			t.Errorf("Change after Close = %v; want ErrUnavailable", err)
		}
	})
}
