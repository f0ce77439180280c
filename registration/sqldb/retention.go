package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// clockRecord reads the one row of table clock, and the time of the database
// server, zero for an engine without one.
func (s *Store) clockRecord(ctx context.Context, q Querier, lock string) (r registration.ClockRecord, server time.Time, err error) {
	now := s.engine.Clauses().Now
	if now == "" {
		now = "NULL"
	}
	var trusted, doubted, last, at sql.NullInt64
	err = q.QueryRowContext(ctx, `
		SELECT trusted, doubted, last, ticks, confirmed = 1, `+now+`
		FROM clock WHERE id = 1`+lock).Scan(&trusted, &doubted, &last, &r.Ticks, &r.Confirmed, &at)
	r.Trusted, r.Doubted, r.Last = instant(trusted), instant(doubted), instant(last)
	return r, instant(at), err
}

// ClockRecord implements [registration.Store].
func (s *Store) ClockRecord(ctx context.Context) (registration.ClockRecord, error) {
	r, _, err := s.clockRecord(ctx, s.engine.Read(), "")
	return r, s.wrap("clock", err)
}

// ChangeClock implements [registration.Store].
func (s *Store) ChangeClock(ctx context.Context, change func(registration.ClockRecord, time.Time) registration.ClockRecord) error {
	return s.write(ctx, "change clock", func(ctx context.Context, q Querier) error {
		r, server, err := s.clockRecord(ctx, q, s.engine.Clauses().ForUpdate)
		if err != nil {
			return err
		}
		r = change(r, server)
		confirmed := 0
		if r.Confirmed {
			confirmed = 1
		}
		_, err = q.ExecContext(ctx, `
			UPDATE clock SET trusted = $1, doubted = $2, last = $3, ticks = $4, confirmed = $5
			WHERE id = 1`, micros(r.Trusted), micros(r.Doubted), micros(r.Last), r.Ticks, confirmed)
		return err
	})
}

// LastRecorded implements [registration.Store]. It reads whole tables, but is
// called only once, before the first tick.
func (s *Store) LastRecorded(ctx context.Context, before time.Time) (time.Time, error) {
	var at sql.NullInt64
	err := s.engine.Read().QueryRowContext(ctx, `
		SELECT max(at) FROM (
			SELECT max(created_at) AS at FROM signup WHERE created_at < $1
			UNION ALL SELECT max(address_confirmed_at) FROM signup WHERE address_confirmed_at < $1
			UNION ALL SELECT max(ended_at) FROM signup WHERE ended_at < $1
			UNION ALL SELECT max(since) FROM place WHERE since < $1
			UNION ALL SELECT max(at) FROM arrival WHERE at < $1
			UNION ALL SELECT max(at) FROM event WHERE signup IS NOT NULL AND at < $1
			UNION ALL SELECT max(created_at) FROM mail WHERE signup IS NOT NULL AND created_at < $1
			UNION ALL SELECT max(sent_at) FROM mail WHERE signup IS NOT NULL AND sent_at < $1
		) AS recorded`, before.UnixMicro()).Scan(&at)
	return instant(at), s.wrap("last recorded", err)
}

func retention(ctx context.Context, q Querier, slug string) (v registration.Retention, err error) {
	var shortened sql.NullInt64
	var before string
	err = q.QueryRowContext(ctx, `
		SELECT shortened_at, kept_before, swept FROM meeting WHERE slug = $1`, slug).Scan(&shortened, &before, &v.Swept)
	v.ShortenedAt = instant(shortened)
	if err == nil && before != "" {
		if err = json.Unmarshal([]byte(before), &v.Before); err != nil {
			err = fmt.Errorf("stored ends: %w", err)
		}
	}
	return v, err
}

// Retention implements [registration.Store].
func (s *Store) Retention(ctx context.Context, slug string) (registration.Retention, error) {
	v, err := retention(ctx, s.engine.Read(), slug)
	return v, s.wrap("retention of "+slug, err)
}

// Retention implements [registration.Tx].
func (t *tx) Retention() (registration.Retention, error) {
	if t.err != nil {
		return registration.Retention{}, t.err
	}
	v, err := retention(t.ctx, t.q, t.meeting.Slug)
	return v, t.spoil("retention", err)
}

