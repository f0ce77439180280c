package sqldb_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/sqldb/postgres"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
)

func backup(ctx context.Context, database, file string) error {
	if path, ok := strings.CutPrefix(database, "sqlite:"); ok {
		return sqlite.Backup(ctx, path, file)
	}
	return postgres.Backup(ctx, database, file)
}

func restore(ctx context.Context, file, database string, force bool) error {
	if path, ok := strings.CutPrefix(database, "sqlite:"); ok {
		return sqlite.Restore(ctx, file, path, force)
	}
	return postgres.Restore(ctx, file, database, force)
}

// another returns the address of a database of the same engine.
func another(t *testing.T, database string) string {
	if strings.HasPrefix(database, "sqlite:") {
		return "sqlite:" + filepath.Join(t.TempDir(), "other.db")
	}
	return pgtest.URL(t)
}

// list returns every sign-up of a database.
func list(t *testing.T, database string) (people []registration.Signup) {
	t.Helper()
	s, err := open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for u, err := range s.Signups(t.Context(), registration.Query{Meeting: slug}) {
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, u)
	}
	return people
}

// TestBackup saves a database while people sign up, and puts it back elsewhere:
// whole sign-ups, of one instant, that a site can go on from.
func TestBackup(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s := prepared(t, database)
		c := crowd{People: 60}
		c.run(s, func(string) {})
		file := filepath.Join(t.TempDir(), "backup")
		var signingUp sync.WaitGroup
		signingUp.Go(func() { (&crowd{First: 1000, People: 200}).run(s, func(string) {}) })
		for range 3 { // the later one takes the place of the earlier
			if err := backup(t.Context(), database, file); err != nil {
				t.Fatal(err)
			}
		}
		signingUp.Wait()
		other := another(t, database)
		if err := restore(t.Context(), file, other, false); err != nil {
			t.Fatal(err)
		}
		a := audit(t, other)
		a.look()
		for _, w := range a.wrong {
			t.Error(w)
		}
		saved := list(t, other)
		if len(saved) < 60 {
			t.Errorf("%d sign-ups in the backup; want the 60 from before it or more", len(saved))
		}
		all := make(map[registration.ID]registration.Signup)
		for _, u := range list(t, database) {
			all[u.ID] = u
		}
		for _, u := range saved {
			if diff := cmp.Diff(all[u.ID], u); diff != "" {
				t.Errorf("sign-up %v changed:\n%s", u.ID, diff)
			}
		}
		restored, err := open(t.Context(), other)
		if err != nil {
			t.Fatal(err)
		}
		defer restored.Close()
		if _, err := desk(restored, func() time.Time { return opening }).Meeting(t.Context(), slug); err != nil {
			t.Errorf("the site on the restored database: %v", err)
		}
	})
}

// TestRestoreRefuses shows that a restore that cannot be, or was not meant,
// leaves what is there.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s := prepared(t, database)
		(&crowd{People: 10}).run(s, func(string) {})
		file := filepath.Join(t.TempDir(), "backup")
		if err := backup(t.Context(), database, file); err != nil {
			t.Fatal(err)
		}
		good, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		engine := strings.Fields(string(good))[2]
		for name, tt := range map[string]struct {
			content []byte
			want    error
			says    string
		}{
			"empty":           {nil, sqldb.ErrBackup, "too short"},
			"text":            {bytes.Repeat([]byte("Liste des inscrits\n"), 50), sqldb.ErrBackup, "not written by"},
			"cut":             {good[:len(good)-1], sqldb.ErrBackup, "bytes long"},
			"longer":          {append(bytes.Clone(good), 0), sqldb.ErrBackup, "bytes long"},
			"one bit changed": {flip(good, len(good)/2), sqldb.ErrBackup, "checksum"},
			"other engine":    {bytes.Replace(good, []byte(" "+engine+" "), []byte(" anotherone "), 1), sqldb.ErrBackup, "of anotherone"},
			"newer":           {bytes.Replace(bytes.Replace(good, []byte("schema "), []byte("schema 9"), 1), []byte(" \n"), []byte("\n"), 1), sqldb.ErrNewer, "run the newer program"},
		} {
			t.Run(name, func(t *testing.T) {
				bad := filepath.Join(t.TempDir(), "bad")
				if err := os.WriteFile(bad, tt.content, 0o600); err != nil {
					t.Fatal(err)
				}
				err := restore(t.Context(), bad, database, true)
				if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
					t.Errorf("restore = %v; want %v that says %q", err, tt.want, tt.says)
				}
			})
		}
		if err := restore(t.Context(), file, database, false); !errors.Is(err, sqldb.ErrOccupied) {
			t.Errorf("restore over sign-ups without force = %v; want ErrOccupied", err)
		}
		if err := restore(t.Context(), filepath.Join(t.TempDir(), "none"), database, true); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("restore from no file = %v", err)
		}
		if n := len(list(t, database)); n != 10 {
			t.Errorf("%d sign-ups after restores that were refused; want 10", n)
		}
	})
}

