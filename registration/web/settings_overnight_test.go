package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web"
)

// postFrom posts a form as a browser does from the page that shows it.
func (f *fixture) postFrom(page, path string, values url.Values) answer {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), "POST", path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Referer", "https://rencontres.example"+page)
	return f.do(r)
}

// TestSettingsLeftOpenOvernight: who sends a form the next morning signs in, and
// finds what was typed; what somebody else has changed meanwhile is shown with it.
func TestSettingsLeftOpenOvernight(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, full)
	f.typed = []string{"salle", "Salle B", "Salle C", "Une journée.", "Et un soir.", "organiser@regions.example", "Lyon", "Rencontre de Lyon"}
	jour := reglages + "/jour"
	signIn := func() {
		t.Helper()
		f.signedInAs(registration.RoleOrganiser)
	}
	signIn()
	values := with(f.get(jour).fields(), "venue.room", "Salle B", "starts", "10:15")
	was := f.first()

	// The session has ended by itself, twelve hours ago at the most; upkeep has run.
	f.clock.Pass(16 * time.Hour)
	f.deleteSessions()
	to := f.postFrom(jour, jour, values).want(t, http.StatusSeeOther).Header.Get("Location")
	if to != "/organisation/connexion?suite="+url.QueryEscape(jour)+"&garde" {
		t.Fatalf("led to %s", to)
	}
	f.get(to).want(t, http.StatusOK, "Ce que vous avez écrit est gardé")
	if led := f.get(jour).want(t, http.StatusSeeOther).Header.Get("Location"); strings.Contains(led, "garde") {
		t.Errorf("nothing was typed, and one is led to %s", led)
	}
	if got := f.first(); got.Venue.Room != was.Venue.Room {
		t.Fatal("saved without a session")
	}
	f.get(jour).want(t, http.StatusSeeOther) // nobody sees it before
	signIn()
	page := f.get(jour).want(t, http.StatusOK, "session est rouverte", `value="Salle B"`)
	if kept := page.fields(); kept.Get("starts") != "10:15" {
		t.Errorf("starts %q", kept.Get("starts"))
	}
	if again := f.get(jour).want(t, http.StatusOK); strings.Contains(again.Body, "Salle B") {
		t.Error("what was kept is shown twice")
	}
	review := f.post(jour, page.fields()).want(t, http.StatusOK, "Relire les changements", "Salle B")

	// The page of review was left open, and somebody has changed the hour and the room.
	other := f.first()
	other.Venue.Room, other.Ends = "Salle C", "17:00"
	if _, err := f.desk.Apply(t.Context(), other, registration.ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	f.clock.Pass(team.IdleFor)
	f.postFrom("/en"+jour, "/en"+jour, with(review.fields(), "go", "save")).want(t, http.StatusSeeOther)
	signIn()
	page = f.get("/en"+jour).want(t, http.StatusOK, "signed in again", "Salle C", `role="alert"`)
	if kept := page.fields(); kept.Get("venue.room") != "Salle B" || kept.Get("starts") != "10:15" || kept.Get("ends") != "17:00" {
		t.Errorf("room %q, from %q to %q", kept.Get("venue.room"), kept.Get("starts"), kept.Get("ends"))
	}

	// A wrong value is shown with what is wrong.
	f.clock.Pass(team.IdleFor)
	f.postFrom(jour, jour, with(page.fields(), "starts", "demain")).want(t, http.StatusSeeOther)
	signIn()
	f.get(jour).want(t, http.StatusOK, `value="demain"`, `id="starts-error"`)

	f.clock.Pass(team.IdleFor)
	creation := "/organisation/creation"
	f.postFrom(creation, creation, url.Values{"like": {""}, "slug": {"lyon"}, "title.fr": {"Rencontre de Lyon"}, "day": {"2020-06-10"}}).want(t, http.StatusSeeOther)
	signIn()
	f.get(creation).want(t, http.StatusOK, "session est rouverte", `value="Rencontre de Lyon"`, `value="lyon"`)
}

