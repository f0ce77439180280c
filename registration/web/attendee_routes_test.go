package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
	"github.com/territoires-industrie/sdk/registration/web/attendee"
)

// TestEveryLinkedRoute calls every route behind a link of one's own: with a link for
// something else, with one that was revoked, with one that nobody signed, and with the
// companion of somebody else. None of them opens, and no answer is kept by a cache.
func TestEveryLinkedRoute(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 2 })
	s := f.signUp(valid())
	f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
	other := valid()
	other.Set("email", "z@mairie.example")
	stranger := f.signUp(other)
	purposes := map[string]link.Purpose{"confirmation": link.ForConfirm, "pas-moi": link.ForDisavow, "mon-inscription": link.ForManage,
		"nouvelle-adresse": link.ForTransfer, "remplacement": link.ForTransfer}
	opened := 0
	for _, route := range attendee.Part().Routes {
		if !strings.Contains(route.Path, "{token}") {
			continue
		}
		name := route.Method + " " + route.Path
		first, _, _ := strings.Cut(route.Path[1:], "/")
		own, known := purposes[first]
		if !known {
			t.Errorf("%s: a link of no known purpose", name)
			continue
		}
		call := func(token string) answer {
			path := strings.NewReplacer("{token}", token, "{id}", stranger.ID.String()).Replace(route.Path)
			a := f.get(path)
			if route.Method == "POST" {
				a = f.post(path, url.Values{"email": {"x@x.example"}, "answer": {"accept"}})
			}
			if a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("X-Robots-Tag") != "noindex" || a.Header.Get("ETag") != "" {
				t.Errorf("%s: %d, Cache-Control %q, X-Robots-Tag %q, ETag %q", name, a.StatusCode, a.Header.Get("Cache-Control"), a.Header.Get("X-Robots-Tag"), a.Header.Get("ETag"))
			}
			return a
		}
		good := f.keys.Token(own, s.ID, s.Version)
		bad := map[string]string{"revoked": f.keys.Token(own, s.ID, s.Version+1), "unsigned": good[:len(good)-4] + "AAAA"}
		for what, p := range map[string]link.Purpose{"to confirm": link.ForConfirm, "to manage": link.ForManage, "to sign in": link.ForSignIn} {
			if p != own {
				bad[what] = f.keys.Token(p, s.ID, s.Version)
			}
		}
		for what, token := range bad {
			if a := call(token); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s with a link that is %s: %d, want 404", name, what, a.StatusCode)
			}
		}
		if strings.Contains(route.Path, "{id}") {
			if a := call(good); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s of somebody else's companion: %d, want 404", name, a.StatusCode)
			}
		} else if route.Method == "GET" && own == link.ForManage {
			if a := call(good); a.StatusCode == http.StatusOK {
				opened++
			}
		}
	}
	if opened < 10 {
		t.Errorf("%d pages open with the right link", opened)
	}
}
