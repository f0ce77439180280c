package site_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/site"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
)

// BenchmarkPages compares the pages that a crowd opens with a handler that writes
// the same bytes under the same headers, each asked over HTTP by as many visitors as
// conns who accept gzip, by turns. What the site reaches of it is reported as %floor.
func BenchmarkPages(b *testing.B) {
	s, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "site.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	m := registration.ShippedExample()
	if err := s.PutMeeting(b.Context(), m); err != nil {
		b.Fatal(err)
	}
	ahead := time.Until(m.OpensAt.Add(time.Hour))
	ours, err := site.New(site.Options{Store: s, Sender: nowhere{}, From: "site@exemple.fr", BaseURL: "https://exemple.fr", Secret: secret,
		Clock: func() time.Time { return time.Now().Add(ahead) }})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(ours)
	defer server.Close()
	for _, page := range []struct{ name, path string }{
		{"home", "/"}, {"meeting", "/rencontres/" + m.Slug}, {"programme", "/programme"}, {"form", "/rencontres/" + m.Slug + "/inscription"},
	} {
		b.Run(page.name, func(b *testing.B) {
			header, body := asked(b, server.URL+page.path)
			floor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				for key, values := range header {
					w.Header()[key] = values
				}
				_, _ = w.Write(body)
			}))
			defer floor.Close()
			var floors, pages, shares []float64
			const n = 10_000
			for range max(rounds, b.N) {
				read := func(at *httptest.Server) float64 {
					return rate(n, func() {
						crowd(n, func(v *visitor, _ int) { v.read(b, page.path, len(body)) }, func() *visitor { return visit(at) })
					})
				}
				f, p := read(floor), read(server)
				floors, pages, shares = append(floors, f), append(pages, p), append(shares, 100*p/f)
			}
			b.ReportMetric(median(floors), "floor/s")
			b.ReportMetric(median(pages), "pages/s")
			b.ReportMetric(median(shares), "%floor")
			b.ReportMetric(float64(len(body)), "bytes")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// asked returns what a browser gets of an address.
func asked(b *testing.B, address string) (http.Header, []byte) {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), "GET", address, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	a, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		b.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s, %v", address, a.Status, err)
	}
	a.Header.Del("Date") // a server sends its own
	return a.Header, body
}

// read asks for a page and reads as many bytes as there must be, at most a few more
// or less.
func (v *visitor) read(b *testing.B, path string, size int) {
	if _, err := fmt.Fprintf(v.conn, "GET %s HTTP/1.1\r\nHost: exemple.fr\r\nAccept-Encoding: gzip\r\n\r\n", path); err != nil {
		b.Error(err)
		return
	}
	a, err := http.ReadResponse(v.r, nil)
	if err != nil {
		b.Error(err)
		return
	}
	if n, err := io.Copy(io.Discard, a.Body); err != nil || a.StatusCode != http.StatusOK || n < int64(size)-100 || n > int64(size)+100 {
		b.Errorf("GET %s: %s, %d bytes, %v", path, a.Status, n, err)
	}
}
