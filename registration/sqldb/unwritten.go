package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

// unwritten holds the rows that a transaction writes together at its end, for all
// its changes. A change that reads such rows has them written before: see [current]
// and [tx.writeMails].
type unwritten struct {
	newcomers []*newcomer
	confirmed []unstored

	terms   []termRow
	tallies []tallyMove
	events  []registration.Event
	counts  []counted
	mails   []unwrittenMail
	audit   []team.Entry

	counters map[counted]int // as they were read, shared by all copies
}

type termRow struct {
	term            string
	nameKey, signup any // as they are stored, the same of all terms of a sign-up
}

// newSignup is a sign-up that this transaction inserted, so that no mail was posted
// to it before.
type newSignup struct {
	id  registration.ID
	key string // of its address
}

// unwrittenMail is a mail that is not written yet. It may replace another, unless
// it is fresh: the first mail to a new sign-up.
type unwrittenMail struct {
	registration.Mail
	fresh bool
	key   string // of the address that it goes to, if that is known
}

// replaces reports whether m replaces other, provided that other is unsent.
func replaces(m, other registration.Mail) bool {
	return m.Kind != registration.MailMessage && m.Signup == other.Signup && m.Kind == other.Kind && m.To == other.To &&
		(m.Mailing == registration.ID{} || m.Mailing != other.Mailing)
}

// counted is one more in a counter, in one time window.
type counted struct {
	key    string
	window int64 // its beginning, in microseconds
}

// flush writes all that is still unwritten: first the rows of this meeting, then,
// in the order of their keys, rows that meetings share. So the transactions of two
// meetings never deadlock.
func (t *tx) flush() error {
	if t.err != nil {
		return t.err
	}
	for _, write := range []func() error{t.writeSignups, t.writeSeats, t.writeTallies, t.writeTerms, t.writeEvents, t.writeCounts, t.writeMails, t.writeAudit} {
		if err := write(); err != nil {
			return t.spoil("write", err)
		}
	}
	return nil
}

// rowsAtOnce is the most rows in one statement. It bounds the length of statements,
// and so how many different ones there are.
const rowsAtOnce = 24

// insert runs INSERTs for rows, [rowsAtOnce] at a time. shared are the values of
// the first columns, the same in each row. add appends the values of the other
// columns. conflict is the clause after the values.
func insert[T any](ctx context.Context, q Querier, into string, shared []any, rows []T, add func([]any, T) []any, conflict string) error {
	_, err := insertCounted(ctx, q, into, shared, rows, add, conflict)
	return err
}

// insertCounted is insert, and returns how many rows were inserted or replaced.
func insertCounted[T any](ctx context.Context, q Querier, into string, shared []any, rows []T, add func([]any, T) []any, conflict string) (n int64, err error) {
	for some := range slices.Chunk(rows, rowsAtOnce) {
		values := add(slices.Clone(shared), some[0])
		own := len(values) - len(shared)
		values = slices.Grow(values, (len(some)-1)*own)
		for _, row := range some[1:] {
			values = add(values, row)
		}
		r, err := q.ExecContext(ctx, insertion{into, conflict, len(shared), own, len(some)}.text(), values...)
		if err != nil {
			return n, err
		}
		added, err := r.RowsAffected()
		if n += added; err != nil {
			return n, err
		}
	}
	return n, nil
}

// insertion is what the text of an INSERT depends on.
type insertion struct {
	into, conflict string
	shared, own    int // values of all rows, and of each
	rows           int
}

// insertions caches these texts: building one takes as long as binding its values.
var insertions sync.Map

func (i insertion) text() string {
	if known, ok := insertions.Load(i); ok {
		return known.(string)
	}
	var text strings.Builder
	text.WriteString(i.into + " VALUES ")
	for n := range i.rows {
		text.WriteString([]string{"(", ", ("}[min(n, 1)])
		if i.shared > 0 {
			text.WriteString(placeholders(1, i.shared) + ", ")
		}
		text.WriteString(placeholders(i.shared+n*i.own+1, i.own) + ")")
	}
	text.WriteString(i.conflict)
	insertions.Store(i, text.String())
	return text.String()
}

