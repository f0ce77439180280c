package sqldb_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// TestListsLeaveVisitorsAlone: while organisers' reads have every connection
// that they may have, who signs up does not wait, and who asks for another list
// is told so.
func TestListsLeaveVisitorsAlone(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s := prepared(t, database)
		taken := 0
		for ; taken < 100 && spare(t, s.Engine().Lists()); taken++ {
			rows, err := s.Engine().Lists().QueryContext(t.Context(), `SELECT slug FROM meeting`)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close() // keeps its connection until then
		}
		if taken == 0 || taken == 100 {
			t.Fatalf("%d connections taken: want all, and not without bound", taken)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, err := s.List(ctx, slug, registration.Filter{}, registration.Paging{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a list without a connection: %v", err)
		}
		visitor, leave := context.WithTimeout(t.Context(), 30*time.Second)
		defer leave()
		if _, err := s.Occupancy(visitor, slug); err != nil {
			t.Error(err)
		}
		if _, err := s.Meeting(visitor, slug); err != nil {
			t.Error(err)
		}
	})
}

// TestSlowReadersHoldNothing: whoever takes a file slower than it can be sent
// keeps no connection from others, however many they are.
func TestSlowReadersHoldNothing(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s := prepared(t, database)
		fillList(t, s, 20)
		for range 20 { // more than there are connections for lists
			next, stop := iter.Pull2(s.Listed(t.Context(), listed, registration.Filter{}, registration.Order("")))
			defer stop()
			if _, err, more := next(); err != nil || !more {
				t.Fatalf("no first line: %v", err)
			}
		}
		if !spare(t, s.Engine().Lists()) {
			t.Error("files that are half sent keep every connection")
		}
		if page, err := s.List(t.Context(), listed, registration.Filter{}, registration.Paging{Limit: 20}); err != nil || len(page.Entries) != 20 {
			t.Errorf("a list meanwhile: %d lines, %v", len(page.Entries), err)
		}
	})
}

// spare reports whether a pool has a connection left.
func spare(t *testing.T, pool sqldb.Querier) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	return pool.QueryRowContext(ctx, `SELECT 1`).Scan(new(int)) == nil
}
