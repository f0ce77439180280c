package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// scratch opens an engine whose file has a table to write to.
func scratch(t *testing.T) *engine {
	t.Helper()
	e, err := open(t.Context(), filepath.Join(t.TempDir(), "sign-ups.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	if err := write(e, `CREATE TABLE note (id INTEGER PRIMARY KEY, twin INTEGER REFERENCES note (id))`); err != nil {
		t.Fatal(err)
	}
	return e
}

func write(e *engine, statement string) error {
	return e.Write(context.Background(), func(ctx context.Context, q sqldb.Querier) error {
		_, err := q.ExecContext(ctx, statement)
		return err
	})
}

func count(t *testing.T, e *engine) (n int) {
	t.Helper()
	if err := e.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM note`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func insert(values string) work {
	return func(ctx context.Context, q sqldb.Querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO note (id, twin) VALUES `+values)
		return err
	}
}

func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	e := scratch(t)
	no := errors.New("no")
	for i, w := range []work{
		insert(`(1, NULL)`),
		func(ctx context.Context, q sqldb.Querier) error { return errors.Join(insert(`(2, NULL)`)(ctx, q), no) },
		insert(`(1, NULL)`),          // a duplicate
		insert(`(3, NULL), (4, 99)`), // refers to nothing
		insert(`(5, NULL)`),
	} {
		if err := e.Write(t.Context(), w); (err == nil) != (i == 0 || i == 4) || i == 1 && !errors.Is(err, no) {
			t.Errorf("transaction %d = %v", i, err)
		}
	}
	if n := count(t, e); n != 2 {
		t.Errorf("%d rows; want 2", n)
	}
}

// Whatever takes a transaction down is told, and the writer goes on by itself.
func TestLostTransaction(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]work{
		"commit refused": func(ctx context.Context, q sqldb.Querier) error {
			if _, err := q.ExecContext(ctx, `PRAGMA defer_foreign_keys = 1`); err != nil {
				return err
			}
			return insert(`(7, 99)`)(ctx, q) // found out when it is committed
		},
		"rolled back inside": func(ctx context.Context, q sqldb.Querier) error {
			_, err := q.ExecContext(ctx, `INSERT OR ROLLBACK INTO note (id, twin) VALUES (1, 99), (1, NULL)`)
			return err
		},
		"rolled back unseen": func(ctx context.Context, q sqldb.Querier) error {
			q.ExecContext(ctx, `ROLLBACK`)
			return nil
		},
		"goroutine ends": func(ctx context.Context, q sqldb.Querier) error {
			insert(`(7, NULL)`)(ctx, q)
			runtime.Goexit()
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := scratch(t)
			err := errors.New("no answer")
			var done sync.WaitGroup
			done.Go(func() { err = e.Write(context.Background(), bad) })
			done.Wait()
			if err == nil {
				t.Error("a transaction that was lost succeeded")
			}
			if n := count(t, e); n != 0 {
				t.Errorf("%d rows of a transaction that was lost", n)
			}
			if err := e.Write(t.Context(), insert(`(1, NULL)`)); err != nil || count(t, e) != 1 {
				t.Errorf("the next one = %v, %d rows; want 1", err, count(t, e))
			}
		})
	}
}

