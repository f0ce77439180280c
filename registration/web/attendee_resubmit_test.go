package web_test

import (
	"fmt"
	"maps"
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

// wordy is a form with something in every field of the meeting [asking].
func wordy(language string) url.Values {
	values := valid()
	maps.Copy(values, url.Values{
		"territory": {"Auxois Morvan"}, "language": {language}, "answers.besoin": {"un fauteuil"}, "answers.trajet": {"velo"},
		"answers.repas": {"no"}, "sessions.0": {"innovation"}, "interests": {"innover"},
	})
	row(values, 0, "Paul", "Étienne", "paul@x.example")
	return values
}

// written is what a page of [wordy] shows of it in French.
var written = []string{"Anne-Sophie", "L’Hôpital", "as@mairie.example", "Mairie de Loudéac", "maire", "Élu ou agent d’une collectivité",
	"Auxois Morvan", "Accompagnant 1", "Paul", "Étienne", "paul@x.example", "les stratégies d’innovation", "Innover",
	"De quoi avez-vous besoin", "un fauteuil", "À vélo", "Non"}

// hiddenFields reads the form that sends again what was posted.
func (a answer) hiddenFields(t *testing.T) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(a.Body))
	if err != nil {
		t.Fatal(err)
	}
	values := url.Values{}
	for n := range root.Descendants() {
		if n.Data == "input" && attr(n, "type") == "hidden" {
			values.Add(attr(n, "name"), attr(n, "value"))
		}
	}
	return values
}

// TestRefusedFormsAreShownAgain: whatever becomes of a meeting while somebody fills
// the form in, what they typed is on the page that says so, and nowhere else.
func TestRefusedFormsAreShownAgain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*registration.Meeting)
		again  bool // the form can be sent again from the page
		fr, en string
	}{
		{"full", func(m *registration.Meeting) { m.Seats, m.Queue = 0, false }, true, "La rencontre est complète", "The meeting is full"},
		{"not open", func(m *registration.Meeting) { m.OpensAt = desktest.Opening.Add(time.Hour) }, true, "ne sont pas encore ouvertes", "open yet"},
		{"closed", func(m *registration.Meeting) {
			m.OpensAt, m.ClosesAt = desktest.Opening.Add(-48*time.Hour), desktest.Opening.Add(-time.Hour)
		}, false, "Les inscriptions sont closes", "Registration is closed"},
		{"cancelled", func(m *registration.Meeting) { m.CancelledAt = desktest.Opening.Add(-time.Hour) }, false, "La rencontre est annulée", "The meeting is cancelled"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := open(t, web.Options{}, asking, tt.change)
			for _, button := range []string{"", "2"} {
				values := wordy("fr")
				if button != "" {
					values.Set("remove", button)
				}
				page := f.post(form, values).want(t, http.StatusConflict, append(written, tt.fr, "Ce que vous aviez écrit")...)
				if again := strings.Contains(page.Body, "Envoyer à nouveau"); again != tt.again {
					t.Errorf("sending again is offered: %v", again)
				}
				if got := page.Header.Get("Cache-Control"); got != "no-store" {
					t.Errorf("Cache-Control %q, want no-store", got)
				}
			}
			f.typed = []string{"Paul Étienne", "Mairie de Loudéac", "Étienne"}
			f.post("/en"+form, wordy("en")).want(t, http.StatusConflict, tt.en, "What you wrote", "Companion 1", "What do you need?", "English")
			f.nothingHappened("Anne", "Hôpital", "mairie", "Loud", "fauteuil", "Étienne", "paul")
		})
	}
}

// nothingHappened fails if anything was written to the database, or any of the
// words to the log.
func (f *fixture) nothingHappened(words ...string) {
	f.t.Helper()
	if n := len(f.signups()); n != 0 {
		f.t.Errorf("%d sign-ups were made", n)
	}
	b, err := f.store.Store.(registration.Outbox).Backlog(f.t.Context(), f.clock.Now())
	if err != nil || b.Waiting != 0 {
		f.t.Errorf("%d mails wait, %v", b.Waiting, err)
	}
	for _, word := range words {
		if log := f.log.String(); strings.Contains(log, word) || strings.Contains(log, url.QueryEscape(word)) {
			f.t.Errorf("the log has %q", word)
		}
	}
}

