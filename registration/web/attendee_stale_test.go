package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

var (
	inputTag  = regexp.MustCompile(`<input [^>]*>`)
	attribute = regexp.MustCompile(` (name|value|type)="([^"]*)"`)
)

// filled is what a browser would post from the page's last form: hidden fields,
// lines of text, and what is chosen.
func (a answer) filled() url.Values {
	values := url.Values{}
	body := a.Body[strings.LastIndex(a.Body, "<form"):]
	for _, tag := range inputTag.FindAllString(body, -1) {
		at := map[string]string{}
		for _, m := range attribute.FindAllStringSubmatch(tag, -1) {
			at[m[1]] = html.UnescapeString(m[2])
		}
		if (at["type"] == "checkbox" || at["type"] == "radio") && !strings.Contains(tag, " checked") {
			continue
		}
		values.Add(at["name"], at["value"])
	}
	return values
}

// TestTwoTabsOfSessions: the page that is saved second does not drop what the
// first one added.
func TestTwoTabsOfSessions(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	_, mine := f.confirmed("a@mairie.example")
	first, second := f.get(mine+"/sessions").want(t, http.StatusOK).filled(), f.get(mine+"/sessions").filled()
	first.Set("sessions", "innovation")
	f.post(mine+"/sessions", first).want(t, http.StatusSeeOther)
	second.Set("sessions", "attractivite")
	page := f.post(mine+"/sessions", second).want(t, http.StatusConflict, "Votre inscription a changé entre-temps", "Ce qui a changé entre-temps",
		"Ajoutée\u00a0: Table ronde\u00a0: les stratégies d’innovation", `value="attractivite" checked`, `value="innovation" checked`)
	if diff := cmp.Diff([]string{"innovation"}, f.signups()[0].Sessions()); diff != "" {
		t.Errorf("before the answer (-want +got):\n%s", diff)
	}
	f.post(mine+"/sessions", page.filled()).want(t, http.StatusSeeOther)
	if diff := cmp.Diff([]string{"attractivite", "innovation"}, f.signups()[0].Sessions()); diff != "" {
		t.Errorf("after the answer (-want +got):\n%s", diff)
	}
	// A session that was given back elsewhere stays given back.
	first, second = f.get(mine+"/sessions").filled(), f.get(mine+"/sessions").filled()
	first["sessions"] = []string{"innovation"}
	f.post(mine+"/sessions", first).want(t, http.StatusSeeOther)
	page = f.post(mine+"/sessions", second).want(t, http.StatusConflict, "Libérée\u00a0: ", `value="attractivite">`, `value="innovation" checked`)
	f.post(mine+"/sessions", page.filled()).want(t, http.StatusSeeOther)
	if diff := cmp.Diff([]string{"innovation"}, f.signups()[0].Sessions()); diff != "" {
		t.Errorf("after both (-want +got):\n%s", diff)
	}
}

