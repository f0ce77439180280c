package main

import (
	"bytes"
	"database/sql"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/internal/pgtest"
)

// TestClocksApart: of two machines whose clocks are a minute apart, one sends again
// what the other is sending. Doctor tells of it on the machine whose clock is not that
// of the database server.
func TestClocksApart(t *testing.T) {
	t.Setenv("RENCONTRE_SECRET", strings.Repeat("x", 32))
	const said = "warn    clock     this machine's clock and that of the database server are "
	doctor := func(database string) string {
		var report, trouble bytes.Buffer
		run(t.Context(), []string{"doctor", "--patience", "1ms", "--database", database, "--smtp", "smtp://127.0.0.1:1?tls=none", "--from", "a@example.org"}, &report, &trouble)
		return report.String()
	}
	url := pgtest.URL(t)
	if got := doctor(url); strings.Contains(got, said) || !strings.Contains(got, "ok      clock") {
		t.Errorf("where the clocks agree doctor says\n%s", got)
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT pg_catalog.now() + interval ''1 hour'''`); err != nil {
		t.Fatal(err)
	}
	if got := doctor(url + "&search_path=public,pg_catalog"); !strings.Contains(got, said) {
		t.Errorf("where they are apart doctor says\n%s", got)
	}
}
