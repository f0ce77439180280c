package site_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/mail"
	"github.com/territoires-industrie/sdk/registration/site"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/sqldb/postgres"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
	"github.com/territoires-industrie/sdk/territoires"
)

const (
	conns  = 64 // visitors at the same time
	rounds = 5  // of the floors and of the site, in turn: a median of them is reported
)

// secret is the key of the sites of these benchmarks.
var secret = []byte(strings.Repeat("k", link.MinSecret))

// BenchmarkSignUp compares the site, asked over HTTP by as many visitors as
// conns, with two floors on the same database, both written by one bare loop of
// transactions of sixty, without a page, a rule or a question to the database:
// (rows) every row that a sign-up leaves; (row) the row of the sign-up and that
// of its mail alone. What the site reaches of the floors next to it is reported
// as %rows and %row.
func BenchmarkSignUp(b *testing.B) {
	benchmark(b, func(b *testing.B, bed *bed, n int) (rows, row func(), site func() []time.Duration) {
		script := bed.record(b, func() { bed.signUp(bed.dial(), bed.stranger()) })
		return func() { script.play(b, bed.store, n, nil, everyRow) },
			func() { script.play(b, bed.store, n, nil, oneRow) },
			func() []time.Duration {
				return crowd(n, func(v *visitor, _ int) { bed.signUp(v, bed.stranger()) }, bed.dial)
			}
	})
}

// BenchmarkConfirm is the same for the confirmation of an address.
func BenchmarkConfirm(b *testing.B) {
	benchmark(b, func(b *testing.B, bed *bed, n int) (rows, row func(), site func() []time.Duration) {
		script := bed.record(b, func() {
			v := bed.dial()
			bed.signUp(v, bed.stranger())
			bed.confirm(v, bed.tape.signup)
		})
		crowd(3*n, func(v *visitor, _ int) { bed.signUp(v, bed.stranger()) }, bed.dial)
		ids := bed.pending(b)
		return func() { script.play(b, bed.store, n, ids, everyRow) },
			func() { script.play(b, bed.store, n, ids[n:], oneRow) },
			func() []time.Duration {
				return crowd(n, func(v *visitor, i int) { bed.confirm(v, ids[2*n+i]) }, bed.dial)
			}
	})
}

// engines are the engines that the site is measured on.
var engines = []struct {
	name    string
	changes int // in a round, which takes a second at most
	open    func(b *testing.B) (*sqldb.Store, error)
}{
	{"sqlite", 3000, func(b *testing.B) (*sqldb.Store, error) {
		return sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "sign-ups.db"), sqlite.Options{})
	}},
	{"postgres", 1200, func(b *testing.B) (*sqldb.Store, error) {
		return postgres.Open(b.Context(), pgtest.Start(b).Database(b), postgres.Options{}) // one that syncs
	}},
}

// benchmark prepares and then times rounds of the floors and of the site by
// turns, on both engines: what slows the machine down for a while slows all.
func benchmark(b *testing.B, prepare func(b *testing.B, bed *bed, n int) (rows, row func(), site func() []time.Duration)) {
	for _, engine := range engines {
		b.Run(engine.name, func(b *testing.B) {
			s, err := engine.open(b)
			if err != nil {
				b.Fatal(err)
			}
			bed := newBed(b, s, nowhere{})
			measured := make(map[string][]float64)
			for range max(rounds, b.N) {
				rows, row, site := prepare(b, bed, engine.changes)
				var waits []time.Duration
				floor, least := rate(engine.changes, rows), rate(engine.changes, row)
				ours := rate(engine.changes, func() { waits = site() })
				slices.Sort(waits)
				for unit, v := range map[string]float64{"rows/s": floor, "row/s": least, "changes/s": ours,
					"%rows": 100 * ours / floor, "%row": 100 * ours / least,
					"p99-ms": float64(waits[len(waits)*99/100].Microseconds()) / 1000} {
					measured[unit] = append(measured[unit], v)
				}
			}
			for unit, all := range measured {
				b.ReportMetric(median(all), unit)
			}
			b.ReportMetric(0, "ns/op") // of a whole run, which says nothing
		})
	}
}

func rate(n int, run func()) float64 {
	start := time.Now()
	run()
	return float64(n) / time.Since(start).Seconds()
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// crowd runs f for every number below n, by as many visitors as conns, who
// come by dial unless it is nil, and returns how long each run took.
func crowd(n int, f func(v *visitor, i int), dial func() *visitor) []time.Duration {
	took := make([]time.Duration, n)
	var next atomic.Int64
	var all sync.WaitGroup
	for range conns {
		all.Go(func() {
			var v *visitor
			if dial != nil {
				v = dial()
				defer v.conn.Close()
			}
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				start := time.Now()
				f(v, int(i-1))
				took[i-1] = time.Since(start)
			}
		})
	}
	all.Wait()
	return took
}

// bed is a site with an endless meeting.
type bed struct {
	store  *sqldb.Store
	tape   *tape
	slug   string
	keys   *link.Keyring
	site   *site.Site
	server *httptest.Server
	b      *testing.B
	count  atomic.Int64 // of strangers
}

