package sqldb

import (
	"context"
	"database/sql"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

const loginColumns = `key, organiser, since, seen, until, device`

func scanLogin(r scanner) (s team.Session, err error) {
	var since, seen, until sql.NullInt64
	err = r.Scan(&s.Key, &s.Organiser, &since, &seen, &until, &s.Device)
	s.Since, s.Seen, s.Until = instant(since), instant(seen), instant(until)
	return s, err
}

// OpenSession implements [team.Store].
func (s *Store) OpenSession(ctx context.Context, l team.Session) error {
	return s.surely(ctx, "open session", func(ctx context.Context, q Querier) error {
		_, err := q.ExecContext(ctx, `
			INSERT INTO login (`+loginColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
			l.Key, l.Organiser.String(), l.Since.UnixMicro(), l.Seen.UnixMicro(), l.Until.UnixMicro(), l.Device)
		return err
	})
}

// Session implements [team.Store].
func (s *Store) Session(ctx context.Context, key string) (l team.Session, o registration.Organiser, err error) {
	q := s.engine.Read()
	l, err = scanLogin(q.QueryRowContext(ctx, `SELECT `+loginColumns+` FROM login WHERE key = $1`, key))
	if err == nil {
		o, err = oneOrganiser(ctx, q, `WHERE organiser.id = $1`, l.Organiser.String())
	}
	return l, o, s.wrap("session", err)
}

// SeeSession implements [team.Store].
func (s *Store) SeeSession(ctx context.Context, key string, now time.Time) error {
	return s.write(ctx, "see session", func(ctx context.Context, q Querier) error {
		_, err := q.ExecContext(ctx, `UPDATE login SET seen = $2 WHERE key = $1`, key, now.UnixMicro())
		return err
	})
}

// Sessions implements [team.Store].
func (s *Store) Sessions(ctx context.Context, organiser registration.ID) ([]team.Session, error) {
	rows, err := s.engine.Read().QueryContext(ctx, `
		SELECT `+loginColumns+` FROM login WHERE organiser = $1 ORDER BY since, key`, organiser.String())
	list, err := collect(rows, err, func(r *sql.Rows) (team.Session, error) { return scanLogin(r) })
	return list, s.wrap("sessions", err)
}

// EndSessions implements [team.Store].
func (s *Store) EndSessions(ctx context.Context, organiser registration.ID, key string) error {
	return s.write(ctx, "end sessions", func(ctx context.Context, q Querier) error {
		_, err := q.ExecContext(ctx, `
			DELETE FROM login WHERE organiser = $1 AND ($2 = '' OR key = $2)`, organiser.String(), key)
		return err
	})
}

// DeleteSessions implements [team.Store].
func (s *Store) DeleteSessions(ctx context.Context, now time.Time) error {
	return s.write(ctx, "delete sessions", func(ctx context.Context, q Querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM login WHERE until <= $1`, now.Add(-team.ExpiredFor).UnixMicro())
		if err == nil {
			_, err = q.ExecContext(ctx, `
				UPDATE organiser SET kept_form = '' WHERE kept_form <> '' AND kept_at <= $1`, now.Add(-formKept).UnixMicro())
		}
		return err
	})
}

// formKept is how long a saved form is kept for an organiser who signs in again.
const formKept = time.Hour

// SaveForm implements [team.Store].
func (s *Store) SaveForm(ctx context.Context, organiser registration.ID, form string, now time.Time) error {
	return s.write(ctx, "save form", func(ctx context.Context, q Querier) error {
		return affected(q.ExecContext(ctx, `
			UPDATE organiser SET kept_form = $2, kept_at = $3 WHERE id = $1`, organiser.String(), form, now.UnixMicro()))
	})
}

// TakeForm implements [team.Store].
func (s *Store) TakeForm(ctx context.Context, organiser registration.ID) (form string, err error) {
	err = s.engine.Read().QueryRowContext(ctx, `SELECT kept_form FROM organiser WHERE id = $1`, organiser.String()).Scan(&form)
	if err != nil || form == "" { // almost always: nothing is written
		return "", s.wrap("take form", err)
	}
	return form, s.write(ctx, "take form", func(ctx context.Context, q Querier) error {
		return affected(q.ExecContext(ctx, `UPDATE organiser SET kept_form = '' WHERE id = $1`, organiser.String()))
	})
}
