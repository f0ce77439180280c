package sqldb_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	fromOlder(t, 5, func(t *testing.T, db *sql.DB, address string) {
		confirmed, waiting := registration.NewID(), registration.NewID()
		at := time.Now().Add(-30 * 24 * time.Hour)
		run(t, db, old(confirmed, "AAAA2222", fmt.Sprint(at.UnixMicro())), old(waiting, "BBBB2222", "NULL"))
		sent := int(time.Since(at) / time.Second)
		s := opened(t, address)
		if got, err := s.Signup(t.Context(), confirmed); err != nil || got.Sequence < sent || got.Sequence > sent+600 {
			t.Errorf("sequence %d, %v; want a little above %d", got.Sequence, err, sent)
		}
		if got, err := s.Signup(t.Context(), waiting); err != nil || got.Sequence != 0 {
			t.Errorf("sequence %d, %v of who has no entry; want 0", got.Sequence, err)
		}
		wantListed(t, s, confirmed, waiting)
		// As another version of the rules would have left them.
		run(t, db,
			`UPDATE meeting SET list_version = 'older'`, `UPDATE tally SET n = 7`, `DELETE FROM tally`,
			`UPDATE signup SET status = 'confirmed', terms = ' ' || lower(code) || ' older '`, `UPDATE term SET term = 'older' WHERE term = 'zoe'`, `DELETE FROM term WHERE term <> 'older'`,
			`INSERT INTO term (meeting, term, name_key, signup) SELECT meeting, lower(code), name_key, id FROM signup`, // codes had a row once
			`INSERT INTO tally (meeting, term, status, n) VALUES ('m', '', 'confirmed', 2)`,
		)
		wantListed(t, opened(t, address), confirmed, waiting)
		if n := 0; db.QueryRow(`SELECT count(*) FROM term WHERE term IN ('older', 'aaaa2222', 'bbbb2222')`).Scan(&n) != nil || n != 0 {
			t.Errorf("%d terms of the older rules are left", n)
		}
	})
}

// fromOlder runs test on each engine, on a database that has been through the
// first migrations only and has the meeting m; opening address brings it up to date.
func fromOlder(t *testing.T, migrations int, test func(t *testing.T, db *sql.DB, address string)) {
	t.Helper()
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
			if _, err := sqldb.Migrate(t.Context(), db, tt.dialect, first(t, tt.name+"/migrations", migrations), slog.New(slog.DiscardHandler)); err != nil {
				t.Fatal(err)
			}
			run(t, db, `INSERT INTO meeting (slug, day, config, config_id) VALUES ('m', '2019-06-12', '{"slug":"m"}', 'c')`)
			test(t, db, tt.address)
		})
	}
}

