package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/territoires-industrie/sdk/registration"
)

// putMailing adds a mailing or replaces the progress of one.
func putMailing(ctx context.Context, q Querier, slug string, m registration.Mailing) error {
	note := ""
	if m.Kind == registration.MailMessage {
		b, err := json.Marshal(m.Note)
		if err != nil {
			return err
		}
		note = string(b)
	}
	_, err := q.ExecContext(ctx, `
		INSERT INTO mailing (id, meeting, kind, due_at, note, reached, posted, done_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE
		SET reached = excluded.reached, posted = excluded.posted, done_at = excluded.done_at`,
		m.ID.String(), slug, m.Kind, m.DueAt.UnixMicro(), note, text(m.Reached), m.Posted, micros(m.DoneAt))
	return err
}

// mailings returns the mailings of a meeting, in the order of their ids.
func mailings(ctx context.Context, q Querier, slug string) ([]registration.Mailing, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT id, kind, due_at, note, reached, posted, done_at
		FROM mailing
		WHERE meeting = $1
		ORDER BY id`, slug)
	return collect(rows, err, func(r *sql.Rows) (m registration.Mailing, err error) {
		var note string
		var reached sql.NullString
		var due, done sql.NullInt64
		if err := r.Scan(&m.ID, &m.Kind, &due, &note, &reached, &m.Posted, &done); err != nil {
			return m, err
		}
		m.DueAt, m.DoneAt = instant(due), instant(done)
		if note != "" {
			if err := json.Unmarshal([]byte(note), &m.Note); err != nil {
				return m, fmt.Errorf("stored note: %w", err)
			}
		}
		return m, m.Reached.Scan(reached.String)
	})
}

// Mailings implements [registration.Store].
func (s *Store) Mailings(ctx context.Context, slug string) ([]registration.Mailing, error) {
	list, err := mailings(ctx, s.engine.Read(), slug)
	return list, s.wrap("mailings of "+slug, err)
}

// Mailings implements [registration.Tx].
func (t *tx) Mailings() ([]registration.Mailing, error) {
	if t.err != nil {
		return nil, t.err
	}
	list, err := mailings(t.ctx, t.q, t.meeting.Slug)
	return list, t.spoil("mailings", err)
}

// PutMailing implements [registration.Tx].
func (t *tx) PutMailing(m registration.Mailing) error {
	if t.err != nil {
		return t.err
	}
	return t.spoil("put mailing", putMailing(t.ctx, t.q, t.meeting.Slug, m))
}

// Signups implements [registration.Tx].
func (t *tx) Signups(after registration.ID, n int) ([]registration.Signup, error) {
	return t.list("signups", `
		WHERE meeting = $1 AND id > $2
		ORDER BY id
		LIMIT $3`, t.meeting.Slug, after.String(), n)
}

// Active implements [registration.Tx].
func (t *tx) Active(after registration.ID, n int) ([]registration.Signup, error) {
	return t.list("active", `
		WHERE meeting = $1 AND id > $2 AND ended_at IS NULL
		ORDER BY id
		LIMIT $3`, t.meeting.Slug, after.String(), n)
}
