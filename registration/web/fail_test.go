package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	for _, tt := range []struct {
		name   string
		fail   func() error
		status int
		want   string
	}{
		{"store away", func() error { return fmt.Errorf("busy: %w", registration.ErrUnavailable) }, http.StatusServiceUnavailable, "Votre demande n’a pas été enregistrée"},
		{"nobody knows", func() error { return fmt.Errorf("cut: %w", registration.ErrUnsure) }, http.StatusServiceUnavailable, "peut-être enregistrée"},
		{"a fault", func() error { return errors.New("disk on fire: anne@mairie.example") }, http.StatusInternalServerError, "Une erreur est survenue"},
		{"a panic", func() error { panic("out of cheese") }, http.StatusInternalServerError, "Une erreur est survenue"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f.t, f.store.fail = t, tt.fail
			defer func() { f.store.fail = nil }()
			for _, a := range []answer{f.get("/rencontres/" + slug), f.post(form, valid())} {
				a.want(t, tt.status, tt.want, "</html>", `href="/"`)
				if got := a.Header.Get("Retry-After"); (got != "") != (tt.status == http.StatusServiceUnavailable) {
					t.Errorf("Retry-After %q", got)
				}
				if id := a.Header.Get("X-Request-Id"); len(id) < 8 || !strings.Contains(a.Body, id) || strings.Count(f.log.String(), "request="+id) < 2 {
					t.Errorf("the number %q is not both on the page and in the log, with the cause", id)
				}
				if log := f.log.String(); tt.status == http.StatusInternalServerError && !strings.Contains(log, "fire") && !strings.Contains(log, "cheese") {
					t.Errorf("the log does not have the fault:\n%s", log)
				}
				if strings.Contains(a.Body, "fire") || strings.Contains(a.Body, "cheese") {
					t.Error("the visitor reads the fault")
				}
			}
		})
	}
}

// TestUnsureToWhom: an organiser is told to look at the pages of the meeting, and
// not at a mailbox that gets nothing.
func TestUnsureToWhom(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.confirmedNamed("a@x.example", "Martin")
	f.store.busy = fmt.Errorf("cut: %w", registration.ErrUnsure)
	f.post(f.link(link.ForManage, s)+"/annulation", url.Values{}).want(t, http.StatusServiceUnavailable, "peut-être enregistrée", "consultez votre messagerie")
	f.signedInAs(registration.RoleOrganiser)
	for prefix, want := range map[string]string{"": "vérifiez ce qui a été fait", "/en": "check what was done"} {
		act := prefix + "/organisation/rencontres/" + slug + "/inscriptions/" + s.Code + "/annulation"
		f.post(act, url.Values{}).want(t, http.StatusServiceUnavailable, want, `href="`+prefix+`/organisation/"`)
	}
}

