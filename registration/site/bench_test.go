package site_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/site"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/sqldb/postgres"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
)

// conns is how many visitors come at the same time.
const conns = 64

// secret is the key of the sites of these benchmarks.
var secret = []byte(strings.Repeat("k", registration.MinSecret))

// BenchmarkSignUp compares the site, asked over HTTP by as many visitors as
// conns, with its floor: the statements of a sign-up and nothing else, by as
// many goroutines. What the site reaches of its floor is reported as %floor.
func BenchmarkSignUp(b *testing.B) {
	benchmark(b, func(b *testing.B, bed *bed, floor bool) {
		if floor {
			script := bed.record(b, func(email string) { bed.signUp(b, email) })
			b.ResetTimer()
			crowd(b, func(int) { script.play(b, bed.store, nil) })
			return
		}
		b.ResetTimer()
		crowd(b, func(n int) { bed.signUp(b, fmt.Sprintf("p%d@exemple.fr", n)) })
	})
}

// BenchmarkConfirm is the same for the confirmation of an address.
func BenchmarkConfirm(b *testing.B) {
	benchmark(b, func(b *testing.B, bed *bed, floor bool) {
		for n := range b.N {
			bed.signUp(b, fmt.Sprintf("p%d@exemple.fr", n))
		}
		var ids []registration.ID
		for u, err := range bed.store.Signups(b.Context(), registration.Query{Meeting: bed.slug}) {
			if err != nil {
				b.Fatal(err)
			}
			ids = append(ids, u.ID)
		}
		if floor {
			script := bed.record(b, func(email string) { bed.confirm(b, bed.signUp(b, email)) })
			b.ResetTimer()
			crowd(b, func(n int) { script.play(b, bed.store, &ids[n]) })
			return
		}
		b.ResetTimer()
		crowd(b, func(n int) { bed.confirm(b, ids[n]) })
	})
}

// benchmark runs a floor and then the site on it, on both engines.
func benchmark(b *testing.B, run func(b *testing.B, bed *bed, floor bool)) {
	for _, engine := range []struct {
		name string
		open func(b *testing.B) (*sqldb.Store, error)
	}{
		{"sqlite", func(b *testing.B) (*sqldb.Store, error) {
			return sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "sign-ups.db"), sqlite.Options{})
		}},
		{"postgres", func(b *testing.B) (*sqldb.Store, error) {
			return postgres.Open(b.Context(), pgtest.Start(b).Database(b), postgres.Options{}) // one that syncs
		}},
	} {
		b.Run(engine.name, func(b *testing.B) {
			var rate float64
			for _, floor := range []bool{true, false} {
				b.Run(map[bool]string{true: "floor", false: "site"}[floor], func(b *testing.B) {
					s, err := engine.open(b)
					if err != nil {
						b.Fatal(err)
					}
					run(b, newBed(b, s), floor)
					b.StopTimer()
					this := float64(b.N) / b.Elapsed().Seconds()
					b.ReportMetric(this, "changes/s")
					if floor {
						rate = this
					} else {
						b.ReportMetric(100*this/rate, "%floor")
					}
				})
			}
		})
	}
}

// crowd runs f for every number below b.N, by conns goroutines.
func crowd(b *testing.B, f func(n int)) {
	var next atomic.Int64
	b.SetParallelism(conns / runtime.GOMAXPROCS(0))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			f(int(next.Add(1) - 1))
		}
	})
}

// bed is a site with an endless meeting, and a client.
type bed struct {
	store  *sqldb.Store
	tape   *tape
	slug   string
	keys   *registration.Keyring
	server *httptest.Server
	client *http.Client
}

func newBed(b *testing.B, s *sqldb.Store) *bed {
	b.Helper()
	schema, err := s.SchemaVersion(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	t := &bed{store: s, tape: &tape{Engine: s.Engine()}, slug: "2019-06-12-paris"}
	m := registration.Meeting{Slug: t.slug, Title: registration.Text{FR: "Rencontre nationale"}, Published: true,
		Seats: registration.Unlimited, Day: registration.DayOf(time.Now().AddDate(1, 0, 0)), Contact: "orga@exemple.fr",
		OpensAt: time.Now().Add(-time.Hour), ClosesAt: time.Now().AddDate(0, 6, 0)}
	if err := s.PutMeeting(b.Context(), m); err != nil {
		b.Fatal(err)
	}
	if t.keys, err = registration.NewKeyring(secret); err != nil {
		b.Fatal(err)
	}
	// Mails stay in the outbox: nobody runs the courier.
	handler, err := site.New(site.Options{Store: sqldb.New(t.tape, schema), Sender: nowhere{}, From: "site@exemple.fr",
		BaseURL: "http://localhost", Secret: secret, NoLimits: true})
	if err != nil {
		b.Fatal(err)
	}
	t.server = httptest.NewServer(handler)
	b.Cleanup(func() { t.server.Close(); s.Close() })
	t.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: conns},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return t
}

