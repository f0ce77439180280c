package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/web"
)

func TestEdit(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, asking, func(m *registration.Meeting) { m.Questions[1].Required = false })
	values := valid()
	values.Set("territory", "Auxois Morvan")
	values.Set("answers.trajet", "velo")
	s := f.signUp(values)
	f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
	f.get(form).want(t, http.StatusOK, `name="email"`, `name="privacy"`)
	edit := f.link(link.ForManage, s) + "/modification"
	page := f.get(edit).want(t, http.StatusOK, `value="Anne-Sophie"`, `value="Auxois Morvan"`, `value="elu" checked`, `value="velo" checked`, "as@mairie.example", "/adresse\">Changer d’adresse électronique<")
	if strings.Contains(page.Body, `name="email"`) || strings.Contains(page.Body, `name="privacy"`) {
		t.Error("the form asks what cannot be changed")
	}
	values.Set("given_name", "Jean\r\nBcc: x@example.org")
	values.Set("territory", "auxois morvn")
	page = f.post(edit, values).want(t, http.StatusUnprocessableEntity, "<title>Erreur\u00a0: Modifier mes réponses", "S’agit-il de l’un de ces territoires", `value="Mairie de Loudéac"`)
	if got := page.errorOf(t, "given_name"); !strings.Contains(got, "sur une seule ligne") {
		t.Errorf("beside the name: %q", got)
	}
	unchanged := f.get(edit).filled()
	f.wantMails(registration.MailConfirm, registration.MailConfirmed)
	f.get(f.post(edit, unchanged).want(t, http.StatusSeeOther).Header.Get("Location")).want(t, http.StatusOK, "Rien n’a été modifié.")
	f.wantMails()
	values["territory"] = []string{"ti-8408", "auxois morvn"}
	values.Set("given_name", "Zoë")
	values.Set("language", "en")
	values.Set("email", "somebody.else@mairie.example")
	to := f.post(edit, values).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "Vos réponses sont enregistrées.", "Zoë L’Hôpital")
	got := f.signups()[0]
	want := registration.Person{
		GivenName: "Zoë", FamilyName: "L’Hôpital", Email: "as@mairie.example", Organisation: "Mairie de Loudéac",
		Function: "maire", Category: registration.Elected, Territory: "ti-8408",
	}
	if diff := cmp.Diff(want, got.Person); diff != "" || got.Language != registration.English {
		t.Errorf("language %s; person (-want +got):\n%s", got.Language, diff)
	}
}

func TestChangeSessions(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Sessions[0].Seats, m.Sessions[1].Seats = 1, 1 })
	values := valid()
	values.Set("sessions", "attractivite")
	s := f.signUp(values)
	f.post(f.link(link.ForConfirm, s), nil)
	first := f.link(link.ForManage, s)
	values.Set("email", "b@mairie.example")
	values["sessions"] = []string{"attractivite", "innovation"}
	s = f.signUp(values)
	f.post(f.link(link.ForConfirm, s), nil)
	second := f.link(link.ForManage, s)

	f.get(second).want(t, http.StatusOK, "Vous êtes en tête de la liste d’attente.")
	f.get(second+"/sessions").want(t, http.StatusOK, "vous y avez une place", "vous êtes sur sa liste d’attente", `value="innovation" checked`)
	f.get(first+"/sessions").want(t, http.StatusOK, `value="attractivite" checked`, "liste d’attente")
	f.post(first+"/sessions", url.Values{"sessions": {"plongee"}}).want(t, http.StatusUnprocessableEntity, "n’est plus proposée")
	to := f.post(first+"/sessions", url.Values{}).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "Vos sessions sont enregistrées.")
	f.get(second).want(t, http.StatusOK, "une place vous est proposée", "Accepter la place", "Place confirmée")
	f.post(second+"/proposition", url.Values{"answer": {"accept"}}).want(t, http.StatusSeeOther)
	if diff := cmp.Diff([]string{"attractivite", "innovation"}, f.signups()[1].Sessions()); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
}

