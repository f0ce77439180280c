package sqldb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// The changes of a meeting share transactions (group commit): each commit costs a
// write to disk, and on a server the meeting stays locked until that is done.
const (
	// mostInGroup is how many changes one transaction takes. A PostgreSQL process
	// keeps 64 savepoints in memory; more cost more.
	mostInGroup = 60
	// groupFor is how long a transaction accepts further changes before it commits,
	// so that other processes and meetings have their turn.
	groupFor = 20 * time.Millisecond
	// turnWithin is how long a group waits for a turn to write.
	turnWithin = 10 * time.Second
	// mostWaiting is how many changes may wait before further ones are refused: as
	// many as a slow disk writes in a few seconds.
	mostWaiting = 4096
)

var (
	errAborted = fmt.Errorf("%w: transaction aborted", registration.ErrUnavailable)

	// errAlone ends a group whose changes are each to be run again, alone.
	errAlone = errors.New("sqldb: the changes of this group cannot share a transaction")
)

// job is one change on its way through a group.
type job struct {
	change  func(registration.Tx) error
	about   []registration.ID // sign-ups that it will ask for
	claimed atomic.Bool       // by the group, to run it, or by its caller, to give up
	wrote   bool              // it wrote a sign-up
	err     error             // read after done
	done    chan struct{}
}

// queues holds the changes that wait, by meeting. Each meeting in it has a
// goroutine that runs its groups, one after the other.
type queues struct {
	mu      sync.Mutex
	waiting map[string][]*job
	n       int // in all of them
	closed  bool
	serving sync.WaitGroup
}

// add queues j. begin reports whether the caller must start a goroutine that serves
// the meeting.
func (w *queues) add(slug string, j *job) (begin bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.closed:
		return false, fmt.Errorf("%w: store closed", registration.ErrUnavailable)
	case w.n >= mostWaiting:
		return false, fmt.Errorf("%w: %d changes wait already", registration.ErrUnavailable, w.n)
	}
	if w.waiting == nil {
		w.waiting = make(map[string][]*job)
	}
	_, served := w.waiting[slug]
	w.waiting[slug] = append(w.waiting[slug], j)
	w.n++
	if !served {
		w.serving.Add(1)
	}
	return !served, nil
}

// next takes the next change of a meeting whose caller still waits, nil if there
// is none.
func (w *queues) next(slug string) *job {
	w.mu.Lock()
	defer w.mu.Unlock()
	for list := w.waiting[slug]; len(list) > 0; list = w.waiting[slug] {
		w.waiting[slug] = list[1:]
		w.n--
		if list[0].claimed.CompareAndSwap(false, true) {
			return list[0]
		}
	}
	return nil
}

// about returns the sign-ups that the next n waiting changes of a meeting will ask
// for.
func (w *queues) about(slug string, n int) (ids []registration.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.waiting[slug]
	for _, j := range list[:min(n, len(list))] {
		ids = append(ids, j.about...)
	}
	return ids
}

// more reports whether changes of a meeting wait. If none do, it removes the
// meeting, so that the next change starts a goroutine again.
func (w *queues) more(slug string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waiting[slug]) > 0 {
		return true
	}
	delete(w.waiting, slug)
	return false
}

// close refuses further changes, and waits until those in the queue are done.
func (w *queues) close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.serving.Wait()
}

// Change implements [registration.Store].
func (s *Store) Change(ctx context.Context, slug string, change func(registration.Tx) error, about ...registration.ID) error {
	wrote, err := s.inGroup(ctx, slug, change, about)
	err = s.wrap("change "+slug, err)
	if err == nil && wrote || err != nil && ctx.Err() == nil {
		s.outcome.record(err, wrote, time.Now())
	}
	return err
}

// inGroup queues a change and waits until it is committed. ctx ends the wait
// for its turn, never the change itself, which shares a transaction with
// others.
func (s *Store) inGroup(ctx context.Context, slug string, change func(registration.Tx) error, about []registration.ID) (wrote bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	j := &job{change: change, about: about, done: make(chan struct{})}
	begin, err := s.queues.add(slug, j)
	if err != nil {
		return false, err
	}
	if begin {
		go s.serve(slug)
	}
	select {
	case <-j.done:
		return j.wrote, j.err
	case <-ctx.Done():
	}
	if j.claimed.CompareAndSwap(false, true) {
		return false, ctx.Err()
	}
	// It runs already, with variables of the caller: wait for its end.
	<-j.done
	return j.wrote, j.err
}

