package sqldb_test

import (
	"context"
	"database/sql"
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

// edits changes what a person says of themselves.
func edits(id registration.ID, edit func(*registration.Signup)) func(registration.Tx) error {
	return func(tx registration.Tx) error {
		u, err := tx.Signup(id)
		if err != nil {
			return err
		}
		edit(&u)
		return tx.Update(u)
	}
}

// readTogether makes changes that ask for these sign-ups, in one transaction.
func readTogether(t *testing.T, s *sqldb.Store, ids []registration.ID) {
	t.Helper()
	acts := make([]func() error, len(ids))
	for i, id := range ids {
		acts[i] = func() error {
			return s.Change(t.Context(), slug, func(tx registration.Tx) error { _, err := tx.Signup(id); return err }, id)
		}
	}
	if err := errors.Join(inOneGroup(t, s, acts...)...); err != nil {
		t.Fatal(err)
	}
}

// TestPrefetch: what was read for several changes of a transaction at once is what
// those before them have left, whatever they wrote, and whoever was undone.
func TestPrefetch(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		seen := &statements{all: make(map[string]bool)}
		s := sqldb.Patient(sqldb.Wrap(prepared(t, database), func(e sqldb.Engine) sqldb.Engine { return listener{e, seen} }))
		first, u := newcomer("CODE0001", "ana@exemple.fr"), newcomer("CODE0002", "eva@exemple.fr")
		companion := newcomer("CODE0003", "")
		companion.Party = u.ID
		for _, u := range []registration.Signup{first, u} {
			if err := s.Change(t.Context(), slug, enters(u)); err != nil {
				t.Fatal(err)
			}
		}
		undone := errors.New("undone")
		is := func(right func(u registration.Signup, party []registration.Signup) bool, then func(tx registration.Tx) error) func(registration.Tx) error {
			return func(tx registration.Tx) error {
				got, err := tx.Signup(u.ID)
				if err != nil {
					return err
				}
				party, err := tx.Party(u.ID)
				if err == nil && !right(got, party) {
					err = fmt.Errorf("%v, and %d of the party", got, len(party))
				}
				if err != nil {
					return err
				}
				return then(tx)
			}
		}
		nothing := func(registration.Tx) error { return nil }
		same := func(s registration.Signup, _ []registration.Signup) bool {
			return s.Language == u.Language && s.GivenName == u.GivenName && s.Sequence == 0
		}
		english := func(s registration.Signup, _ []registration.Signup) bool {
			return s.Language == registration.English && s.GivenName == u.GivenName
		}
		acts := []func() error{func() error { return s.Change(t.Context(), slug, nothing, first.ID, registration.NewID()) }}
		for _, c := range []func(registration.Tx) error{
			is(same, func(tx registration.Tx) error {
				return errors.Join(edits(u.ID, func(s *registration.Signup) { s.GivenName = "Lou" })(tx), undone)
			}),
			is(same, edits(u.ID, func(s *registration.Signup) { s.Language = registration.English })),
			is(english, func(tx registration.Tx) error {
				return tx.Post(registration.Mail{ID: registration.NewID(), Kind: registration.MailReplaced, Meeting: slug, Signup: u.ID, CreatedAt: opening})
			}),
			is(func(s registration.Signup, _ []registration.Signup) bool { return english(s, nil) && s.Sequence == 1 },
				func(tx registration.Tx) error { return tx.Insert(companion) }),
			is(func(_ registration.Signup, party []registration.Signup) bool { return len(party) == 2 }, nothing),
		} {
			// With somebody else, so that both are read ahead if one of them is to be read again.
			acts = append(acts, func() error { return s.Change(t.Context(), slug, c, u.ID, registration.NewID()) })
		}
		seen.list = nil
		for i, err := range inOneGroup(t, s, acts...) {
			if errors.Is(err, undone) == (i == 1) && (err == nil) == (i != 1) {
				continue
			}
			t.Errorf("change %d = %v", i, err)
		}
		ahead := 0
		for _, q := range seen.list {
			if strings.Contains(q, "WHERE id IN (") {
				ahead++
			}
		}
		if ahead == 0 {
			t.Error("nothing was read ahead: the test shows nothing")
		}
		if got, err := s.Signup(t.Context(), u.ID); err != nil || got.Language != registration.English || got.GivenName != u.GivenName || got.Sequence != 1 {
			t.Errorf("in the end: %v, %v", got, err)
		}
	})
}