type nowhere struct{}

func (nowhere) Send(context.Context, registration.Message) error { return nil }

func (t *bed) post(b *testing.B, path string, form url.Values) {
	resp, err := t.client.PostForm(t.server.URL+path, form)
	if err != nil {
		b.Error(err)
		return
	}
	resp.Body.Close()
	if resp.StatusCode >= 400 || path[1] == 'r' && resp.StatusCode != http.StatusSeeOther {
		b.Errorf("POST %s: %s", path, resp.Status)
	}
}

// signUp returns the id of the sign-up if the tape is running.
func (t *bed) signUp(b *testing.B, email string) registration.ID {
	t.post(b, "/rencontres/"+t.slug+"/inscription", url.Values{"given_name": {"Ana"}, "family_name": {"Personne"},
		"email": {email}, "category": {string(registration.Industry)}, "privacy": {"1"}})
	return t.tape.signup
}

func (t *bed) confirm(b *testing.B, id registration.ID) {
	t.post(b, "/confirmation/"+t.keys.Token(registration.ForConfirm, id, 0), nil)
}

// record returns the statements that the last request of do causes.
func (t *bed) record(b *testing.B, do func(email string)) *script {
	b.Helper()
	t.tape.running = true
	do("tape@exemple.fr")
	t.tape.running = false
	if len(t.tape.last) == 0 {
		b.Fatal("no statement was recorded")
	}
	return &script{lines: t.tape.last, signup: t.tape.signup.String()}
}

// tape is an engine that remembers the statements of its last transaction.
type tape struct {
	sqldb.Engine
	running bool
	last    []line
	signup  registration.ID // the one inserted last
}

type line struct {
	query string
	args  []any
	exec  bool
}

func (t *tape) Write(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	if !t.running {
		return t.Engine.Write(ctx, work)
	}
	return t.Engine.Write(ctx, func(ctx context.Context, q sqldb.Querier) error {
		t.last = nil
		return work(ctx, recorded{q, t})
	})
}

type recorded struct {
	sqldb.Querier
	tape *tape
}

func (r recorded) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	r.tape.last = append(r.tape.last, line{query, args, true})
	if strings.Contains(query, "INSERT INTO signup") {
		r.tape.signup = uuid.MustParse(args[0].(string))
	}
	return r.Querier.ExecContext(ctx, query, args...)
}

func (r recorded) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.tape.last = append(r.tape.last, line{query, args, false})
	return r.Querier.QueryContext(ctx, query, args...)
}

func (r recorded) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	r.tape.last = append(r.tape.last, line{query, args, false})
	return r.Querier.QueryRowContext(ctx, query, args...)
}

// script is a transaction to be run again, each time for somebody else.
type script struct {
	lines  []line
	signup string
}

// play runs the statements for a new person, or for the sign-up given.
func (s *script) play(b *testing.B, store *sqldb.Store, id *registration.ID) {
	fresh := make(map[string]string) // by what was recorded
	if id != nil {
		fresh[s.signup] = id.String()
	}
	err := store.Engine().Write(b.Context(), func(ctx context.Context, q sqldb.Querier) error {
		for _, l := range s.lines {
			if err := l.play(ctx, q, fresh); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Error(err)
	}
}

func (l line) play(ctx context.Context, q sqldb.Querier, fresh map[string]string) error {
	args := make([]any, len(l.args))
	for i, a := range l.args {
		args[i] = a
		switch v := a.(type) {
		case string:
			args[i] = renew(v, fresh)
		case sql.NullString:
			args[i] = sql.NullString{String: renew(v.String, fresh), Valid: v.Valid}
		}
	}
	if l.exec {
		_, err := q.ExecContext(ctx, l.query, args...)
		return err
	}
	rows, err := q.QueryContext(ctx, l.query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}

// renew returns, for an id, an address or a short code, another one: the same
// for the same within a transaction.
func renew(v string, fresh map[string]string) string {
	if f, ok := fresh[v]; ok {
		return f
	}
	f := v
	if _, err := uuid.Parse(v); err == nil {
		f = registration.NewID().String()
	} else if strings.Contains(v, "@") {
		f = registration.NewID().String() + "@exemple.fr"
	} else if _, ok := registration.ParseCode(v); ok {
		f = registration.MintCode()
	}
	fresh[v] = f
	return f
}
