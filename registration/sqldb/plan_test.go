package sqldb_test

import (
	"context"
	"database/sql"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// reading matches a step that reads all that a meeting, or a database, has: a
// table that grows, or an index of one of which only the meeting is given. The
// index of the mails that wait is short.
var reading = regexp.MustCompile(`SCAN (signup|place|queued|presence|event|waiting|counter)\b|SCAN mail$|` +
	`SEARCH (signup|place|queued|event|waiting)\b[^(]*\(meeting=\?( AND (created_at|since|at|rank)[<>]\?)*\)`)

// TestPlans asks SQLite how it would run the statements of a crowd: what one
// person asks for must not take longer the more others there are.
func TestPlans(t *testing.T) {
	t.Parallel()
	database := anew(t, "sqlite:")
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
		checkPlan(t, a.db, statement)
	}
}

func checkPlan(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	for _, step := range plan(t, db, statement) {
		if reading.MatchString(step) {
			t.Errorf("%s\n\treads more than it must: %s", strings.Join(strings.Fields(statement), " "), step)
		}
	}
}

// TestPlansOfActs is [TestPlans] with all limits, among people who wait, for what one
// person asks for, erasure and a copy of one's data among it, and for what runs
// without anybody asking. The numbers of rows are those of
// [TestPlansPostgres], which has the same acts.
func TestPlansOfActs(t *testing.T) {
	t.Parallel()
	database := anew(t, "sqlite:")
	s := prepared(t, database)
	seen := &statements{all: make(map[string]bool)}
	heard := sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return listener{e, seen} })
	seated := fillQueue(t, s, 2*oneByOne)
	all := acts(t, heard, seated, 3)
	clear(seen.all)
	for _, act := range all {
		before := len(seen.all)
		for i := range 3 {
			if err := act.do(i); err != nil {
				t.Fatalf("%s: %v", act.name, err)
			}
		}
		if len(seen.all) == before {
			t.Errorf("%s: no statement of its own is seen", act.name)
		}
	}
	readTogether(t, heard, seated[:20])
	if all, err := heard.Recipients(t.Context(), seated[:60]); err != nil || len(all) != 60 {
		t.Fatalf("%d recipients, %v", len(all), err)
	}
	a := audit(t, database)
	if _, err := heard.Ahead(t.Context(), lastInQueue(t, s, a), registration.MeetingSession); err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{"signup.network = $2", "signup.mailbox = $2", "lease_until = $1", "SELECT slug FROM meeting WHERE EXISTS", "sizes.size", "AS before", "WHERE id IN (", "WHERE signup.id IN ("} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(seen.all)), func(s string) bool {
			return strings.Contains(strings.Join(strings.Fields(s), " "), wanted)
		}) {
			t.Errorf("no statement with %q was seen", wanted)
		}
	}
	for statement := range seen.all {
		checkPlan(t, a.db, statement)
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
	database := anew(t, "sqlite:")
	s := prepared(t, database)
	seen := &statements{all: make(map[string]bool)}
	heard := sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return listener{e, seen} })
	for _, remove := range []func(context.Context, time.Time, int) (int, error){heard.DeleteMails, heard.DeleteSignIns, heard.DeleteCounters, heard.DeleteNetworks} {
		if _, err := remove(t.Context(), time.Now(), 10); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen.all) != 5 {
		t.Fatalf("%d statements seen, want 5", len(seen.all))
	}
	// The index of networks holds those of two days, without those who confirmed.
	whole := regexp.MustCompile(`SCAN (mail|signin|counter|mailing|signup$)\b`)
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
