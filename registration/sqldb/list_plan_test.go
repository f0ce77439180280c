package sqldb_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// hot are the questions whose pages must cost the same in every meeting.
var hot = map[string]bool{
	"plain": true, "middle": true, "date": true, "organisation": true, "status-order": true, "status": true,
	"session": true, "waiting": true, "word": true, "everybody": true, "category": true, "region": true, "territory": true, "answer": true,
}

// asked is a statement with its values.
type asked struct {
	question, text string
	args           []any
}

// eavesdropper is an engine that notes what lists ask.
type eavesdropper struct {
	sqldb.Engine
	mu       sync.Mutex
	question string
	all      []asked
}

func (e *eavesdropper) Lists() sqldb.Querier { return overheard{e.Engine.Lists(), e} }

type overheard struct {
	sqldb.Querier
	by *eavesdropper
}

func (o overheard) note(text string, args []any) {
	o.by.mu.Lock()
	defer o.by.mu.Unlock()
	o.by.all = append(o.by.all, asked{o.by.question, text, args})
}

func (o overheard) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	o.note(text, args)
	return o.Querier.QueryContext(ctx, text, args...)
}

func (o overheard) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	o.note(text, args)
	return o.Querier.QueryRowContext(ctx, text, args...)
}

// overhear asks the hot questions of a meeting of n people and returns the
// statements.
func overhear(t *testing.T, database string, n int) (*sql.DB, []asked) {
	t.Helper()
	s := prepared(t, database)
	fillList(t, s, n)
	a := audit(t, database)
	if _, err := a.db.ExecContext(t.Context(), "ANALYZE"); err != nil {
		t.Fatal(err)
	}
	e := new(eavesdropper)
	ear := sqldb.Wrap(s, func(real sqldb.Engine) sqldb.Engine { e.Engine = real; return e })
	for _, q := range questions {
		if !hot[q.name] {
			continue
		}
		e.question = q.name
		p := registration.Paging{Order: q.order, Limit: 20}
		if q.middle {
			p.After = "00000100"
		}
		page, err := ear.List(t.Context(), listed, q.filter, p)
		if err != nil || len(page.Entries) == 0 {
			t.Fatalf("%s: %d lines, %v", q.name, len(page.Entries), err)
		}
	}
	return a.db, e.all
}

// few are the questions that at most [registration.CountLimit] of the people of
// these tests answer: as many are sorted in any meeting.
var few = map[string]bool{"word": true, "session": true, "waiting": true, "category": true, "region": true, "territory": true, "answer": true}

// wholesale matches a step by which SQLite would read, or sort, all that a
// meeting has. Sorting the few places of one person is none, nor is what a page
// or a count of at most a thousand has.
var wholesale = regexp.MustCompile(`SCAN (signup|term|hit|place|mail)\b|TEMP B-TREE FOR (ORDER BY|GROUP BY|LAST)`)

// TestListPlansSQLite: a page follows an index in its order, whatever it shows.
// Where few have what is asked for, they are sorted.
func TestListPlansSQLite(t *testing.T) {
	t.Parallel()
	db, all := overhear(t, anew(t, "sqlite:"), registration.CountLimit*6/5)
	if !wholesale.MatchString(strings.Join(plan(t, db, `SELECT id FROM signup WHERE email = $1 ORDER BY function`), " ")) {
		t.Error("a statement that reads and sorts everything is not found out")
	}
	for _, q := range all {
		for _, step := range plan(t, db, q.text) {
			if !few[q.question] && wholesale.MatchString(step) {
				t.Errorf("%s: %s\n\t%s", q.question, step, strings.Join(strings.Fields(q.text), " "))
			}
		}
	}
}

// TestListPlansPostgres: no step of a page touches more rows than are counted.
func TestListPlansPostgres(t *testing.T) {
	t.Parallel()
	const people = registration.CountLimit * 3
	db, all := overhear(t, anew(t, "postgres:"), people)
	if n := most(t, db, asked{text: `SELECT id FROM signup ORDER BY function LIMIT 1`}); n < people {
		t.Errorf("a statement that reads and sorts everything touches %v rows", n)
	}
	for _, q := range all {
		if n := most(t, db, q); n > registration.CountLimit+1 {
			t.Errorf("%s touches %v rows of %d: %s", q.question, n, people, strings.Join(strings.Fields(q.text), " "))
		}
	}
}

// most returns how many rows the busiest step of a statement touched.
func most(t *testing.T, db *sql.DB, q asked) (n float64) {
	t.Helper()
	var text string
	if err := db.QueryRowContext(t.Context(), "EXPLAIN (ANALYZE, FORMAT JSON) "+q.text, q.args...).Scan(&text); err != nil {
		t.Fatal(err)
	}
	var top []struct{ Plan node }
	if err := json.Unmarshal([]byte(text), &top); err != nil {
		t.Fatal(err)
	}
	top[0].Plan.each(func(step node) { n = max(n, (step.Rows+step.Removed)*step.Loops) })
	return n
}

// node is a step of PostgreSQL's plan as it went.
type node struct {
	Rows    float64 `json:"Actual Rows"`
	Loops   float64 `json:"Actual Loops"`
	Removed float64 `json:"Rows Removed by Filter"`
	Plans   []node
}

func (n node) each(f func(node)) {
	f(n)
	for _, p := range n.Plans {
		p.each(f)
	}
}
