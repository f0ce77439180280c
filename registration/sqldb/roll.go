package sqldb

import (
	"context"
	"database/sql"

	"github.com/territoires-industrie/sdk/registration"
)

// rolls returns the rolls of a kind with their people, in the order of their ids.
func rolls(ctx context.Context, q Querier, slug string, k registration.RollKind) ([]registration.Roll, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT roll.id, at, signup
		FROM roll LEFT JOIN roll_person ON roll_person.roll = roll.id
		WHERE meeting = $1 AND kind = $2
		ORDER BY roll.id, n`, slug, k)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []registration.Roll
	for rows.Next() {
		r := registration.Roll{Kind: k}
		var at sql.NullInt64
		var person sql.NullString // NULL of a roll without people
		if err := rows.Scan(&r.ID, &at, &person); err != nil {
			return nil, err
		}
		if len(list) == 0 || list[len(list)-1].ID != r.ID {
			r.At = instant(at)
			list = append(list, r)
		}
		if person.Valid {
			var id registration.ID
			if err := id.Scan(person.String); err != nil {
				return nil, err
			}
			last := &list[len(list)-1]
			last.People = append(last.People, id)
		}
	}
	return list, rows.Err()
}

// unlisted returns the people with a seat and a confirmed address who are on no
// roll of the kind made since that confirmation.
func unlisted(ctx context.Context, q Querier, slug string, k registration.RollKind) ([]registration.ID, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT place.signup
		FROM place JOIN signup ON signup.id = place.signup
		WHERE place.meeting = $1 AND place.session = 'meeting' AND place.state = 'seat' AND address_confirmed_at IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM roll_person JOIN roll ON roll.id = roll_person.roll
				WHERE roll_person.signup = place.signup AND kind = $2 AND roll.at >= address_confirmed_at)
		ORDER BY place.since, place.signup`, slug, k)
	return collect(rows, err, func(r *sql.Rows) (id registration.ID, err error) { return id, r.Scan(&id) })
}

// Rolls implements [registration.Store].
func (s *Store) Rolls(ctx context.Context, slug string, k registration.RollKind) ([]registration.Roll, error) {
	list, err := rolls(ctx, s.engine.Read(), slug, k)
	return list, s.wrap("rolls of "+slug, err)
}

// Unlisted implements [registration.Store].
func (s *Store) Unlisted(ctx context.Context, slug string, k registration.RollKind) ([]registration.ID, error) {
	list, err := unlisted(ctx, s.engine.Read(), slug, k)
	return list, s.wrap("unlisted of "+slug, err)
}

// Rolls implements [registration.Tx].
func (t *tx) Rolls(k registration.RollKind) ([]registration.Roll, error) {
	if t.err != nil {
		return nil, t.err
	}
	list, err := rolls(t.ctx, t.q, t.meeting.Slug, k)
	return list, t.spoil("rolls", err)
}

// Unlisted implements [registration.Tx].
func (t *tx) Unlisted(k registration.RollKind) ([]registration.ID, error) {
	if t.err != nil {
		return nil, t.err
	}
	list, err := unlisted(t.ctx, t.q, t.meeting.Slug, k)
	return list, t.spoil("unlisted", err)
}

// PutRoll implements [registration.Tx].
func (t *tx) PutRoll(r registration.Roll) error {
	if t.err != nil {
		return t.err
	}
	_, err := t.q.ExecContext(t.ctx, `
		INSERT INTO roll (id, meeting, kind, at) VALUES ($1, $2, $3, $4)`, r.ID.String(), t.meeting.Slug, r.Kind, r.At.UnixMicro())
	for i := 0; err == nil && i < len(r.People); i++ {
		_, err = t.q.ExecContext(t.ctx, `
			INSERT INTO roll_person (roll, n, signup) VALUES ($1, $2, $3)`, r.ID.String(), i+1, r.People[i].String())
	}
	return t.spoil("put roll", err)
}

// DeleteRolls implements [registration.Tx].
func (t *tx) DeleteRolls(k registration.RollKind) error {
	if t.err != nil {
		return t.err
	}
	_, err := t.q.ExecContext(t.ctx, `DELETE FROM roll WHERE meeting = $1 AND kind = $2`, t.meeting.Slug, k)
	return t.spoil("delete rolls", err)
}
