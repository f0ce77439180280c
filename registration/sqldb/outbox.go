package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// insertMails inserts mails. One without a due time is due when it was created, so
// that the oldest go first.
func insertMails(ctx context.Context, q Querier, mails ...registration.Mail) error {
	return insert(ctx, q, `INSERT INTO mail (id, kind, meeting, signup, signin, mailing, organiser, created_at, due_at, attempts, recipient, reply)`, nil, mails,
		func(values []any, m registration.Mail) []any {
			if m.DueAt.IsZero() {
				m.DueAt = m.CreatedAt
			}
			return append(values, m.ID.String(), m.Kind, name(m.Meeting), text(m.Signup), text(m.SignIn), text(m.Mailing), text(m.Organiser),
				m.CreatedAt.UnixMicro(), m.DueAt.UnixMicro(), m.Attempts, m.To, "")
		}, "")
}

// Claim implements [registration.Outbox]. The mails are chosen first and then
// leased by their ids: for a single statement PostgreSQL would make a generic
// plan that reads every mail.
func (s *Store) Claim(ctx context.Context, now time.Time, lease time.Duration, n int) (list []registration.Mail, err error) {
	err = s.write(ctx, "claim mails", func(ctx context.Context, q Querier) error {
		list = nil // it may run again
		for _, ofMailing := range []int{0, 1} {
			if len(list) == n {
				break
			}
			rows, err := q.QueryContext(ctx, `
				SELECT id, kind, meeting, signup, signin, mailing, organiser, created_at, due_at, attempts, recipient
				FROM mail
				WHERE CASE WHEN mailing IS NULL THEN 0 ELSE 1 END = $1 AND sent_at IS NULL AND parked_at IS NULL
					AND due_at <= $2 AND (lease_until IS NULL OR lease_until <= $2)
				ORDER BY due_at, id
				LIMIT $3`+s.engine.Clauses().SkipLocked, ofMailing, now.UnixMicro(), n-len(list))
			due, err := collect(rows, err, scanMail)
			if err != nil {
				return err
			}
			list = append(list, due...)
		}
		for some := range slices.Chunk(list, rowsAtOnce) {
			args := []any{now.Add(lease).UnixMicro()}
			ids := make([]string, len(some))
			for i, m := range some {
				args = append(args, m.ID.String())
				ids[i] = "$" + strconv.Itoa(len(args))
			}
			_, err := q.ExecContext(ctx, `UPDATE mail SET lease_until = $1 WHERE id IN (`+strings.Join(ids, ", ")+`)`, args...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

func scanMail(r *sql.Rows) (m registration.Mail, err error) {
	var meeting, signup, signin, mailing, organiser sql.NullString
	var created, due sql.NullInt64
	err = r.Scan(&m.ID, &m.Kind, &meeting, &signup, &signin, &mailing, &organiser, &created, &due, &m.Attempts, &m.To)
	if err != nil {
		return m, err
	}
	m.Meeting, m.CreatedAt, m.DueAt = meeting.String, instant(created), instant(due)
	// Scanning an absent id gives the zero one.
	if err := m.Signup.Scan(signup.String); err != nil {
		return m, err
	}
	if err := m.SignIn.Scan(signin.String); err != nil {
		return m, err
	}
	if err := m.Organiser.Scan(organiser.String); err != nil {
		return m, err
	}
	return m, m.Mailing.Scan(mailing.String)
}

// Renew implements [registration.Outbox].
func (s *Store) Renew(ctx context.Context, until time.Time, ids []registration.ID) error {
	ids = slices.SortedFunc(slices.Values(ids), compareIDs)
	return s.write(ctx, "renew leases", func(ctx context.Context, q Querier) error {
		for _, id := range ids {
			_, err := q.ExecContext(ctx, `
				UPDATE mail SET lease_until = $2
				WHERE id = $1 AND lease_until IS NOT NULL AND sent_at IS NULL AND parked_at IS NULL`,
				id.String(), until.UnixMicro())
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// RecordOutcomes implements [registration.Outbox].
func (s *Store) RecordOutcomes(ctx context.Context, outcomes map[registration.ID]registration.Outcome) error {
	ids := slices.SortedFunc(maps.Keys(outcomes), compareIDs)
	return s.write(ctx, "record outcomes", func(ctx context.Context, q Querier) error {
		for _, id := range ids {
			if err := recordOutcome(ctx, q, id, outcomes[id]); err != nil {
				return err
			}
		}
		return nil
	})
}

func recordOutcome(ctx context.Context, q Querier, id registration.ID, o registration.Outcome) error {
	if o.Dropped {
		if withdrawn, err := withdraw(ctx, q, id); withdrawn || err != nil {
			return err
		}
	}
	tried := 1
	if o.Untried {
		tried = 0
	}
	_, err := q.ExecContext(ctx, `
		UPDATE mail
		SET lease_until = NULL, attempts = attempts + CAST($6 AS BIGINT),
			reply = CASE WHEN CAST($6 AS BIGINT) = 0 THEN reply ELSE $2 END,
			recipient = CASE WHEN CAST($3 AS BIGINT) IS NULL THEN recipient ELSE '' END,
			sent_at = $3, parked_at = $4, due_at = coalesce($5, due_at)
		WHERE id = $1 AND sent_at IS NULL`, id.String(), o.Reply, micros(o.SentAt), micros(o.ParkedAt), micros(o.RetryAt), tried)
	return err
}

// withdraw deletes an unsent mail of a mailing and counts it as withdrawn there. It
// reports whether there was one.
func withdraw(ctx context.Context, q Querier, id registration.ID) (bool, error) {
	var mailing string
	err := q.QueryRowContext(ctx, `
		DELETE FROM mail WHERE id = $1 AND mailing IS NOT NULL AND sent_at IS NULL RETURNING mailing`, id.String()).Scan(&mailing)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil {
		_, err = q.ExecContext(ctx, `UPDATE mailing SET withdrawn = withdrawn + 1 WHERE id = $1`, mailing)
	}
	return true, err
}

// compareIDs is the order in which every transaction locks mails.
func compareIDs(a, b registration.ID) int { return slices.Compare(a[:], b[:]) }

// Reclaim implements [registration.Outbox].
func (s *Store) Reclaim(ctx context.Context, now time.Time) error {
	return s.write(ctx, "reclaim mails", func(ctx context.Context, q Querier) error {
		_, err := q.ExecContext(ctx, `
			UPDATE mail
			SET lease_until = NULL, due_at = CASE
				WHEN due_at > $1 AND (attempts > 0 OR due_at = created_at) THEN $1
				ELSE due_at END
			WHERE sent_at IS NULL AND parked_at IS NULL
				AND (lease_until IS NOT NULL OR due_at > $1 AND (attempts > 0 OR due_at = created_at))`, now.UnixMicro())
		return err
	})
}

// Backlog implements [registration.Outbox].
func (s *Store) Backlog(ctx context.Context, _ time.Time) (b registration.Backlog, err error) {
	var oldest sql.NullInt64
	err = s.engine.Read().QueryRowContext(ctx, `
		SELECT count(*), min(created_at),
			(SELECT count(*) FROM mail WHERE parked_at IS NOT NULL)
		FROM mail WHERE sent_at IS NULL AND parked_at IS NULL`).Scan(&b.Waiting, &oldest, &b.Parked)
	b.Oldest = instant(oldest)
	return b, s.wrap("backlog", err)
}

// Parked implements [registration.Store].
func (s *Store) Parked(ctx context.Context, slug string, n int) ([]registration.Parked, error) {
	return s.undelivered(ctx, "parked", slug, `mail.parked_at`, refusedMail+` ORDER BY mail.parked_at DESC, mail.id`, n)
}

// Delayed implements [registration.Store].
func (s *Store) Delayed(ctx context.Context, slug string, n int) ([]registration.Parked, error) {
	return s.undelivered(ctx, "delayed", slug, `mail.due_at`,
		`mail.sent_at IS NULL AND mail.parked_at IS NULL AND mail.reply <> '' ORDER BY mail.due_at, mail.id`, n)
}

// refusedMail is the condition of a mail refused by the present address of the
// sign-up, not by an earlier one.
const refusedMail = `mail.parked_at IS NOT NULL AND (mail.recipient = '' OR mail.kind IN ('address', 'replacement'))`

func (s *Store) undelivered(ctx context.Context, what, slug, at, which string, n int) (list []registration.Parked, err error) {
	err = s.lists(ctx, what+" mails of "+slug, func(ctx context.Context, q Querier) error {
		rows, err := q.QueryContext(ctx, `
			SELECT mail.id, mail.kind, `+at+`, mail.reply, signup.given_name, signup.family_name,
				CASE WHEN mail.recipient = '' THEN signup.email ELSE mail.recipient END, signup.code
			FROM mail JOIN signup ON signup.id = mail.signup
			WHERE mail.meeting = $1 AND signup.email <> '' AND `+which+`
			LIMIT $2`, slug, n)
		list, err = collect(rows, err, func(r *sql.Rows) (p registration.Parked, err error) {
			var at sql.NullInt64
			err = r.Scan(&p.ID, &p.Kind, &at, &p.Reply, &p.Person.GivenName, &p.Person.FamilyName, &p.Person.Email, &p.Code)
			p.At = instant(at)
			return p, err
		})
		return err
	})
	return list, err
}

// MailsTo implements [registration.Store].
func (s *Store) MailsTo(ctx context.Context, signup registration.ID) ([]registration.Posted, error) {
	rows, err := s.engine.Read().QueryContext(ctx, `
		SELECT kind, created_at, sent_at, parked_at, CASE WHEN attempts > 0 THEN due_at END, reply,
			NOT (parked_at IS NULL OR `+refusedMail+`)
		FROM mail WHERE signup = $1 ORDER BY created_at, id`, signup.String())
	list, err := collect(rows, err, scanPosted)
	return list, s.wrap("mails to a sign-up", err)
}

func scanPosted(r *sql.Rows) (p registration.Posted, err error) {
	var created, sent, parked, due sql.NullInt64
	err = r.Scan(&p.Kind, &created, &sent, &parked, &due, &p.Reply, &p.Elsewhere)
	p.CreatedAt, p.SentAt, p.ParkedAt = instant(created), instant(sent), instant(parked)
	if !sent.Valid && !parked.Valid {
		p.RetryAt = instant(due)
	}
	return p, err
}

// ToDo implements [registration.Store].
func (s *Store) ToDo(ctx context.Context, slug string) (approvals, refused int, err error) {
	err = s.engine.Read().QueryRowContext(ctx, `
		SELECT
			(SELECT count(DISTINCT signup.party) FROM place JOIN signup ON signup.id = place.signup
				WHERE place.meeting = $1 AND place.session = $2 AND place.state = 'approval' AND signup.address_confirmed_at IS NOT NULL),
			(SELECT count(*) FROM mail WHERE meeting = $1 AND signup IS NOT NULL AND `+refusedMail+`)`,
		slug, registration.MeetingSession).Scan(&approvals, &refused)
	return approvals, refused, s.wrap("to do in "+slug, err)
}

// Requeue implements [registration.Tx].
func (t *tx) Requeue(id registration.ID, now time.Time) (signup registration.ID, err error) {
	if t.err != nil {
		return signup, t.err
	}
	rows, err := t.q.QueryContext(t.ctx, `
		UPDATE mail SET parked_at = NULL, attempts = CASE WHEN attempts > 1 THEN 1 ELSE attempts END, due_at = $3
		WHERE id = $1 AND meeting = $2 AND parked_at IS NOT NULL
		RETURNING signup`, id.String(), t.meeting.Slug, now.UnixMicro())
	list, err := collect(rows, err, func(r *sql.Rows) (id registration.ID, err error) { return id, r.Scan(&id) })
	if err != nil {
		return signup, t.spoil("requeue", err)
	}
	if len(list) == 0 {
		return signup, registration.ErrNotFound
	}
	return list[0], nil
}

// Readdress implements [registration.Tx].
func (t *tx) Readdress(signup registration.ID, before string, again []registration.Kind, now time.Time) error {
	if t.err != nil {
		return t.err
	}
	const own = ` WHERE signup = $1 AND parked_at IS NOT NULL AND recipient = ''`
	for _, k := range again {
		if _, err := t.q.ExecContext(t.ctx, `UPDATE mail SET parked_at = NULL, attempts = CASE WHEN attempts > 1 THEN 1 ELSE attempts END, due_at = $3`+own+` AND kind = $2`, signup.String(), k, now.UnixMicro()); err != nil {
			return t.spoil("readdress", err)
		}
	}
	_, err := t.q.ExecContext(t.ctx, `UPDATE mail SET recipient = $2`+own, signup.String(), before)
	return t.spoil("readdress", err)
}
