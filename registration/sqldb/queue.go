package sqldb

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// mayBeOffered holds for a sign-up that may be offered a seat: its own address,
// or its lead's, is confirmed.
const mayBeOffered = `(signup.address_confirmed_at IS NOT NULL OR EXISTS (
		SELECT 1 FROM signup AS lead
		WHERE lead.id = signup.party AND lead.address_confirmed_at IS NOT NULL))`

// waits holds for a place in the queue of a session whose person may be offered
// a seat there; for a workshop, only with a seat in the meeting.
const waits = mayBeOffered + ` AND (place.session = 'meeting' OR EXISTS (
		SELECT 1 FROM place AS seat
		WHERE seat.signup = place.signup AND seat.session = 'meeting' AND seat.state = 'seat'))`

// list runs a statement that selects sign-ups.
func (t *tx) list(op, rest string, args ...any) ([]registration.Signup, error) {
	if t.err != nil {
		return nil, t.err
	}
	rows, err := t.q.QueryContext(t.ctx, selectSignup+rest, args...)
	list, err := collect(rows, err, func(r *sql.Rows) (registration.Signup, error) { return scanSignup(r) })
	return list, t.spoil(op, err)
}

// SameAddress implements [registration.Tx]. It sorts in Go: with ORDER BY, SQLite
// would read the whole meeting in that order.
func (t *tx) SameAddress(key string) ([]registration.Signup, error) {
	list, err := t.list("same address", ` WHERE meeting = $1 AND address_key = $2 AND address_key <> ''`, t.meeting.Slug, key)
	slices.SortFunc(list, byID)
	return list, err
}

// Waiting implements [registration.Tx].
func (t *tx) Waiting(id registration.SessionID, n int) ([]registration.Signup, error) {
	if t.nobodyQueues(id) {
		return nil, t.err
	}
	return t.list("waiting", `
		JOIN place AS queued ON queued.signup = signup.id
		WHERE queued.meeting = $1 AND queued.session = $2 AND queued.state = 'queue' AND `+mayBeOffered+`
		ORDER BY queued.rank, queued.signup
		LIMIT $3`, t.meeting.Slug, id, n)
}

// unreminded holds for a sign-up whose reminder is due: its hold ends between $1
// and $2, the mail that asked to confirm it is at least 48 hours older than that
// end, and no reminder was made.
const unreminded = `signup.address_confirmed_at IS NULL AND signup.ended_at IS NULL
	AND signup.held_until > $1 AND signup.held_until <= $2
	AND EXISTS (SELECT 1 FROM mail
		WHERE mail.signup = signup.id AND mail.kind IN ('confirm', 'invitation') AND signup.held_until - mail.created_at >= 172800000000)
	AND NOT EXISTS (SELECT 1 FROM mail WHERE mail.signup = signup.id AND mail.kind = 'confirm_reminder')`

// Unreminded implements [registration.Tx].
func (t *tx) Unreminded(now, before time.Time, n int) ([]registration.Signup, error) {
	if err := t.writeMails(); err != nil {
		return nil, t.spoil("unreminded", err)
	}
	return t.list("unreminded", ` WHERE `+unreminded+` AND signup.meeting = $3 ORDER BY held_until, id LIMIT $4`,
		now.UnixMicro(), before.UnixMicro(), t.meeting.Slug, n)
}

// waitingSizes are the sizes of the parties that wait for a session, in ascending
// order, up to the first that is $3 or more. They are few and found by index, so
// the first party that fits is found however many larger ones wait before it. The
// query avoids min(), for which PostgreSQL reads everything as long as it has no
// statistics of the table.
const waitingSizes = `
	WITH RECURSIVE sizes (size) AS (
		SELECT (SELECT size FROM waiting WHERE meeting = $1 AND session = $2 ORDER BY size LIMIT 1)
		UNION ALL
		SELECT (SELECT size FROM waiting WHERE meeting = $1 AND session = $2 AND size > sizes.size ORDER BY size LIMIT 1)
		FROM sizes WHERE sizes.size < $3)`

// firstOfSize is the first in the queue among the parties of one of [waitingSizes].
const firstOfSize = ` FROM waiting WHERE meeting = $1 AND session = $2 AND waiting.size = sizes.size ORDER BY rank, first LIMIT 1`

// Next implements [registration.Tx]. Its coalesce keeps the planner from the index
// of all who wait: places are to be found by the party.
func (t *tx) Next(id registration.SessionID, n int) ([]registration.Signup, error) {
	if t.err != nil || t.nobodyQueues(id) {
		return nil, t.err
	}
	if least, err := smallest(t.ctx, t.q, t.meeting.Slug, id); err != nil || least == 0 || least > n {
		return nil, t.spoil("next", err)
	}
	return t.list("next", `
		JOIN place ON place.signup = signup.id
		WHERE signup.meeting = $1 AND signup.party = (`+waitingSizes+`
				SELECT party FROM (
					SELECT (SELECT rank`+firstOfSize+`) AS rank, (SELECT first`+firstOfSize+`) AS first, (SELECT party`+firstOfSize+`) AS party
					FROM sizes WHERE sizes.size <= $3) AS heads
				ORDER BY rank, first
				LIMIT 1)
			AND place.session = $2 AND coalesce(place.state, '') = 'queue' AND `+waits+`
		ORDER BY place.rank, place.signup`, t.meeting.Slug, id, n)
}

