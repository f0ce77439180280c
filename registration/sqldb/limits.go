package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// unconfirmed holds for a sign-up that waits for its address to be confirmed.
const unconfirmed = `signup.address_confirmed_at IS NULL AND signup.ended_at IS NULL`

// held holds for a sign-up that the limits count at $3: one that waits, or a companion
// who has no place, unless it ended together with its lead.
const held = `signup.address_confirmed_at IS NULL AND (signup.ended_at IS NULL AND signup.held_until > $3 OR signup.status = 'expired'
			AND EXISTS (SELECT 1 FROM signup AS lead WHERE lead.id = signup.party AND (lead.ended_at IS NULL OR lead.ended_at <> signup.ended_at)
				AND (signup.held_until > $3 OR lead.held_until > $3)))`

// holdCounter returns the id of a counter of holds.
func (t *tx) holdCounter(key string) string { return "held " + t.meeting.Slug + " " + key }

// endsAfter returns what the window of a counter of holds begins after if they end after
// now. A counter is deleted when its holds end.
func endsAfter(now time.Time) int64 { return now.Add(-registration.CounterFor).UnixMicro() }

// CountHold implements [registration.Tx].
func (t *tx) CountHold(key string, until time.Time) error {
	if t.err == nil {
		t.counts = append(t.counts, counted{t.holdCounter(key), endsAfter(until)})
	}
	return t.err
}

// unwrittenHolds counts the holds that end after now and whose counters are not written
// yet, by the rest of their ids after a prefix.
func (t *tx) unwrittenHolds(prefix string, now time.Time) map[string]int {
	n := make(map[string]int)
	for _, c := range t.counts {
		if rest, ok := strings.CutPrefix(c.key, prefix); ok && c.window > endsAfter(now) {
			n[rest]++
		}
	}
	return n
}

// CountedHolds implements [registration.Tx].
func (t *tx) CountedHolds(key string, now time.Time) (n int, err error) {
	if t.err != nil {
		return 0, t.err
	}
	id := t.holdCounter(key)
	err = t.conn.QueryRowContext(t.ctx, `
		SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM counter WHERE id = $1 AND since > $2`, id, endsAfter(now)).Scan(&n)
	return n + t.unwrittenHolds(id, now)[""], t.spoil("counted holds", err)
}

// silent ends the id of a receipt that says that no mail has left.
const silent = " silent"

// PutReceipt implements [registration.Tx]. A receipt is a counter of its hold.
func (t *tx) PutReceipt(form string, r registration.Receipt) error {
	if r.Silent {
		form += silent
	}
	return t.CountHold(form, r.HeldUntil)
}

// Receipt implements [registration.Tx].
func (t *tx) Receipt(form string, now time.Time) (registration.Receipt, error) {
	if t.err != nil {
		return registration.Receipt{}, t.err
	}
	id := t.holdCounter(form)
	var last counted
	for _, c := range t.counts {
		if (c.key == id || c.key == id+silent) && c.window > endsAfter(now) {
			last = c
		}
	}
	if last.key == "" {
		err := t.conn.QueryRowContext(t.ctx, `
			SELECT id, since FROM counter WHERE id IN ($1, $2) AND since > $3 ORDER BY since DESC LIMIT 1`,
			id, id+silent, endsAfter(now)).Scan(&last.key, &last.window)
		if errors.Is(err, sql.ErrNoRows) {
			return registration.Receipt{}, registration.ErrNotFound
		}
		if err != nil {
			return registration.Receipt{}, t.spoil("receipt", err)
		}
	}
	return registration.Receipt{HeldUntil: time.UnixMicro(last.window).Add(registration.CounterFor), Silent: last.key != id}, nil
}

