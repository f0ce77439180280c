package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

// tx is one change of one meeting, under the lock of its rows.
type tx struct {
	store     *Store
	ctx       context.Context // of the transaction, not of the request
	q         Querier
	meeting   registration.Meeting
	occupancy []registration.Occupancy // what the locked rows hold, kept in step
	swept     string                   // what has been deleted of everybody, by the locked row
	audit     []team.Entry             // lines of the audit log, written last
	wrote     bool                     // a sign-up was written
	err       error                    // the first that spoils the transaction
}

// spoil remembers an error after which the transaction cannot be committed:
// PostgreSQL refuses every further statement, so SQLite is made to as well.
func (t *tx) spoil(op string, err error) error {
	if err == nil {
		return nil
	}
	t.err = fmt.Errorf("%s: %w", op, err)
	return t.err
}

// outcome is the error of a change: its own, and what it kept to itself.
func (t *tx) outcome(err error) error {
	switch {
	case t.err == nil || errors.Is(err, t.err):
		return err
	case err == nil:
		return t.err
	}
	return fmt.Errorf("%w: %w", err, t.err)
}

// lock takes the meeting's row and then those of its sessions, in the order of
// their ids, so that two changes never wait for each other.
func (t *tx) lock(slug string) error {
	var configID string
	err := t.q.QueryRowContext(t.ctx, `
		SELECT config_id, swept FROM meeting WHERE slug = $1`+t.store.engine.Clauses().ForUpdate, slug).Scan(&configID, &t.swept)
	if err != nil {
		return err
	}
	if t.meeting, err = t.store.config(t.ctx, t.q, slug, configID); err != nil {
		return err
	}
	t.meeting.Slug = slug // by which rows refer to it, whatever an old configuration says
	t.occupancy, err = occupancy(t.ctx, t.q, slug, t.store.engine.Clauses().ForUpdate)
	return err
}

func occupancy(ctx context.Context, q Querier, slug, lock string) ([]registration.Occupancy, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT id, capacity, taken, queued FROM session WHERE meeting = $1 ORDER BY id`+lock, slug)
	return collect(rows, err, func(r *sql.Rows) (o registration.Occupancy, err error) {
		return o, r.Scan(&o.Session, &o.Seats, &o.Taken, &o.Queued)
	})
}

// Meeting implements [registration.Tx].
func (t *tx) Meeting() registration.Meeting { return t.meeting }

// Occupancy implements [registration.Tx].
func (t *tx) Occupancy() ([]registration.Occupancy, error) {
	return slices.Clone(t.occupancy), t.err
}

// session returns what is known of a session of this meeting.
func (t *tx) session(id registration.SessionID) (*registration.Occupancy, bool) {
	for i := range t.occupancy {
		if t.occupancy[i].Session == id {
			return &t.occupancy[i], true
		}
	}
	return nil, false
}

// Signup implements [registration.Tx].
func (t *tx) Signup(id registration.ID) (registration.Signup, error) {
	return t.one("signup", `meeting = $1 AND id = $2`, t.meeting.Slug, id.String())
}

// ByAddress implements [registration.Tx].
func (t *tx) ByAddress(key string) (registration.Signup, error) {
	return t.one("by address", `meeting = $1 AND address_key = $2 AND address_key <> '' AND ended_at IS NULL`,
		t.meeting.Slug, key)
}

func (t *tx) one(op, where string, args ...any) (registration.Signup, error) {
	if t.err != nil {
		return registration.Signup{}, t.err
	}
	s, err := scanSignup(t.q.QueryRowContext(t.ctx, selectSignup+` WHERE `+where, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return registration.Signup{}, registration.ErrNotFound
	}
	return s, t.spoil(op, err)
}

// ExpiredHolds implements [registration.Tx].
func (t *tx) ExpiredHolds(now time.Time, n int) ([]registration.Signup, error) {
	if t.err != nil {
		return nil, t.err
	}
	rows, err := t.q.QueryContext(t.ctx, selectSignup+`
		WHERE meeting = $1 AND address_confirmed_at IS NULL AND ended_at IS NULL AND held_until <= $2
		ORDER BY held_until, id
		LIMIT $3`, t.meeting.Slug, micros(now), n)
	list, err := collect(rows, err, func(r *sql.Rows) (registration.Signup, error) { return scanSignup(r) })
	return list, t.spoil("expired holds", err)
}

// PostedSince implements [registration.Tx].
func (t *tx) PostedSince(key string, since time.Time) (n int, err error) {
	if t.err != nil {
		return 0, t.err
	}
	err = t.q.QueryRowContext(t.ctx, `
		SELECT count(*)
		FROM signup JOIN mail ON mail.signup = signup.id
		WHERE signup.meeting = $1 AND signup.address_key = $2 AND mail.created_at >= $3`,
		t.meeting.Slug, key, since.UnixMicro()).Scan(&n)
	return n, t.spoil("posted since", err)
}
