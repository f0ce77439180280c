package sqldb

import (
	"context"
	"sync"

	"github.com/territoires-industrie/sdk/registration"
)

// mostHomes is after how many sign-ups the oldest half of [homes] is forgotten.
const mostHomes = 1 << 14

// homes remembers the meetings of sign-ups, those read or inserted last. Whoever
// confirms has just seen the page that asks them to, or has signed up within the hour.
// No sign-up ever moves to another meeting, and no id is used twice: what is remembered
// of one that was not stored in the end, or that is gone, finds nobody there.
type homes struct {
	mu          sync.Mutex
	recent, old map[registration.ID]string
}

func (h *homes) of(id registration.ID) (slug string, known bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if slug, known = h.recent[id]; !known {
		slug, known = h.old[id]
	}
	return slug, known
}

func (h *homes) remember(id registration.ID, slug string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.recent == nil || len(h.recent) >= mostHomes {
		h.recent, h.old = make(map[registration.ID]string), h.recent
	}
	h.recent[id] = slug
}

// MeetingOf implements [registration.Store].
func (s *Store) MeetingOf(ctx context.Context, id registration.ID) (slug string, err error) {
	if slug, known := s.homes.of(id); known {
		return slug, nil
	}
	err = s.engine.Read().QueryRowContext(ctx, `SELECT meeting FROM signup WHERE id = $1`, id.String()).Scan(&slug)
	if err == nil {
		s.homes.remember(id, slug)
	}
	return slug, s.wrap("meeting of a sign-up", err)
}
