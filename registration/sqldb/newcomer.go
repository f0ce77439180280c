package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
)

// newcomer is a sign-up whose row and places are not written yet.
type newcomer struct {
	registration.Signup
	derived
	row    []any // as it was inserted, whatever becomes of the parts of the sign-up
	places []registration.Place
}

func (t *tx) newcomer(s registration.Signup) newcomer {
	d := derive(s)
	row := []any{s.ID.String(), t.meeting.Slug, s.Code, s.Party.String(), s.CreatedAt.UnixMicro()}
	return newcomer{Signup: s, derived: d, row: append(row, mutable(s, d)...)}
}

// current runs statements that see what the changes of a transaction have written:
// newcomers are written before. What concerns none of them may be asked without:
// see [tx.asking].
type current struct{ t *tx }

// ExecContext implements [Querier].
func (c current) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := c.t.writeNewcomers(); err != nil {
		return nil, err
	}
	return c.t.conn.ExecContext(ctx, query, args...)
}

// QueryContext implements [Querier].
func (c current) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := c.t.writeNewcomers(); err != nil {
		return nil, err
	}
	return c.t.conn.QueryContext(ctx, query, args...)
}

// QueryRowContext implements [Querier]. An error of what is written before spoils the
// change, whatever it makes of the answer.
func (c current) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	_ = c.t.writeNewcomers()
	return c.t.conn.QueryRowContext(ctx, query, args...)
}

// asking returns what answers a question that these newcomers alone concern.
func (t *tx) asking(concerned func(newcomer) bool) Querier {
	if slices.ContainsFunc(t.newcomers, concerned) {
		return t.q
	}
	return t.conn
}

// mayWait reports whether the row of a new sign-up may be written with those of
// others at the end of the group: none of its keys is taken but, once in a billion
// times, the code. What fails there runs again alone, where Insert finds out itself.
func (t *tx) mayWait(s registration.Signup) bool {
	return t.shared && (s.AddressKey == "" || t.free[s.AddressKey])
}

// writeNewcomers writes the rows and the places of new sign-ups. If that fails, the
// change that runs may not be the one to blame.
func (t *tx) writeNewcomers() error {
	rows := t.newcomers
	if t.newcomers = nil; len(rows) == 0 {
		return nil
	}
	_, err := t.insertSignups(rows, "")
	var places []placeRow
	for _, n := range rows {
		places = append(places, placesOf(n.ID, n.places)...)
	}
	if err == nil {
		err = t.writePlaces(places)
	}
	if err != nil && t.shared && t.store.engine.Fault(err) != FaultUnavailable {
		err = fmt.Errorf("%w: %w", errAlone, err)
	}
	return t.spoil("insert", err)
}

// insertSignups adds rows and returns how many.
func (t *tx) insertSignups(rows []newcomer, conflict string) (int64, error) {
	return insertCounted(t.ctx, t.conn, `
		INSERT INTO signup (id, meeting, code, party, created_at, version, given_name, family_name, email,
			organisation, function, category, territory, address_key, language, notice_version,
			address_confirmed_at, held_until, ended_at, answers, interests, transfer, refusal, source,
			network, mailbox, status, name_key, organisation_key, terms)`, rows, func(n newcomer) []any { return n.row }, conflict)
}

// placeRow is a place and whose it is.
type placeRow struct {
	signup registration.ID
	registration.Place
}

func placesOf(id registration.ID, places []registration.Place) []placeRow {
	rows := make([]placeRow, len(places))
	for i, p := range places {
		rows[i] = placeRow{id, p}
	}
	return rows
}

// writePlaces adds places, or replaces them.
func (t *tx) writePlaces(rows []placeRow) error {
	return insert(t.ctx, t.conn, `INSERT INTO place (signup, session, meeting, state, since, until, rank, was)`, rows,
		func(p placeRow) []any {
			return []any{p.signup.String(), p.Session, t.meeting.Slug, p.State, p.Since.UnixMicro(), micros(p.Until), micros(p.Rank), p.Was}
		}, ` ON CONFLICT (signup, session) DO UPDATE
			SET state = excluded.state, since = excluded.since, until = excluded.until, rank = excluded.rank, was = excluded.was`)
}
