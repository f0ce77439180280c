package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	lib "modernc.org/sqlite/lib"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

type work func(ctx context.Context, q sqldb.Querier) error

// writer owns the connection that writes. Whoever has the turn uses it alone;
// turns are taken in the order in which they were asked for.
type writer struct {
	db      *sql.DB       // of one connection
	present func() error  // nil while the file is where it was opened
	turn    chan struct{} // holds one token while somebody has the turn

	closing sync.Once
	closed  chan struct{}

	q *writeConn // nil until needed and after a fault
}

func newWriter(db *sql.DB, present func() error) *writer {
	return &writer{db: db, present: present, turn: make(chan struct{}, 1), closed: make(chan struct{})}
}

// write waits for the turn and runs work in one transaction.
func (w *writer) write(ctx context.Context, f work) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case w.turn <- struct{}{}:
	case <-w.closed:
		return fmt.Errorf("%w: store closed", registration.ErrUnavailable)
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-w.turn }()
	select {
	case <-w.closed:
		return fmt.Errorf("%w: store closed", registration.ErrUnavailable)
	default:
	}
	return w.transaction(f)
}

// close waits for the transaction that runs.
func (w *writer) close() (err error) {
	w.closing.Do(func() {
		close(w.closed)
		w.turn <- struct{}{}
		w.discard()
		err = w.db.Close()
		<-w.turn
	})
	return err
}

// transaction runs f in one transaction. It returns an error of f as it is, after
// which nothing of f is left.
func (w *writer) transaction(f work) error {
	whole := false
	defer func() {
		if !whole { // a statement failed, or f never returned: nobody knows what the connection is in the middle of
			w.discard()
		}
	}()
	if err := w.begin(); err != nil {
		return fmt.Errorf("%w: %w", registration.ErrUnavailable, err)
	}
	if err := f(context.Background(), w.q); err != nil {
		// Fails if a full disk or a broken file has ended it already.
		whole = w.exec("ROLLBACK") == nil
		return err
	}
	err := w.present()
	if err == nil {
		if err = w.exec("COMMIT"); code(err)&0xff == lib.SQLITE_IOERR || code(err)&0xff == lib.SQLITE_NOMEM {
			return w.resolveCommit(err)
		}
	}
	if err != nil {
		return fmt.Errorf("%w: %w", registration.ErrUnavailable, err)
	}
	whole = true
	return nil
}

// resolveCommit settles what becomes of a transaction whose COMMIT met a fault,
// such as a log that could not be synchronised. Its last page, with the mark that
// ends a commit, may be in the log by then (sqlite3WalFrames in SQLite's wal.c).
// Nobody sees the transaction while a program has the file open, but a process that
// opens it after a crash replays every whole transaction in the log.
//
// So resolveCommit makes another commit at once, on the same connection. It
// overwrites the first pages of the failed one, and the pages behind them no longer
// fit its checksums: see « The WAL file format » on
// https://sqlite.org/walformat.html. The error wraps [registration.ErrUnavailable]
// if that works, and [registration.ErrUnsure] if it fails too.
func (w *writer) resolveCommit(fault error) error {
	_ = w.exec("ROLLBACK")                                    // an error if SQLite has ended it by itself
	if err := w.exec("PRAGMA user_version = 0"); err != nil { // writes the first page, though nobody reads what
		return fmt.Errorf("%w: %w", registration.ErrUnsure, errors.Join(fault, err))
	}
	return fmt.Errorf("%w: not committed: %w", registration.ErrUnavailable, fault)
}

// begin opens a transaction, on a new connection if there is none.
func (w *writer) begin() error {
	if err := w.present(); err != nil {
		return err
	}
	if w.q == nil {
		conn, err := w.db.Conn(context.Background())
		if err != nil {
			return err
		}
		w.q = newWriteConn(conn)
	}
	// IMMEDIATE, since a transaction that reads first and then writes may fail with
	// SQLITE_BUSY whatever the timeout.
	return w.exec("BEGIN IMMEDIATE")
}

func (w *writer) exec(statement string) error {
	_, err := w.q.ExecContext(context.Background(), statement)
	return err
}

// discard closes the connection.
func (w *writer) discard() {
	if w.q != nil {
		w.q.discard()
	}
	w.q = nil
}
