package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/territoires-industrie/sdk/registration"
)

// meetingCache keeps parsed configurations by their config_id. No config_id is
// used twice, so the cache is right even about a change that was rolled back.
type meetingCache struct {
	mu   sync.Mutex
	last map[string]cachedMeeting // by slug
}

type cachedMeeting struct {
	configID string
	meeting  registration.Meeting
}

func (c *meetingCache) get(slug, configID string) (registration.Meeting, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok := c.last[slug]
	return m.meeting, ok && m.configID == configID
}

func (c *meetingCache) put(slug, configID string, m registration.Meeting) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == nil {
		c.last = make(map[string]cachedMeeting)
	}
	c.last[slug] = cachedMeeting{configID, m}
}

// Meetings implements [registration.Store].
func (s *Store) Meetings(ctx context.Context) ([]registration.Meeting, error) {
	rows, err := s.engine.Read().QueryContext(ctx, `
		SELECT slug, day, config_id FROM meeting ORDER BY day DESC, slug`)
	type row struct{ slug, day, configID string }
	keys, err := collect(rows, err, func(r *sql.Rows) (k row, err error) {
		return k, r.Scan(&k.slug, &k.day, &k.configID)
	})
	list := make([]registration.Meeting, 0, len(keys))
	for i := 0; err == nil && i < len(keys); i++ {
		var m registration.Meeting
		k := keys[i]
		if m, err = s.config(ctx, s.engine.Read(), k.slug, k.configID); errors.Is(err, registration.ErrBroken) {
			m, err = registration.Meeting{Slug: k.slug, Title: registration.Localized{FR: k.slug}, Broken: err.Error()}, nil
			_ = m.Day.UnmarshalText([]byte(k.day)) // the zero day if that is broken too
		}
		list = append(list, m)
	}
	if err != nil {
		return nil, s.wrap("list meetings", err)
	}
	return list, nil
}

// Meeting implements [registration.Store].
func (s *Store) Meeting(ctx context.Context, slug string) (registration.Meeting, error) {
	var configID string
	err := s.engine.Read().QueryRowContext(ctx, `
		SELECT config_id FROM meeting WHERE slug = $1`, slug).Scan(&configID)
	if err != nil {
		return registration.Meeting{}, s.wrap("meeting "+slug, err)
	}
	m, err := s.config(ctx, s.engine.Read(), slug, configID)
	return m, s.wrap("meeting "+slug, err)
}

// config returns the configuration of a meeting, parsed once for each
// configID.
func (s *Store) config(ctx context.Context, q Querier, slug, configID string) (registration.Meeting, error) {
	if m, ok := s.meetings.get(slug, configID); ok {
		return m, nil
	}
	var m registration.Meeting
	var text string
	// The configuration may have been replaced since configID was read.
	err := q.QueryRowContext(ctx, `
		SELECT config, config_id FROM meeting WHERE slug = $1`, slug).Scan(&text, &configID)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return m, fmt.Errorf("%w: %w", registration.ErrBroken, err)
	}
	s.meetings.put(slug, configID, m)
	return m, nil
}

// PutMeeting implements [registration.Store].
func (s *Store) PutMeeting(ctx context.Context, m registration.Meeting) error {
	if err := m.Check(); err != nil {
		return err
	}
	return s.surely(ctx, "put meeting "+m.Slug, func(ctx context.Context, q Querier) error {
		return putMeeting(ctx, q, m)
	})
}

// AddMeeting implements [registration.Store].
func (s *Store) AddMeeting(ctx context.Context, m registration.Meeting) error {
	if err := m.Check(); err != nil {
		return err
	}
	return s.surely(ctx, "add meeting "+m.Slug, func(ctx context.Context, q Querier) error {
		// If two processes add the same meeting, the second waits for the row of the first.
		err := affected(q.ExecContext(ctx, `
			INSERT INTO meeting (slug, day, config, config_id)
			VALUES ($1, '', '', '')
			ON CONFLICT (slug) DO NOTHING`, m.Slug))
		if errors.Is(err, registration.ErrNotFound) {
			return registration.ErrMeetingExists
		}
		if err != nil {
			return err
		}
		return putMeeting(ctx, q, m)
	})
}

