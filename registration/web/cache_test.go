package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

// same are the pages that everybody gets the same, but for the form's seal.
var same = []string{"/", "/rencontres/" + slug, "/programme", "/mentions-legales", "/donnees-personnelles", "/accessibilite", "/contact", "/plan-du-site", form}

// asks sends a GET with headers, given as name and value by turns.
func (f *fixture) asks(method, path string, headers ...string) answer {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	a := answer{Response: w.Result(), Body: w.Body.String()}
	if a.Header.Get("Content-Encoding") == "gzip" && w.Body.Len() > 0 {
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			f.t.Fatal(err)
		}
		b, err := io.ReadAll(z)
		if err != nil {
			f.t.Fatal(err)
		}
		a.Body = string(b)
	}
	checkHeaders(f.t, path, a.Header)
	return a
}

func TestCachedPagesHaveNothingOfAVisitor(t *testing.T) {
	t.Parallel()
	const mark = "MarqueDeQuelqu1"
	marked := []string{"Cookie", "organisation=" + mark + "; __Host-organisation=" + mark, "Authorization", "Bearer " + mark, "Referer", "https://" + mark + ".example/",
		"User-Agent", mark, "Accept-Language", mark, "X-Forwarded-Host", mark + ".example", "X-Forwarded-Proto", mark, "X-Forwarded-For", "192.0.2.7", "X-Forwarded-Prefix", "/" + mark,
		"Forwarded", "host=" + mark + ".example", "X-Original-Url", "/" + mark, "X-Rewrite-Url", "/" + mark, "If-None-Match", `"` + mark + `"`, "X-Request-Id", mark}
	for _, prefix := range []string{"", "/en"} {
		for _, path := range same {
			path = prefix + path
			t.Run(path, func(t *testing.T) {
				t.Parallel()
				f := open(t, web.Options{})
				query := "?territoire=" + mark + "&email=" + mark + "&language=" + mark
				own := f.asks("GET", path+query)
				if strings.HasSuffix(path, "/programme") && !strings.Contains(own.Body, mark) {
					t.Error("who asks for a territory does not read it again: the mark shows nothing")
				}
				for _, ask := range [][]string{marked, marked[4:]} { // with a cookie, and without one
					f.asks("GET", path+query, ask...)
					f.asks("GET", path, ask...)
					r := httptest.NewRequestWithContext(t.Context(), "GET", "http://"+mark+".example"+path, nil)
					f.handler.ServeHTTP(httptest.NewRecorder(), r)
				}
				for _, coding := range []string{"", "gzip"} {
					next := f.asks("GET", path, "Accept-Encoding", coding).want(t, http.StatusOK)
					for key, values := range next.Header {
						if strings.Contains(strings.Join(values, " "), mark) {
							t.Errorf("the next visitor gets another's %s: %q", key, values)
						}
					}
					if strings.Contains(strings.ToLower(next.Body), strings.ToLower(mark)) {
						t.Errorf("the next visitor reads what another sent (%q)", coding)
					}
				}
			})
		}
	}
}

func TestCachedPagesAreCompressedAndTagged(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	for _, path := range same {
		if path == form {
			continue
		}
		plain, small := f.asks("GET", path), f.asks("GET", path, "Accept-Encoding", "br, gzip;q=0.5")
		if plain.Body != small.Body || plain.Header.Get("Content-Encoding") != "" || small.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: coding %q and %q, the same text: %v", path, plain.Header.Get("Content-Encoding"), small.Header.Get("Content-Encoding"), plain.Body == small.Body)
		}
		checkPage(t, path, plain.Body)
		if a := f.asks("GET", path, "Accept-Encoding", "gzip;q=0, identity"); a.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: gzip for who refuses it", path)
		}
		for _, a := range []answer{plain, small} {
			tag, coding := a.Header.Get("ETag"), a.Header.Get("Content-Encoding")
			if a.Header.Get("Vary") != "Accept-Encoding" || a.Header.Get("Cache-Control") != "no-cache" || len(tag) < 18 {
				t.Errorf("%s: headers %v", path, a.Header)
			}
			again := f.asks("GET", path, "Accept-Encoding", coding, "If-None-Match", `"other", W/`+tag)
			if again.StatusCode != http.StatusNotModified || again.Body != "" || again.Header.Get("ETag") != tag || again.Header.Get("Vary") == "" {
				t.Errorf("%s: what the visitor has: status %d, headers %v", path, again.StatusCode, again.Header)
			}
			head := f.asks("HEAD", path, "Accept-Encoding", coding).want(t, http.StatusOK)
			if head.Body != "" || head.Header.Get("ETag") != tag || head.Header.Get("Content-Length") != a.Header.Get("Content-Length") || head.Header.Get("Content-Length") == "" {
				t.Errorf("%s: headers of HEAD %v", path, head.Header)
			}
		}
		if plain.Header.Get("ETag") == small.Header.Get("ETag") {
			t.Errorf("%s: two codings share the tag %s", path, plain.Header.Get("ETag"))
		}
		for name, value := range map[string]string{"Cookie": "a=b", "Authorization": "Bearer a"} {
			own := f.asks("GET", path, "Accept-Encoding", "gzip", name, value)
			if own.Header.Get("ETag")+own.Header.Get("Content-Encoding") != "" || own.Body != plain.Body {
				t.Errorf("%s with %s: headers %v", path, name, own.Header)
			}
		}
	}
}

