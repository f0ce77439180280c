package sqldb

import (
	"context"
	"database/sql"
)

// Querier runs statements: on a pool of readers, or on the connection that
// writes.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Engine is a database as [Store] needs it. Its methods may be called by many
// goroutines.
type Engine interface {
	// Read returns a pool for statements that change nothing. They see only
	// what has been committed, and never wait for a writer.
	Read() Querier

	// Lists returns a separate pool for organisers' reads of many sign-ups. It has
	// few connections, so that most of the machine is left to visitors.
	Lists() Querier

	// Write runs work in one transaction. It returns nil once that is committed
	// durably. After an error nothing was written, unless the error wraps
	// [registration.ErrUnsure]: then nobody knows. It may run work again from the
	// start. ctx ends the wait for a turn, never work itself: work gets a context
	// of its own, because a cancelled statement destroys the whole transaction.
	// work must not panic.
	Write(ctx context.Context, work func(ctx context.Context, q Querier) error) error

	// Unmoved returns nil while the database is where it was opened. Otherwise the
	// error wraps [registration.ErrUnavailable]: what is written to a file that was
	// moved away would be lost with it.
	Unmoved() error

	// Clauses returns the engine's own pieces of SQL.
	Clauses() Clauses

	// Fault says what an error of the driver means.
	Fault(err error) Fault

	// Close waits for the writes in progress.
	Close() error
}

// Clauses are the pieces of SQL that only one of the engines needs. The zero
// value adds nothing.
type Clauses struct {
	OrIgnore   string // after INSERT, for rows that break no constraint: SQLite then keeps no log to undo half of them
	ForUpdate  string // after SELECT: lock the rows read until the end of the transaction
	SkipLocked string // the same, passing over rows that somebody else has locked

	// Turn is a statement that makes the processes which want the meeting $1 take
	// turns, first come, first served. Without it, a process that has just released
	// a row may lock it again before a waiting one wakes up. "" for an engine that
	// needs none.
	Turn string

	// Lateral is the keyword before a subquery in FROM that is run for each row of
	// the tables before it; "" for an engine that follows the order of FROM by
	// itself.
	Lateral string

	// Now is an expression for the time of the database's own machine, in
	// microseconds since 1970; "" for an engine that has no machine of its own.
	Now string
}

// Fault is what an error of a driver means to the store.
type Fault int

// The faults. The zero value is an error that has no meaning of its own.
const (
	FaultOther       Fault = iota
	FaultUnavailable       // locked, gone, full, read-only, broken: nothing was written
	FaultDuplicate         // a UNIQUE key
	FaultBarrier           // a CHECK
	FaultRace              // lost a race to another transaction: nothing was written, and it may succeed now
	FaultText              // a value that is no text for the database: not UTF-8, or with a NUL
)
