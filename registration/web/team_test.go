package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web"
)

// member returns the path of somebody's page.
func (f *fixture) member(email string) string {
	f.t.Helper()
	o, err := f.team.ByAddress(f.t.Context(), email)
	if err != nil {
		f.t.Fatal(err)
	}
	return "/organisation/equipe/" + o.ID.String()
}

func TestTeamPages(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.as(registration.RoleAdmin)
	f.typed = []string{"admin@x.example", "new@x.example"}
	f.get("/organisation/equipe").want(t, http.StatusOK, "admin@x.example", "Toutes les rencontres", "administration")
	f.get("/en/organisation/equipe").want(t, http.StatusOK, "Every meeting")
	f.get("/organisation/equipe/invitation").want(t, http.StatusOK)
	f.get("/en/organisation/equipe/invitation").want(t, http.StatusOK)
	f.post("/organisation/equipe/invitation", url.Values{"email": {"new"}, "role": {"desk"}, "meeting": {slug}}).
		want(t, http.StatusUnprocessableEntity, "adresse électronique", `value="`+slug+`" lang="fr" selected`)
	f.post("/organisation/equipe/invitation", url.Values{"email": {"new@x.example"}, "role": {"chef"}, "meeting": {slug}}).
		want(t, http.StatusUnprocessableEntity, "Ce rôle ou cette rencontre", "Rien n’a été changé")
	f.post("/organisation/equipe/invitation", url.Values{"email": {"new@x.example"}, "role": {"desk"}, "meeting": {"nowhere"}}).
		want(t, http.StatusUnprocessableEntity, "Ce rôle ou cette rencontre")
	to := f.post("/organisation/equipe/invitation", url.Values{"email": {"new@x.example"}, "role": {"desk"}, "meeting": {slug}}).want(t, http.StatusSeeOther)
	page := f.get(to.Header.Get("Location")).want(t, http.StatusOK, "L’invitation part", "new@x.example", "Aucune connexion pour l’instant", "Dernière connexion")
	if n := strings.Count(page.Body, "Aucune connexion"); n != 1 {
		t.Errorf("%d people have never signed in, want one", n)
	}

	path := f.member("new@x.example")
	f.get(path).want(t, http.StatusOK, "new@x.example", "accueil")
	f.get("/en"+path).want(t, http.StatusOK, "desk")
	to = f.post(path, url.Values{"role": {"organiser"}, "meeting": {slug}}).want(t, http.StatusSeeOther)
	f.get(to.Header.Get("Location")).want(t, http.StatusOK, "Rôle\u00a0: accueil auparavant, organisation désormais")
	to = f.post(path, url.Values{"role": {"reader"}, "meeting": {""}}).want(t, http.StatusSeeOther)
	f.get(to.Header.Get("Location")).want(t, http.StatusOK, "aucun rôle auparavant, lecture désormais")
	to = f.post(path+"/retrait", url.Values{"meeting": {slug}}).want(t, http.StatusSeeOther)
	f.get(to.Header.Get("Location")).want(t, http.StatusOK, "organisation auparavant, aucun rôle désormais")
	f.post(path+"/retrait", url.Values{"meeting": {slug}}).want(t, http.StatusNotFound, "n’a pas ce rôle")
	to = f.post(path+"/deconnexion", nil).want(t, http.StatusSeeOther)
	f.get(to.Header.Get("Location")).want(t, http.StatusOK, "sont fermées")
	f.get(path+"/retrait").want(t, http.StatusOK, "Retirer cette personne")
	f.get("/en"+path+"/retrait").want(t, http.StatusOK, "Remove this person?")
	to = f.post(path+"/retrait", nil).want(t, http.StatusSeeOther)
	if page := f.get(to.Header.Get("Location")).want(t, http.StatusOK, "ne fait plus partie"); strings.Contains(page.Body, "new@x.example") {
		t.Error("who was removed is in the list")
	}
	f.get(path).want(t, http.StatusNotFound)
	f.get("/organisation/equipe/x").want(t, http.StatusNotFound)

	self := f.member("admin@x.example")
	f.post(self, url.Values{"role": {"desk"}, "meeting": {""}}).want(t, http.StatusConflict, "Il faut garder une personne")
	f.post(self+"/retrait", nil).want(t, http.StatusConflict, "Il faut garder une personne")
	f.get("/organisation/journal").want(t, http.StatusOK, "Rôle changé", "admin@x.example", "aucun rôle → accueil")
	f.get("/en/organisation/journal").want(t, http.StatusOK, "Role changed")
	f.get("/organisation/journal?avant=2").want(t, http.StatusOK, "Revenir au plus récent")
}

