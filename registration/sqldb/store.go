package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

// Store keeps sign-ups, mails and organisers in one database. It is made by
// sqlite.Open or postgres.Open, and may be used by many goroutines.
type Store struct {
	engine   Engine
	schema   int64 // the version that the program knows
	meetings meetingCache
	homes    homes
	queues   queues
	groupFor time.Duration
	closed   atomic.Bool
	outcome  outcome // of the last write

	commits    atomic.Uint64
	commitTime atomic.Int64 // of all of them, in nanoseconds
}

var (
	_ registration.Store  = (*Store)(nil)
	_ registration.Outbox = (*Store)(nil)
	_ team.Store          = (*Store)(nil)
)

// New returns a store on the engine e. schema is the version that [Migrate]
// returned. [Store.Close] closes the engine too.
func New(e Engine, schema int64) *Store { return &Store{engine: e, schema: schema, groupFor: groupFor} }

// Engine returns the engine of the store, for statements that are outside its
// contract.
func (s *Store) Engine() Engine { return s.engine }

// Close implements [registration.Store].
func (s *Store) Close() error {
	s.queues.close()
	s.closed.Store(true)
	return s.engine.Close()
}

// Commits returns how many transactions the store has committed, and how long they
// took in total, from asking for a turn until they were on disk.
func (s *Store) Commits() (n uint64, took time.Duration) {
	return s.commits.Load(), time.Duration(s.commitTime.Load())
}

// commit runs work in a transaction of the engine.
func (s *Store) commit(ctx context.Context, work func(ctx context.Context, q Querier) error) error {
	start := time.Now()
	err := s.engine.Write(ctx, work)
	if err == nil {
		s.commits.Add(1)
		s.commitTime.Add(int64(time.Since(start)))
	}
	return err
}

// write runs work in a transaction of its own.
func (s *Store) write(ctx context.Context, op string, work func(ctx context.Context, q Querier) error) error {
	err := s.wrap(op, s.commit(ctx, work))
	if err != nil && ctx.Err() == nil {
		s.outcome.record(err, false, time.Now())
	}
	return err
}

// surely is write for work that always writes something, so that its success, too,
// shows that the database can be written to.
func (s *Store) surely(ctx context.Context, op string, work func(ctx context.Context, q Querier) error) error {
	err := s.write(ctx, op, work)
	if err == nil {
		s.outcome.record(nil, true, time.Now())
	}
	return err
}

// wrap prefixes err with op and gives it the type that the contract asks for, such
// as [registration.ErrNotFound] or [registration.ErrUnavailable].
func (s *Store) wrap(op string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		err = registration.ErrNotFound
	case s.engine.Fault(err) == FaultText: // forms are checked earlier: this was an id or a slug, and nothing has such a one
		err = fmt.Errorf("%w: %w", registration.ErrNotFound, err)
	case errors.Is(err, registration.ErrUnavailable), errors.Is(err, registration.ErrUnsure):
	// database/sql has no value for the error of a pool that is closed.
	case s.closed.Load(), s.engine.Fault(err) == FaultUnavailable, s.engine.Fault(err) == FaultRace:
		err = fmt.Errorf("%w: %w", registration.ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", op, err)
}

// affected turns a statement that met no row into ErrNotFound.
func affected(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	if err == nil && n == 0 {
		return registration.ErrNotFound
	}
	return err
}

// collect scans every row and closes rows.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}
