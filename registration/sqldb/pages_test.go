package sqldb_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// TestPagesOfUpdate: a change of a sign-up writes the indexes of what it changes, and no
// others. In a meeting of many people each of them is another page of the file.
func TestPagesOfUpdate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sign-ups.db")
	s, err := open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	seated := fillQueue(t, s, oneByOne)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	// pages counts what a change of one person writes to the log.
	pages := func(change func(u *registration.Signup)) (n int) {
		t.Helper()
		var busy, all, copied int
		if err := db.QueryRowContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &all, &copied); err != nil || busy != 0 {
			t.Fatal(busy, err)
		}
		err := s.Change(t.Context(), slug, func(tx registration.Tx) error {
			u, err := tx.Signup(seated[100])
			if err != nil {
				return err
			}
			change(&u)
			return tx.Update(u)
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRowContext(t.Context(), "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &n, &copied); err != nil {
			t.Fatal(err)
		}
		return n
	}
	pages(func(u *registration.Signup) { u.Language = registration.English }) // what a first change sets up
	for _, tt := range []struct {
		name   string
		change func(u *registration.Signup)
		most   int
	}{
		{"language", func(u *registration.Signup) { u.Language = registration.French }, 2},
		{"function", func(u *registration.Signup) { u.Function = "Maire" }, 5},
		{"end", func(u *registration.Signup) { u.EndedAt = opening.Add(time.Hour) }, 4},
		{"name", func(u *registration.Signup) { u.FamilyName = "Zola" }, 45},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if n := pages(tt.change); n < 1 || n > tt.most {
				t.Errorf("%d pages written, want at most %d", n, tt.most)
			} else {
				t.Logf("%d pages", n)
			}
		})
	}
}
