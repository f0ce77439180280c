package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// tallyKey is what the sign-ups of one tally have in common: a status, and a term
// or "" for any.
type tallyKey struct {
	term   string
	status registration.Status
}

// tallied reports whether a term has tallies: words and answers have none.
func tallied(term string) bool {
	return strings.HasPrefix(term, "@") && !strings.HasPrefix(term, answerTerm) && !strings.HasPrefix(term, answeredTerm)
}

// tallyMove changes one tally by a number of sign-ups.
type tallyMove struct {
	tallyKey
	by int
}

// tally adds by, 1 or -1, to each tally of a sign-up with this status and these
// terms.
func (t *tx) tally(s registration.Status, terms []string, by int) {
	t.tallies = append(t.tallies, tallyMove{tallyKey{"", s}, by})
	for _, term := range terms {
		if tallied(term) {
			t.tallies = append(t.tallies, tallyMove{tallyKey{term, s}, by})
		}
	}
}

// writeTallies writes the changes of the tallies. The lock of the meeting keeps
// other transactions from the same rows.
func (t *tx) writeTallies() error {
	moved := make(map[tallyKey]int)
	for _, m := range t.tallies {
		moved[m.tallyKey] += m.by
	}
	t.tallies = nil
	maps.DeleteFunc(moved, func(_ tallyKey, by int) bool { return by == 0 })
	keys := slices.SortedFunc(maps.Keys(moved), func(a, b tallyKey) int {
		return cmp.Or(strings.Compare(a.term, b.term), cmp.Compare(a.status, b.status))
	})
	return insert(t.ctx, t.q, `INSERT INTO tally (meeting, term, status, n)`, t.ofMeeting(), keys,
		func(values []any, k tallyKey) []any { return append(values, k.term, string(k.status), moved[k]) },
		` ON CONFLICT (meeting, term, status) DO UPDATE SET n = tally.n + excluded.n`)
}

// tallyRow is one tally and its number of sign-ups.
type tallyRow struct {
	tallyKey
	n int
}

// tallies reads rows of term, status and number.
func tallies(ctx context.Context, q Querier, statement string, args ...any) ([]tallyRow, error) {
	rows, err := q.QueryContext(ctx, statement, args...)
	return collect(rows, err, func(r *sql.Rows) (t tallyRow, err error) { return t, r.Scan(&t.term, &t.status, &t.n) })
}

// groups turns rows of tallies into what the store returns.
func groups(rows []tallyRow) []registration.Tally {
	list := make([]registration.Tally, len(rows))
	for i, t := range rows {
		group, value, _ := strings.Cut(strings.TrimPrefix(t.term, "@"), "=")
		list[i] = registration.Tally{Group: registration.Group(group), Value: value, Status: t.status, N: t.n}
	}
	return list
}

// Tallies implements [registration.ListStore].
func (s *Store) Tallies(ctx context.Context, slug string) (list []registration.Tally, err error) {
	err = s.lists(ctx, "tallies of "+slug, func(ctx context.Context, q Querier) error {
		rows, err := tallies(ctx, q, `
			SELECT term, status, n FROM tally WHERE meeting = $1 AND n > 0
			UNION ALL
			SELECT term, '', n FROM kept_tally WHERE meeting = $1
			ORDER BY term, status`, slug)
		list = groups(rows)
		return err
	})
	return list, err
}

// Attendance implements [registration.Store].
func (s *Store) Attendance(ctx context.Context, slug string) ([]registration.Attendance, error) {
	all, err := tallies(ctx, s.engine.Read(), `
		SELECT term, '', CAST(sum(n) AS BIGINT) FROM tally
		WHERE meeting = $1 AND term >= $2 AND term < $3
		GROUP BY term HAVING sum(n) > 0`, slug, arrivedTerm, arrivedTerm+"~")
	var list []registration.Attendance
	for _, t := range groups(all) {
		session, half, _ := strings.Cut(t.Value, "/")
		list = append(list, registration.Attendance{Session: registration.SessionID(session), Half: registration.HalfDay(half), Arrived: t.N})
	}
	slices.SortFunc(list, func(a, b registration.Attendance) int {
		return cmp.Or(cmp.Compare(a.Session, b.Session), cmp.Compare(a.Half, b.Half))
	})
	return list, s.wrap("attendance of "+slug, err)
}

// Pressing implements [registration.ListStore].
func (s *Store) Pressing(ctx context.Context, slug string, until time.Time) (p registration.Pressing, err error) {
	err = s.lists(ctx, "pressing in "+slug, func(ctx context.Context, q Querier) error {
		return q.QueryRowContext(ctx, `
			SELECT
				(SELECT count(DISTINCT signup) FROM mail WHERE meeting = $1 AND `+refusedMail+`),
				(SELECT count(*) FROM signup
					WHERE meeting = $1 AND address_confirmed_at IS NULL AND ended_at IS NULL AND held_until <= $2),
				(SELECT count(*) FROM place WHERE meeting = $1 AND state = 'offer' AND until <= $2)`,
			slug, until.UnixMicro()).Scan(&p.Refused, &p.Holds, &p.Offers)
	})
	return p, err
}

// RetainedTallies implements [registration.Tx].
func (t *tx) RetainedTallies() ([]registration.Tally, error) {
	if t.err != nil {
		return nil, t.err
	}
	list, err := tallies(t.ctx, t.q, `SELECT term, '', n FROM kept_tally WHERE meeting = $1 ORDER BY term`, t.meeting.Slug)
	return groups(list), t.spoil("retained tallies", err)
}

// PutRetainedTallies implements [registration.Tx].
func (t *tx) PutRetainedTallies(list []registration.Tally) error {
	if t.err != nil {
		return t.err
	}
	_, err := t.q.ExecContext(t.ctx, `DELETE FROM kept_tally WHERE meeting = $1`, t.meeting.Slug)
	for i := 0; err == nil && i < len(list); i++ {
		_, err = t.q.ExecContext(t.ctx, `
			INSERT INTO kept_tally (meeting, term, n) VALUES ($1, $2, $3)`,
			t.meeting.Slug, "@"+string(list[i].Group)+"="+list[i].Value, list[i].N)
	}
	return t.spoil("put retained tallies", err)
}