// DeleteMeeting implements [registration.Store]. Its history, which names
// nobody, goes with it.
func (s *Store) DeleteMeeting(ctx context.Context, slug string) error {
	return s.write(ctx, "delete meeting "+slug, func(ctx context.Context, q Querier) error {
		if _, err := s.lock(ctx, q, slug); err != nil { // so that nobody signs up meanwhile
			return err
		}
		var used bool
		err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM signup WHERE meeting = $1)`, slug).Scan(&used)
		switch {
		case err != nil:
			return err
		case used:
			return registration.ErrInUse
		}
		for _, statement := range []string{
			`DELETE FROM event WHERE meeting = $1`, `DELETE FROM mailing WHERE meeting = $1`,
			`DELETE FROM session WHERE meeting = $1`, `DELETE FROM roll WHERE meeting = $1`, `DELETE FROM tally WHERE meeting = $1`, `DELETE FROM kept_tally WHERE meeting = $1`,
			`DELETE FROM meeting_version WHERE meeting = $1`, `DELETE FROM pending_import WHERE meeting = $1`, `DELETE FROM meeting WHERE slug = $1`,
		} {
			if _, err := q.ExecContext(ctx, statement, slug); err != nil {
				return err
			}
		}
		return nil
	})
}

// putMeeting writes the configuration, which locks the meeting, and then its
// sessions.
func putMeeting(ctx context.Context, q Querier, m registration.Meeting) error {
	if err := writeConfig(ctx, q, m); err != nil {
		return err
	}
	if err := putSessions(ctx, q, m); err != nil {
		return err
	}
	return dropSessions(ctx, q, m)
}

// writeConfig adds the meeting or replaces its configuration, under a new id.
func writeConfig(ctx context.Context, q Querier, m registration.Meeting) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `
		INSERT INTO meeting (slug, day, config, config_id, list_version)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (slug) DO UPDATE
		SET day = excluded.day, config = excluded.config, config_id = excluded.config_id`,
		m.Slug, m.Day.String(), string(text), registration.NewID().String(), listVersion)
	return err
}

// putSessions adds the sessions of m and sets their capacities, in the order
// in which every transaction locks their rows.
func putSessions(ctx context.Context, q Querier, m registration.Meeting) error {
	all := append([]registration.Session{{ID: registration.MeetingSession, Seats: m.Seats}}, m.Sessions...)
	slices.SortFunc(all, func(a, b registration.Session) int { return cmp.Compare(a.ID, b.ID) })
	for _, v := range all {
		_, err := q.ExecContext(ctx, `
			INSERT INTO session (meeting, id, capacity, ceiling)
			VALUES ($1, $2, $3, $3)
			ON CONFLICT (meeting, id) DO NOTHING`, m.Slug, v.ID, v.Seats)
		if err != nil {
			return err
		}
		if err := setCapacity(ctx, q, m.Slug, v.ID, v.Seats); err != nil {
			return err
		}
	}
	return nil
}

// dropSessions deletes the sessions that m leaves out. One that places still refer
// to is closed instead: its capacity becomes 0.
func dropSessions(ctx context.Context, q Querier, m registration.Meeting) error {
	rows, err := q.QueryContext(ctx, `
		SELECT id, (SELECT 1 FROM place WHERE place.meeting = session.meeting AND place.session = session.id ORDER BY state, since LIMIT 1) IS NOT NULL
		FROM session WHERE meeting = $1 ORDER BY id`, m.Slug)
	used := make(map[registration.SessionID]bool)
	ids, err := collect(rows, err, func(r *sql.Rows) (id registration.SessionID, err error) {
		var u bool
		err = r.Scan(&id, &u)
		used[id] = u
		return id, err
	})
	for i := 0; err == nil && i < len(ids); i++ {
		if _, kept := m.Capacity(ids[i]); kept {
			continue
		}
		if used[ids[i]] {
			err = setCapacity(ctx, q, m.Slug, ids[i], 0)
			continue
		}
		_, err = q.ExecContext(ctx, `DELETE FROM session WHERE meeting = $1 AND id = $2`, m.Slug, ids[i])
	}
	return err
}

// setCapacity sets the capacity of a session, and with it the ceiling, which is
// never below the seats taken.
func setCapacity(ctx context.Context, q Querier, slug string, id registration.SessionID, n registration.Seats) error {
	return affected(q.ExecContext(ctx, `
		UPDATE session
		SET capacity = $3, ceiling = CASE WHEN $3 > taken OR $3 = CAST(-1 AS BIGINT) THEN $3 ELSE taken END
		WHERE meeting = $1 AND id = $2`, slug, id, int64(n)))
}