// TestAdminOfOneMeeting sees and changes what concerns that meeting alone.
func TestAdminOfOneMeeting(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	other := f.addMeeting("2020-06-10-lyon")
	desktest.SignInLink(t, f.team, "all@x.example", registration.RoleReader)
	desktest.SignInLink(t, f.team, "lyon@x.example", registration.RoleDesk, other)
	desktest.SignInLink(t, f.team, "both@x.example", registration.RoleDesk, slug, other)
	f.as(registration.RoleAdmin, slug)
	page := f.get("/organisation/equipe").want(t, http.StatusOK, "all@x.example", "both@x.example")
	if strings.Contains(page.Body, "lyon@x.example") {
		t.Error("the page shows who has nothing to do with the meeting")
	}
	f.get(f.member("lyon@x.example")).want(t, http.StatusNotFound)
	both := f.member("both@x.example")
	if page := f.get(both).want(t, http.StatusOK, "ne se changent pas d’ici"); strings.Contains(page.Body, other) {
		t.Error("the page shows the grant of another meeting")
	}
	f.post(both, url.Values{"meeting": {other}, "role": {"reader"}}).want(t, http.StatusForbidden, "Vous n’avez pas le droit de nommer")
	f.post(both, url.Values{"meeting": {""}, "role": {"reader"}}).want(t, http.StatusForbidden)
	f.post(both+"/retrait", nil).want(t, http.StatusForbidden)
	f.post(both+"/deconnexion", nil).want(t, http.StatusForbidden)
	f.post("/organisation/equipe/invitation", url.Values{"email": {"n@x.example"}, "meeting": {""}, "role": {"desk"}}).want(t, http.StatusForbidden)
	f.post(both+"/retrait", url.Values{"meeting": {slug}}).want(t, http.StatusSeeOther)
}