// TestFullFormIsSentAgain: a seat comes back, and one button does it.
func TestFullFormIsSentAgain(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, asking, func(m *registration.Meeting) { m.Seats, m.Queue = 0, false })
	page := f.post(form, wordy("fr")).want(t, http.StatusConflict)
	if err := desktest.SetSeats(t.Context(), f.desk, slug, registration.MeetingSession, 2); err != nil {
		t.Fatal(err)
	}
	f.post(form, page.hiddenFields(t)).want(t, http.StatusSeeOther)
	all := f.signups()
	if len(all) != 2 || all[0].Answers["besoin"][0] != "un fauteuil" || all[1].Email != "paul@x.example" {
		t.Errorf("sign-ups %+v", all)
	}
}

// TestTooManyKeepsTheForm: who is taken for a robot gets the form back, filled
// in and good for another try.
func TestTooManyKeepsTheForm(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, asking)
	f.limited()
	for i := range 20 { // without a form of ours
		values := wordy("fr")
		values.Set("email", fmt.Sprintf("robot%d@x.example", i))
		row(values, 0, "", "", "")
		f.post(form, values).want(t, http.StatusSeeOther)
	}
	made := len(f.signups())
	page := f.post(form, wordy("fr")).want(t, http.StatusTooManyRequests, "n’est pas encore enregistrée", "dans une heure", "<title>Erreur\u00a0:",
		`value="Anne-Sophie"`, `value="L’Hôpital"`, `value="as@mairie.example"`, `value="Mairie de Loudéac"`, `value="elu" checked`, `value="Auxois Morvan"`,
		`value="Paul"`, `value="paul@x.example"`, `value="innovation" checked`, `value="innover" checked`, `value="un fauteuil"`, `value="velo" checked`,
		`name="privacy" value="yes" checked`, "autofocus")
	if page.Header.Get("Retry-After") != "3600" || page.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", page.Header)
	}
	if n := len(f.signups()); n != made {
		t.Errorf("%d sign-ups, want %d", n, made)
	}
	f.typed = []string{"Étienne"}
	f.post("/en"+form, wordy("en")).want(t, http.StatusTooManyRequests, "isn’t saved yet", `value="Anne-Sophie"`, `value="en" checked`)
	again := wordy("fr")
	again.Set("form", page.hiddenFields(t).Get("form"))
	f.clock.Pass(5 * time.Second)
	f.post(form, again).want(t, http.StatusSeeOther)
}

// limited gives the site a Desk that counts sign-ups.
func (f *fixture) limited() {
	f.t.Helper()
	desk, err := registration.NewDesk(registration.DeskOptions{Store: f.store, Organisers: nobody{}, Keyring: f.keys, Clock: f.clock.Now})
	if err != nil {
		f.t.Fatal(err)
	}
	if f.handler, err = web.New(web.Options{Desk: desk, Team: f.team, Keyring: f.keys, BaseURL: "https://rencontres.example"}); err != nil {
		f.t.Fatal(err)
	}
}

// TestSessionFullGivesAnotherForm: the one that was sent has been counted.
func TestSessionFullGivesAnotherForm(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Queue, m.Sessions[0].Seats = false, 0 })
	f.limited()
	values := valid()
	values.Set("form", hidden.FindStringSubmatch(f.get(form).Body)[1])
	values.Set("sessions", string(registration.ShippedExample().Sessions[0].ID))
	f.clock.Pass(5 * time.Second)
	page := f.post(form, values).want(t, http.StatusConflict, "est désormais complète", `value="Anne-Sophie"`)
	if got := page.hiddenFields(t).Get("form"); got == "" || got == values.Get("form") {
		t.Error("the form proves nothing any more")
	}
}