func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// TestRestoreReplaces puts an older state back with force.
func TestRestoreReplaces(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s := prepared(t, database)
		file := filepath.Join(t.TempDir(), "backup")
		(&crowd{People: 10}).run(s, func(string) {})
		if err := backup(t.Context(), database, file); err != nil {
			t.Fatal(err)
		}
		(&crowd{First: 100, People: 10}).run(s, func(string) {})
		if strings.HasPrefix(database, "sqlite:") {
			if err := restore(t.Context(), file, database, true); !errors.Is(err, sqldb.ErrOccupied) {
				t.Errorf("restore under a program that has the file open = %v; want ErrOccupied", err)
			}
			if n := len(list(t, database)); n != 20 {
				t.Errorf("%d sign-ups; want 20 as before", n)
			}
			s.Close()
		}
		if err := restore(t.Context(), file, database, true); err != nil {
			t.Fatal(err)
		}
		if n := len(list(t, database)); n != 10 {
			t.Errorf("%d sign-ups after the restore; want the 10 of the backup", n)
		}
	})
}

// TestBackupRefuses shows that what cannot be saved leaves no file behind.
func TestBackupRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "backup")
	missing := filepath.Join(t.TempDir(), "none.db")
	if err := sqlite.Backup(t.Context(), missing, file); !errors.Is(err, sqldb.ErrAddress) {
		t.Errorf("backup of no file = %v", err)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("the file that was to be saved was made")
	}
	if err := postgres.Backup(t.Context(), pgtest.URL(t), file); !errors.Is(err, sqldb.ErrForeign) {
		t.Errorf("backup of an empty database = %v", err)
	}
	broken := errors.New("no more paper")
	err := sqldb.CreateBackup(file, "sqlite", 1, func(w io.Writer) error {
		io.WriteString(w, "half")
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("CreateBackup = %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestRestoreReplacesNewer: with force, an older program's backup is put back over what
// a newer program made of the database, or the restore is refused and the site goes on.
func TestRestoreReplacesNewer(t *testing.T) {
	t.Parallel()
	for _, older := range []int{8, 21} {
		fromOlder(t, older, func(t *testing.T, _ *sql.DB, address string) {
			file := filepath.Join(t.TempDir(), "backup")
			if err := backup(t.Context(), address, file); err != nil {
				t.Fatal(err)
			}
			list(t, address) // brings it up to date
			if err := restore(t.Context(), file, address, true); err != nil && !errors.Is(err, sqldb.ErrOccupied) {
				t.Errorf("restore = %v; want it done, or ErrOccupied", err)
			}
			list(t, address)
		})
	}
}

// TestRestoreBesideLog: the log of a database that is gone does not reach into what is
// restored.
func TestRestoreBesideLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, path, other := filepath.Join(dir, "backup"), filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")
	s := prepared(t, "sqlite:"+path)
	if err := sqlite.Backup(t.Context(), path, file); err != nil {
		t.Fatal(err)
	}
	(&crowd{People: 10}).run(s, func(string) {})
	log, err := os.ReadFile(path + "-wal")
	if err == nil {
		err = os.WriteFile(other+"-wal", log, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Restore(t.Context(), file, other, false); err == nil {
		t.Errorf("restore beside the log of another database = nil; want ErrOccupied; it has %d sign-ups, the backup none", len(list(t, "sqlite:"+other)))
	} else if !errors.Is(err, sqldb.ErrOccupied) {
		t.Errorf("restore beside the log of another database = %v; want ErrOccupied", err)
	}
	if err := sqlite.Restore(t.Context(), file, other, true); err != nil {
		t.Fatal(err)
	}
	if n := len(list(t, "sqlite:"+other)); n != 0 {
		t.Errorf("%d sign-ups after the restore; want the none of the backup", n)
	}
}

// TestBackupOddName: a name that is no plain word is a name all the same.
func TestBackupOddName(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a?b#c %41")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path, file := filepath.Join(t.TempDir(), "a.db"), filepath.Join(dir, "backup")
	prepared(t, "sqlite:"+path)
	if err := sqlite.Backup(t.Context(), path, file); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(filepath.Dir(dir)); len(left) != 1 {
		t.Errorf("beside the folder: %v", left)
	}
}