func run(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// opened is the store at an address, open until the test ends.
func opened(t *testing.T, address string) *sqldb.Store {
	t.Helper()
	s, err := open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
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

// TestUpgradeOfTheTeam: organisers from before rights were per meeting keep
// their role for every meeting, and events from before actors were recorded
// are read as those of somebody unknown.
func TestUpgradeOfTheTeam(t *testing.T) {
	t.Parallel()
	fromOlder(t, 7, func(t *testing.T, db *sql.DB, address string) {
		person, waiting := registration.NewID(), registration.NewID()
		statements := []string{
			old(person, "AAAA2222", "NULL"),
			fmt.Sprintf(`INSERT INTO event (meeting, at, act, signup, detail) VALUES ('m', 1, 'signed_up', '%s', '')`, person),
		}
		var want []registration.Organiser
		for _, role := range registration.Roles() {
			o := registration.Organiser{ID: registration.NewID(), Email: string(role) + "@exemple.fr", Grants: []registration.Grant{{Role: role}}}
			statements = append(statements, fmt.Sprintf(`INSERT INTO organiser (id, email, address_key, role, version) VALUES ('%s', '%s', '%[2]s', '%s', 3)`, o.ID, o.Email, role))
			want = append(want, o)
		}
		statements = append(statements,
			fmt.Sprintf(`INSERT INTO signin (id, organiser, created_at, expires_at, reusable) VALUES ('%s', '%s', 1, 600000001, 0)`, waiting, want[0].ID),
			fmt.Sprintf(`INSERT INTO mail (id, kind, signin, created_at, due_at, attempts, reply) VALUES ('%s', 'signin', '%s', 1, 1, 0, '')`, registration.NewID(), waiting))
		run(t, db, statements...)
		s := opened(t, address)
		slices.SortFunc(want, func(a, b registration.Organiser) int { return strings.Compare(a.Email, b.Email) })
		got, err := s.Organisers(t.Context())
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("organisers: %v (-want +got):\n%s", err, diff)
		}
		events, err := s.History(t.Context(), person)
		wantEvents := []registration.Event{{At: time.UnixMicro(1).UTC(), Kind: registration.EventSignedUp, Signup: person}}
		if diff := cmp.Diff(wantEvents, events); diff != "" || err != nil {
			t.Errorf("events: %v (-want +got):\n%s", err, diff)
		}
		if i, err := s.UseSignIn(t.Context(), waiting, time.UnixMicro(2)); err != nil || i.Organiser != want[1].ID {
			t.Errorf("a sign-in that waits: %+v, %v", i, err)
		}
		if mails, err := s.Claim(t.Context(), time.UnixMicro(5), time.Minute, 1); err != nil || len(mails) != 1 || mails[0].SignIn != waiting {
			t.Errorf("its mail: %+v, %v", mails, err)
		}
	})
}

// TestUpgradeOfArrivals: who arrived before half-days were recorded came in that of the
// hour, on each page alike.
func TestUpgradeOfArrivals(t *testing.T) {
	t.Parallel()
	fromOlder(t, 12, func(t *testing.T, db *sql.DB, address string) {
		person, at := registration.NewID(), time.Date(2019, time.June, 12, 9, 12, 0, 0, registration.Paris)
		run(t, db, old(person, "AAAA2222", "1"), fmt.Sprintf(`INSERT INTO presence (signup, at) VALUES ('%s', %d)`, person, at.UnixMicro()))
		s := opened(t, address)
		u, err := s.Signup(t.Context(), person)
		if err != nil || !u.FirstArrival(registration.Morning, "").Equal(at) {
			t.Errorf("arrivals %+v, %v", u.Arrivals, err)
		}
		came, err := s.Attendance(t.Context(), "m")
		want := []registration.Attendance{{Session: registration.MeetingSession, Half: registration.Morning, Arrived: 1}}
		if diff := cmp.Diff(want, came); diff != "" || err != nil {
			t.Errorf("attendance: %v (-want +got):\n%s", err, diff)
		}
		page, err := s.List(t.Context(), "m", registration.Filter{Arrived: registration.ArrivalFilter{Session: registration.MeetingSession, Half: registration.Morning}}, registration.Paging{})
		if err != nil || page.Selected != 1 {
			t.Errorf("%d listed who came in the morning, %v; want 1", page.Selected, err)
		}
	})
}

// TestUpgradeKeepsWhatThePlannerKnows: PostgreSQL forgets what it has seen of a
// column whose order changes, and looks again by itself only once much of the table
// is another. A large meeting is not planned for in the dark until then.
func TestUpgradeKeepsWhatThePlannerKnows(t *testing.T) {
	t.Parallel()
	const seen = `SELECT count(*) FROM pg_stats WHERE schemaname = current_schema() AND tablename = 'signup' AND attname IN ('status', 'network', 'mailbox')`
	fromOlder(t, 22, func(t *testing.T, db *sql.DB, address string) {
		if !strings.HasPrefix(address, "postgres") {
			return // SQLite's own statistics are not of this kind
		}
		run(t, db, old(registration.NewID(), "AAAA2222", "1"), old(registration.NewID(), "BBBB2222", "NULL"), "ANALYZE")
		var before, after int
		if err := db.QueryRowContext(t.Context(), seen).Scan(&before); err != nil || before != 3 {
			t.Fatalf("%d columns known of before, %v; want 3", before, err)
		}
		opened(t, address)
		if err := db.QueryRowContext(t.Context(), seen).Scan(&after); err != nil || after != before {
			t.Errorf("%d columns known of afterwards, %v; want %d", after, err, before)
		}
	})
}

// TestUpgradeIsLogged: what an old database goes through is logged, with how long it
// took; a new one, and one that is up to date, log nothing.
func TestUpgradeIsLogged(t *testing.T) {
	t.Parallel()
	fromOlder(t, 20, func(t *testing.T, db *sql.DB, address string) {
		for i := range 250 { // more than are brought up to date at a time
			run(t, db, old(registration.NewID(), fmt.Sprintf("AAAA%04d", i), "1"))
		}
		opened := func(address string) string {
			var log bytes.Buffer
			s, err := openLogged(t.Context(), address, slog.New(slog.NewTextHandler(&log, nil)))
			if err != nil {
				t.Fatal(err)
			}
			s.Close()
			return log.String()
		}
		log := opened(address)
		for _, want := range []string{"event=upgrade from=20 to=", "event=upgrade_step schema=21 file=00021_import.sql took=", "event=upgraded took=", "ok=true", "event=derive meeting=m", "event=derived meeting=m took="} {
			if !strings.Contains(log, want) {
				t.Errorf("%q is not in\n%s", want, log)
			}
		}
		if log := opened(address); log != "" {
			t.Errorf("of a database that is up to date:\n%s", log)
		}
		if log := opened("sqlite:" + filepath.Join(t.TempDir(), "new.db")); log != "" {
			t.Errorf("of a new database:\n%s", log)
		}
	})
}