// TestPrefetchUnderLock: another process that edits a sign-up which this one has read
// ahead waits until it is written. Without the lock of the meeting its edit is lost.
func TestPrefetchUnderLock(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		engine func(sqldb.Engine) sqldb.Engine
		kept   bool
	}{
		"locked":     {func(e sqldb.Engine) sqldb.Engine { return e }, true},
		"not locked": {func(e sqldb.Engine) sqldb.Engine { return unlocked{e, new(atomic.Int64)} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := anew(t, "postgres:")
			s := prepared(t, database)
			a := audit(t, database)
			first, u := newcomer("CODE0001", "ana@exemple.fr"), newcomer("CODE0002", "eva@exemple.fr")
			for _, u := range []registration.Signup{first, u} {
				if err := s.Change(t.Context(), slug, enters(u)); err != nil {
					t.Fatal(err)
				}
			}
			here, there := sqldb.Patient(sqldb.Wrap(s, tt.engine)), s
			var once sync.Once
			edited := make(chan error, 1)
			var ended bool
			errs := inOneGroup(t, here, func() error {
				return here.Change(t.Context(), slug, func(registration.Tx) error {
					once.Do(func() { // both are read by now
						go func() {
							edited <- there.Change(t.Context(), slug, edits(u.ID, func(s *registration.Signup) { s.GivenName = "Lou" }))
						}()
						for !ended && a.count(t, `SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'
								AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`) == 0 {
							select {
							case err := <-edited:
								ended = true
								edited <- err
							default:
								runtime.Gosched()
							}
						}
					})
					return nil
				}, first.ID)
			}, func() error {
				return here.Change(t.Context(), slug, edits(u.ID, func(s *registration.Signup) { s.Language = registration.English }), u.ID)
			})
			if err := errors.Join(append(errs, <-edited)...); err != nil {
				t.Fatal(err)
			}
			if ended == tt.kept {
				t.Errorf("the other process has edited before this one was done: %v; want %v", ended, !tt.kept)
			}
			got, err := s.Signup(t.Context(), u.ID)
			if err != nil || got.Language != registration.English || (got.GivenName == "Lou") != tt.kept {
				t.Errorf("in the end: %v, %v; want the other's edit kept: %v", got, err, tt.kept)
			}
		})
	}
}

// shortSighted is an engine whose transaction ends when sign-ups are read ahead.
type shortSighted struct {
	sqldb.Engine
	fault error
}

func (b shortSighted) Write(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	return b.Engine.Write(ctx, func(ctx context.Context, q sqldb.Querier) error { return work(ctx, shortSightedly{q, b.fault}) })
}

func (b shortSighted) Fault(err error) sqldb.Fault { return fragile{b.Engine}.Fault(err) }

type shortSightedly struct {
	sqldb.Querier
	fault error
}

func (b shortSightedly) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if strings.Contains(query, "WHERE id IN (") {
		_, _ = b.Querier.ExecContext(ctx, "ROLLBACK")
		return nil, b.fault
	}
	return b.Querier.QueryContext(ctx, query, args...)
}

// TestPrefetchFails: when sign-ups cannot be read ahead, each change runs alone, or,
// where the database cannot serve, nobody is told that anything is stored.
func TestPrefetchFails(t *testing.T) {
	t.Parallel()
	for _, fault := range []error{errDisk, errOther} {
		t.Run(fault.Error(), func(t *testing.T) {
			engines(t, func(t *testing.T, database string) {
				s := sqldb.Patient(sqldb.Wrap(prepared(t, database), func(e sqldb.Engine) sqldb.Engine { return shortSighted{e, fault} }))
				people := []registration.Signup{newcomer("CODE0001", "a@exemple.fr"), newcomer("CODE0002", "b@exemple.fr")}
				var acts []func() error
				for _, u := range people {
					if err := s.Change(t.Context(), slug, enters(u)); err != nil {
						t.Fatal(err)
					}
					acts = append(acts, func() error { return s.Change(t.Context(), slug, confirm(u.ID), u.ID) })
				}
				late := newcomer("CODE0003", "c@exemple.fr")
				people = append(people, late)
				acts = append([]func() error{func() error { return s.Change(t.Context(), slug, enters(late)) }}, acts...)
				errs := inOneGroup(t, s, acts...)
				for i, u := range people {
					err := errs[(i+1)%3] // the newcomer is first there and last here
					got, absent := s.Signup(t.Context(), u.ID)
					stored := absent == nil && (u.ID == late.ID || !got.AddressConfirmedAt.IsZero())
					want := errors.Is(fault, errOther) || i == 1 // who had not begun has the next transaction
					if stored != (err == nil) || stored != want {
						t.Errorf("person %d: %v; stored: %v", i, err, stored)
					}
				}
			})
		})
	}
}

// TestHomesAreBounded: of any number of sign-ups the last are remembered.
func TestHomesAreBounded(t *testing.T) {
	t.Parallel()
	if kept, last := sqldb.Homes(5*sqldb.MostHomes + 1); kept > 2*sqldb.MostHomes || last < sqldb.MostHomes {
		t.Errorf("%d sign-ups are remembered, the last %d among them; want at most %d, and the last %d", kept, last, 2*sqldb.MostHomes, sqldb.MostHomes)
	}
}
