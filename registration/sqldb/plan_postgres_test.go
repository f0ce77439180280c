package sqldb_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
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

// lastInQueue is whoever waits last for the meeting.
func lastInQueue(t *testing.T, s *sqldb.Store, a *auditor) registration.Signup {
	t.Helper()
	ids := a.texts(t, `SELECT signup FROM place WHERE state = 'queue' AND session = 'meeting' ORDER BY rank DESC LIMIT 1`)
	u, err := s.Signup(t.Context(), registration.ID(uuid.MustParse(ids[0])))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestPlansPostgres: no statement that one person causes touches more rows than
// that person, a party and a batch of mails have, of thousands who signed up and
// wait.
func TestPlansPostgres(t *testing.T) {
	t.Parallel()
	const people, few = 5 * oneByOne, 100
	database := anew(t, "postgres:")
	s := prepared(t, database)
	seated := fillQueue(t, s, people)
	a := audit(t, database)
	seen := &touched{all: make(map[string]float64)}
	heard := sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return explainer{e, seen} })
	all := acts(t, heard, seated, 6)
	clear(seen.all)
	do := func(numbers ...int) {
		for _, act := range all {
			for _, i := range numbers {
				if err := act.do(i); err != nil {
					t.Fatalf("%s: %v", act.name, err)
				}
			}
		}
		readTogether(t, heard, seated[:20])
		for range 8 { // PostgreSQL makes a plan for all values after the fifth
			if all, err := heard.Recipients(t.Context(), seated[:60]); err != nil || len(all) != 60 {
				t.Fatalf("%d recipients, %v", len(all), err)
			}
		}
	}
	do(0, 1, 2) // in a crowd that PostgreSQL has not seen yet
	if _, err := a.db.ExecContext(t.Context(), "ANALYZE"); err != nil {
		t.Fatal(err)
	}
	do(3, 4, 5)
	if _, err := heard.Occupancy(t.Context(), slug); err != nil {
		t.Fatal(err)
	}
	if n, err := heard.Ahead(t.Context(), lastInQueue(t, s, a), registration.MeetingSession); n != registration.CountLimit || err != nil {
		t.Errorf("%d before the last of the queue, %v; want %d", n, err, registration.CountLimit)
	}
	if n := most(t, a.db, asked{text: `SELECT id FROM signup ORDER BY function LIMIT 1`}); n < people {
		t.Errorf("a statement that reads and sorts everything touches %v rows", n)
	}
	if len(seen.all) < 20 {
		t.Errorf("only %d statements seen", len(seen.all))
	}
	ahead := false
	for query, n := range seen.all {
		ahead = ahead || strings.Contains(query, "WHERE id IN (")
		switch {
		case n <= few, n <= registration.CountLimit && strings.Contains(query, "count(*) FROM ("): // who is before somebody, counted up to there
		case strings.Contains(query, "SET lease_until = $1 WHERE id IN"): // of a small table, a whole look costs less than a batch of ids
		default:
			t.Errorf("%v rows of %d touched by: %s", n, people, strings.Join(strings.Fields(query), " "))
		}
	}
	if !ahead {
		t.Error("nobody was read ahead")
	}
	if n := a.count(t, `SELECT count(*) FROM waiting`); n < people/3 {
		t.Errorf("only %d parties wait: the test shows nothing", n)
	}
}

// TestPlansOfDeletionPostgres: what is spent is found by index, however much is kept.
func TestPlansOfDeletionPostgres(t *testing.T) {
	t.Parallel()
	const kept, spent, few = 5 * oneByOne, 200, 50
	database := anew(t, "postgres:")
	s := prepared(t, database)
	fillQueue(t, s, oneByOne)
	a := audit(t, database)
	for _, statement := range []string{
		`INSERT INTO organiser (id, email, address_key) VALUES ('o', 'o@exemple.fr', 'o@exemple.fr')`,
		`INSERT INTO counter (id, since, n) SELECT 'c' || k, k, 1 FROM generate_series(1, $1) AS k`,
		`INSERT INTO signin (id, organiser, created_at, expires_at, reusable) SELECT 's' || k, 'o', k, k, 0 FROM generate_series(1, $1) AS k`,
		`INSERT INTO mail (id, kind, meeting, signin, created_at, due_at, attempts, recipient, reply, sent_at)
			SELECT 'm' || k, 'signin', NULL, 's' || k, k, k, 0, '', '', k FROM generate_series(1, $1) AS k`,
		`UPDATE signup SET network = id, created_at = least($1, length(id))`,
		`ANALYZE`,
	} {
		var args []any
		if strings.Contains(statement, "$1") {
			args = append(args, kept)
		}
		if _, err := a.db.ExecContext(t.Context(), statement, args...); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	seen := &touched{all: make(map[string]float64)}
	heard := sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return explainer{e, seen} })
	for range 8 { // PostgreSQL makes a plan for all values after the fifth
		for _, remove := range []func(context.Context, time.Time, int) (int, error){heard.DeleteMails, heard.DeleteSignIns, heard.DeleteCounters, heard.DeleteNetworks} {
			if n, err := remove(t.Context(), time.UnixMicro(spent), 10); n != 10 || err != nil {
				t.Fatalf("%d deleted, %v; want 10", n, err)
			}
		}
	}
	if len(seen.all) != 5 {
		t.Errorf("%d statements seen, want 5", len(seen.all))
	}
	for query, n := range seen.all {
		if n > few {
			t.Errorf("%v rows of %d touched by: %s", n, kept, strings.Join(strings.Fields(query), " "))
		}
	}
}

// TestCollations: what PostgreSQL finds or joins by is compared byte by byte in
// every table, as ids are: an index of another order is none for a join.
func TestCollations(t *testing.T) {
	t.Parallel()
	database := anew(t, "postgres:")
	prepared(t, database)
	for _, column := range audit(t, database).texts(t, `
		SELECT DISTINCT c.relname || '.' || a.attname
		FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
		WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attcollation = 'default'::regcollation AND (
			EXISTS (SELECT 1 FROM pg_index AS i WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey)) OR
			EXISTS (SELECT 1 FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY (k.conkey)))
		ORDER BY 1`) {
		t.Errorf("%s has the collation of the database", column)
	}
}
