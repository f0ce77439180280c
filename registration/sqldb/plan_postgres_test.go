package sqldb_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// explainer is an engine of PostgreSQL that has each statement explained, with
// its values and where it stands, before it runs.
type explainer struct {
	sqldb.Engine
	touched *touched
}

// touched is how many rows the busiest step of each statement touched.
type touched struct {
	mu  sync.Mutex
	all map[string]float64
}

func (e explainer) Read() sqldb.Querier { return explaining{e.Engine.Read(), e.touched, false} }

func (e explainer) Write(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	return e.Engine.Write(ctx, func(ctx context.Context, q sqldb.Querier) error { return work(ctx, explaining{q, e.touched, true}) })
}

type explaining struct {
	sqldb.Querier
	touched *touched
	undo    bool // it stands in a transaction, where what it did is undone
}

func (e explaining) explain(ctx context.Context, query string, args []any) error {
	if strings.Contains(query, "SAVEPOINT") || strings.Contains(query, "advisory") {
		return nil
	}
	if e.undo {
		if _, err := e.Querier.ExecContext(ctx, "SAVEPOINT explained"); err != nil {
			return err
		}
	}
	var text string
	err := e.Querier.QueryRowContext(ctx, "EXPLAIN (ANALYZE, FORMAT JSON) "+query, args...).Scan(&text)
	if e.undo {
		_, back := e.Querier.ExecContext(ctx, "ROLLBACK TO SAVEPOINT explained; RELEASE SAVEPOINT explained")
		if back != nil {
			return back
		}
	}
	if err != nil {
		return err
	}
	var top []struct{ Plan node }
	if err := json.Unmarshal([]byte(text), &top); err != nil {
		return err
	}
	e.touched.mu.Lock()
	defer e.touched.mu.Unlock()
	top[0].Plan.each(func(step node) {
		e.touched.all[query] = max(e.touched.all[query], (step.Rows+step.Removed)*step.Loops)
	})
	return nil
}

func (e explaining) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := e.explain(ctx, query, args); err != nil {
		return nil, err
	}
	return e.Querier.ExecContext(ctx, query, args...)
}

func (e explaining) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := e.explain(ctx, query, args); err != nil {
		return nil, err
	}
	return e.Querier.QueryContext(ctx, query, args...)
}

func (e explaining) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if err := e.explain(ctx, query, args); err != nil {
		return e.Querier.QueryRowContext(ctx, "SELECT 1 WHERE 1 = $1", err.Error()) // fails
	}
	return e.Querier.QueryRowContext(ctx, query, args...)
}

// TestPlansPostgres: no statement that one person causes touches more rows than
// that person, a party and a batch of mails have, of thousands who signed up and
// wait.
func TestPlansPostgres(t *testing.T) {
	t.Parallel()
	const people, few = 5 * oneByOne, 100
	database := pgtest.URL(t)
	s := prepared(t, database)
	seated := fillQueue(t, s, people)
	a := audit(t, database)
	if _, err := a.db.ExecContext(t.Context(), "ANALYZE"); err != nil {
		t.Fatal(err)
	}
	seen := &touched{all: make(map[string]float64)}
	heard := sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return explainer{e, seen} })
	for _, act := range acts(t, heard, seated, 3) {
		for i := range 3 {
			if err := act.do(i); err != nil {
				t.Fatalf("%s: %v", act.name, err)
			}
		}
	}
	if _, err := heard.Occupancy(t.Context(), slug); err != nil {
		t.Fatal(err)
	}
	if n := most(t, a.db, asked{text: `SELECT id FROM signup ORDER BY function LIMIT 1`}); n < people {
		t.Errorf("a statement that reads and sorts everything touches %v rows", n)
	}
	if len(seen.all) < 20 {
		t.Errorf("only %d statements seen", len(seen.all))
	}
	for query, n := range seen.all {
		if n > few {
			t.Errorf("%v rows of %d touched by: %s", n, people, strings.Join(strings.Fields(query), " "))
		}
	}
	if n := a.count(t, `SELECT count(*) FROM waiting`); n < people/3 {
		t.Errorf("only %d parties wait: the test shows nothing", n)
	}
}
