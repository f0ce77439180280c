package sqldb

import (
	"context"
	"database/sql"

	"github.com/territoires-industrie/sdk/registration"
)

// Record implements [registration.Tx].
func (t *tx) Record(e registration.Event) error {
	if t.err != nil {
		return t.err
	}
	_, err := t.q.ExecContext(t.ctx, `
		INSERT INTO event (meeting, at, act, signup, detail)
		VALUES ($1, $2, $3, $4, $5)`, t.meeting.Slug, e.At.UnixMicro(), e.Kind, text(e.Signup), e.Detail)
	return t.spoil("record", err)
}

// History implements [registration.Store].
func (s *Store) History(ctx context.Context, id registration.ID) ([]registration.Event, error) {
	rows, err := s.engine.Read().QueryContext(ctx, `
		SELECT at, act, detail FROM event WHERE signup = $1 ORDER BY id`, id.String())
	list, err := collect(rows, err, func(r *sql.Rows) (registration.Event, error) {
		var at sql.NullInt64
		e := registration.Event{Signup: id}
		err := r.Scan(&at, &e.Kind, &e.Detail)
		e.At = instant(at)
		return e, err
	})
	return list, s.wrap("history", err)
}