// TestBusySiteKeepsForms: a database that cannot write now costs nobody what
// they typed, in any form, and one button sends it again.
func TestBusySiteKeepsForms(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 2 })
	_, mine := f.confirmed("a@mairie.example")
	companion := url.Values{}
	row(companion, 0, "Paul", "Étienne", "")
	away := fmt.Errorf("change: %w", registration.ErrUnavailable)

	f.store.busy = away
	page := f.post(form, valid()).want(t, http.StatusServiceUnavailable, "n’est pas encore enregistrée", `value="Anne-Sophie"`, `value="elu" checked`)
	if page.Header.Get("Retry-After") != "10" {
		t.Errorf("Retry-After %q", page.Header.Get("Retry-After"))
	}
	if log := f.log.String(); !strings.Contains(log, `level=ERROR msg="request failed" route="POST /rencontres/{slug}/inscription" status=503 err="sign up: `) {
		t.Errorf("the form that was not saved is no error in the log:\n%s", log)
	}
	for _, tt := range []struct {
		path   string
		values url.Values
		shown  string
	}{
		{mine + "/modification", valid(), "Mairie de Loudéac"},
		{mine + "/sessions", url.Values{"sessions": {"innovation"}}, "Envoyer à nouveau"},
		{mine + "/accompagnants", companion, "Étienne"},
		{mine + "/proposition", url.Values{"answer": {"decline"}}, "Envoyer à nouveau"},
		{"/rencontres/" + slug + "/lien-perdu", url.Values{"email": {"a@mairie.example"}}, "a@mairie.example"},
	} {
		f.store.busy = away
		page := f.post(tt.path, tt.values).want(t, http.StatusServiceUnavailable, tt.shown, "Envoyer à nouveau", "n’a pas été enregistrée")
		f.store.busy = nil
		f.post(tt.path, page.hiddenFields(t)).want(t, http.StatusSeeOther)
	}
	if all := f.signups(); len(all) != 2 || all[0].Organisation != "Mairie de Loudéac" || all[1].FamilyName != "Étienne" {
		t.Errorf("sign-ups %+v", all)
	}
	for _, word := range []string{"Loud", "Étienne", "mairie"} {
		if strings.Contains(f.log.String(), word) {
			t.Errorf("the log has %q", word)
		}
	}
	// The database cannot even be read: the page knows the meeting no more.
	f.store.fail = func() error { return away }
	page = f.post(form, wordy("fr")).want(t, http.StatusServiceUnavailable, "Anne-Sophie", "Mairie de Loudéac", "paul@x.example", "Envoyer à nouveau")
	f.store.fail = nil
	values := page.hiddenFields(t)
	f.post(form, values).want(t, http.StatusSeeOther)
}

// TestLateChangesAreShownAgain: seats stopped moving while a form was open.
func TestLateChangesAreShownAgain(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, asking)
	values := wordy("fr")
	row(values, 0, "", "", "")
	s := f.signUp(values)
	f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
	mine := f.link(link.ForManage, s)
	f.store.busy = registration.ErrUnavailable
	f.post(mine+"/modification", values).want(t, http.StatusServiceUnavailable, "Envoyer à nouveau")
	f.store.busy = nil
	f.clock.Pass(27 * 24 * time.Hour)
	values.Set("organisation", "Ville de Loudéac")
	values.Set("answers.besoin", "deux fauteuils")
	page := f.post(mine+"/modification", values).want(t, http.StatusConflict, "ne peut plus être modifiée", "Ce que vous aviez écrit", "Ville de Loudéac", "deux fauteuils", "De quoi avez-vous besoin")
	if strings.Contains(page.Body, "Envoyer à nouveau") {
		t.Error("sending again is offered where it cannot help")
	}
	companion := url.Values{}
	row(companion, 0, "Paul", "Étienne", "")
	f.post(mine+"/accompagnants", companion).want(t, http.StatusConflict, "ne peut plus être modifiée", "Étienne")
	if got := f.signups(); len(got) != 1 || got[0].Organisation != "Mairie de Loudéac" {
		t.Errorf("something was changed: %+v", got)
	}
}

// TestCompanionsMailboxIsFull: the form comes back with a sentence beside the
// address.
func TestCompanionsMailboxIsFull(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 5 })
	_, mine := f.confirmed("a@mairie.example")
	f.limited()
	values := url.Values{}
	for n := range 4 {
		row(values, 0, "Paul", "Étienne", fmt.Sprintf("paul+%d@x.example", n))
		page := f.post(mine+"/accompagnants", values)
		if n < 3 {
			page.want(t, http.StatusSeeOther)
			continue
		}
		page.want(t, http.StatusTooManyRequests, `value="Paul"`, `value="paul&#43;3@x.example"`)
		if got := page.errorOf(t, "companions-0-email"); !strings.Contains(got, "boîte aux lettres") {
			t.Errorf("beside the address: %q", got)
		}
	}
}