// UnconfirmedFrom implements [registration.Tx].
func (t *tx) UnconfirmedFrom(network string, now time.Time) (map[registration.SessionID]int, error) {
	if t.err != nil {
		return nil, t.err
	}
	from := func(u unstored) bool { return u.network == network }
	ids := t.holdCounter(network + " ")
	rows, err := t.asking(from).QueryContext(t.ctx, `
		SELECT place.session, count(*)
		FROM signup JOIN place ON place.signup = signup.id
		WHERE signup.meeting = $1 AND signup.network = $2 AND signup.network <> '' AND `+held+`
			AND +signup.created_at > $4
			AND (place.state IN ('seat', 'offer', 'queue', 'approval') OR signup.ended_at IS NOT NULL AND place.state = 'expired')
		GROUP BY place.session
		UNION ALL
		SELECT id, CAST(sum(n) AS BIGINT) FROM counter WHERE id > $5 AND id < $6 AND since > $7 GROUP BY id`,
		t.meeting.Slug, network, now.UnixMicro(), now.Add(-registration.NetworkFor).UnixMicro(), ids, ids+"~", endsAfter(now))
	counts := make(map[registration.SessionID]int)
	_, err = collect(rows, err, func(r *sql.Rows) (id string, err error) {
		var n int
		err = r.Scan(&id, &n)
		counts[registration.SessionID(strings.TrimPrefix(id, ids))] += n
		return id, err
	})
	for id, n := range t.unwrittenHolds(ids, now) {
		counts[registration.SessionID(id)] += n
	}
	return counts, t.spoil("unconfirmed from", err)
}

// UnconfirmedFor implements [registration.Tx].
func (t *tx) UnconfirmedFor(mailbox, key string, now time.Time) (n int, err error) {
	if t.err != nil {
		return 0, t.err
	}
	to := func(u unstored) bool { return u.mailbox == mailbox }
	id := t.holdCounter(key)
	err = t.asking(to).QueryRowContext(t.ctx, `
		SELECT count(*) + (SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM counter WHERE id = $4 AND since > $5)
		FROM signup
		WHERE signup.meeting = $1 AND signup.mailbox = $2 AND signup.mailbox <> '' AND `+held,
		t.meeting.Slug, mailbox, now.UnixMicro(), id, endsAfter(now)).Scan(&n)
	return n + t.unwrittenHolds(id, now)[""], t.spoil("unconfirmed for", err)
}

// Unconfirmed implements [registration.Tx]. It chooses by the index of networks: what is
// added to the id keeps SQLite from reading the whole meeting in that order.
func (t *tx) Unconfirmed(network string, n int) ([]registration.Signup, error) {
	return t.list("unconfirmed", `
		WHERE id IN (SELECT own.id FROM signup AS own
			WHERE own.meeting = $1 AND own.network = $2 AND own.network <> ''
				AND own.address_confirmed_at IS NULL AND (own.ended_at IS NULL OR own.status = 'expired')
			ORDER BY own.id || '' LIMIT $3)
		ORDER BY id`, t.meeting.Slug, network, n)
}

// Holds implements [registration.Tx].
func (t *tx) Holds(since time.Time) (registration.Holds, error) {
	if t.err != nil {
		return registration.Holds{}, t.err
	}
	h, err := holds(t.ctx, t.q, t.meeting.Slug, since)
	return h, t.spoil("holds", err)
}

// Holds implements [registration.Store].
func (s *Store) Holds(ctx context.Context, slug string, since time.Time) (registration.Holds, error) {
	h, err := holds(ctx, s.engine.Read(), slug, since)
	return h, s.wrap("holds of "+slug, err)
}

// holds counts for [registration.Holds]. Its query begins with the unconfirmed
// sign-ups, which are few; CROSS JOIN makes SQLite keep to that order.
func holds(ctx context.Context, q Querier, slug string, since time.Time) (h registration.Holds, err error) {
	err = q.QueryRowContext(ctx, `
		SELECT (SELECT count(*) FROM signup CROSS JOIN place
				WHERE signup.meeting = $1 AND `+unconfirmed+` AND place.signup = signup.id
					AND place.session = 'meeting' AND place.state IN ('seat', 'offer')),
			count(*), count(address_confirmed_at)
		FROM signup WHERE meeting = $1 AND created_at >= $2`, slug, since.UnixMicro()).Scan(&h.Unconfirmed, &h.Recent, &h.Confirmed)
	return h, err
}

// OldestHold implements [registration.Store]. Its + keeps SQLite from the index of
// creation times, which begins with all who have confirmed.
func (s *Store) OldestHold(ctx context.Context, slug string) (time.Time, error) {
	var oldest sql.NullInt64
	err := s.engine.Read().QueryRowContext(ctx, `
		SELECT min(+created_at) FROM signup WHERE meeting = $1 AND `+unconfirmed, slug).Scan(&oldest)
	return instant(oldest), s.wrap("oldest hold of "+slug, err)
}

