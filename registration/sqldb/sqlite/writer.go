package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// maxBatch bounds how many changes wait for one commit, and with it how long
// the first of them does.
const maxBatch = 512

type work func(ctx context.Context, q sqldb.Querier) error

// job is one change on its way through the writer.
type job struct {
	work    work
	claimed atomic.Bool // by the writer, to run it, or by its caller, to give up
	err     error       // read after done
	done    chan struct{}
}

// writer owns the connection that writes. One goroutine runs everything that
// touches it.
type writer struct {
	db      *sql.DB      // of one connection
	present func() error // nil while the file is where it was opened
	queue   chan *job

	closing sync.RWMutex // held for reading while a job is queued
	closed  bool
	stopped chan struct{}

	conn *sql.Conn // nil until needed and after a fault
	q    *prepared // on conn
}

func newWriter(db *sql.DB, queue int, present func() error) *writer {
	w := &writer{db: db, present: present, queue: make(chan *job, queue), stopped: make(chan struct{})}
	go w.run()
	return w
}

// write queues work and waits until it is committed.
func (w *writer) write(ctx context.Context, f work) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{work: f, done: make(chan struct{})}
	if err := w.enqueue(j); err != nil {
		return err
	}
	select {
	case <-j.done:
		return j.err
	case <-ctx.Done():
	}
	if j.claimed.CompareAndSwap(false, true) {
		return ctx.Err()
	}
	// It runs already, with variables of the caller: wait for its end.
	<-j.done
	return j.err
}

func (w *writer) enqueue(j *job) error {
	w.closing.RLock()
	defer w.closing.RUnlock()
	if w.closed {
		return fmt.Errorf("%w: store closed", registration.ErrUnavailable)
	}
	select {
	case w.queue <- j:
		return nil
	default:
		return fmt.Errorf("%w: %d changes wait already", registration.ErrUnavailable, cap(w.queue))
	}
}

// close waits for what is queued.
func (w *writer) close() error {
	w.closing.Lock()
	first := !w.closed
	w.closed = true
	w.closing.Unlock()
	if first {
		close(w.queue)
	}
	<-w.stopped
	return w.db.Close()
}

func (w *writer) run() {
	finished := false
	defer func() {
		if !finished {
			// A change called runtime.Goexit, as a failing test does: the
			// others must go on.
			go w.run()
		}
	}()
	for j := range w.queue {
		w.batch(j)
	}
	w.discard()
	finished = true
	close(w.stopped)
}

// next returns a job that waits now, nil if there is none or the batch is
// full: a lone change does not wait for company.
func (w *writer) next(n int) *job {
	if n >= maxBatch {
		return nil
	}
	select {
	case j := <-w.queue: // nil once closed and empty
		return j
	default:
		return nil
	}
}

var errAborted = fmt.Errorf("%w: transaction aborted", registration.ErrUnavailable)

// batch runs first and what waits behind it in one transaction.
func (w *writer) batch(first *job) {
	var jobs []*job
	outcome := errAborted // unless this function returns
	defer func() {
		if outcome != nil {
			w.discard()
		}
		for _, j := range jobs {
			if j.err == nil {
				j.err = outcome
			}
			close(j.done)
		}
	}()
	err := w.begin()
	for j := first; j != nil; j = w.next(len(jobs)) {
		if !j.claimed.CompareAndSwap(false, true) {
			continue
		}
		jobs = append(jobs, j)
		// Without a transaction every job that waits fails at once, rather
		// than each after a wait of its own.
		if err == nil {
			err = w.savepoint(j)
		}
	}
	if err == nil {
		err = w.present()
	}
	if err == nil {
		err = w.exec("COMMIT")
	}
	outcome = nil
	if err != nil {
		outcome = fmt.Errorf("%w: %w", registration.ErrUnavailable, err)
	}
}

// savepoint runs j so that it can be undone alone. Its own failure is j.err;
// an error that is returned means that the whole transaction is gone.
func (w *writer) savepoint(j *job) error {
	if err := w.exec("SAVEPOINT change"); err != nil {
		return err
	}
	j.err = errAborted // unless work returns
	j.err = j.work(context.Background(), w.q)
	if j.err != nil {
		// Fails if a full disk or a broken file has ended the transaction
		// itself, and those before j with it.
		if err := w.exec("ROLLBACK TO change"); err != nil {
			return fmt.Errorf("%w: %w", j.err, err)
		}
	}
	return w.exec("RELEASE change")
}

// begin opens a transaction, on a new connection if there is none.
func (w *writer) begin() error {
	if err := w.present(); err != nil {
		return err
	}
	if w.conn == nil {
		conn, err := w.db.Conn(context.Background())
		if err != nil {
			return err
		}
		w.conn, w.q = conn, &prepared{on: conn}
	}
	// Immediate: a reader that becomes a writer fails with SQLITE_BUSY
	// whatever the timeout.
	return w.exec("BEGIN IMMEDIATE")
}

func (w *writer) exec(statement string) error {
	_, err := w.q.ExecContext(context.Background(), statement)
	return err
}

// discard closes the connection, and with it whatever it was in the middle of.
func (w *writer) discard() {
	if w.conn == nil {
		return
	}
	// SQLite keeps a connection, and its lock on the file, until the last of
	// its statements is gone.
	w.q.close()
	w.conn.Raw(func(any) error { return driver.ErrBadConn }) // tells the pool to drop it
	w.conn, w.q = nil, nil
}