func TestCachedFormIsSealedForEach(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	seals := map[string]bool{}
	for range 3 {
		for _, path := range []string{form, form + "?a=b"} {
			a := f.asks("GET", path, "Accept-Encoding", "gzip").want(t, http.StatusOK)
			if a.Header.Get("Content-Encoding")+a.Header.Get("ETag") != "" || a.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: headers %v", path, a.Header)
			}
			checkPage(t, path, a.Body)
			_, rest, _ := strings.Cut(a.Body, `name="form" value="`)
			seal, _, _ := strings.Cut(rest, `"`)
			if _, err := f.keys.Unseal("form", seal); err != nil || seals[seal] {
				t.Errorf("%s: seal %q: %v, seen before: %v", path, seal, err, seals[seal])
			}
			seals[seal] = true
		}
	}
}

func TestCachedPagesFollowTheMeeting(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	meeting := "/rencontres/" + slug
	tag := func(path string) string { return f.asks("GET", path).want(t, http.StatusOK).Header.Get("ETag") }
	says := func(path, text string) {
		t.Helper()
		f.asks("GET", path, "Accept-Encoding", "gzip").want(t, http.StatusOK, text)
	}
	before := tag(meeting)
	if again := tag(meeting); again != before {
		t.Errorf("two tags, %s and %s, and nothing has changed", before, again)
	}
	f.post(form, valid()).want(t, http.StatusSeeOther)
	for _, path := range []string{"/", meeting, form} {
		says(path, "299 places restantes sur 300")
	}
	if tag(meeting) == before {
		t.Error("the tag is that of the page before")
	}
	m := f.first()
	m.Title.FR = "Un autre titre"
	if err := f.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", meeting, form, "/contact"} {
		says(path, "Un autre titre")
	}
	m.Published = false
	if err := f.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	f.asks("GET", meeting).want(t, http.StatusNotFound)
	f.asks("GET", form).want(t, http.StatusNotFound)
	says("/", "Aucune rencontre")
}

// TestCachedPagesOpenToTheSecond asks so often that the meeting is not read for
// each: what the clock says counts all the same.
func TestCachedPagesOpenToTheSecond(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) {
		m.OpensAt, m.ClosesAt = desktest.Opening, desktest.Opening.Add(time.Hour)
	})
	path := "/rencontres/" + slug
	for _, step := range []struct {
		at   time.Time
		says string
		form int
	}{
		{desktest.Opening.Add(-time.Microsecond), "Les inscriptions ouvrent", http.StatusConflict},
		{desktest.Opening, "places restantes", http.StatusOK},
		{desktest.Opening.Add(time.Hour - time.Microsecond), "places restantes", http.StatusOK},
		{desktest.Opening.Add(time.Hour), "Inscriptions closes", http.StatusConflict},
	} {
		f.clock.Set(step.at)
		for range 50 {
			f.asks("GET", path).want(t, http.StatusOK, step.says)
			f.asks("GET", form).want(t, step.form)
		}
	}
}

func TestCachedPagesFailWithTheDatabase(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	path := "/rencontres/" + slug
	f.asks("GET", path).want(t, http.StatusOK)
	f.store.fail = func() error { return registration.ErrUnavailable }
	for range 30 {
		f.asks("GET", path).want(t, http.StatusServiceUnavailable)
	}
	f.store.fail = nil
	f.asks("GET", path).want(t, http.StatusOK)
}

func TestCachedRehearsalTellsTheMinute(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{Rehearsal: true})
	for _, minute := range []string{"9\u00a0h.", "9\u00a0h\u00a001.", "9\u00a0h\u00a002."} {
		f.asks("GET", "/programme").want(t, http.StatusOK, "nous sommes le jeudi 16 mai 2019 à "+minute)
		f.clock.Pass(time.Minute)
	}
}

// TestCachedDraftIsNotKept: organisers see a draft, and nobody does after them.
func TestCachedDraftIsNotKept(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Published = false })
	f.signedInAs(registration.RoleOrganiser)
	for _, path := range []string{"/rencontres/" + slug, form} {
		a := f.get(path).want(t, http.StatusOK)
		if a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("ETag") != "" {
			t.Errorf("%s of a draft: headers %v", path, a.Header)
		}
		f.asks("GET", path).want(t, http.StatusNotFound)
	}
}

func TestAssetsAreCompressed(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	_, rest, _ := strings.Cut(f.get("/").Body, `href="/assets/`)
	version, _, _ := strings.Cut(rest, "/")
	for _, file := range []string{"style.css", "door.js", "favicon.svg", "preview.png"} {
		path := "/assets/" + version + "/" + file
		a, plain := f.asks("GET", path, "Accept-Encoding", "gzip").want(t, http.StatusOK), f.asks("GET", path)
		if a.Header.Get("Content-Encoding") != "gzip" || a.Body != plain.Body || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: headers %v", path, a.Header)
		}
		if n, err := strconv.Atoi(plain.Header.Get("Content-Length")); n != len(plain.Body) {
			t.Errorf("%s: %d bytes announced, %v, and %d sent", path, n, err, len(plain.Body))
		}
	}
}

// TestPagesAreLight counts what a browser fetches that has nothing yet: the page
// and its style sheet, as they travel.
func TestPagesAreLight(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	fetch := func(path string) int {
		r := httptest.NewRequestWithContext(t.Context(), "GET", path, nil)
		r.Header.Set("Accept-Encoding", "gzip, deflate, br")
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, r)
		n := w.Body.Len()
		for key, values := range w.Header() {
			n += len(key) + len(": \r\n") + len(strings.Join(values, ""))
		}
		return n
	}
	_, rest, _ := strings.Cut(f.get("/").Body, `rel="stylesheet" href="`)
	sheet, _, _ := strings.Cut(rest, `"`)
	for _, prefix := range []string{"", "/en"} {
		for _, path := range same {
			most := 20_000
			if path == form {
				most = 25_000
			}
			if n := fetch(prefix+path) + fetch(sheet); n > most {
				t.Errorf("%s: %d bytes with its style sheet, want %d at most", prefix+path, n, most)
			}
		}
	}
}
