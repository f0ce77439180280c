package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
)

// TestPreparedIsBounded: however many texts lists have, so many are kept, and those
// beyond are answered as well.
func TestPreparedIsBounded(t *testing.T) {
	t.Parallel()
	e, err := open(t.Context(), filepath.Join(t.TempDir(), "sign-ups.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for range 2 {
		for i := range mostPrepared + 5 {
			var got int
			if err := e.lists.QueryRowContext(t.Context(), fmt.Sprintf("SELECT %d + $1", i), 1).Scan(&got); err != nil || got != i+1 {
				t.Fatalf("statement %d: %d, %v", i, got, err)
			}
			rows, err := e.lists.QueryContext(t.Context(), fmt.Sprintf("SELECT %d + $1", i), 1)
			if err != nil {
				t.Fatal(err)
			}
			rows.Close()
		}
	}
	if n := len(e.lists.stmts); n != mostPrepared {
		t.Errorf("%d statements are kept, want %d", n, mostPrepared)
	}
}

// rival prepares a statement of its own while it prepares another.
type rival struct {
	*sql.DB
	p     *prepared
	doing string
}

func (r *rival) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	if doing := r.doing; doing != "" {
		r.doing = ""
		if _, err := r.p.stmt(ctx, doing); err != nil {
			return nil, err
		}
	}
	return r.DB.PrepareContext(ctx, query)
}

// TestPreparedIsBoundedTogether: of two statements that are prepared at the same time for
// the last place, one is kept.
func TestPreparedIsBoundedTogether(t *testing.T) {
	t.Parallel()
	e, err := open(t.Context(), filepath.Join(t.TempDir(), "sign-ups.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	r := &rival{DB: e.pool}
	r.p = &prepared{on: r}
	defer r.p.close()
	for i := range mostPrepared + 5 {
		r.doing = ""
		if i == mostPrepared-1 {
			r.doing = "SELECT 'the other'"
		}
		var got int
		if err := r.p.QueryRowContext(t.Context(), fmt.Sprintf("SELECT %d + $1", i), 1).Scan(&got); err != nil || got != i+1 {
			t.Fatalf("statement %d: %d, %v", i, got, err)
		}
	}
	if n := len(r.p.stmts); n != mostPrepared || r.p.stmts["SELECT 'the other'"] == nil {
		t.Errorf("%d statements are kept, want %d, the other's among them", n, mostPrepared)
	}
}

// recorder remembers what is prepared.
type recorder struct {
	*sql.DB
	texts []string
}

func (r *recorder) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	r.texts = append(r.texts, query)
	return r.DB.PrepareContext(ctx, query)
}

// TestUnnamed checks which statements get parameters without names, that SQLite sees
// them so, and that they get the same values.
func TestUnnamed(t *testing.T) {
	t.Parallel()
	e, err := open(t.Context(), filepath.Join(t.TempDir(), "sign-ups.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for query, want := range map[string]string{
		`VALUES ($1, $2), ($3, $4)`:                           `VALUES (?, ?), (?, ?)`,
		`SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11`: `SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?`,
		`SELECT 1`:                  `SELECT 1`,
		`VALUES ($1, $2), ($1, $3)`: `VALUES (?, ?), (?1, ?)`,
		`SELECT $1, $1`:             `SELECT ?, ?1`,
		`SELECT $2, $1`:             `SELECT $2, $1`,
		`SELECT $1, $3`:             `SELECT $1, $3`,
		`SELECT $1, '$2'`:           `SELECT $1, '$2'`,
		`SELECT 1 AS "$1"`:          `SELECT 1 AS "$1"`,
		`SELECT ?, $1`:              `SELECT ?, $1`,
	} {
		if got := unnamed(query); got != want {
			t.Errorf("unnamed(%q) = %q, want %q", query, got, want)
		}
	}
	r := &recorder{DB: e.pool}
	p := prepared{on: r}
	defer p.close()
	for range 2 {
		var got string
		if err := p.QueryRowContext(t.Context(), `SELECT $1 || $2 || $1 || $3`, "a", "b", "c").Scan(&got); err != nil || got != "abac" {
			t.Errorf("%q, %v, want abac", got, err)
		}
	}
	if want := []string{`SELECT ? || ? || ?1 || ?`}; !slices.Equal(r.texts, want) {
		t.Errorf("%q are prepared, want %q", r.texts, want)
	}
}
