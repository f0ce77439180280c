package postgres_test

import (
	"database/sql"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/sqldb/postgres"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	const secret = "Sésame-42"
	with := func(f func(u *url.URL)) string {
		u, err := url.Parse(pgtest.URL(t))
		if err != nil {
			t.Fatal(err)
		}
		f(u)
		return u.String()
	}
	for _, tt := range []struct {
		name, url string
		want      error
		says      string
	}{
		{"scheme", "postgre://ana:" + secret + "@localhost/x", sqldb.ErrAddress, "postgres://USER"},
		{"port", "postgres://ana:" + secret + "@localhost:54x2/x", sqldb.ErrAddress, "check the port"},
		{"stray sign in the password", "postgres://ana:" + secret + "/a%@localhost/x", sqldb.ErrAddress, "%XX"},
		{"sslmode", with(func(u *url.URL) { u.RawQuery = "sslmode=of" }), sqldb.ErrAddress, "sslmode=…"},
		{"parameter", with(func(u *url.URL) { u.RawQuery += "&serch_path=x" }), sqldb.ErrAddress, `"serch_path"`},
		{"password", with(func(u *url.URL) { u.User = url.UserPassword("tester", secret) }), sqldb.ErrAddress, "check the user and the password"},
		{"user", with(func(u *url.URL) { u.User = url.UserPassword("ana", secret) }), sqldb.ErrAddress, `refuses user "ana"`},
		{"database", with(func(u *url.URL) { u.Path = "nowhere" }), sqldb.ErrAddress, `no database "nowhere"`},
		{"schema", with(func(u *url.URL) { u.RawQuery += "&search_path=nowhere" }), sqldb.ErrAddress, "no schema"},
		{"nobody there", with(func(u *url.URL) { u.Host = "127.0.0.1:1" }), registration.ErrUnavailable, "127.0.0.1:1 does not answer"},
		{"no such host", with(func(u *url.URL) { u.Host = "nowhere.invalid" }), registration.ErrUnavailable, "nowhere.invalid"},
		{"another program", with(func(u *url.URL) { run(t, u.String(), `CREATE TABLE contact (name text)`) }), sqldb.ErrForeign, "holds other tables"},
		{"newer", with(func(u *url.URL) {
			open(t, u.String()).Close()
			run(t, u.String(), `INSERT INTO `+sqldb.VersionTable+` (version_id, is_applied) VALUES (9999, true)`)
		}), sqldb.ErrNewer, "schema 9999"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := postgres.Open(t.Context(), tt.url, postgres.Options{})
			if !errors.Is(err, tt.want) {
				t.Fatalf("Open = %v; want %v", err, tt.want)
			}
			if !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("Open = %q; want one line that says %q", err, tt.says)
			}
			for _, word := range []string{secret, url.PathEscape(secret), "not a secret", "not%20a%20secret"} {
				if strings.Contains(err.Error(), word) {
					t.Errorf("Open = %q holds the password", err)
				}
			}
		})
	}
}

// TestConnectTimeout: a server that takes the connection and does not speak is not
// waited for longer than the address says, or some seconds.
func TestConnectTimeout(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]time.Duration{"": 10 * time.Second, "?connect_timeout=3": 3 * time.Second} {
		c, err := postgres.Parse("postgres://ana@db.example/x" + query)
		if err != nil || c.ConnectTimeout != want {
			t.Errorf("with %q ConnectTimeout is %v, %v; want %v", query, c.ConnectTimeout, err, want)
		}
	}
}

func open(t testing.TB, url string) *sqldb.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func run(t *testing.T, url, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

// Processes that start at once find the schema made once.
func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	var done sync.WaitGroup
	for range 6 {
		done.Go(func() {
			s, err := postgres.Open(t.Context(), url, postgres.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			s.Close()
		})
	}
	done.Wait()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var twice int
	if err := db.QueryRow(`SELECT count(*) - count(DISTINCT version_id) FROM ` + sqldb.VersionTable).Scan(&twice); err != nil || twice != 0 {
		t.Errorf("%d migrations were run twice, %v", twice, err)
	}
}