func TestDatabaseGone(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	if err := f.store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, a := range []answer{f.get("/"), f.get("/en" + form), f.post(form, valid())} {
		a.want(t, http.StatusServiceUnavailable, "</html>")
		if a.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	f.get("/healthz").want(t, http.StatusOK)
}

func TestNotAPage(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	for _, path := range []string{"/nope", "/rencontres/2019-06-13-paris", "/assets/", "/..%2f..%2fetc/passwd", "/organisation/nope"} {
		_, page := f.followed(path)
		page.want(t, http.StatusNotFound, "Page introuvable", `<html lang="fr">`)
	}
	f.get("/en/nope").want(t, http.StatusNotFound, "Page not found", `<html lang="en">`)
	f.get("/en/rencontres/"+slug).want(t, http.StatusOK, `href="/rencontres/`+slug+`"`) // a page that there is repeats it
	if page := f.get("/en/%5Cevil.example/x").want(t, http.StatusNotFound, `href="/" lang="fr"`); strings.Contains(page.Body, "evil") {
		t.Error("the page repeats the address")
	}
	for path, allow := range map[string]string{form: "GET, POST, HEAD", "/": "GET, HEAD", "/en/organisation/deconnexion": "POST"} {
		r := httptest.NewRequestWithContext(t.Context(), "DELETE", path, nil)
		if got := f.do(r).want(t, http.StatusMethodNotAllowed).Header.Get("Allow"); got != allow {
			t.Errorf("%s: Allow %q, want %q", path, got, allow)
		}
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	values := valid()
	values.Set("organisation", strings.Repeat("o", 64<<10))
	f.post(form, values).want(t, http.StatusRequestEntityTooLarge, "64 kilooctets")
	// The same without a length that tells.
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/en"+form, strings.NewReader(values.Encode()))
	r.ContentLength = -1
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	f.do(r).want(t, http.StatusRequestEntityTooLarge, "64 kilobytes")
	// What says that it is too long is not even read.
	body := strings.NewReader(values.Encode())
	r = httptest.NewRequestWithContext(t.Context(), "POST", form, body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	f.do(r).want(t, http.StatusRequestEntityTooLarge)
	if read := int(body.Size()) - body.Len(); read != 0 {
		t.Errorf("%d bytes were read", read)
	}
	if n := len(f.signups()); n != 0 {
		t.Errorf("%d sign-ups were made", n)
	}
}

func TestMalformedBody(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	for body, want := range map[string]string{"given_name=%zz": "n’a pas pu être lu", "": "réponses sont à corriger"} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", form, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		f.do(r).want(t, http.StatusUnprocessableEntity, want)
	}
	r := httptest.NewRequestWithContext(t.Context(), "POST", form, strings.NewReader(`{"given_name":"x"}`))
	r.Header.Set("Content-Type", "application/json")
	f.do(r).want(t, http.StatusUnprocessableEntity, "réponses sont à corriger")
}

func TestCrossSite(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, base, host string
		header           map[string]string
		status           int
	}{
		{"own page", "https://rencontres.example", "rencontres.example", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "https://rencontres.example"}, http.StatusSeeOther},
		{"another site", "https://rencontres.example", "rencontres.example", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, http.StatusForbidden},
		{"a sibling site", "https://rencontres.example", "rencontres.example", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "https://www.rencontres.example"}, http.StatusForbidden},
		{"an old browser, another site", "https://rencontres.example", "rencontres.example", map[string]string{"Origin": "https://evil.example"}, http.StatusForbidden},
		{"a hidden origin", "http://192.168.1.5:8080", "192.168.1.5:8080", map[string]string{"Origin": "null"}, http.StatusForbidden},
		{"a phone over plain HTTP", "http://192.168.1.5:8080", "192.168.1.5:8080", map[string]string{"Origin": "http://192.168.1.5:8080"}, http.StatusSeeOther},
		{"a proxy that changes Host", "https://rencontres.example", "10.0.0.7:8080", map[string]string{"Origin": "https://rencontres.example"}, http.StatusSeeOther},
		{"a program", "https://rencontres.example", "rencontres.example", nil, http.StatusSeeOther},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := open(t, web.Options{BaseURL: tt.base})
			r := httptest.NewRequestWithContext(t.Context(), "POST", tt.base+form, strings.NewReader(valid().Encode()))
			r.Host = tt.host
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for k, v := range tt.header {
				r.Header.Set(k, v)
			}
			f.do(r).want(t, tt.status)
			if made := len(f.signups()) == 1; made != (tt.status == http.StatusSeeOther) {
				t.Errorf("signed up: %v", made)
			}
		})
	}
}

