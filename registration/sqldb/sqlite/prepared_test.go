package sqlite

import (
	"fmt"
	"path/filepath"
	"testing"
)

// TestPreparedIsBounded: however many texts lists have, so many are kept, and those
// beyond are answered as well.
func TestPreparedIsBounded(t *testing.T) {
	t.Parallel()
	e, err := open(t.Context(), filepath.Join(t.TempDir(), "sign-ups.db"))
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
