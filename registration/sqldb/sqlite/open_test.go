package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
	"github.com/territoires-industrie/sdk/registration/team"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		make func(t *testing.T, path string) // what lies at path
		want error
		says string
	}{
		{"directory", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, sqldb.ErrAddress, "is a directory"},
		{"text", func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("Liste des inscrits\n", 100)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, sqldb.ErrForeign, "not an SQLite file"},
		{"another program", func(t *testing.T, path string) {
			run(t, path, `CREATE TABLE contact (name TEXT)`)
		}, sqldb.ErrForeign, "not a file of sign-ups"},
		{"newer", func(t *testing.T, path string) {
			open(t, path).Close()
			run(t, path, `INSERT INTO `+sqldb.VersionTable+` (version_id, is_applied) VALUES (9999, 1)`)
		}, sqldb.ErrNewer, "schema 9999"},
		{"corrupt", func(t *testing.T, path string) {
			open(t, path).Close()
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			copy(b[100:], strings.Repeat("\xff", 200)) // the root of the schema
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}, registration.ErrUnavailable, "put the last backup back"},
		{"locked by another program", func(t *testing.T, path string) {
			open(t, path).Close()
			db := run(t, path, `PRAGMA locking_mode = exclusive`, `BEGIN EXCLUSIVE`, `PRAGMA user_version = 1`)
			t.Cleanup(func() { db.Close() })
		}, registration.ErrUnavailable, "locked"},
		{"held by a writer", func(t *testing.T, path string) {
			s := open(t, path)
			defer s.Close()
			if err := s.AddMeeting(t.Context(), registration.Shipped()); err != nil {
				t.Fatal(err)
			}
			db := run(t, path, `BEGIN IMMEDIATE`, `PRAGMA user_version = 1`)
			t.Cleanup(func() { db.Close() })
		}, registration.ErrUnavailable, "locked"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "sign-ups.db")
			tt.make(t, path)
			_, err := sqlite.Open(t.Context(), path, sqlite.Options{})
			wantLine(t, err, tt.want, tt.says, path)
		})
	}
	t.Run("no such directory", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "nowhere", "sign-ups.db")
		_, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		wantLine(t, err, sqldb.ErrAddress, "make it first", filepath.Dir(path))
	})
}

// wantLine checks that err is one line that names the file and says what to do.
func wantLine(t *testing.T, err, want error, says ...string) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("Open = %v; want %v", err, want)
	}
	for _, s := range says {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("Open = %v; want it to say %q", err, s)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("Open = %q; want one line", err)
	}
}

// open opens the store at path, or ends the test.
func open(t testing.TB, path string) *sqldb.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run is another program that runs statements on one connection to the file.
func run(t *testing.T, path string, statements ...string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if len(statements) == 1 {
		db.Close()
	}
	return db
}

func TestOpenOddName(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "é ?mode=memory&x#%41.db")
	open(t, path).Close()
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// A file that was just made may be opened by the server and by a command at
// the same moment.
func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sign-ups.db")
	var done sync.WaitGroup
	for range 8 {
		done.Go(func() {
			s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			s.Close()
		})
	}
	done.Wait()
}

// Commands of an organiser write beside the process that serves.
func TestTwoWriters(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sign-ups.db")
	a, b := open(t, path), open(t, path)
	defer a.Close()
	defer b.Close()
	var done sync.WaitGroup
	for _, s := range []*sqldb.Store{a, b} {
		done.Go(func() {
			for range 20 {
				if err := put(t.Context(), s, "orga@exemple.fr"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done.Wait()
	if _, err := b.Backlog(t.Context(), time.Now()); err != nil {
		t.Error(err)
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sign-ups.db")
	s := open(t, path)
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("Ready = %v", err)
	}
	run(t, path, `INSERT INTO `+sqldb.VersionTable+` (version_id, is_applied) VALUES (9999, 1)`)
	if err := s.Ready(t.Context()); !errors.Is(err, sqldb.ErrNewer) {
		t.Errorf("Ready beside a newer program = %v; want ErrNewer", err)
	}
	s.Close()
	if err := s.Ready(t.Context()); !errors.Is(err, registration.ErrUnavailable) {
		t.Errorf("Ready once closed = %v; want ErrUnavailable", err)
	}
}

// A program that keeps the file to itself while the site serves: changes are
// told so after a while, readers go on, and then everything does.
func TestLockedWhileServing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sign-ups.db")
	s := open(t, path)
	defer s.Close()
	other := run(t, path, `BEGIN IMMEDIATE`, `PRAGMA user_version`)
	defer other.Close()
	if err := put(t.Context(), s, "orga@exemple.fr"); !errors.Is(err, registration.ErrUnavailable) {
		t.Errorf("a change while the file is locked = %v; want ErrUnavailable", err)
	}
	if _, err := s.Meetings(t.Context()); err != nil {
		t.Errorf("a reader while the file is locked = %v", err)
	}
	if _, err := other.Exec(`ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	if err := put(t.Context(), s, "orga@exemple.fr"); err != nil {
		t.Errorf("a change after the lock is gone = %v", err)
	}
}

// put writes one organiser, always the same for an address: the smallest change
// that leaves a trace.
func put(ctx context.Context, s *sqldb.Store, email string) error {
	return s.ChangeTeam(ctx, func(tx team.Tx) error {
		return tx.Put(registration.Organiser{ID: uuid.NewSHA1(uuid.NameSpaceURL, []byte(email)), Email: email})
	})
}