// TestFreshSignIn: a change of grants needs a sign-in of the last ten minutes;
// what was typed is there afterwards.
func TestFreshSignIn(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.as(registration.RoleAdmin)
	f.clock.Pass(team.FreshFor - time.Second)
	f.post("/organisation/equipe/invitation", url.Values{"email": {"one@x.example"}, "role": {"desk"}, "meeting": {""}}).want(t, http.StatusSeeOther)
	f.clock.Pass(time.Second)
	form := "/organisation/equipe/invitation"
	r := httptest.NewRequestWithContext(t.Context(), "POST", form, strings.NewReader(url.Values{"email": {"two@x.example"}, "role": {"reader"}, "meeting": {slug}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Referer", "https://rencontres.example"+form)
	to := f.do(r).want(t, http.StatusSeeOther).Header.Get("Location")
	if want := "/organisation/connexion?suite=" + url.QueryEscape(form); to != want {
		t.Fatalf("leads to %q, want %q", to, want)
	}
	if _, err := f.team.ByAddress(t.Context(), "two@x.example"); err == nil {
		t.Error("the invitation was sent")
	}
	f.typed = []string{"admin@x.example", "two@x.example"}
	f.get(to).want(t, http.StatusOK, "connexion datant de moins de dix minutes", `value="admin@x.example"`, `name="suite" value="`+form+`"`)
	f.as(registration.RoleAdmin)
	f.get(form).want(t, http.StatusOK, "session est rouverte", `value="two@x.example"`, `value="reader" selected`, `value="`+slug+`" lang="fr" selected`)
	if page := f.get(form); strings.Contains(page.Body, "two@x.example") {
		t.Error("what was typed is kept after it was shown")
	}
}

// TestBackToThePage: a sign-in that was asked for leads to the page that was
// wanted, such as that of a QR code, and to no other site.
func TestBackToThePage(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{BaseURL: "https://rencontres.example/x"})
	s := f.signUp(valid())
	f.clock.Pass(time.Second) // its mail is the first
	desktest.SignInLink(t, f.team, "door@x.example", registration.RoleDesk)
	for _, tt := range []struct{ next, want string }{
		{"/accueil/" + s.Code, "/x/accueil/" + s.Code}, {"/en/accueil/" + s.Code + "?q=a", "/x/en/accueil/" + s.Code + "?q=a"},
		{"", "/x/organisation/"}, {"//evil.example/", "/x/organisation/"}, {"https://evil.example/", "/x/organisation/"},
		{`/\evil.example/`, "/x/organisation/"}, {"/%2f%2fevil.example/", "/x/organisation/"}, {"javascript:alert(1)", "/x/organisation/"},
		{"/\tevil", "/x/organisation/"}, {"/" + strings.Repeat("a", 2000), "/x/organisation/"},
	} {
		f.post("/organisation/connexion", url.Values{"email": {"door@x.example"}, "suite": {tt.next}}).want(t, http.StatusSeeOther)
		mails, err := f.store.Store.(registration.Outbox).Claim(t.Context(), f.clock.Now(), 9*time.Hour, 9)
		if err != nil || len(mails) == 0 {
			t.Fatalf("no mail, %v", err)
		}
		path := "/organisation/connexion/" + f.keys.Token(link.ForSignIn, mails[len(mails)-1].SignIn, 0)
		f.get(path).want(t, http.StatusOK, `Ce lien connecte <span class="mailbox">door@x.example`)
		if to := f.post(path, nil).want(t, http.StatusSeeOther).Header.Get("Location"); to != tt.want {
			t.Errorf("%q leads to %q, want %q", tt.next, to, tt.want)
		}
		f.clock.Pass(time.Hour) // the limit of asks
	}
}

// TestSessionsEnd: a copied cookie is dead after signing out, one's other
// sessions are listed and ended, and a sign-in makes a new one.
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.as(registration.RoleReader)
	first := f.cookies
	f.get("/organisation/sessions").want(t, http.StatusOK, "reader@x.example", "cet appareil", "appareil inconnu")
	f.get("/en/organisation/sessions").want(t, http.StatusOK, "this device")
	f.clock.Pass(time.Second)
	f.as(registration.RoleReader)
	second := f.cookies
	page := f.get("/organisation/sessions").want(t, http.StatusOK)
	keys := regexp.MustCompile(`name="session" value="([^"]{43})"`).FindAllStringSubmatch(page.Body, -1)
	if len(keys) != 2 {
		t.Fatalf("%d sessions, want 2", len(keys))
	}
	alive := func(cookies []*http.Cookie) bool {
		f.cookies = cookies
		return f.get("/organisation/").StatusCode == http.StatusOK
	}
	f.post("/organisation/sessions", url.Values{"session": {keys[0][1]}}).want(t, http.StatusSeeOther)
	if alive(first) || !alive(second) {
		t.Error("ending the first session does not end it alone")
	}
	f.cookies = second
	f.post("/organisation/sessions", nil).want(t, http.StatusUnprocessableEntity)
	f.post("/organisation/deconnexion", nil).want(t, http.StatusSeeOther)
	if alive(second) {
		t.Error("a copied cookie opens the pages after signing out")
	}
	f.as(registration.RoleReader)
	third := f.cookies
	again := desktest.SignInLink(t, f.team, "reader@x.example", registration.RoleReader)
	f.cookies = third
	f.post(again, nil).want(t, http.StatusSeeOther)
	fourth := f.cookies
	if third[0].Value == fourth[0].Value || alive(third) || !alive(fourth) {
		t.Error("a sign-in does not replace the session of the browser")
	}
	f.cookies = fourth
	f.post("/organisation/sessions", url.Values{"session": {"all"}}).want(t, http.StatusSeeOther)
	if alive(fourth) {
		t.Error("a session goes on after all were ended")
	}
	f.as(registration.RoleReader)
	to := f.post("/organisation/recapitulatif", url.Values{"digest": {"yes"}}).want(t, http.StatusSeeOther)
	f.get(to.Header.Get("Location")).want(t, http.StatusOK, "Vous recevrez le récapitulatif", "Ne plus recevoir")
	f.clock.Pass(team.IdleFor)
	f.get("/organisation/sessions").want(t, http.StatusSeeOther)
}

// TestNobodyIsLetIn while sessions cannot be read.
func TestNobodyIsLetIn(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.as(registration.RoleAdmin)
	f.get("/organisation/").want(t, http.StatusOK)
	if err := f.store.Close(); err != nil {
		t.Fatal(err)
	}
	f.get("/organisation/").want(t, http.StatusServiceUnavailable)
	f.post("/organisation/equipe/invitation", url.Values{"email": {"n@x.example"}}).want(t, http.StatusServiceUnavailable)
}

// TestShownSignIn: an organiser shows a sign-in to somebody who stands beside,
// whose every right they have; it works once.
func TestShownSignIn(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	desktest.SignInLink(t, f.team, "boss@x.example", registration.RoleAdmin)
	desktest.SignInLink(t, f.team, "door@x.example", registration.RoleDesk, slug)
	boss, _ := f.team.ByAddress(t.Context(), "boss@x.example")
	door, _ := f.team.ByAddress(t.Context(), "door@x.example")
	f.as(registration.RoleOrganiser, slug)
	page := f.get("/organisation/connexions").want(t, http.StatusOK, "door@x.example")
	if strings.Contains(page.Body, "boss@x.example") {
		t.Error("the page offers a sign-in of somebody with more rights")
	}
	f.get("/en/organisation/connexions").want(t, http.StatusOK, "Sign somebody in")
	f.post("/organisation/connexions", url.Values{"id": {boss.ID.String()}}).want(t, http.StatusNotFound)
	page = f.post("/organisation/connexions", url.Values{"id": {door.ID.String()}}).want(t, http.StatusOK, "<svg", "ne sert qu’une fois")
	path := regexp.MustCompile(`https://rencontres\.example(/organisation/connexion/[^<]+)`).FindStringSubmatch(page.Body)
	if path == nil {
		t.Fatal("no address on the page")
	}
	f.get(path[1]).want(t, http.StatusOK, `Ce lien connecte <span class="mailbox">door@x.example`, `Cet appareil est connecté avec une autre adresse, <span class="mailbox">organiser@x.example`)
	f.cookies = nil
	f.post(path[1], nil).want(t, http.StatusSeeOther)
	f.get("/organisation/").want(t, http.StatusOK, "door@x.example")
	f.post(path[1], nil).want(t, http.StatusNotFound)
}

// TestRightTakenAway while a form is open: one clear sentence, and nothing done.
func TestRightTakenAway(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.signUp(valid())
	f.as(registration.RoleOrganiser)
	path := "/organisation/rencontres/" + slug + "/inscriptions/" + s.Code + "/lien"
	f.get(path).want(t, http.StatusOK)
	o, _ := f.team.ByAddress(t.Context(), "organiser@x.example")
	if _, err := f.team.SetRole(t.Context(), o.ID, registration.Grant{Role: registration.RoleReader}); err != nil {
		t.Fatal(err)
	}
	f.post(path, nil).want(t, http.StatusSeeOther) // the session has ended
	f.as(registration.RoleReader)
	f.post(path, nil).want(t, http.StatusForbidden, "Vous n’avez pas le droit de modifier")
	if got := f.signups()[0]; got.Version != s.Version {
		t.Error("the link was replaced")
	}
}

// TestSignInLimit says when no further mail goes out, to everybody the same.
func TestSignInLimit(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	desktest.SignInLink(t, f.team, "o@regions.example", registration.RoleReader)
	var pages []string
	for _, email := range []string{"o@regions.example", "x@nobody.example"} {
		var a answer
		for range 13 {
			a = f.post("/organisation/connexion", url.Values{"email": {email}})
		}
		pages = append(pages, a.want(t, http.StatusTooManyRequests, "Aucun autre lien ne part", "Réessayez dans une heure").Body)
		// What was typed is shown, and the number of the request.
		pages[len(pages)-1] = strings.NewReplacer(email, "", a.Header.Get("X-Request-Id"), "").Replace(pages[len(pages)-1])
	}
	if pages[0] != pages[1] {
		t.Error("the page tells an organiser's address from another")
	}
}

// TestHistorySaysWho resolves actors, tells what changed, and what became of
// mails.
func TestHistorySaysWho(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Approval = true })
	s := f.signUp(valid())
	f.post(f.link(link.ForConfirm, s), nil)
	f.as(registration.RoleOrganiser)
	path := "/organisation/rencontres/" + slug + "/inscriptions/" + s.Code
	f.post(path+"/decision", url.Values{"answer": {"approve"}}).want(t, http.StatusSeeOther)
	f.get(path).want(t, http.StatusOK, "par la personne elle-même", "Inscription acceptée", "par organiser@x.example",
		"Rencontre\u00a0: à valider → place", "Message «\u00a0Demande de confirmation\u00a0»", "attend")
	o, _ := f.team.ByAddress(t.Context(), "organiser@x.example")
	if _, err := f.team.Remove(t.Context(), o.ID); err != nil {
		t.Fatal(err)
	}
	f.as(registration.RoleReader)
	if page := f.get(path).want(t, http.StatusOK, "un organisateur qui ne fait plus partie"); strings.Contains(page.Body, "organiser@x.example") {
		t.Error("the history names who was removed")
	}
	f.get("/en"+path).want(t, http.StatusOK, "by the person")
}