func TestSessionsOfOneHour(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, asking, func(m *registration.Meeting) { m.Questions, m.Queue, m.Sessions[0].Seats = nil, false, 0 })
	_, mine := f.confirmed("a@mairie.example")
	f.post(mine+"/sessions", url.Values{"sessions": {"innovation", "attractivite"}}).want(t, http.StatusUnprocessableEntity, "ont lieu en même temps")
	page := f.post(mine+"/sessions", url.Values{"sessions.0": {"attractivite"}}).want(t, http.StatusConflict)
	if got := page.errorOf(t, "sessions"); !strings.Contains(got, "est désormais complète") {
		t.Errorf("beside the sessions: %q", got)
	}
	f.post(mine+"/sessions", url.Values{"sessions.0": {"innovation"}}).want(t, http.StatusSeeOther)
	f.post(mine+"/sessions", url.Values{"sessions.0": {""}}).want(t, http.StatusSeeOther)
	if got := f.signups()[0].Sessions(); len(got) != 0 {
		t.Errorf("sessions %v after « aucune »", got)
	}
}

// TestInvitationEnds: whoever brings a companion reads until when the invitation can be
// answered, and then that it was not.
func TestInvitationEnds(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 2 })
	_, mine := f.confirmed("a@mairie.example")
	f.clock.Pass(time.Hour)
	values := url.Values{}
	row(values, 0, "Ada", "Byron", "ada@x.example")
	f.post(mine+"/accompagnants", values).want(t, http.StatusSeeOther)
	until := locale.For(locale.French).Moment(f.clock.Now().Add(registration.HoldFor))
	f.get(mine).want(t, http.StatusOK, "avant le "+until+", sa place est libérée")
	f.get(mine+"/accompagnants").want(t, http.StatusOK, "avant le "+until)
	f.clock.Pass(registration.HoldFor)
	if page := f.get(mine).want(t, http.StatusOK, "sans réponse dans le délai"); strings.Contains(page.Body, "avant le "+until) {
		t.Error("an invitation that is over is said to wait")
	}
}

func TestParty(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 2 })
	s, mine := f.confirmed("a@mairie.example")
	f.get(mine).want(t, http.StatusOK, "Ajouter ou retirer un accompagnant")
	list := mine + "/accompagnants"
	f.get(list).want(t, http.StatusOK, "Personne ne vous accompagne pour le moment.", "<form id")
	page := f.post(list, url.Values{}).want(t, http.StatusUnprocessableEntity, "2 réponses sont à corriger")
	if got := page.errorOf(t, "companions-0-family_name"); !strings.Contains(got, "nom de cette personne") {
		t.Errorf("beside the name: %q", got)
	}
	values := url.Values{}
	row(values, 0, "Paul", "Étienne", "")
	to := f.post(list, values).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "est enregistrée avec la vôtre", "Paul Étienne")
	row(values, 0, "Ada", "Byron", "ada@x.example")
	f.post(list, values).want(t, http.StatusSeeOther)
	page = f.get(list).want(t, http.StatusOK, "Paul Étienne", "Ada Byron", "invitation envoyée", "Vous pouvez inscrire jusqu’à 2 personnes")
	if strings.Contains(page.Body, "<form id") {
		t.Error("a third companion is asked for")
	}
	row(values, 0, "Luc", "Petit", "")
	f.post(list, values).want(t, http.StatusUnprocessableEntity, "Nombre d’accompagnants", `value="Luc"`)

	all := f.signups()
	ada := f.link(link.ForManage, all[2])
	f.get(mine+"/sessions").want(t, http.StatusOK, "Ce choix ne vaut que pour vous")
	if page := f.get(ada+"/sessions").want(t, http.StatusOK); strings.Contains(page.Body, "Ce choix ne vaut que pour vous") {
		t.Error("a companion is told of companions")
	}
	f.get(mine).want(t, http.StatusOK, "Étienne", "/accompagnants")
	page = f.get(ada).want(t, http.StatusOK, "Vous accompagnez", "Anne-Sophie L’Hôpital")
	if strings.Contains(page.Body, "Étienne") || strings.Contains(page.Body, "/accompagnants") {
		t.Error("a companion reads who else comes")
	}
	f.get(ada+"/accompagnants").want(t, http.StatusSeeOther)

	f.get(mine+"/annulation").want(t, http.StatusOK, "Vous deviez venir avec d’autres", `name="who"`, `value="me"`, `value="all"`)
	f.get(mine+"/effacement").want(t, http.StatusOK, "seront effacées avec les vôtres")
	if page := f.get(ada+"/annulation").want(t, http.StatusOK, "Annuler mon inscription"); strings.Contains(page.Body, `name="who"`) {
		t.Error("a companion is told of companions")
	}

	paul := list + "/" + all[1].ID.String() + "/retrait"
	f.get(paul).want(t, http.StatusOK, "La place de Paul Étienne sera libérée")
	if f.signups()[1].Status() != registration.StatusConfirmed {
		t.Fatal("a GET gave a seat back")
	}
	for range 2 {
		f.get(f.post(paul, nil).want(t, http.StatusSeeOther).Header.Get("Location")).want(t, http.StatusOK, "n’est plus inscrite avec vous")
	}
	f.get(paul).want(t, http.StatusSeeOther)
	for _, id := range []string{"x", s.ID.String(), registration.NewID().String()} {
		f.get(list+"/"+id+"/retrait").want(t, http.StatusNotFound)
		f.post(list+"/"+id+"/retrait", nil).want(t, http.StatusNotFound)
	}
	f.get(ada+"/accompagnants/"+s.ID.String()+"/retrait").want(t, http.StatusNotFound)
	f.get("/rencontres/"+slug).want(t, http.StatusOK, "298 places restantes sur 300")
}

