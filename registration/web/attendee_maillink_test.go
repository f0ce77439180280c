package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

// followed returns where a browser is in the end that opens an address.
func (f *fixture) followed(path string) (at string, a answer) {
	f.t.Helper()
	for range 5 {
		to := f.unread(httptest.NewRequest("GET", path, nil)).Header.Get("Location")
		if to == "" {
			return path, f.get(path)
		}
		path = to
	}
	f.t.Fatalf("still led on after five addresses, to %s", path)
	return "", a
}

// TestLinksAsMailProgramsLeaveThem: signs at the end of a link that belong to the
// text around it, and what a line that was broken or an address that was encoded
// twice leaves within it.
func TestLinksAsMailProgramsLeaveThem(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s, mine := f.confirmed("a@mairie.example")
	f.get(mine).want(t, http.StatusOK, "Place confirmée")
	for _, end := range []string{".", ",", ")", "%3E", "%C2%A0%C2%BB", "-"} {
		f.get(mine+end).want(t, http.StatusOK, "Place confirmée")
	}
	half := len(mine) - 20
	broken := func(by string) string { return mine[:half] + by + mine[half:] }
	for _, from := range []string{
		mine + "/", mine + "//", mine + "/.", mine + "./", mine + "/%3E", mine + "/%20", mine + "=", mine + "/=", mine + "%22%3E", mine + "&gt;", mine + "%3C/a%3E", mine + "%3Cbr%3E",
		mine + "%3Chttp://127.0.0.1" + mine + "%3E", mine + "](http://127.0.0.1" + mine + ")", mine + "%3Futm_source=x", mine + "%253E",
		broken("%0A"), broken("%0D%0A"), broken("%20"), broken("=%0D%0A"), broken("="), broken("%0A%3E%20"), broken("%C2%AD"), broken("%E2%80%8B"),
		"/mon-inscription/%0D%0A" + mine[len("/mon-inscription/"):], strings.ReplaceAll(mine, "A", "%2541"), strings.ReplaceAll(mine, "-", "%252D"),
		"/MON-INSCRIPTION" + mine[len("/mon-inscription"):], "/Mon-inscription" + mine[len("/mon-inscription"):] + "/",
	} {
		if at, page := f.followed(from); page.StatusCode != http.StatusOK || !strings.Contains(page.Body, "Place confirmée") {
			t.Errorf("%s leads to %s with status %d, want %s", from, at, page.StatusCode, mine)
		}
	}
	for from, to := range map[string]string{
		mine + "/annulation.": mine + "/annulation", mine + "/billet/": mine + "/billet", mine + "/agenda.ics/": mine + "/agenda.ics",
		"/en" + mine + "/": "/en" + mine, f.link(link.ForConfirm, s) + "/": f.link(link.ForConfirm, s),
		"/rencontres/" + slug + ")": "/rencontres/" + slug, "/rencontres/" + slug + "/": "/rencontres/" + slug,
		"/en/programme,?q=1": "/en/programme?q=1", "/programme/?q=1": "/programme?q=1", "/Rencontres/2019-06-12-PARIS": "/rencontres/" + slug, "/rencontres/,": "/rencontres",
	} {
		if got := f.get(from).want(t, http.StatusSeeOther).Header.Get("Location"); got != to {
			t.Errorf("%s leads to %s, want %s", from, got, to)
		}
	}
	f.get("/rencontres").want(t, http.StatusNotFound)
	f.get("/,").want(t, http.StatusNotFound)
	f.post("/lien-perdu.", nil).want(t, http.StatusNotFound)
	f.post(mine+"/annulation/", nil).want(t, http.StatusMethodNotAllowed)
}

// TestLinksBeyondRepair: where too little is left of a link, the page says how to get
// another.
func TestLinksBeyondRepair(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s, mine := f.confirmed("a@mairie.example")
	help := "Ce lien ne fonctionne pas"
	f.get(f.link(link.ForConfirm, s)+"x").want(t, http.StatusNotFound, help)
	for _, path := range []string{
		"/mon-inscription", "/mon-inscription/", "/confirmation", "/confirmation/", "/pas-moi/", "/nouvelle-adresse/", "/remplacement/",
		strings.ToUpper(mine), strings.ToLower(mine), mine[:len(mine)-20], mine + "/Billet", mine + "%2Fbillet%2Fx", mine + "/rien/du/tout",
	} {
		_, page := f.followed(path)
		page.want(t, http.StatusNotFound, help, `href="/lien-perdu"`)
	}
	_, page := f.followed("/EN" + strings.ToUpper(mine) + "/")
	page.want(t, http.StatusNotFound, "This link doesn’t work", `href="/en/lien-perdu"`)
}

// TestAddressesElsewhere: an address that is led on never leaves the site.
func TestAddressesElsewhere(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{BaseURL: "https://r.example/x"})
	for _, path := range []string{"/x//evil.example/%2F.", "/x/%2F%2Fevil.example/", "/x/%252F%252Fevil.example", "/x/%5C%5Cevil.example/", "/x/https:%2F%2Fevil.example/", "/%2F/evil.example/=", "/x/%2509/evil.example"} {
		for range 5 {
			to := f.unread(httptest.NewRequest("GET", path, nil)).Header.Get("Location")
			if to == "" {
				break
			}
			if !strings.HasPrefix(to, "/x/") || strings.HasPrefix(to, "/x//") {
				t.Fatalf("%s leads to %s", path, to)
			}
			path = to
		}
	}
}
