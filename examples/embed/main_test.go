package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration/link"
)

func TestProgram(t *testing.T) {
	srv := httptest.NewUnstartedServer(nil)
	url := "http://" + srv.Listener.Addr().String()
	people := newIntranet(url, "camille@example.org", "dominique@example.org")
	h, err := program(t.Context(), filepath.Join(t.TempDir(), "embed.db"), url, link.NewSecret(), people)
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = h
	srv.Start()
	t.Cleanup(srv.Close)
	for path, want := range map[string]string{
		"/":               "A program of its own",
		"/rencontres-ti/": "Rencontre nationale des Territoires d’industrie",
		"/rencontres-ti/rencontres/2019-06-12-paris": `href="/rencontres-ti/`,
	} {
		resp, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("GET %s: %d, %v; want %q in\n%.400s", path, resp.StatusCode, err, want, body)
		}
	}
}

// TestOwnSignIn: who signs in to the program is who they are on the site, with
// the rights that they were given there.
func TestOwnSignIn(t *testing.T) {
	srv := httptest.NewUnstartedServer(nil)
	base := "http://" + srv.Listener.Addr().String()
	people := newIntranet(base, "camille@example.org", "dominique@example.org")
	h, err := program(t.Context(), filepath.Join(t.TempDir(), "embed.db"), base, link.NewSecret(), people)
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = h
	srv.Start()
	t.Cleanup(srv.Close)
	const organisers = "/rencontres-ti/organisation/"
	for email, want := range map[string]struct {
		status int
		text   string
	}{
		"camille@example.org":   {http.StatusOK, "camille@example.org"},
		"dominique@example.org": {http.StatusForbidden, "Vous n’avez accès à aucune rencontre"},
	} {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		browser := &http.Client{Jar: jar}
		body, at := page(t)(browser.Get(base + organisers))
		if !strings.Contains(body, "Entrer") || at.Query().Get("retour") != base+organisers {
			t.Fatalf("without signing in: %s\n%s", at, body)
		}
		body, at = page(t)(browser.PostForm(at.String(), url.Values{"email": {email}, "password": {people.password}, "retour": {base + organisers}}))
		if at.Path != organisers || !strings.Contains(body, want.text) {
			t.Errorf("%s: %s\n%.400s; want %q", email, at, body, want.text)
		}
		resp, err := browser.Get(base + organisers)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want.status {
			t.Errorf("%s: %d, want %d", email, resp.StatusCode, want.status)
		}
		if _, at = page(t)(browser.PostForm(base+"/rencontres-ti/organisation/deconnexion", nil)); at.Path != "/sortir" {
			t.Errorf("signing out leads to %s", at)
		}
		page(t)(browser.PostForm(base+"/sortir", nil))
		if _, at = page(t)(browser.Get(base + organisers)); at.Path != "/entrer" {
			t.Errorf("signed out of the program, still on the site: %s", at)
		}
	}
}

// page returns the text of a page and its address.
func page(t *testing.T) func(*http.Response, error) (string, *url.URL) {
	return func(resp *http.Response, err error) (string, *url.URL) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body), resp.Request.URL
	}
}