func newBed(b *testing.B, s *sqldb.Store, to registration.Sender) *bed {
	b.Helper()
	schema, err := s.SchemaVersion(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	t := &bed{b: b, store: s, tape: &tape{Engine: s.Engine()}, slug: "2019-06-12-paris"}
	m := registration.Meeting{Slug: t.slug, Title: registration.Localized{FR: "Rencontre nationale"}, Published: true,
		Seats: registration.Unlimited, Day: territoires.DateOf(time.Now().AddDate(1, 0, 0), registration.Paris), Contact: "orga@exemple.fr",
		OpensAt: time.Now().Add(-time.Hour), ClosesAt: time.Now().AddDate(0, 6, 0)}
	if err := s.PutMeeting(b.Context(), m); err != nil {
		b.Fatal(err)
	}
	if t.keys, err = link.NewKeyring(secret); err != nil {
		b.Fatal(err)
	}
	// Mails stay in the outbox until somebody runs the site, and with it the courier.
	t.site, err = site.New(site.Options{Store: sqldb.New(t.tape, schema), Sender: to, From: "site@exemple.fr",
		BaseURL: "http://localhost", Secret: secret, NoLimits: true})
	if err != nil {
		b.Fatal(err)
	}
	t.server = httptest.NewServer(t.site)
	b.Cleanup(func() { t.server.Close(); s.Close() })
	return t
}

// BenchmarkSignUpMailed compares people who sign up while the courier delivers
// the mail of each to a server, until the outbox is empty, with as many whose
// mails stay in the outbox. The server is a goroutine of this process, or
// smtp-sink, which comes with Postfix, as a program of its own.
func BenchmarkSignUpMailed(b *testing.B) {
	for _, engine := range engines {
		for _, server := range []struct {
			name  string
			serve func(b *testing.B) *mail.Sender
		}{
			{"goroutine", func(b *testing.B) *mail.Sender { _, sender := serveSink(b, -1); return sender }},
			{"smtp-sink", serveProgram},
		} {
			b.Run(engine.name+"/"+server.name, func(b *testing.B) {
				open := func(to registration.Sender) *bed {
					s, err := engine.open(b)
					if err != nil {
						b.Fatal(err)
					}
					return newBed(b, s, to)
				}
				quiet, mailed := open(nowhere{}), open(server.serve(b))
				ctx, stop := context.WithCancel(b.Context())
				var running sync.WaitGroup
				running.Go(func() { mailed.site.Run(ctx) })
				defer func() { stop(); running.Wait() }()
				n := engine.changes
				come := func(bed *bed) { crowd(n, func(v *visitor, _ int) { bed.signUp(v, bed.stranger()) }, bed.dial) }
				var without, with, share []float64
				for range max(rounds, b.N) {
					w := rate(n, func() {
						come(mailed)
						for {
							left, err := mailed.store.Backlog(b.Context(), time.Now())
							if err != nil {
								b.Fatal(err)
							}
							if left == (registration.Backlog{}) {
								return
							}
							time.Sleep(time.Millisecond)
						}
					})
					wo := rate(n, func() { come(quiet) })
					without, with, share = append(without, wo), append(with, w), append(share, 100*w/wo)
				}
				b.ReportMetric(median(without), "quiet/s")
				b.ReportMetric(median(with), "mailed/s")
				b.ReportMetric(median(share), "%quiet")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// serveProgram starts smtp-sink, and returns a sender to it over eight connections.
func serveProgram(b *testing.B) *mail.Sender {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	args := []string{addr, "100"}
	if os.Getuid() == 0 {
		args = append([]string{"-u", "nobody"}, args...) // it does not run as root
	}
	server := exec.Command("smtp-sink", args...)
	if err := server.Start(); err != nil {
		b.Fatal(err) // it comes with Debian's postfix
	}
	b.Cleanup(func() { server.Process.Kill(); server.Wait() })
	sender, err := mail.NewSender(mail.Options{Addr: addr, Security: mail.Plaintext, Idle: 8})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { sender.Close() })
	for b.Context().Err() == nil && sender.Check(b.Context()) != nil {
		time.Sleep(time.Millisecond)
	}
	return sender
}

type nowhere struct{}

func (nowhere) Send(context.Context, registration.Message) error { return nil }

// visitor is a connection to the site and no more than it takes to use it: the
// visitors run on the processors that are measured.
type visitor struct {
	conn net.Conn
	r    *bufio.Reader
}

func (t *bed) dial() *visitor { return visit(t.server) }

func visit(s *httptest.Server) *visitor {
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		panic(err)
	}
	return &visitor{conn, bufio.NewReader(conn)}
}

// post sends a form and reads the answer, which has to lead elsewhere.
func (t *bed) post(v *visitor, path, form string) {
	_, err := fmt.Fprintf(v.conn, "POST %s HTTP/1.1\r\nHost: localhost\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", path, len(form), form)
	if err != nil {
		t.b.Error(err)
		return
	}
	resp, err := http.ReadResponse(v.r, nil)
	if err != nil {
		t.b.Error(err)
		return
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusSeeOther {
		t.b.Errorf("POST %s: %s, %v", path, resp.Status, err)
	}
}

// stranger returns an address that has not signed up.
func (t *bed) stranger() string { return fmt.Sprintf("p%d@exemple.fr", t.count.Add(1)) }

func (t *bed) signUp(v *visitor, email string) {
	t.post(v, "/rencontres/"+t.slug+"/inscription", url.Values{"given_name": {"Ana"}, "family_name": {"Personne"},
		"email": {email}, "category": {string(registration.Industry)}, "privacy": {"1"}}.Encode())
}

func (t *bed) confirm(v *visitor, id registration.ID) {
	t.post(v, "/confirmation/"+t.keys.Token(link.ForConfirm, id, 0), "")
}

// pending returns those who have not confirmed their address.
func (t *bed) pending(b *testing.B) (ids []registration.ID) {
	b.Helper()
	for u, err := range t.store.Signups(b.Context(), registration.Query{Meeting: t.slug}) {
		if err != nil {
			b.Fatal(err)
		}
		if u.AddressConfirmedAt.IsZero() {
			ids = append(ids, u.ID)
		}
	}
	return ids
}
