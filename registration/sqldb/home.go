package sqldb

import (
	"context"
	"sync"

	"github.com/territoires-industrie/sdk/registration"
)

// mostHomes is the size of each half of [homes]. Once the recent half is full, the
// old one is dropped.
const mostHomes = 1 << 14

// homes caches the meeting of each sign-up that was read or inserted last. It
// spares a query when somebody confirms: they have usually just seen the page that
// asks them to, or have signed up within the hour.
//
// No entry becomes wrong: no sign-up moves to another meeting, and no id is used
// twice. An entry of a sign-up that was rolled back or deleted does no harm, since
// nobody is found in that meeting under its id.
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
