package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// scratch opens an engine whose file has a table to write to.
func scratch(t *testing.T, o Options) *engine {
	t.Helper()
	e, err := open(t.Context(), filepath.Join(t.TempDir(), "sign-ups.db"), o)
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

// together runs works so that they are queued behind one that is running, and
// returns their errors.
func together(t *testing.T, e *engine, works ...work) []error {
	t.Helper()
	running, release := make(chan struct{}), make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		e.Write(context.Background(), func(context.Context, sqldb.Querier) error {
			close(running)
			<-release
			return nil
		})
	})
	<-running
	errs := make([]error, len(works))
	for i, w := range works {
		done.Go(func() { errs[i] = errors.New("no answer"); errs[i] = e.Write(context.Background(), w) })
		for len(e.writer.queue) <= i {
			runtime.Gosched()
		}
	}
	close(release)
	done.Wait()
	return errs
}

func insert(values string) work {
	return func(ctx context.Context, q sqldb.Querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO note (id, twin) VALUES `+values)
		return err
	}
}

// commits counts the commits in the write-ahead log: each ends with a frame
// that holds the size of the file. See https://www.sqlite.org/fileformat.html
func commits(t *testing.T, e *engine) (n int) {
	t.Helper()
	log, err := os.ReadFile(e.path + "-wal")
	if err != nil || len(log) < 32 {
		t.Fatalf("write-ahead log of %d bytes: %v", len(log), err)
	}
	page := int(binary.BigEndian.Uint32(log[8:]))
	for at := 32; at+24 <= len(log); at += 24 + page {
		if binary.BigEndian.Uint32(log[at+4:]) != 0 {
			n++
		}
	}
	return n
}

func TestCompanyCommitsOnce(t *testing.T) {
	t.Parallel()
	e := scratch(t, Options{})
	before := commits(t, e)
	for _, err := range together(t, e, insert(`(1, NULL)`), insert(`(2, 1)`), insert(`(3, 1)`)) {
		if err != nil {
			t.Error(err)
		}
	}
	if got := commits(t, e) - before; got != 1 {
		t.Errorf("%d commits for three changes that waited together; want 1", got)
	}
	for _, id := range []string{"(4, 1)", "(5, 1)"} {
		if err := e.Write(t.Context(), insert(id)); err != nil {
			t.Error(err)
		}
	}
	if got := commits(t, e) - before; got != 3 {
		t.Errorf("%d commits after two more, each alone; want 3", got)
	}
}

func TestOneFailsAlone(t *testing.T) {
	t.Parallel()
	e := scratch(t, Options{})
	no := errors.New("no")
	errs := together(t, e,
		insert(`(1, NULL)`),
		func(ctx context.Context, q sqldb.Querier) error { return errors.Join(insert(`(2, NULL)`)(ctx, q), no) },
		insert(`(1, NULL)`), // a duplicate
		insert(`(3, 99)`),   // refers to nothing
		insert(`(4, NULL)`))
	for i, ok := range []bool{true, false, false, false, true} {
		if (errs[i] == nil) != ok {
			t.Errorf("change %d = %v", i, errs[i])
		}
	}
	if !errors.Is(errs[1], no) || count(t, e) != 2 {
		t.Errorf("change 1 = %v, %d rows; want its own error and 2 rows", errs[1], count(t, e))
	}
}

// Whatever takes the whole transaction down is told to everybody in it, and
// the store goes on by itself.
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
			_, err := q.ExecContext(ctx, `INSERT OR ROLLBACK INTO note (id) VALUES (1)`)
			return err
		},
		"rolled back unseen": func(ctx context.Context, q sqldb.Querier) error {
			q.ExecContext(ctx, `ROLLBACK`)
			return nil
		},
		"goroutine ends": func(context.Context, sqldb.Querier) error {
			runtime.Goexit()
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := scratch(t, Options{})
			errs := together(t, e, insert(`(1, NULL)`), bad)
			if !errors.Is(errs[0], registration.ErrUnavailable) || errs[1] == nil {
				t.Errorf("changes = %v; want ErrUnavailable for the first, an error for the second", errs)
			}
			if n := count(t, e); n != 0 {
				t.Errorf("%d rows of a transaction that was lost", n)
			}
			if err := e.Write(t.Context(), insert(`(1, NULL)`)); err != nil || count(t, e) != 1 {
				t.Errorf("the next change = %v, %d rows; want 1", err, count(t, e))
			}
		})
	}
}

func TestQueueIsBounded(t *testing.T) {
	t.Parallel()
	e := scratch(t, Options{Queue: 2})
	running, release := make(chan struct{}), make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		e.Write(context.Background(), func(context.Context, sqldb.Querier) error {
			close(running)
			<-release
			return nil
		})
	})
	<-running
	// One gives up while it waits, and is not run.
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error)
	go func() { gaveUp <- e.Write(ctx, insert(`(1, NULL)`)) }()
	done.Go(func() {
		if err := e.Write(t.Context(), insert(`(2, NULL)`)); err != nil {
			t.Error(err)
		}
	})
	for len(e.writer.queue) < 2 {
		runtime.Gosched()
	}
	if err := e.Write(t.Context(), insert(`(3, NULL)`)); !errors.Is(err, registration.ErrUnavailable) {
		t.Errorf("Write behind a full queue = %v; want ErrUnavailable", err)
	}
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("Write = %v; want the context's error", err)
	}
	close(release)
	done.Wait()
	if n := count(t, e); n != 1 {
		t.Errorf("%d rows; want 1", n)
	}
}

func TestCloseWaits(t *testing.T) {
	t.Parallel()
	e := scratch(t, Options{})
	for i, err := range together(t, e, insert(`(1, NULL)`), func(ctx context.Context, q sqldb.Querier) error {
		go e.Close()
		return insert(`(2, NULL)`)(ctx, q)
	}, insert(`(3, NULL)`)) {
		if err != nil {
			t.Errorf("change %d = %v", i, err)
		}
	}
	if err := e.Close(); err != nil {
		t.Errorf("Close twice = %v", err)
	}
}

// A reader may not write, whatever it is asked.
func TestReadersOnlyRead(t *testing.T) {
	t.Parallel()
	e := scratch(t, Options{})
	if _, err := e.Read().ExecContext(t.Context(), `INSERT INTO note (id) VALUES (1)`); fault(err) != sqldb.FaultUnavailable {
		t.Errorf("INSERT on a reader = %v; want it refused", err)
	}
}
