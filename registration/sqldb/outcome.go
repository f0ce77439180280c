package sqldb

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// probeAfter is how old the outcome of the last write may be before a probe is
// written.
const probeAfter = 10 * time.Second

// outcome keeps the result of the last write, real or probe. The zero value has
// none.
type outcome struct {
	mu  sync.Mutex
	at  time.Time
	err error

	probing sync.Mutex // held by the one that probes; the others share its answer
}

// record keeps the outcome of a write. Only a database that cannot be written to
// counts as a failure: a change that the rules refuse, or that wrote nothing,
// says nothing about the database.
func (o *outcome) record(err error, wrote bool, now time.Time) {
	if err == nil && !wrote || err != nil && !errors.Is(err, registration.ErrUnavailable) && !errors.Is(err, registration.ErrUnsure) {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.at, o.err = now, err
}

// last returns the last result, and whether it is younger than [probeAfter].
func (o *outcome) last(now time.Time) (err error, fresh bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err, !o.at.IsZero() && now.Sub(o.at) < probeAfter
}

// ready returns the outcome of the last write, or of a probe if the last write
// was long ago. The clock is read again after waiting for somebody else's
// probe.
func (o *outcome) ready(now func() time.Time, probe func() error) error {
	if err, fresh := o.last(now()); fresh {
		return err
	}
	o.probing.Lock()
	defer o.probing.Unlock()
	if err, fresh := o.last(now()); fresh {
		return err
	}
	err := probe()
	if err != nil && !errors.Is(err, registration.ErrUnavailable) {
		err = fmt.Errorf("%w: %w", registration.ErrUnavailable, err)
	}
	o.record(err, true, now())
	return err
}

// probe inserts 64 kB and deletes them, in a commit each: on a full disk, a change
// that is rolled back might still succeed.
func (s *Store) probe(ctx context.Context) error {
	id, b := rand.Text(), make([]byte, 32<<10)
	rand.Read(b)
	err := s.write(ctx, "probe", func(ctx context.Context, q Querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO probe (id, filler) VALUES ($1, $2)`, id, hex.EncodeToString(b))
		return err
	})
	if err != nil {
		return err
	}
	return s.write(ctx, "probe", func(ctx context.Context, q Querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM probe`) // also what a crash left
		return err
	})
}