// TestTwoTabsOfAnswers: what was typed is kept, what was not touched follows what
// was saved elsewhere, and a form whose fields nobody changed is just saved.
func TestTwoTabsOfAnswers(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.signUp(valid())
	f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
	mine := f.link(link.ForManage, s)
	edit := mine + "/modification"
	first, second := f.get(edit).want(t, http.StatusOK).filled(), f.get(edit).filled()
	first.Set("organisation", "Ville de Saint-Brieuc")
	first.Set("function", "")
	f.post(edit, first).want(t, http.StatusSeeOther)
	second.Set("organisation", "Loudéac Communauté")
	second.Set("given_name", "Zoé")
	page := f.post(edit, second).want(t, http.StatusConflict, "<title>Erreur", "Ville de Saint-Brieuc", "<dt>Fonction</dt>", "Rien", `value="Loudéac Communauté"`, `value="Zoé"`)
	if again := page.filled(); again.Get("function") != "" || !strings.Contains(again.Get("was"), "organisation=Ville+de+Saint-Brieuc") {
		t.Errorf("the form holds %v", again)
	}
	if got := f.signups()[0]; got.GivenName != "Anne-Sophie" {
		t.Errorf("saved without an answer: %q", got.GivenName)
	}
	again := page.filled()
	again.Set("given_name", " ") // and now a mistake: what the form showed is kept
	page = f.post(edit, again).want(t, http.StatusUnprocessableEntity)
	last := page.filled()
	last.Set("given_name", "Zoé")

	// Something that the form does not show moves meanwhile.
	sessions := f.get(mine + "/sessions").filled()
	sessions.Set("sessions", "innovation")
	f.post(mine+"/sessions", sessions).want(t, http.StatusSeeOther)
	f.post(edit, last).want(t, http.StatusSeeOther)
	want := registration.Person{GivenName: "Zoé", FamilyName: "L’Hôpital", Email: "as@mairie.example", Organisation: "Loudéac Communauté", Category: registration.Elected}
	got := f.signups()[0]
	if diff := cmp.Diff(want, got.Person); diff != "" || !slices.Contains(got.Sessions(), "innovation") {
		t.Errorf("sessions %v; person (-want +got):\n%s", got.Sessions(), diff)
	}
	f.get("/en"+edit).want(t, http.StatusOK)
	en := f.post("/en"+edit, second).want(t, http.StatusConflict, "What changed in the meantime")
	if strings.Contains(en.Body, "entre-temps") {
		t.Error("the English page has French words")
	}
}

// TestCompanionsSessions: the lead chooses for who gave no address, in two tabs too, and
// for nobody else.
func TestCompanionsSessions(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions, m.Sessions[1].Seats, m.Queue = 2, 1, false })
	values := valid()
	values.Del("sessions")
	row(values, 0, "Paul", "Étienne", "")
	row(values, 1, "Léa", "Roy", "lea@mairie.example")
	f.post(form, values).want(t, http.StatusSeeOther)
	all := f.signups()
	f.post(f.link(link.ForConfirm, all[0]), nil).want(t, http.StatusSeeOther)
	mine := f.link(link.ForManage, all[0])
	of := func(s registration.Signup) string { return mine + "/accompagnants/" + s.ID.String() + "/sessions" }
	for _, path := range []string{"/accompagnants", "/sessions"} {
		if page := f.get(mine+path).want(t, http.StatusOK, of(all[1]), "Changer les sessions de Paul Étienne"); strings.Contains(page.Body, of(all[2])) {
			t.Error(path + " leads to the sessions of somebody who has a link of their own")
		}
	}
	f.get("/en"+of(all[1])).want(t, http.StatusOK, "Change the sessions of Paul Étienne", "Save these sessions")
	first := f.get(of(all[1])).want(t, http.StatusOK, "Changer les sessions de Paul Étienne", `value="innovation"`).filled()
	second := f.get(of(all[1])).filled()
	first.Set("sessions", "innovation")
	to := f.post(of(all[1]), first).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "Les sessions de Paul Étienne sont enregistrées.")
	f.get(mine+"/billet").want(t, http.StatusOK, "innovation")
	second.Set("sessions", "attractivite")
	f.post(of(all[1]), second).want(t, http.StatusConflict, "Changer les sessions de Paul Étienne", "la personne y a une place")
	f.post(mine+"/sessions", url.Values{"sessions": {"innovation"}}).want(t, http.StatusConflict, "est désormais complète") // Paul has its only seat
	for _, s := range []registration.Signup{all[0], all[2]} {
		f.get(of(s)).want(t, http.StatusNotFound)
		f.post(of(s), url.Values{"sessions": {"attractivite"}}).want(t, http.StatusNotFound)
	}
	all = f.signups()
	for i, want := range [][]string{nil, {"innovation"}, nil} {
		if got := all[i].Sessions(); !slices.Equal(got, want) {
			t.Errorf("%s has the sessions %v, want %v", all[i].GivenName, got, want)
		}
	}
}

