package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web"
)

func TestOrganisersPagesNeedASession(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	paths := []string{"/organisation/", "/organisation/rencontres/" + slug, "/en/organisation/"}
	for _, path := range paths {
		want := "/organisation/connexion"
		if strings.HasSuffix(path, slug) {
			want += "?suite=" + url.QueryEscape(path)
		}
		if strings.HasPrefix(path, "/en/") {
			want = "/en" + want
		}
		if to := f.get(path).want(t, http.StatusSeeOther).Header.Get("Location"); to != want {
			t.Errorf("GET %s leads to %q", path, to)
		}
	}
	f.signIn()
	for _, path := range paths {
		if got := f.get(path).want(t, http.StatusOK).Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("GET %s: Cache-Control %q", path, got)
		}
	}
	f.cookies[0].Value = f.cookies[0].Value[:len(f.cookies[0].Value)-2] + "xx"
	f.get(paths[0]).want(t, http.StatusSeeOther)
}

func TestSignInByLink(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	link := desktest.SignInLink(t, f.team, "o@regions.example", registration.RoleReader)
	for range 2 {
		f.get(link).want(t, http.StatusOK, `Ce lien connecte <span class="mailbox">o@regions.example`)
	}
	if len(f.cookies) > 0 {
		t.Error("a GET set a cookie")
	}
	a := f.post(link, nil).want(t, http.StatusSeeOther)
	want := &http.Cookie{Name: "__Host-organisation", Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode, MaxAge: (12 + 72) * 3600}
	if len(a.Cookies()) != 1 {
		t.Fatalf("cookies %v", a.Cookies())
	}
	if c := a.Cookies()[0]; c.Name != want.Name || c.Path != want.Path || !c.HttpOnly || !c.Secure || c.SameSite != want.SameSite || c.MaxAge != want.MaxAge || c.Domain != "" {
		t.Errorf("cookie %v, want %v", c, want)
	}
	f.get("/organisation/").want(t, http.StatusOK, "Se déconnecter")
	f.post(link, nil).want(t, http.StatusNotFound, "a déjà servi")
	f.post("/organisation/deconnexion", nil).want(t, http.StatusSeeOther)
	if c := f.cookies[0]; c.MaxAge >= 0 {
		t.Errorf("signing out leaves the cookie %v", c)
	}
}

// TestSessionIsTold: the sign-in page says the limits of the session, every page of
// organisers until when it lasts; a page that is opened before prolongs it.
func TestSessionIsTold(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Published = true })
	link := desktest.SignInLink(t, f.team, "o@regions.example", registration.RoleReader)
	f.get(link).want(t, http.StatusOK, "trente minutes sans activité", "ouvrir une page la prolonge", "douze heures au plus, par sécurité")
	f.get("/en"+link).want(t, http.StatusOK, "thirty minutes without activity", "opening a page prolongs it", "twelve hours at most, for security")
	f.post(link, nil).want(t, http.StatusSeeOther)
	f.get("/organisation/").want(t, http.StatusOK, "o@regions.example", "Session jusqu’à 9\u00a0h\u00a030")
	f.clock.Pass(29 * time.Minute)
	f.get("/en/organisation/rencontres/"+slug+"/apercu").want(t, http.StatusOK, "Session until 09:59")
	f.get("/organisation/rencontres/autre").want(t, http.StatusNotFound, "Session jusqu’à 9\u00a0h\u00a059")
	for range 23 {
		f.clock.Pass(29 * time.Minute)
		f.get("/organisation/").want(t, http.StatusOK)
	}
	f.get("/organisation/").want(t, http.StatusOK, "Session jusqu’à 21\u00a0h<")
	f.clock.Set(f.first().Day.In(registration.Paris).Add(7 * time.Hour))
	f.as(registration.RoleDesk)
	f.get("/accueil/").want(t, http.StatusOK, "Session jusqu’à 19\u00a0h<")
	if f.cookies = nil; strings.Contains(f.get("/rencontres/"+slug).want(t, http.StatusOK).Body, "Session jusqu’à") {
		t.Error("a page of nobody tells of a session")
	}
}

