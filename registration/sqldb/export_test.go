package sqldb

import (
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// MostWaiting is how many changes may wait.
const MostWaiting = mostWaiting

// Wrap returns a store on what f makes of the engine of s, for the tests that
// take a part of it away.
func Wrap(s *Store, f func(Engine) Engine) *Store { return New(f(s.engine), s.schema) }

// Patient lets a transaction of s take up changes as long as any wait.
func Patient(s *Store) *Store {
	s.groupFor = time.Hour
	return s
}

// Exec runs a statement inside of a change, as a broken one would.
func Exec(t registration.Tx, query string) error {
	own := t.(*tx)
	_, err := own.q.ExecContext(own.ctx, query)
	return err
}

// Ask asks for a row inside of a change, as a broken one would.
func Ask(t registration.Tx, query string) error {
	own := t.(*tx)
	var n int
	return own.spoil("ask", own.conn.QueryRowContext(own.ctx, query).Scan(&n))
}

// Waiting returns how many changes wait.
func (s *Store) Waiting() int {
	s.queues.mu.Lock()
	defer s.queues.mu.Unlock()
	return s.queues.n
}

const MostHomes = mostHomes

// Homes returns how many meetings are remembered after n sign-ups, and how many of the
// last without a gap.
func Homes(n int) (kept, last int) {
	var h homes
	ids := make([]registration.ID, n)
	for i := range ids {
		ids[i] = registration.NewID()
		h.remember(ids[i], "slug")
	}
	for i := n - 1; i >= 0; i-- {
		_, known := h.of(ids[i])
		if !known {
			break
		}
		last++
	}
	return len(h.recent) + len(h.old), last
}
