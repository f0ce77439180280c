package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// putMailing adds a mailing, or replaces the progress and the audience of one.
func putMailing(ctx context.Context, q Querier, slug string, m registration.Mailing) error {
	var note, audience []byte
	if m.Note != (registration.Note{}) {
		var err error
		if note, err = json.Marshal(m.Note); err != nil {
			return err
		}
		if audience, err = json.Marshal(m.To); err != nil {
			return err
		}
	}
	_, err := q.ExecContext(ctx, `
		INSERT INTO mailing (id, meeting, kind, due_at, note, reached, posted, done_at, audience, stopped_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE
		SET reached = excluded.reached, posted = excluded.posted, done_at = excluded.done_at,
			audience = excluded.audience, stopped_at = excluded.stopped_at`,
		m.ID.String(), slug, m.Kind, m.DueAt.UnixMicro(), string(note), text(m.Reached), m.Posted, micros(m.DoneAt), string(audience), micros(m.StoppedAt))
	return err
}

// mailings returns the mailings of a meeting, in the order of their ids.
func mailings(ctx context.Context, q Querier, slug string) ([]registration.Mailing, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT id, kind, due_at, note, reached, posted, done_at, audience, withdrawn, stopped_at
		FROM mailing
		WHERE meeting = $1
		ORDER BY id`, slug)
	return collect(rows, err, func(r *sql.Rows) (m registration.Mailing, err error) {
		var note, audience string
		var reached sql.NullString
		var due, done, stopped sql.NullInt64
		if err := r.Scan(&m.ID, &m.Kind, &due, &note, &reached, &m.Posted, &done, &audience, &m.Withdrawn, &stopped); err != nil {
			return m, err
		}
		m.DueAt, m.DoneAt, m.StoppedAt = instant(due), instant(done), instant(stopped)
		if err := readNote(&m, note, audience); err != nil {
			return m, fmt.Errorf("stored note: %w", err)
		}
		return m, m.Reached.Scan(reached.String)
	})
}

// readNote reads an organiser's message and its audience. Older versions kept the
// statuses of the audience with the message.
func readNote(m *registration.Mailing, note, audience string) error {
	if note == "" {
		return nil
	}
	stored := struct {
		*registration.Note
		To []registration.Status
	}{Note: &m.Note}
	if err := json.Unmarshal([]byte(note), &stored); err != nil {
		return err
	}
	if audience == "" {
		m.To.Status = stored.To
		return nil
	}
	return json.Unmarshal([]byte(audience), &m.To)
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

// Select implements [registration.Tx].
func (t *tx) Select(f registration.Filter, after registration.ID, n int) ([]registration.Signup, error) {
	if t.err != nil {
		return nil, t.err
	}
	// The tables that lists read may have unwritten rows.
	if err := errors.Join(t.writeTallies(), t.writeTerms(), t.writeMails()); err != nil {
		return nil, t.spoil("select", err)
	}
	l := listing{ctx: t.ctx, q: t.q, slug: t.meeting.Slug, filter: f, order: registration.OrderDate, lateral: t.store.engine.Clauses().Lateral}
	err := l.plan()
	var entries []registration.Entry
	if err == nil && l.selected > 0 {
		entries, err = l.readStatus(f.Status, &edge{id: after.String()}, true, n)
	}
	list := make([]registration.Signup, len(entries))
	for i, e := range entries {
		list[i] = e.Signup
	}
	return list, t.spoil("select", err)
}

// WithdrawMails implements [registration.Tx].
func (t *tx) WithdrawMails(mailing registration.ID, now time.Time) (int, error) {
	if t.err != nil {
		return 0, t.err
	}
	if err := t.writeMails(); err != nil {
		return 0, t.spoil("withdraw mails", err)
	}
	r, err := t.q.ExecContext(t.ctx, `
		DELETE FROM mail
		WHERE mailing = $1 AND sent_at IS NULL AND parked_at IS NULL AND (lease_until IS NULL OR lease_until <= $2)`,
		mailing.String(), now.UnixMicro())
	if err != nil {
		return 0, t.spoil("withdraw mails", err)
	}
	n, err := r.RowsAffected()
	if err == nil {
		_, err = t.q.ExecContext(t.ctx, `UPDATE mailing SET withdrawn = withdrawn + $2 WHERE id = $1`, mailing.String(), n)
	}
	return int(n), t.spoil("withdraw mails", err)
}

// Unsent implements [registration.MailingStore].
func (s *Store) Unsent(ctx context.Context, slug string) (map[registration.ID]registration.Unsent, error) {
	var all map[registration.ID]registration.Unsent
	err := s.lists(ctx, "unsent mails of "+slug, func(ctx context.Context, q Querier) error {
		all = map[registration.ID]registration.Unsent{}
		// Two queries, since each has an index of few rows. The CASE is what the index of
		// waiting mails begins with; IS NOT NULL would lead SQLite to the index of all mails
		// of mailings, those that have left too.
		for _, where := range []string{`sent_at IS NULL AND parked_at IS NULL`, `parked_at IS NOT NULL`} {
			rows, err := q.QueryContext(ctx, `
				SELECT mailing, count(*), max(CASE WHEN parked_at IS NULL THEN 0 ELSE 1 END)
				FROM mail
				WHERE `+where+` AND meeting = $1 AND CASE WHEN mailing IS NULL THEN 0 ELSE 1 END = 1
				GROUP BY mailing`, slug)
			_, err = collect(rows, err, func(r *sql.Rows) (id registration.ID, err error) {
				var n, refused int
				err = r.Scan(&id, &n, &refused)
				u := all[id]
				if refused == 1 {
					u.Refused = n
				} else {
					u.Waiting = n
				}
				all[id] = u
				return id, err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}