func TestSignInLinkExpires(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	link := desktest.SignInLink(t, f.team, "o@regions.example", registration.RoleReader)
	f.clock.Pass(team.SignInFor)
	for _, a := range []answer{f.get(link), f.post(link, nil)} {
		a.want(t, http.StatusGone, "Un lien demandé vaut dix minutes", `href="/organisation/connexion"`)
	}
	if len(f.cookies) > 0 {
		t.Error("an expired link set a cookie")
	}
}

func TestAskSignInSaysTheSame(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	desktest.SignInLink(t, f.team, "o@regions.example", registration.RoleReader)
	var pages []string
	for _, email := range []string{"o@regions.example", "x@nobody.example"} {
		to := f.post("/organisation/connexion", url.Values{"email": {email}}).want(t, http.StatusSeeOther).Header.Get("Location")
		pages = append(pages, to+f.get(to).want(t, http.StatusOK, "Si cette adresse est celle d’un organisateur").Body)
	}
	if pages[0] != pages[1] {
		t.Error("the page tells an organiser's address from another")
	}
	f.typed = []string{"personne"}
	f.post("/organisation/connexion", url.Values{"email": {"personne"}}).want(t, http.StatusUnprocessableEntity, "adresse électronique complète", `value="personne"`)
}

// TestSignInSpeaksAsAsked: the mail with the link is in the language of the page on
// which it was asked for, and so is the page to which it leads.
func TestSignInSpeaksAsAsked(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	desktest.SignInLink(t, f.team, "o@regions.example", registration.RoleReader)
	outbox := f.store.Store.(registration.Outbox)
	for _, tt := range []struct {
		page, next string
		want       registration.Language
		path, to   string
	}{
		{"/organisation/connexion", "", "", "/organisation/connexion/", "/organisation/"},
		{"/en/organisation/connexion", "", registration.English, "/en/organisation/connexion/", "/en/organisation/"},
		{"/en/organisation/connexion", "/en/organisation/sessions", registration.English, "/en/organisation/connexion/", "/en/organisation/sessions"},
		{"/en/organisation/connexion", "/organisation/sessions", registration.English, "/en/organisation/connexion/", "/en/organisation/sessions"},
		{"/organisation/connexion", "/en/organisation/sessions", registration.English, "/en/organisation/connexion/", "/en/organisation/sessions"},
	} {
		f.cookies = nil
		f.post(tt.page, url.Values{"email": {"o@regions.example"}, "suite": {tt.next}}).want(t, http.StatusSeeOther)
		all, err := outbox.Claim(t.Context(), f.clock.Now(), time.Hour, 9)
		if err != nil || len(all) != 1 {
			t.Fatalf("%d mails, %v", len(all), err)
		}
		l, err := f.desk.Letter(t.Context(), all[0], nil)
		if err != nil {
			t.Fatal(err)
		}
		_, path, _ := strings.Cut(strings.TrimPrefix(l.Links.SignIn, "https://"), "/")
		if l.Signup.Language != tt.want || !strings.HasPrefix("/"+path, tt.path) {
			t.Errorf("asked on %s: the mail is in %q, its link leads to %s", tt.page, l.Signup.Language, l.Links.SignIn)
		}
		if to := f.post("/"+path, nil).want(t, http.StatusSeeOther).Header.Get("Location"); to != tt.to {
			t.Errorf("asked on %s for %q: the link leads to %s, want %s", tt.page, tt.next, to, tt.to)
		}
	}
}

func TestSignedOutEverywhere(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{Insecure: true, BaseURL: "http://127.0.0.1:8080"})
	f.signIn()
	if c := f.cookies[0]; c.Secure || strings.HasPrefix(c.Name, "__Host-") {
		t.Errorf("cookie %v cannot travel over plain HTTP", c)
	}
	f.get("/organisation/").want(t, http.StatusOK)
	// The cookie of another site's key is nobody's.
	other := open(t, web.Options{})
	other.cookies = []*http.Cookie{{Name: "__Host-organisation", Value: f.cookies[0].Value}}
	other.get("/organisation/").want(t, http.StatusSeeOther)
}