// placeholders returns n placeholders, numbered from first: $1, $2.
func placeholders(first, n int) string {
	var text strings.Builder
	for i := range n {
		text.WriteString([]string{"$", ", $"}[min(i, 1)])
		text.WriteString(strconv.Itoa(first + i))
	}
	return text.String()
}

// writeSeats writes the counters of the sessions. The ceiling stays where it is
// when seats are taken, and comes down towards the capacity as they are given back.
func (t *tx) writeSeats() error {
	for i := range t.seats {
		v := &t.seats[i]
		if v.taken == 0 && v.queued == 0 && !v.freed {
			continue
		}
		freed := 0
		if v.freed {
			freed = 1
		}
		err := affected(t.q.ExecContext(t.ctx, `
			UPDATE session
			SET taken = taken + $3, queued = queued + $4,
				ceiling = CASE WHEN CAST($5 AS BIGINT) = 0 OR capacity = -1 THEN ceiling
					WHEN capacity > taken + $6 THEN capacity
					ELSE taken + $6 END
			WHERE meeting = $1 AND id = $2`, t.meeting.Slug, v.Session, int64(v.taken), int64(v.queued), freed, int64(v.lowest)))
		if err != nil {
			return t.full(v.Session, err)
		}
		v.taken, v.queued, v.freed, v.lowest = 0, 0, false, 0
	}
	return nil
}

// ofMeeting is the value that rows of the meeting share.
func (t *tx) ofMeeting() []any { return []any{t.meeting.Slug} }

// writeTerms adds terms. A row may be there already: an older program, which knew
// no terms, has changed the sign-up and left it behind.
func (t *tx) writeTerms() error {
	rows := t.terms
	t.terms = nil
	return insert(t.ctx, t.q, `INSERT`+t.store.engine.Clauses().OrIgnore+` INTO term (meeting, term, name_key, signup)`, t.ofMeeting(), rows,
		func(values []any, r termRow) []any { return append(values, r.term, r.nameKey, r.signup) }, ` ON CONFLICT DO NOTHING`)
}

func (t *tx) writeEvents() error {
	rows := t.events
	t.events = nil
	return insert(t.ctx, t.q, `INSERT INTO event (meeting, at, act, signup, detail, actor_kind, actor, changes)`, t.ofMeeting(), rows,
		func(values []any, e registration.Event) []any {
			return append(values, e.At.UnixMicro(), e.Kind, text(e.Signup), e.Detail, e.Actor.Kind, text(e.Actor.ID), changesText(e.Changes))
		}, "")
}

func (t *tx) writeCounts() error {
	sum := make(map[counted]int64)
	for _, c := range t.counts {
		sum[c]++
	}
	t.counts = nil
	keys := make([]counted, 0, len(sum))
	for c := range sum {
		keys = append(keys, c)
	}
	slices.SortFunc(keys, func(a, b counted) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.window, b.window)) })
	return insert(t.ctx, t.q, `INSERT INTO counter (id, since, n)`, nil, keys,
		func(values []any, c counted) []any { return append(values, c.key, c.window, sum[c]) }, ` ON CONFLICT (id, since) DO UPDATE SET n = counter.n + excluded.n`)
}

// writeMails writes the mails that wait. A change that reads mails calls it before.
func (t *tx) writeMails() error {
	all := slices.SortedFunc(slices.Values(t.mails), func(a, b unwrittenMail) int { return compareIDs(a.ID, b.ID) })
	t.mails = nil
	waits, err := t.waitingMails(all)
	if err != nil {
		return err
	}
	rows := make([]registration.Mail, 0, len(all))
	for _, m := range all {
		replaced := false
		if m.mayReplace() && waits[waitingMail{m.Signup, m.Kind, m.To}] {
			if replaced, err = t.replaceMail(m); err != nil {
				return err
			}
		}
		if !replaced {
			rows = append(rows, m.Mail)
		}
	}
	return insertMails(t.ctx, t.q, rows...)
}

