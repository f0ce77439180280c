package sqldb_test

import (
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// TestUpgrade: a database with sign-ups, from before calendar entries were
// counted, opens. Entries were numbered by the seconds since the confirmation:
// the next one is above all that were sent.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rencontre.db")
	url := pgtest.URL(t)
	for _, tt := range []struct {
		name, driver, source, address string
		dialect                       goose.Dialect
	}{
		{"sqlite", "sqlite", path, "sqlite:" + path, goose.DialectSQLite3},
		{"postgres", "pgx", url, url, goose.DialectPostgres},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db, err := sql.Open(tt.driver, tt.source)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := sqldb.Migrate(t.Context(), db, tt.dialect, first(t, tt.name+"/migrations", 5)); err != nil {
				t.Fatal(err)
			}
			confirmed, waiting := registration.NewID(), registration.NewID()
			at := time.Now().Add(-30 * 24 * time.Hour)
			for _, statement := range []string{
				`INSERT INTO meeting (slug, day, config, config_id) VALUES ('m', '2019-06-12', '{"slug":"m"}', 'c')`,
				old(confirmed, "AAAA2222", fmt.Sprint(at.UnixMicro())), old(waiting, "BBBB2222", "NULL"),
			} {
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			s, err := open(t.Context(), tt.address)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			sent := int(time.Since(at) / time.Second)
			if got, err := s.Signup(t.Context(), confirmed); err != nil || got.Sequence < sent || got.Sequence > sent+600 {
				t.Errorf("sequence %d, %v; want a little above %d", got.Sequence, err, sent)
			}
			if got, err := s.Signup(t.Context(), waiting); err != nil || got.Sequence != 0 {
				t.Errorf("sequence %d, %v of who has no entry; want 0", got.Sequence, err)
			}
			wantListed(t, s, confirmed, waiting)
			// As another version of the rules would have left them.
			for _, statement := range []string{
				`UPDATE meeting SET list_version = 'older'`, `UPDATE status_count SET n = 7`, `DELETE FROM status_count`,
				`UPDATE signup SET status = 'confirmed', terms = ' older '`, `UPDATE term SET term = 'older' WHERE term = 'zoe'`, `DELETE FROM term WHERE term <> 'older'`,
				`INSERT INTO status_count (meeting, status, n) VALUES ('m', 'confirmed', 2)`,
			} {
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			again, err := open(t.Context(), tt.address)
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			wantListed(t, again, confirmed, waiting)
			if n := 0; db.QueryRow(`SELECT count(*) FROM term WHERE term = 'older'`).Scan(&n) != nil || n != 0 {
				t.Errorf("%d terms of the older rules are left", n)
			}
		})
	}
}

// wantListed checks that lists find the people of the older schema, neither of
// whom has a place.
func wantListed(t *testing.T, s *sqldb.Store, confirmed, waiting registration.ID) {
	t.Helper()
	for status, id := range map[registration.Status]registration.ID{registration.StatusWaitlisted: confirmed, registration.StatusPending: waiting} {
		page, err := s.List(t.Context(), "m", registration.Filter{Words: "zoe kere", Status: []registration.Status{status}}, registration.Paging{})
		if err != nil || len(page.Entries) != 1 || page.Entries[0].ID != id {
			t.Errorf("%s: %d listed, %v; want %s", status, len(page.Entries), err, id)
		}
	}
	counts, err := s.StatusCounts(t.Context(), "m")
	if diff := cmp.Diff(map[registration.Status]int{registration.StatusWaitlisted: 1, registration.StatusPending: 1}, counts); diff != "" || err != nil {
		t.Errorf("StatusCounts: %v (-want +got):\n%s", err, diff)
	}
}

// first holds the first n migrations of a folder.
func first(t *testing.T, folder string, n int) fs.FS {
	t.Helper()
	list, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, f := range list[:n] {
		text, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name()] = &fstest.MapFile{Data: text}
	}
	return files
}

// old is the statement that keeps a sign-up in the schema before sequences.
func old(id registration.ID, code, confirmedAt string) string {
	return fmt.Sprintf(`
		INSERT INTO signup (id, meeting, code, version, party, given_name, family_name, email, organisation, function,
			category, territory, address_key, language, notice_version, created_at, address_confirmed_at)
		VALUES ('%[1]s', 'm', '%[2]s', 1, '%[1]s', 'Zoé', 'Kéré', '%[2]s@exemple.fr', '', '', 'elu', '', '%[2]s', 'fr', '', 1, %[3]s)`,
		id, code, confirmedAt)
}
