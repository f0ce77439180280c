package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// savepoints runs the statements of a group. A change gets a savepoint before its
// first statement that writes. A change that only reads, and leaves its rows to be
// written at the end of the group, has nothing to undo and gets none.
type savepoints struct {
	Querier
	set  bool  // a savepoint is set
	mine bool  // by the change that runs now
	lost error // the transaction is gone: on SQLite a savepoint would begin another
}

// ExecContext implements [Querier].
func (s *savepoints) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	return s.Querier.ExecContext(ctx, query, args...)
}

// QueryContext implements [Querier]. QueryRowContext needs no savepoint: changes
// use it for SELECT alone.
func (s *savepoints) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if strings.Contains(query, "RETURNING") {
		if err := s.begin(ctx); err != nil {
			return nil, err
		}
	}
	return s.Querier.QueryContext(ctx, query, args...)
}

// begin sets a savepoint for the change that runs, unless it has one. It fails only
// if the transaction is gone.
func (s *savepoints) begin(ctx context.Context) error {
	if s.mine {
		return nil
	}
	if err := s.end(ctx, "SAVEPOINT change"); err != nil {
		return err
	}
	s.set, s.mine = true, true
	return nil
}

// undo undoes what the change that runs has written.
func (s *savepoints) undo(ctx context.Context) error {
	if !s.mine {
		return nil
	}
	return s.control(ctx, "ROLLBACK TO SAVEPOINT change")
}

// end releases the savepoint, if there is one, and runs the statement then in the
// same round trip.
func (s *savepoints) end(ctx context.Context, then string) error {
	if s.set {
		then = "RELEASE SAVEPOINT change; " + then
	}
	s.set, s.mine = false, false
	return s.control(ctx, then)
}

func (s *savepoints) control(ctx context.Context, statement string) error {
	if statement == "" || s.lost != nil {
		return s.lost
	}
	if _, err := s.Querier.ExecContext(ctx, statement); err != nil {
		s.lost = fmt.Errorf("%w: %w", errAborted, err)
	}
	return s.lost
}