func TestNoSeatForACompanion(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats, m.Queue = 1, false })
	_, mine := f.confirmed("a@mairie.example")
	values := url.Values{}
	row(values, 0, "Paul", "Étienne", "")
	f.post(mine+"/accompagnants", values).want(t, http.StatusConflict, "Il ne reste plus assez de places", `value="Paul"`, `href="#companions"`)
}

// TestTooLateToEdit: forms that were open when seats stopped moving.
func TestTooLateToEdit(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	_, mine := f.confirmed("a@mairie.example")
	_, gone := f.confirmed("b@mairie.example")
	f.post(gone+"/annulation", nil)
	f.post(gone+"/modification", valid()).want(t, http.StatusGone, "ne peut plus être modifiée", `href="`+gone+`"`)
	f.get(mine).want(t, http.StatusOK, "/modification")
	f.clock.Pass(27 * 24 * time.Hour) // the day itself
	companion := url.Values{}
	row(companion, 0, "Paul", "Étienne", "")
	for path, values := range map[string]url.Values{"/modification": valid(), "/sessions": {"sessions": {"innovation"}}, "/accompagnants": companion} {
		f.post(mine+path, values).want(t, http.StatusConflict, "ne peut plus être modifiée", `href="`+mine+`"`)
		if to := f.get(mine+path).want(t, http.StatusSeeOther).Header.Get("Location"); to != mine {
			t.Errorf("%s leads to %q", path, to)
		}
	}
	page := f.get(mine).want(t, http.StatusOK, "Place confirmée", "/annulation")
	if strings.Contains(page.Body, "/modification") {
		t.Error("the page offers what can no longer be done")
	}
	f.get("/en"+mine).want(t, http.StatusOK, "Seat confirmed")
}

// TestEveryStatusHasItsSentence: in both languages.
func TestEveryStatusHasItsSentence(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Approval = true })
	s, mine := f.confirmed("a@mairie.example")
	f.get(mine).want(t, http.StatusOK, "Demande en cours d’examen", "Les organisateurs examinent votre demande.")
	f.get("/en"+mine).want(t, http.StatusOK, "Under review")
	if err := f.desk.Decide(t.Context(), slug, s.ID, false); err != nil {
		t.Fatal(err)
	}
	f.get(mine).want(t, http.StatusOK, "Inscription non retenue", "n’ont pas pu retenir")
	values := valid()
	values.Set("email", "b@mairie.example")
	s = f.signUp(values)
	f.get(f.link(link.ForConfirm, s)).want(t, http.StatusOK, "<h1>Confirmer ma demande</h1>", "que vous souhaitez participer")
	f.get(f.link(link.ForManage, s)).want(t, http.StatusOK, "Votre demande est gardée jusqu’au samedi 18 mai 2019")
	f.clock.Pass(48 * time.Hour)
	f.get(f.link(link.ForManage, s)).want(t, http.StatusOK, "Inscription expirée", "Vous pouvez vous inscrire à nouveau")
}