// mayReplace reports whether there may be an unsent mail that m replaces.
func (m unwrittenMail) mayReplace() bool { return !m.fresh && m.Kind != registration.MailMessage }

// waitingMail is what an unsent mail has in common with the mail that replaces it:
// see [replaces].
type waitingMail struct {
	signup registration.ID
	kind   registration.Kind
	to     string
}

// waitingMails returns the unsent mails that these mails may replace. Its coalesce
// keeps the planner from the index of all unsent mails: they are to be found by
// sign-up.
func (t *tx) waitingMails(mails []unwrittenMail) (map[waitingMail]bool, error) {
	waits := make(map[waitingMail]bool)
	asked := slices.DeleteFunc(slices.Clone(mails), func(m unwrittenMail) bool { return !m.mayReplace() })
	for some := range slices.Chunk(asked, rowsAtOnce) {
		ids := make([]any, len(some))
		for i, m := range some {
			ids[i] = m.Signup.String()
		}
		rows, err := t.q.QueryContext(t.ctx, `
			SELECT signup, kind, recipient FROM mail
			WHERE signup IN (`+placeholders(1, len(ids))+`) AND coalesce(sent_at, parked_at, lease_until) IS NULL`, ids...)
		if _, err = collect(rows, err, func(r *sql.Rows) (w waitingMail, err error) {
			err = r.Scan(&w.signup, &w.kind, &w.to)
			waits[w] = true
			return w, err
		}); err != nil {
			return nil, err
		}
	}
	return waits, nil
}

// replaceMail replaces by m the unsent mail of its kind that nobody is sending, and
// reports whether there was one.
func (t *tx) replaceMail(m unwrittenMail) (bool, error) {
	r, err := t.q.ExecContext(t.ctx, `
		UPDATE mail SET id = $1, mailing = $5
		WHERE lease_until IS NULL AND id = (SELECT min(id) FROM mail
			WHERE signup = $2 AND kind = $3 AND recipient = $4
				AND (mailing IS NULL OR CAST($5 AS TEXT) IS NULL OR mailing <> $5)
				AND coalesce(sent_at, parked_at, lease_until) IS NULL)`,
		m.ID.String(), m.Signup.String(), m.Kind, m.To, text(m.Mailing))
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// writeAudit adds the lines of the audit log.
func (t *tx) writeAudit() error {
	if len(t.audit) == 0 {
		return nil
	}
	rows := t.audit
	t.audit = nil
	head, err := lockAudit(t.ctx, t.q, t.store.engine.Clauses())
	for _, e := range rows {
		if err == nil {
			err = head.add(t.ctx, t.q, e)
		}
	}
	return err
}

// Count implements [registration.Tx].
func (t *tx) Count(key string, window time.Time) (n int, err error) {
	if t.err != nil {
		return 0, t.err
	}
	c := counted{key, window.UnixMicro()}
	before, known := t.counters[c]
	if !known {
		err := t.conn.QueryRowContext(t.ctx, `
			SELECT coalesce(max(n), 0) FROM counter WHERE id = $1 AND since = $2`, c.key, c.window).Scan(&before)
		if err != nil {
			return 0, t.spoil("count", err)
		}
		t.counters[c] = before
	}
	t.counts = append(t.counts, c)
	for _, other := range t.counts {
		if other == c {
			n++
		}
	}
	return before + n, nil
}

// count adds one to a counter at once, and returns its value: for transactions that
// are not of one meeting.
func count(ctx context.Context, q Querier, key string, window time.Time) (n int, err error) {
	return n, q.QueryRowContext(ctx, `
		INSERT INTO counter (id, since, n)
		VALUES ($1, $2, 1)
		ON CONFLICT (id, since) DO UPDATE SET n = counter.n + 1
		RETURNING n`, key, window.UnixMicro()).Scan(&n)
}
