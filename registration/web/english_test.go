package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

// english fetches a page of an attendee in English; [checkPage] finds French in
// it that does not say that it is.
func (f *fixture) english(status int, paths ...string) {
	f.t.Helper()
	for _, path := range paths {
		if a := f.get("/en" + path); a.StatusCode != status || !strings.Contains(a.Body, `<html lang="en">`) {
			f.t.Errorf("%s: status %d, want %d, in English", path, a.StatusCode, status)
		}
	}
}

// TestEnglishPages walks through every page of an attendee and the states that
// have words of their own.
func TestEnglishPages(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{Mailbox: "http://127.0.0.1:8025/"}, asking, func(m *registration.Meeting) { m.Companions = 3 })
	lost := "/rencontres/" + slug + "/lien-perdu"
	f.english(http.StatusOK, "/", "/rencontres/"+slug, form, "/programme", "/mentions-legales", "/donnees-personnelles", "/accessibilite", "/contact", "/plan-du-site",
		lost, lost+"?message", "/effacement", "/organisation/connexion", "/organisation/connexion?message")
	f.english(http.StatusNotFound, "/none", "/mon-inscription/none")
	f.post("/en"+form, url.Values{"territory": {"auxois morvn"}, "remove": {"1"}, "companions[1].given_name": {"Ada"}}).want(t, http.StatusOK, "Remove this person")
	f.post("/en"+form, url.Values{"territory": {"auxois morvn"}}).want(t, http.StatusUnprocessableEntity, "Is it one of these territories")
	values := wordy("en")
	f.typed = []string{"Étienne", "Mairie de Loudéac"}
	f.get(f.post("/en"+form, values).want(t, http.StatusSeeOther).Header.Get("Location")).want(t, http.StatusOK, "http://127.0.0.1:8025/")
	s := f.signups()[0]
	confirm, mine := f.link(link.ForConfirm, s), f.link(link.ForManage, s)
	f.english(http.StatusOK, confirm, f.link(link.ForDisavow, s), mine)
	f.post(confirm, nil).want(t, http.StatusSeeOther)
	f.english(http.StatusOK, confirm, mine+"?fait=modification", mine+"/modification", mine+"/sessions", mine+"/accompagnants",
		mine+"/accompagnants/"+f.signups()[1].ID.String()+"/retrait", mine+"/billet", mine+"/donnees", mine+"/annulation", mine+"/effacement")
	f.post("/en"+mine+"/accompagnants", url.Values{}).want(t, http.StatusUnprocessableEntity)
	f.post(mine+"/annulation", nil)
	f.english(http.StatusOK, mine)
	f.english(http.StatusGone, confirm)
	f.post("/en"+mine+"/modification", values).want(t, http.StatusGone, "What you wrote")
	f.post(f.link(link.ForDisavow, s), nil)
	f.english(http.StatusOK, f.link(link.ForDisavow, s))
}

// TestEnglishStates: a meeting and a sign-up in each of their states.
func TestEnglishStates(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*registration.Meeting){
		"full": func(m *registration.Meeting) { m.Seats, m.Queue = 0, false }, "queue": func(m *registration.Meeting) { m.Seats, m.Queue = 0, true },
		"before": func(m *registration.Meeting) { m.OpensAt = desktest.Opening.Add(time.Hour) }, "cancelled": func(m *registration.Meeting) { m.CancelledAt = desktest.Opening },
		"closed": func(m *registration.Meeting) {
			m.OpensAt, m.ClosesAt = desktest.Opening.Add(-48*time.Hour), desktest.Opening.Add(-time.Hour)
		},
	} {
		f := open(t, web.Options{Rehearsal: true}, change)
		f.english(http.StatusOK, "/", "/rencontres/"+slug)
		if name == "queue" {
			f.english(http.StatusOK, form)
		} else {
			f.english(http.StatusConflict, form)
		}
	}
	f := open(t, web.Options{}, queueing)
	_, first := f.confirmed("a@mairie.example")
	s, second := f.confirmed("b@mairie.example")
	f.english(http.StatusOK, second, f.link(link.ForConfirm, s), second+"/annulation")
	f.post(first+"/annulation", nil)
	f.english(http.StatusOK, first, second)
	f.clock.Pass(72 * time.Hour)
	f.post("/en"+second+"/proposition", url.Values{"answer": {"accept"}}).want(t, http.StatusGone)
	f.post("/en"+first+"/retablissement", nil).want(t, http.StatusGone)

	f = open(t, web.Options{}, func(m *registration.Meeting) { m.Approval = true })
	s, mine := f.confirmed("a@mairie.example")
	f.english(http.StatusOK, mine)
	if err := f.desk.Decide(t.Context(), slug, s.ID, false); err != nil {
		t.Fatal(err)
	}
	values := valid()
	values.Set("email", "b@mairie.example")
	late := f.signUp(values)
	f.english(http.StatusOK, mine, f.link(link.ForConfirm, late))
	f.clock.Pass(49 * time.Hour)
	f.english(http.StatusOK, f.link(link.ForManage, late))
	f.english(http.StatusGone, f.link(link.ForConfirm, late))
	f.clock.Pass(27 * 24 * time.Hour)
	f.post("/en"+mine+"/modification", valid()).want(t, http.StatusConflict)
}

// TestFrenchIsFound: the check of the pages sees what it must.
func TestFrenchIsFound(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`<p>Your seat is held.</p>`: false, `<p lang="fr">Votre place est gardée.</p>`: false, `<p>National meeting of Territoires d’industrie</p>`: false,
		`<p>Votre place</p>`: true, `<p>See <a href="/">Mon inscription</a></p>`: true, `<nav aria-label="À propos de ce site"></nav>`: true,
		`<p lang="fr">Bonjour</p><p>salle A</p>`: true, `<p>That of Paul, maire</p>`: false,
	} {
		root, err := html.Parse(strings.NewReader(`<html lang="en"><head><title>x</title></head><body>` + body))
		if err != nil {
			t.Fatal(err)
		}
		if got := frenchIn(root, nil); (len(got) > 0) != want {
			t.Errorf("%s: found %q, want some: %v", body, got, want)
		}
	}
}