// TestNothingIsKeptOfOthers: a form is kept only for a session that has just
// expired. It is not kept for a session that somebody has ended, for one that ended
// long ago, or for a token that belongs to nobody.
func TestNothingIsKeptOfOthers(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.typed = []string{"Salle B"}
	jour := reglages + "/jour"
	f.signedInAs(registration.RoleOrganiser)
	values := with(f.get(jour).fields(), "venue.room", "Salle B")
	for name, end := range map[string]func(){
		"signed out": func() {
			o, err := f.team.ByAddress(t.Context(), "organiser@regions.example")
			if err == nil {
				err = f.team.SignOut(t.Context(), o.ID)
			}
			if err != nil {
				t.Fatal(err)
			}
		},
		"long ago": func() { f.clock.Pass(team.SessionFor + team.ExpiredFor) },
		"nobody":   func() { f.cookies[0].Value = strings.Repeat("x", 43) },
	} {
		end()
		f.postFrom(jour, jour, values).want(t, http.StatusSeeOther)
		f.signedInAs(registration.RoleOrganiser)
		if page := f.get(jour).want(t, http.StatusOK); strings.Contains(page.Body, "Salle B") {
			t.Errorf("%s: what was typed is kept", name)
		}
	}
	// Somebody else who signs in after the same browser sees nothing of it.
	f.clock.Pass(team.IdleFor)
	f.postFrom(jour, jour, values).want(t, http.StatusSeeOther)
	f.post(desktest.SignInLink(t, f.team, "autre@regions.example", registration.RoleOrganiser), nil).want(t, http.StatusSeeOther)
	if page := f.get(jour).want(t, http.StatusOK); strings.Contains(page.Body, "Salle B") {
		t.Error("somebody else sees what was typed")
	}
}

// TestFormsLeftOpenOvernight: what was typed into any form with something to write
// comes back once, to who wrote it; what a colleague has done meanwhile is shown.
func TestFormsLeftOpenOvernight(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.typed = []string{"Venez tôt", "Le portail est au nord.", "Durand", "Zoé", "Petit", "Mairie de Rennes", "Préfète"}
	s := f.confirmedNamed("a@x.example", "Martin")
	person := "/organisation/rencontres/" + slug + "/inscriptions/" + s.Code
	for _, tt := range []struct {
		path, name, value string
		others            []string
	}{
		{"/organisation/rencontres/" + slug + "/courrier/message", "subject", "Venez tôt", []string{"body", "Le portail est au nord."}},
		{"/en/organisation/rencontres/" + slug + "/inscriptions/nouvelle", "family_name", "Durand", []string{"given_name", "Zoé"}},
		{person + "/modification", "function", "Préfète", nil},
		{person + "/remplacement", "family_name", "Petit", nil},
	} {
		f.signedInAs(registration.RoleOrganiser)
		values := with(f.get(tt.path).want(t, http.StatusOK).fields(), append(tt.others, tt.name, tt.value)...)
		f.clock.Pass(team.IdleFor)
		f.postFrom(tt.path, tt.path, values).want(t, http.StatusSeeOther)
		f.signedInAs(registration.RoleOrganiser)
		page := f.get(tt.path).want(t, http.StatusOK, `role="status"`)
		for name := range values {
			if got, want := page.fields().Get(name), values.Get(name); got != want && name != "shown" {
				t.Errorf("%s: %s is %q, not %q", tt.path, name, got, want)
			}
		}
		if again := f.get(tt.path).want(t, http.StatusOK); strings.Contains(again.Body, tt.value) {
			t.Errorf("%s: what was kept is shown twice", tt.path)
		}
	}

	// A colleague has corrected the same person meanwhile.
	path := person + "/modification"
	values := with(f.get(path).fields(), "function", "Préfète")
	f.clock.Pass(team.IdleFor)
	f.postFrom(path, path, values).want(t, http.StatusSeeOther)
	f.signedInAs(registration.RoleOrganiser)
	corrected := with(url.Values{}, "given_name", "Anne", "family_name", "Martin", "organisation", "Mairie de Rennes", "category", "elu", "language", "fr")
	f.post(path, corrected).want(t, http.StatusSeeOther)
	page := f.get(path).want(t, http.StatusOK, "Préfète", "Mairie de Rennes")
	if got := page.fields().Get("organisation"); got != "Mairie de Rennes" {
		t.Errorf("the organisation is %q: a colleague’s change would be undone", got)
	}
}

// TestNothingIsKeptThatNobodyReads: a form whose page does not show it again leaves
// no trace once the session has ended, such as the name of a walk-in.
func TestNothingIsKeptThatNobodyReads(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signedInAs(registration.RoleOrganiser)
	o, err := f.team.ByAddress(t.Context(), "organiser@regions.example")
	if err != nil {
		t.Fatal(err)
	}
	erasure := "/organisation/rencontres/" + slug + "/inscriptions/" + f.confirmedNamed("a@x.example", "Martin").Code + "/effacement"
	for _, tt := range []struct {
		path string
		pass time.Duration
	}{{erasure, team.FreshFor}, {"/accueil/", team.IdleFor}} {
		f.clock.Pass(tt.pass)
		f.postFrom(tt.path, tt.path, url.Values{"given_name": {"Zoé"}, "family_name": {"Durand"}}).want(t, http.StatusSeeOther)
		kept, err := f.store.Store.(team.Store).TakeForm(t.Context(), o.ID)
		if err != nil || kept != "" {
			t.Errorf("%s: kept %q, %v", tt.path, kept, err)
		}
	}
}