// TestCompanionsName: the lead corrects it, in two tabs too.
func TestCompanionsName(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 2 })
	values := valid()
	row(values, 0, "Pol", "Étienne", "")
	f.post(form, values).want(t, http.StatusSeeOther)
	s, pol := f.signups()[0], f.signups()[1]
	f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
	mine := f.link(link.ForManage, s)
	edit := mine + "/accompagnants/" + pol.ID.String() + "/modification"
	f.get(mine+"/accompagnants").want(t, http.StatusOK, edit, "Corriger le nom de Pol Étienne")
	first := f.get(edit).want(t, http.StatusOK, `value="Pol"`).filled()
	second := f.get(edit).filled()
	first.Set("given_name", "Paul")
	to := f.post(edit, first).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "Le nom est corrigé.", "Paul Étienne")
	second.Set("family_name", "Étiennes")
	page := f.post(edit, second).want(t, http.StatusConflict, "<dt>Prénom</dt>", "Paul", `value="Étiennes"`)
	f.post(edit, page.filled()).want(t, http.StatusSeeOther)
	if got := f.signups()[1]; got.GivenName != "Paul" || got.FamilyName != "Étiennes" {
		t.Errorf("the companion is %s %s", got.GivenName, got.FamilyName)
	}
	empty := f.get(edit).filled()
	empty.Set("family_name", "")
	bad := f.post(edit, empty).want(t, http.StatusUnprocessableEntity)
	if bad.errorOf(t, "family_name") == "" {
		t.Error("no sentence beside the family name")
	}
	f.get(mine+"/accompagnants/"+s.ID.String()+"/modification").want(t, http.StatusNotFound)
}

// TestAttendeeTapsTwice: who taps the button of a form twice reads twice that it was
// done, not that somebody else has changed something, and gets one mail.
func TestAttendeeTapsTwice(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 2 })
	f.typed = []string{"Région", "Rémi", "Nouveau", "Paul", "Étienne"}
	s := f.confirmedNamed("a@x.example", "Abadie")
	mine := f.link(link.ForManage, s)
	companion := url.Values{}
	row(companion, 0, "Paul", "Étienne", "")
	f.post(mine+"/accompagnants", companion).want(t, http.StatusSeeOther)
	path := mine + "/accompagnants/" + f.signups()[1].ID.String()
	for _, tt := range []struct {
		form  string
		typed []string
		did   string
		mails []registration.Kind
	}{
		{mine + "/modification", []string{"organisation", "Région"}, "modification", []registration.Kind{registration.MailChanged}},
		{mine + "/sessions", []string{"sessions", "innovation"}, "sessions", []registration.Kind{registration.MailChanged}},
		{path + "/sessions", []string{"sessions", "innovation"}, "accompagnant-sessions", nil},
		{path + "/modification", []string{"family_name", "Nouveau"}, "accompagnant-nom", nil},
		{mine + "/adresse", []string{"email", "neu@x.example"}, "adresse", []registration.Kind{registration.MailAddress}},
		{mine + "/remplacement", []string{"given_name", "Rémi", "family_name", "Nouveau", "email", "remi@x.example"}, "remplacement", []registration.Kind{registration.MailReplacement}},
	} {
		form := with(f.get(tt.form).want(t, http.StatusOK).filled(), tt.typed...)
		for i := range 3 {
			to := f.post(tt.form, form).want(t, http.StatusSeeOther).Header.Get("Location")
			if !strings.HasSuffix(to, "?fait="+tt.did) && !strings.Contains(to, "?fait="+tt.did+"&") {
				t.Errorf("%s: answer %d leads to %s, want %s", tt.did, i+1, to, tt.did)
			}
			f.clock.Pass(90 * time.Second)
			if i == 0 {
				f.wantMails(tt.mails...)
			} else {
				f.wantMails()
			}
		}
	}
}