// PutRetention implements [registration.Tx].
func (t *tx) PutRetention(v registration.Retention) error {
	if t.err != nil {
		return t.err
	}
	before, err := json.Marshal(v.Before)
	if err != nil {
		return t.spoil("put retention", err)
	}
	t.swept = v.Swept
	_, err = t.q.ExecContext(t.ctx, `
		UPDATE meeting SET shortened_at = $2, kept_before = $3, swept = $4
		WHERE slug = $1`, t.meeting.Slug, micros(v.ShortenedAt), string(before), v.Swept)
	return t.spoil("put retention", err)
}

// unsweep clears column swept, which says that all that was due has been deleted: a
// sign-up that is written may bring more to delete.
func (t *tx) unsweep() error {
	if t.swept == "" {
		return nil
	}
	t.swept = ""
	_, err := t.q.ExecContext(t.ctx, `UPDATE meeting SET swept = '' WHERE slug = $1`, t.meeting.Slug)
	return err
}

// ClockRecord implements [registration.Tx].
func (t *tx) ClockRecord() (registration.ClockRecord, error) {
	if t.err != nil {
		return registration.ClockRecord{}, t.err
	}
	r, _, err := t.store.clockRecord(t.ctx, t.q, "")
	return r, t.spoil("clock", err)
}

// Erased implements [registration.Store].
func (s *Store) Erased(ctx context.Context) ([]registration.ID, error) {
	rows, err := s.engine.Read().QueryContext(ctx, `
		SELECT signup FROM event WHERE act = $1 AND signup IS NOT NULL
		GROUP BY signup ORDER BY min(id)`, registration.EventErased)
	list, err := collect(rows, err, func(r *sql.Rows) (id registration.ID, err error) { return id, r.Scan(&id) })
	return list, s.wrap("erased", err)
}

// DeleteCounters implements [registration.Store].
func (s *Store) DeleteCounters(ctx context.Context, before time.Time, n int) (int, error) {
	return s.deleteSpent(ctx, "delete counters", before, n, `
		DELETE FROM counter WHERE (id, since) IN (
			SELECT id, since FROM counter WHERE since < $1 ORDER BY since LIMIT $2)`)
}

// DeleteNetworks implements [registration.Store].
func (s *Store) DeleteNetworks(ctx context.Context, before time.Time, n int) (int, error) {
	return s.deleteSpent(ctx, "delete networks", before, n, `
		UPDATE signup SET network = '' WHERE id IN (
			SELECT id FROM signup WHERE network <> '' AND created_at < $1 LIMIT $2)`)
}

// DeleteMails implements [registration.Store].
func (s *Store) DeleteMails(ctx context.Context, before time.Time, n int) (int, error) {
	return s.deleteSpent(ctx, "delete mails", before, n, `
		DELETE FROM mail WHERE id IN (
			SELECT mail.id FROM mail LEFT JOIN mailing ON mailing.id = mail.mailing
			WHERE mail.sent_at < $1 AND (mail.mailing IS NULL OR mailing.done_at IS NOT NULL)
			ORDER BY mail.sent_at LIMIT $2)`)
}

// DeleteSignIns implements [registration.Store]. It also deletes the mail that
// carried the link, and keeps both as long as that mail waits to be sent.
func (s *Store) DeleteSignIns(ctx context.Context, before time.Time, n int) (int, error) {
	const spent = `(SELECT id FROM signin WHERE expires_at < $1 AND NOT EXISTS (SELECT 1 FROM mail
			WHERE mail.signin = signin.id AND mail.sent_at IS NULL AND mail.parked_at IS NULL)
		ORDER BY expires_at LIMIT $2)`
	return s.deleteSpent(ctx, "delete sign-ins", before, n,
		`DELETE FROM mail WHERE signin IN `+spent, `DELETE FROM signin WHERE id IN `+spent)
}

// deleteSpent runs the statements in one transaction and returns how many rows
// the last one deleted.
func (s *Store) deleteSpent(ctx context.Context, op string, before time.Time, n int, statements ...string) (deleted int, err error) {
	err = s.write(ctx, op, func(ctx context.Context, q Querier) error {
		for _, statement := range statements {
			r, err := q.ExecContext(ctx, statement, before.UnixMicro(), n)
			if err != nil {
				return err
			}
			rows, err := r.RowsAffected()
			if err != nil {
				return err
			}
			deleted = int(rows)
		}
		return nil
	})
	return deleted, err
}