// Waits implements [registration.Tx].
func (t *tx) Waits(id registration.SessionID, n int, rank time.Time, other registration.ID) (found bool, err error) {
	if t.err != nil || t.nobodyQueues(id) {
		return false, t.err
	}
	last := int64(math.MaxInt64)
	if !rank.IsZero() {
		last = rank.UnixMicro()
	}
	err = t.q.QueryRowContext(t.ctx, waitingSizes+`
		SELECT EXISTS (SELECT 1 FROM sizes WHERE sizes.size <= $3 AND EXISTS (
			SELECT 1 FROM waiting
			WHERE meeting = $1 AND session = $2 AND waiting.size = sizes.size AND rank <= $4 AND party <> $5))`,
		t.meeting.Slug, id, n, last, other.String()).Scan(&found)
	return found, t.spoil("waits", err)
}

// rewait updates table waiting, which has how many people of each party wait for a
// session. It is called after s was written, whose places may have changed. If s
// leads a party, its confirmation counts for its companions too.
func (t *tx) rewait(was, s registration.Signup) error {
	queued := func(p registration.Place) bool { return p.State == registration.Queued }
	some := slices.ContainsFunc(was.Places, queued) || slices.ContainsFunc(s.Places, queued)
	if !some && s.ID == s.Party && len(t.parties[s.Party]) != 1 && was.AddressConfirmedAt.IsZero() != s.AddressConfirmedAt.IsZero() {
		some = slices.ContainsFunc(t.seats, func(v seats) bool { return v.Queued > 0 })
	}
	if !some {
		return nil
	}
	_, err := t.q.ExecContext(t.ctx, `DELETE FROM waiting WHERE meeting = $1 AND party = $2`, t.meeting.Slug, s.Party.String())
	if err == nil {
		_, err = t.q.ExecContext(t.ctx, `
			INSERT INTO waiting (meeting, session, party, size, rank, first)
			SELECT meeting, session, party, size, rank, first
			FROM (SELECT place.meeting, place.session, signup.party, coalesce(place.rank, place.since) AS rank, place.signup AS first,
					count(*) OVER (PARTITION BY place.session) AS size,
					row_number() OVER (PARTITION BY place.session ORDER BY coalesce(place.rank, place.since), place.signup) AS n
				FROM signup JOIN place ON place.signup = signup.id
				WHERE signup.meeting = $1 AND signup.party = $2 AND place.state = 'queue' AND `+waits+`) AS members
			WHERE n = 1`, t.meeting.Slug, s.Party.String())
	}
	return err
}

// Ranks implements [registration.Tx].
func (t *tx) Ranks(id registration.SessionID) (first, last time.Time, err error) {
	if t.err != nil || t.nobodyQueues(id) {
		return time.Time{}, time.Time{}, t.err
	}
	var low, high sql.NullInt64
	err = t.q.QueryRowContext(t.ctx, `
		SELECT
			(SELECT rank FROM place WHERE meeting = $1 AND session = $2 AND state = 'queue' AND rank IS NOT NULL ORDER BY rank, signup LIMIT 1),
			(SELECT rank FROM place WHERE meeting = $1 AND session = $2 AND state = 'queue' AND rank IS NOT NULL ORDER BY rank DESC, signup DESC LIMIT 1)`,
		t.meeting.Slug, id).Scan(&low, &high)
	return instant(low), instant(high), t.spoil("ranks", err)
}

// ExpiredOffers implements [registration.Tx].
func (t *tx) ExpiredOffers(now time.Time, n int) ([]registration.Signup, error) {
	return t.list("offers over", `
		WHERE id IN (SELECT place.signup FROM place
			WHERE place.meeting = $1 AND place.state = 'offer' AND place.until <= $2
			ORDER BY place.until, place.signup
			LIMIT $3)
		ORDER BY id`, t.meeting.Slug, now.UnixMicro(), n)
}

// smallest is the size of the smallest party that waits for a session, 0 if none
// does.
func smallest(ctx context.Context, q Querier, slug string, id registration.SessionID) (n int, err error) {
	err = q.QueryRowContext(ctx, `
		SELECT coalesce((SELECT size FROM waiting WHERE meeting = $1 AND session = $2 ORDER BY size LIMIT 1), 0)`, slug, id).Scan(&n)
	return n, err
}

// Ahead implements [registration.Store].
func (s *Store) Ahead(ctx context.Context, u registration.Signup, id registration.SessionID) (n int, err error) {
	err = s.engine.Read().QueryRowContext(ctx, `
		SELECT count(*) FROM (
			SELECT 1 FROM place JOIN signup ON signup.id = place.signup
			WHERE place.meeting = $1 AND place.session = $2 AND place.state = 'queue'
				AND (place.rank, place.signup) < ($3, $4) AND `+mayBeOffered+`
			ORDER BY place.rank, place.signup
			LIMIT $5) AS before`,
		u.Meeting, id, place(u, id).Rank.UnixMicro(), u.ID.String(), registration.CountLimit).Scan(&n)
	return n, s.wrap("ahead", err)
}