// NetworkHolds implements [registration.Store].
func (s *Store) NetworkHolds(ctx context.Context, slug string, n int) ([]registration.NetworkHolds, error) {
	rows, err := s.engine.Lists().QueryContext(ctx, `
		SELECT network, count(*), count(place.state), min(created_at), max(created_at)
		FROM signup LEFT JOIN place ON place.signup = signup.id AND place.session = 'meeting' AND place.state IN ('seat', 'offer')
		WHERE signup.meeting = $1 AND signup.network <> '' AND `+unconfirmed+`
		GROUP BY network ORDER BY 2 DESC, network LIMIT $2`, slug, n)
	list, err := collect(rows, err, func(r *sql.Rows) (h registration.NetworkHolds, err error) {
		var first, last sql.NullInt64
		err = r.Scan(&h.Network, &h.People, &h.Seats, &first, &last)
		h.First, h.Last = instant(first), instant(last)
		return h, err
	})
	return list, s.wrap("network holds of "+slug, err)
}

// AskLink implements [registration.Store].
func (s *Store) AskLink(ctx context.Context, a registration.LinkAsk, hour, day time.Time, most int) (allowed bool, err error) {
	err = s.write(ctx, "ask link", func(ctx context.Context, q Querier) error {
		first := 1
		if allowed = true; a.NetworkCounter != "" {
			from, err := count(ctx, q, a.NetworkCounter, hour)
			if err != nil {
				return err
			}
			pair, err := count(ctx, q, a.PairCounter, day)
			if err != nil {
				return err
			}
			if allowed = from <= most; !allowed {
				return nil
			}
			if pair > 1 {
				first = 0
			}
		}
		_, err := q.ExecContext(ctx, `
			INSERT INTO link_ask (id, meeting, address_key, first) VALUES ($1, $2, $3, $4)
			ON CONFLICT (meeting, address_key) DO UPDATE
			SET first = CASE WHEN excluded.first = 1 THEN 1 ELSE link_ask.first END`, a.ID.String(), a.Meeting, a.AddressKey, first)
		return err
	})
	return allowed && err == nil, err
}

// LinkAsks implements [registration.Store].
func (s *Store) LinkAsks(ctx context.Context, n int) ([]registration.LinkAsk, error) {
	rows, err := s.engine.Read().QueryContext(ctx, `
		SELECT id, meeting, address_key, first = 1 FROM link_ask ORDER BY id LIMIT $1`, n)
	list, err := collect(rows, err, func(r *sql.Rows) (a registration.LinkAsk, err error) {
		return a, r.Scan(&a.ID, &a.Meeting, &a.AddressKey, &a.First)
	})
	return list, s.wrap("link asks", err)
}

// DropLinkAsk implements [registration.Store].
func (s *Store) DropLinkAsk(ctx context.Context, id registration.ID) error {
	return s.write(ctx, "drop link ask", func(ctx context.Context, q Querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM link_ask WHERE id = $1`, id.String())
		return err
	})
}

// proxyCounter is the prefix of the counters of untrusted peers, which are deleted
// with the other counters after two days.
const proxyCounter = "proxy_untrusted "

// NoteProxy records for two days that the untrusted peer has sent X-Forwarded-For.
// day is the beginning of the present day.
func (s *Store) NoteProxy(ctx context.Context, peer string, day time.Time) error {
	return s.write(ctx, "note proxy", func(ctx context.Context, q Querier) error {
		_, err := count(ctx, q, proxyCounter+peer, day)
		return err
	})
}

// UntrustedProxies returns the peers that [Store.NoteProxy] has recorded, for two
// days.
func (s *Store) UntrustedProxies(ctx context.Context) ([]string, error) {
	rows, err := s.engine.Read().QueryContext(ctx, `
		SELECT DISTINCT id FROM counter WHERE id >= $1 AND id < $2 ORDER BY id`, proxyCounter, proxyCounter+"~")
	list, err := collect(rows, err, func(r *sql.Rows) (id string, err error) {
		err = r.Scan(&id)
		return strings.TrimPrefix(id, proxyCounter), err
	})
	return list, s.wrap("untrusted proxies", err)
}