// Who waits for the turn may give up; who has it is brought to the end.
func TestTurns(t *testing.T) {
	t.Parallel()
	e := scratch(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := e.Write(ctx, func(inner context.Context, q sqldb.Querier) error {
		gaveUp := make(chan error)
		go func() { gaveUp <- e.Write(ctx, insert(`(1, NULL)`)) }()
		cancel()
		if err := <-gaveUp; !errors.Is(err, context.Canceled) {
			t.Errorf("Write = %v; want the context's error", err)
		}
		return insert(`(2, NULL)`)(inner, q)
	})
	if err != nil {
		t.Errorf("Write whose context ended after it had begun = %v", err)
	}
	if n := count(t, e); n != 1 {
		t.Errorf("%d rows; want 1", n)
	}
}

func TestCloseWaits(t *testing.T) {
	t.Parallel()
	e := scratch(t)
	var closing sync.WaitGroup
	err := e.Write(context.Background(), func(ctx context.Context, q sqldb.Querier) error {
		closing.Go(func() { e.Close() })
		<-e.writer.closed
		return insert(`(2, NULL)`)(ctx, q)
	})
	if err != nil {
		t.Errorf("Write while the writer closes = %v", err)
	}
	closing.Wait()
	if err := e.Write(context.Background(), insert(`(3, NULL)`)); !errors.Is(err, registration.ErrUnavailable) {
		t.Errorf("Write after Close = %v; want ErrUnavailable", err)
	}
	if err := e.Close(); err != nil {
		t.Errorf("Close twice = %v", err)
	}
}

// A reader may not write, whatever it is asked.
func TestReadersOnlyRead(t *testing.T) {
	t.Parallel()
	e := scratch(t)
	if _, err := e.Read().ExecContext(t.Context(), `INSERT INTO note (id) VALUES (1)`); fault(err) != sqldb.FaultUnavailable {
		t.Errorf("INSERT on a reader = %v; want it refused", err)
	}
}

// TestResolveCommit: after a commit that met a fault, one that is written over it makes
// certain that nothing is there.
func TestResolveCommit(t *testing.T) {
	t.Parallel()
	e := scratch(t)
	if err := e.writer.begin(); err != nil {
		t.Fatal(err)
	}
	if err := insert(`(1, NULL)`)(t.Context(), e.writer.q); err != nil {
		t.Fatal(err)
	}
	err := e.writer.resolveCommit(errors.New("disk on fire"))
	if !errors.Is(err, registration.ErrUnavailable) || errors.Is(err, registration.ErrUnsure) {
		t.Errorf("settled: %v; want ErrUnavailable", err)
	}
	if n := count(t, e); n != 0 {
		t.Errorf("%d rows", n)
	}
	if err := e.Write(t.Context(), insert(`(1, NULL)`)); err != nil || count(t, e) != 1 {
		t.Errorf("the next one = %v, %d rows; want 1", err, count(t, e))
	}
}

// TestPatience: who opens a file waits while another process brings it up to date,
// however long that takes, if it only gets on.
func TestPatience(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sign-ups.db")
	if err := create(path); err != nil {
		t.Fatal(err)
	}
	connect := func() *sql.DB {
		db, err := sql.Open("sqlite", dsn(path, "_txlock=immediate"))
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		t.Cleanup(func() { db.Close() })
		return db
	}
	other := connect()
	exec := func(statement string, args ...any) {
		if _, err := other.ExecContext(t.Context(), statement, args...); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
	exec(`CREATE TABLE ` + sqldb.VersionTable + ` (id INTEGER PRIMARY KEY, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')))`)
	exec(`CREATE TABLE meeting (slug TEXT)`) // the first step of the schema fails, as beside a process that has just made it
	exec(`INSERT INTO ` + sqldb.VersionTable + ` (version_id, is_applied) VALUES (0, 1)`)
	last, err := sqldb.Latest(migrations)
	if err != nil {
		t.Fatal(err)
	}
	const patience = 2 * time.Second
	var done atomic.Bool
	var all sync.WaitGroup
	all.Go(func() {
		for v := int64(1); v <= last; v++ {
			time.Sleep(2 * patience / time.Duration(last))
			done.Store(v == last)
			exec(`INSERT INTO `+sqldb.VersionTable+` (version_id, is_applied) VALUES ($1, 1)`, v)
		}
	})
	schema, err := prepare(t.Context(), connect(), path, patience, slog.New(slog.DiscardHandler))
	if !done.Load() || err != nil || schema != last {
		t.Errorf("schema %d of %d, %v, the other process is done: %t", schema, last, err, done.Load())
	}
	all.Wait()
}
