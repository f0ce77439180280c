package sqldb_test

import (
	"context"
	"database/sql"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// reading matches a step that reads all that a meeting, or a database, has: a
// table that grows, or an index of one of which only the meeting is given. The
// index of the mails that wait is short.
var reading = regexp.MustCompile(`SCAN (signup|place|queued|presence|event|waiting|counter)\b|SCAN mail$|` +
	`SEARCH (signup|place|queued|event|waiting)\b[^(]*\(meeting=\?\)`)

// TestPlans asks SQLite how it would run the statements of a crowd: what one
// person asks for must not take longer the more others there are.
func TestPlans(t *testing.T) {
	t.Parallel()
	database := "sqlite:" + t.TempDir() + "/sign-ups.db"
	s := prepared(t, database)
	m := crowded()
	m.Queue, m.Companions, m.Hold, m.OfferFor, m.Seats = true, 3, time.Hour, time.Hour, 30
	if err := s.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	seen := &statements{all: make(map[string]bool)}
	a := audit(t, database)
	acts := func() int {
		return a.count(t, `SELECT count(DISTINCT act) FROM event
			WHERE act IN ('expired', 'cancelled', 'undone', 'changed', 'accepted', 'declined', 'offer_ended')`)
	}
	c := &crowd{Clock: clockFile(t), People: 100, Queue: true, Organiser: true, enough: func() bool { return acts() == 7 }}
	c.run(sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return listener{e, seen} }), func(string) {})
	if n := acts(); n < 7 || len(seen.all) < 20 {
		t.Fatalf("only %d acts and %d statements seen", n, len(seen.all))
	}
	for statement := range seen.all {
		for _, step := range plan(t, a.db, statement) {
			if reading.MatchString(step) {
				t.Errorf("%s\n\treads more than it must: %s", strings.Join(strings.Fields(statement), " "), step)
			}
		}
	}
}

func plan(t *testing.T, db *sql.DB, statement string) (steps []string) {
	t.Helper()
	args := make([]any, strings.Count(statement, "$")) // as many as there are, or more
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, args[:highest(statement)]...)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	return steps
}

// highest is the number of the last parameter.
func highest(statement string) (n int) {
	for _, p := range regexp.MustCompile(`\$(\d+)`).FindAllStringSubmatch(statement, -1) {
		v := 0
		for _, d := range p[1] {
			v = v*10 + int(d-'0')
		}
		n = max(n, v)
	}
	return n
}

// statements are the texts that an engine was given.
type statements struct {
	mu   sync.Mutex
	all  map[string]bool
	list []string // in the order in which they came
}

func (s *statements) add(query string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[query] = true
	s.list = append(s.list, query)
}

// listener is an engine that notes the statements.
type listener struct {
	sqldb.Engine
	seen *statements
}

func (l listener) Read() sqldb.Querier { return listening{l.Engine.Read(), l.seen} }

func (l listener) Write(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	return l.Engine.Write(ctx, func(ctx context.Context, q sqldb.Querier) error { return work(ctx, listening{q, l.seen}) })
}

type listening struct {
	sqldb.Querier
	seen *statements
}

func (l listening) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	l.seen.add(query)
	return l.Querier.ExecContext(ctx, query, args...)
}

func (l listening) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	l.seen.add(query)
	return l.Querier.QueryContext(ctx, query, args...)
}

func (l listening) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	l.seen.add(query)
	return l.Querier.QueryRowContext(ctx, query, args...)
}

// TestPlansOfDeletion: what is spent is found by index, however much is kept.
func TestPlansOfDeletion(t *testing.T) {
	t.Parallel()
	database := "sqlite:" + t.TempDir() + "/sign-ups.db"
	s := prepared(t, database)
	seen := &statements{all: make(map[string]bool)}
	heard := sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return listener{e, seen} })
	for _, remove := range []func(context.Context, time.Time, int) (int, error){heard.DeleteMails, heard.DeleteSignIns, heard.DeleteCounters} {
		if _, err := remove(t.Context(), time.Now(), 10); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen.all) != 4 {
		t.Fatalf("%d statements seen, want 4", len(seen.all))
	}
	whole := regexp.MustCompile(`SCAN (mail|signin|counter|mailing)\b`)
	a := audit(t, database)
	steps := func(statement string) string { return strings.Join(plan(t, a.db, statement), "; ") }
	if got := steps(`SELECT id FROM mail WHERE reply = $1`); !whole.MatchString(got) {
		t.Fatalf("a statement that reads every mail is not found out: %s", got)
	}
	for statement := range seen.all {
		if got := steps(statement); whole.MatchString(got) {
			t.Errorf("%s\n\treads everything: %s", strings.Join(strings.Fields(statement), " "), got)
		}
	}
}