// serve runs the groups of a meeting until none of its changes waits.
func (s *Store) serve(slug string) {
	finished := false
	defer func() {
		if finished {
			s.queues.serving.Done()
			return
		}
		// A change called runtime.Goexit, as a failing test does: the others
		// must go on.
		go s.serve(slug)
	}()
	for s.queues.more(slug) {
		g := &group{store: s, slug: slug}
		g.commit()
	}
	finished = true
}

// group is one transaction and the changes of a meeting in it.
type group struct {
	store *Store
	slug  string
	jobs  []*job
}

// commit runs the waiting changes in one transaction, and tells each caller the
// outcome.
func (g *group) commit() {
	err := errAborted // unless this function returns
	defer func() {
		if err != nil && len(g.jobs) == 0 {
			// No transaction could begin: everybody who waits fails now, rather
			// than each after another wait for a turn.
			for j := g.store.queues.next(g.slug); j != nil; j = g.store.queues.next(g.slug) {
				g.jobs = append(g.jobs, j)
			}
		}
		for _, j := range g.jobs {
			if err != nil { // a refused change too: perhaps it was refused because of one that is undone now
				j.err = err
			}
			close(j.done)
		}
	}()
	ctx, cancel := context.WithTimeoutCause(context.Background(), turnWithin, registration.ErrUnavailable)
	defer cancel()
	done := g.store.commit(ctx, g.run)
	if errors.Is(done, errAlone) {
		for _, j := range g.jobs {
			j.err = errAborted // unless it returns
			j.err = g.store.alone(g.slug, j)
		}
		done = nil
	}
	if done != nil && ctx.Err() != nil && len(g.jobs) == 0 {
		done = fmt.Errorf("%w: no turn to write within %v: %w", registration.ErrUnavailable, turnWithin, done)
	}
	err = done
}

// run takes changes from the queue and runs each so that it can be undone alone. An
// error means that the whole transaction is to be undone.
func (g *group) run(ctx context.Context, q Querier) error {
	if len(g.jobs) > 0 { // run again from the start
		return errAlone
	}
	s := g.store
	if turn := s.engine.Clauses().Turn; turn != "" {
		if _, err := q.ExecContext(ctx, turn, g.slug); err != nil {
			return err
		}
	}
	t, err := s.lock(ctx, q, g.slug)
	if err != nil {
		return err
	}
	end := time.Now().Add(s.groupFor)
	points := &savepoints{Querier: q}
	for len(g.jobs) < mostInGroup && (len(g.jobs) == 0 || time.Now().Before(end)) {
		j := s.queues.next(g.slug)
		if j == nil {
			break // a lone change does not wait for company
		}
		g.jobs = append(g.jobs, j)
		if !t.prefetched.hasRead(j.about) {
			err := t.prefetch(slices.Concat(j.about, s.queues.about(g.slug, mostInGroup-len(g.jobs))))
			if err != nil && s.engine.Fault(err) == FaultUnavailable {
				return err
			}
			if err != nil {
				return errAlone
			}
		}
		points.mine = false
		own := t.begin(points)
		j.err = errAborted // unless it returns
		if j.err = own.run(j); j.err == nil {
			t.state = own.state
			continue
		}
		if s.engine.Fault(j.err) == FaultRace || errors.Is(j.err, errAlone) {
			return errAlone
		}
		if own.err != nil && !points.mine { // a query has failed
			if s.engine.Fault(own.err) == FaultUnavailable { // on SQLite it may have ended the transaction, which no statement tells
				return own.err
			}
			if points.begin(ctx) != nil { // and ended the transaction
				return errAlone
			}
		}
		// Fails if a full disk, a broken file or a lost connection has ended the
		// transaction itself, and with it the changes before j.
		if err := points.undo(ctx); err != nil {
			return fmt.Errorf("%w: %w", err, j.err)
		}
	}
	if len(g.jobs) == 0 {
		return nil
	}
	if err := points.end(ctx, ""); err != nil {
		return err
	}
	if err := t.flush(); err != nil {
		if s.engine.Fault(err) == FaultUnavailable {
			return err
		}
		return errAlone // one of them is to blame
	}
	return nil
}

// alone runs one change in a transaction of its own.
func (s *Store) alone(slug string, j *job) error {
	return s.commit(context.Background(), func(ctx context.Context, q Querier) error {
		t, err := s.lock(ctx, q, slug)
		if err == nil {
			err = t.run(j)
		}
		if err == nil {
			err = t.flush()
		}
		return err
	})
}

// run runs the change of j.
func (t *tx) run(j *job) error {
	err := t.outcome(protect(t, j.change))
	j.wrote = t.wrote
	return err
}

// protect runs change and turns a panic into an error, since others share the
// goroutine.
func protect(t *tx, change func(registration.Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a change: %v", p)
		}
	}()
	return change(t)
}