// TestJourneyLogsNobody reads everything that a journey logs, at every level.
func TestJourneyLogsNobody(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signIn()
	s := f.signUp(valid())
	seal := f.post(form, valid()).Header.Get("Location")
	f.get(seal)
	for _, p := range []link.Purpose{link.ForConfirm, link.ForManage, link.ForDisavow} {
		f.get(f.link(p, s))
		f.get(f.link(p, s) + "x")
	}
	f.post(f.link(link.ForConfirm, s), nil)
	f.get("/organisation/rencontres/" + slug + "?q=Hôpital")
	f.post(f.link(link.ForDisavow, s), nil)
	f.get(f.link(link.ForConfirm, s))
	bad := valid()
	bad.Set("territory", "Atlantide")
	f.post(form, bad)
	f.store.fail = func() error { return errors.New("a fault") }
	f.get(f.link(link.ForManage, s))
	f.post(form, url.Values{"email": {"as@mairie.example"}})
	log := f.log.String()
	if !strings.Contains(log, "organiser signed in") || !strings.Contains(log, "request failed") || strings.Count(log, "\n") < 15 {
		t.Fatalf("the journey was not logged:\n%s", log)
	}
	secrets := []string{"Anne", "Hôpital", "H%C3%B4pital", "mairie", "Mairie", "Loudéac", "maire", "Atlantide", "o@regions", s.Code, seal[strings.LastIndex(seal, "/")+1:]}
	for _, p := range []link.Purpose{link.ForConfirm, link.ForManage, link.ForDisavow} {
		secrets = append(secrets, f.keys.Token(p, s.ID, s.Version))
	}
	for _, secret := range secrets {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

// TestSecurityTxt: who finds a weakness reads whom to write to, until a day that is
// always to come (RFC 9116).
func TestSecurityTxt(t *testing.T) {
	t.Parallel()
	const path = "/.well-known/security.txt"
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Contact = "orga@rencontre.example" })
	a := f.get(path).want(t, http.StatusOK)
	want := "Contact: mailto:orga@rencontre.example\nExpires: 2019-08-14T00:00:00Z\nPreferred-Languages: fr, en\nCanonical: https://rencontres.example" + path + "\n"
	if a.Body != want || a.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%q, want %q", a.Body, want)
	}
	f = open(t, web.Options{SecurityContact: "https://ssi.example/signaler", BaseURL: "https://x.example/insc"})
	f.get("/insc"+path).want(t, http.StatusOK, "Contact: https://ssi.example/signaler\n", "Canonical: https://x.example/insc"+path)
	f = open(t, web.Options{}, func(m *registration.Meeting) { m.Contact = "" })
	f.get(path).want(t, http.StatusNotFound)
}

func TestReady(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.get("/readyz").want(t, http.StatusOK, "ok")
	f = open(t, web.Options{Ready: func(context.Context) error { return errors.New("schema too old") }})
	a := f.get("/readyz").want(t, http.StatusServiceUnavailable, "not ready")
	if a.Header.Get("Retry-After") == "" || strings.Contains(a.Body, "schema") {
		t.Errorf("answer %v %q", a.Header, a.Body)
	}
	f.get("/healthz").want(t, http.StatusOK, "ok")
	f = open(t, web.Options{Backlog: func(context.Context) (registration.Backlog, error) {
		return registration.Backlog{Waiting: 3, Parked: 2, Oldest: f.clock.Now()}, nil
	}})
	if a := f.get("/readyz").want(t, http.StatusOK); a.Body != "ok\n" {
		t.Errorf("strangers are told %q", a.Body)
	}
}

// TestReadyInTime: who asks is told in time that the database says nothing.
func TestReadyInTime(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{Ready: func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}})
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		f.do(httptest.NewRequestWithContext(ctx, "GET", "/readyz", nil)).want(t, http.StatusServiceUnavailable, "not ready")
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("answered after %v", took)
		}
	})
}

// TestPanicOutsidePages: what panics outside the handler of a page ends the connection
// and is in the site's log with the request's id, not in that of net/http with the
// visitor's address.
func TestPanicOutsidePages(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{Answered: func(string, int, time.Duration) { panic("boom") }})
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("net/http is told %v", p)
		}
		if log := f.log.String(); !regexp.MustCompile(`msg=panic route="GET /contact" err="boom\\n.* request=[A-Z2-7]{10}`).MatchString(log) {
			t.Errorf("the log does not tell of it:\n%s", log)
		}
	}()
	f.get("/contact")
}
