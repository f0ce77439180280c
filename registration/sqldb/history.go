package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/territoires-industrie/sdk/registration"
)

// Record implements [registration.Tx].
func (t *tx) Record(e registration.Event) error {
	if t.err != nil {
		return t.err
	}
	t.events = append(t.events, e)
	if e.Actor.Audited() {
		t.audit = append(t.audit, entry(t.meeting.Slug, e))
	}
	return nil
}

// History implements [registration.Store].
func (s *Store) History(ctx context.Context, id registration.ID) ([]registration.Event, error) {
	rows, err := s.engine.Read().QueryContext(ctx, `
		SELECT at, act, detail, actor_kind, actor, changes FROM event WHERE signup = $1 ORDER BY id`, id.String())
	list, err := collect(rows, err, func(r *sql.Rows) (registration.Event, error) {
		var at sql.NullInt64
		var actor sql.NullString
		var changes string
		e := registration.Event{Signup: id}
		if err := r.Scan(&at, &e.Kind, &e.Detail, &e.Actor.Kind, &actor, &changes); err != nil {
			return e, err
		}
		e.At = instant(at)
		if changes != "" {
			if err := json.Unmarshal([]byte(changes), &e.Changes); err != nil {
				return e, err
			}
		}
		return e, e.Actor.ID.Scan(actor.String) // an absent id gives the zero one
	})
	return list, s.wrap("history", err)
}
