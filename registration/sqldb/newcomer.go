package sqldb

import (
	"github.com/territoires-industrie/sdk/registration"
)

// newcomer is a sign-up whose row and places are not written yet.
type newcomer struct {
	unstored
	row    []any // values as inserted: the caller may change slices of the sign-up later
	places []registration.Place
}

func (t *tx) newcomer(s registration.Signup) *newcomer {
	d := derive(s)
	row := []any{s.ID.String(), s.Code, s.Party.String(), s.CreatedAt.UnixMicro()}
	return &newcomer{unstored: unstored{s, d}, row: append(row, mutable(s, d)...)}
}

// mayWait reports whether the row of a new sign-up may be written with those of
// others at the end of the group: its address must be known to be free. Its code is
// taken once in a billion times. Then the group fails and each change runs again
// alone, where Insert returns [registration.ErrCodeTaken].
func (t *tx) mayWait(s registration.Signup) bool {
	return t.shared && (s.AddressKey == "" || t.free[s.AddressKey])
}

// writeNewcomers writes the rows and the places of new sign-ups.
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
	return err
}

// insertSignup adds a row of [newcomer].
var insertSignup = func() string {
	columns := "meeting, id, code, party, created_at"
	for _, c := range mutableColumns {
		columns += ", " + c.name
	}
	return "INSERT INTO signup (" + columns + ")"
}()

// insertSignups adds rows and returns how many.
func (t *tx) insertSignups(rows []*newcomer, conflict string) (int64, error) {
	return insertCounted(t.ctx, t.conn, insertSignup, t.ofMeeting(), rows,
		func(values []any, n *newcomer) []any { return append(values, n.row...) }, conflict)
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
	return insert(t.ctx, t.conn, `INSERT INTO place (meeting, signup, session, state, since, until, rank, was)`, t.ofMeeting(), rows,
		func(values []any, p placeRow) []any {
			return append(values, p.signup.String(), p.Session, p.State, p.Since.UnixMicro(), micros(p.Until), micros(p.Rank), p.Was)
		}, ` ON CONFLICT (signup, session) DO UPDATE
			SET state = excluded.state, since = excluded.since, until = excluded.until, rank = excluded.rank, was = excluded.was`)
}
