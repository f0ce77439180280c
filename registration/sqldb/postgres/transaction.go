package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// lookUpFor is how long the server is asked what became of a commit whose answer
// was lost: long enough for its restart.
const lookUpFor = 15 * time.Second

// once runs work in one transaction.
func (e *engine) once(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	began, err := e.transact(ctx, work)
	if lost, ok := errors.AsType[*lostCommit](err); ok {
		return e.lookUp(context.WithoutCancel(ctx), began, lost)
	}
	return err
}

// beginning is the id of a transaction and when it began by the server's clock, in
// seconds since 1970.
type beginning struct{ id, at string }

// transact runs work in one transaction. If that can be neither committed nor
// rolled back, the pool drops the connection.
func (e *engine) transact(ctx context.Context, work func(context.Context, sqldb.Querier) error) (began beginning, err error) {
	// ctx ends the wait for a connection, but nothing that happens on it.
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return began, err
	}
	defer conn.Close() // also when work panics
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), limit, registration.ErrUnavailable)
	defer cancel()
	defer func() {
		if err != nil && ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
	}()
	// Together, so that the id costs no round trip of its own.
	answers, err := simple(ctx, conn, "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_current_xact_id(), extract(epoch FROM now())")
	if err != nil {
		return began, &beginError{err}
	}
	began = beginning{string(answers[1].Rows[0][0]), string(answers[1].Rows[0][1])}
	committing := false
	defer func() {
		if !committing { // work failed, panicked or never returned
			_, _ = simple(ctx, conn, "ROLLBACK") // otherwise the pool drops the connection
		}
	}()
	if err := work(ctx, conn); err != nil {
		return began, err
	}
	committing = true
	ended, err := simple(ctx, conn, "COMMIT")
	if err != nil && !refused(err) {
		return began, &lostCommit{err}
	}
	if err == nil && ended[0].CommandTag.String() == "ROLLBACK" {
		err = pgx.ErrTxCommitRollback
	}
	return began, err
}

// simple runs statements without arguments in one round trip.
func simple(ctx context.Context, conn *sql.Conn, statements string) (results []*pgconn.Result, err error) {
	err = conn.Raw(func(c any) error {
		var err error
		results, err = c.(*stdlib.Conn).Conn().PgConn().Exec(ctx, statements).ReadAll()
		return err
	})
	return results, err
}

// refused reports whether the server itself says that it has not committed. A FATAL
// error does not say so: a server that ends a session may have committed just
// before.
func refused(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.SeverityUnlocalized == "ERROR"
}

// lostCommit is the error of a commit that was sent and whose answer did not come.
type lostCommit struct{ error }

func (e *lostCommit) Unwrap() error { return e.error }

// whatBecame asks for the status of the transaction $1, which began at $2, and
// whether its id may have been used again since. A crash makes that possible: the
// server uses an id again if nothing of it was on disk. When it starts after a
// crash, it resets its statistics and makes a checkpoint with the next free id.
//
// The id may have been used again if the server has crashed since $2 and the next
// id of that checkpoint is not above $1. But the last checkpoint may be a later
// one, which says nothing, because it counts ids that were used since the crash. So
// the answer is yes as well after a checkpoint of a running server (its redo_lsn
// differs, but wal_level minimal hides that), or if the server was shut down and
// started again since. The time of a checkpoint is in whole seconds.
const whatBecame = `
	SELECT pg_xact_status($1::text::xid8),
		checkpoint_time >= to_timestamp(floor($2::text::numeric)::float8)
		AND coalesce(reset >= to_timestamp($2::text::numeric::float8), true)
		AND (split_part(next_xid, ':', 1)::numeric * 4294967296 + split_part(next_xid, ':', 2)::numeric <= $1::text::numeric
			OR redo_lsn <> checkpoint_lsn
			OR current_setting('wal_level') = 'minimal'
			OR coalesce(reset < pg_postmaster_start_time(), true))
	FROM pg_control_checkpoint(), (SELECT stats_reset AS reset FROM pg_stat_bgwriter) AS s`

// lookUp asks the server, once it answers again, what became of a transaction. It
// returns nil if it was committed, and an error that wraps
// [registration.ErrUnavailable] if it was not, or [registration.ErrUnsure] if that
// cannot be told within [lookUpFor].
func (e *engine) lookUp(ctx context.Context, began beginning, lost *lostCommit) error {
	ctx, cancel := context.WithTimeout(ctx, lookUpFor)
	defer cancel()
	for {
		var status sql.NullString
		var forgotten bool
		err := e.db.QueryRowContext(ctx, whatBecame, began.id, began.at).Scan(&status, &forgotten)
		switch {
		case err == nil && status.String == "committed" && forgotten: // somebody else's, likely
			return fmt.Errorf("%w: the server has crashed: %w", registration.ErrUnsure, lost.error)
		case err == nil && status.String == "committed":
			return nil
		case err == nil && status.String == "aborted",
			state(err) == "22023": // in the future: a crash before anything of it was on disk
			return fmt.Errorf("%w: not committed: %w", registration.ErrUnavailable, lost.error)
		case err == nil && !status.Valid: // too old for the server to know
			return fmt.Errorf("%w: %w", registration.ErrUnsure, lost.error)
		}
		select { // in progress, or the server is not back
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", registration.ErrUnsure, errors.Join(lost.error, err))
		case <-time.After(50 * time.Millisecond):
		}
	}
}
