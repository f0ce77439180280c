package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/ticket"
	"github.com/territoires-industrie/sdk/registration/web"
)

func TestCheckIn(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	values := valid()
	row(values, 0, "Paul", "Étienne", "")
	f.post(form, values).want(t, http.StatusSeeOther)
	all := f.signups()
	path := "/accueil/" + all[0].Code
	if to := f.get(path).want(t, http.StatusSeeOther).Header.Get("Location"); to != "/organisation/connexion?suite="+url.QueryEscape(path) {
		t.Errorf("without signing in, the page leads to %q", to)
	}
	f.signedInAs(registration.RoleReader)
	f.get(path).want(t, http.StatusForbidden)
	f.get(f.link(link.ForManage, all[0])).want(t, http.StatusOK, "/mon-inscription/")
	f.get("/organisation/rencontres/"+slug+"/inscriptions/"+all[0].Code).want(t, http.StatusOK, "as@mairie.example")
	f.signedInAs(registration.RoleDesk)
	page := f.get(path).want(t, http.StatusOK, "Anne-Sophie L’Hôpital", "à confirmer", "Mairie de Loudéac", "Paul Étienne", "/accueil/"+all[1].Code, ticket.Grouped(all[0].Code), "s’enregistrent le jour de la rencontre")
	if strings.Contains(page.Body, "as@mairie.example") || strings.Contains(page.Body, "/mon-inscription/") {
		t.Error("the desk reads an address or a link that is not its own")
	}
	f.get("/en/accueil/"+strings.ToLower(all[1].Code)).want(t, http.StatusOK, "Paul Étienne", "on the day of the meeting")
	f.get("/accueil/XXXXXXXX").want(t, http.StatusNotFound)
	f.get("/accueil/0").want(t, http.StatusNotFound)
}

// onTheDay opens a site at half past eight on the day of a meeting, with somebody
// who has a seat, and a companion, and signs the desk in.
func onTheDay(t *testing.T, change ...func(*registration.Meeting)) (f *fixture, lead, companion registration.Signup) {
	t.Helper()
	f = open(t, web.Options{}, change...)
	values := valid()
	row(values, 0, "Paul", "Étienne", "")
	f.post(form, values).want(t, http.StatusSeeOther)
	all := f.signups()
	f.post(f.link(link.ForConfirm, all[0]), nil).want(t, http.StatusSeeOther)
	f.clock.Set(time.Date(2019, time.June, 12, 8, 30, 0, 0, registration.Paris))
	f.signedInAs(registration.RoleDesk)
	return f, all[0], all[1]
}

// TestStatisticsOfTheDay: nobody is said to have stayed away before the day is over.
// The list writes codes as tickets do.
func TestStatisticsOfTheDay(t *testing.T) {
	t.Parallel()
	f, lead, _ := onTheDay(t)
	statistics := "/organisation/rencontres/" + slug + "/statistiques"
	f.post("/accueil/"+lead.Code, url.Values{"arrival": {"in"}}).want(t, http.StatusSeeOther)
	f.signedInAs(registration.RoleReader)
	f.get(statistics).want(t, http.StatusOK, "1 personne est venue", "1 personne a une place et n’est pas encore arrivée")
	f.get("/organisation/rencontres/"+slug).want(t, http.StatusOK, "accompagne "+ticket.Grouped(lead.Code))
	f.clock.Pass(24 * time.Hour)
	f.signedInAs(registration.RoleReader)
	f.get(statistics).want(t, http.StatusOK, "1 personne est venue", "1 personne avait une place et n’est pas venue")
}

// TestDoorSearch: the page is empty until somebody searches, and then shows
// names, organisations and statuses, and nothing more.
func TestDoorSearch(t *testing.T) {
	t.Parallel()
	f, lead, _ := onTheDay(t)
	page := f.get("/accueil/").want(t, http.StatusOK, "Nom, organisme ou code", "Une personne qui n’est pas inscrite")
	if strings.Contains(page.Body, "L’Hôpital") {
		t.Error("the list can be read before anybody searches")
	}
	page = f.get("/accueil/?q=hopital").want(t, http.StatusOK, "L’Hôpital", "Mairie de Loudéac", "/accueil/"+lead.Code)
	for _, secret := range []string{"as@mairie.example", "maire", "/mon-inscription/"} {
		if strings.Contains(strings.ReplaceAll(page.Body, "Mairie de Loudéac", ""), ">"+secret) || strings.Contains(page.Body, "as@mairie") {
			t.Errorf("the desk reads %q", secret)
		}
	}
	f.get("/accueil/?q="+lead.Code).want(t, http.StatusOK, "L’Hôpital")
	f.get("/accueil/?q=z").want(t, http.StatusOK, "au moins trois lettres")
	f.get("/accueil/?q=personne").want(t, http.StatusOK, "Personne n’a été trouvé")
	f.get("/accueil/?q="+strings.Repeat("x", 10_000)).want(t, http.StatusOK, "Personne n’a été trouvé")
	f.get("/accueil/?rencontre=autre").want(t, http.StatusNotFound)
}

// TestArrival: one press records it, a second says when it was, and it can be
// taken back.
func TestArrival(t *testing.T) {
	t.Parallel()
	f, lead, companion := onTheDay(t)
	path := "/accueil/" + lead.Code
	f.get(path).want(t, http.StatusOK, "Enregistrer l’arrivée", "Tout le groupe est arrivé")
	in := url.Values{"arrival": {"in"}}
	to := f.post(path, in).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "L’arrivée est enregistrée.", "Arrivée enregistrée à 8", "présent")
	f.clock.Pass(5 * time.Minute)
	f.post(path, in).want(t, http.StatusOK, `class="did late" role="status">Cette personne est déjà arrivée`, "Arrivée enregistrée à 8")
	if got := f.signups()[0].Arrivals; len(got) != 1 || got[0].By == (registration.ID{}) {
		t.Errorf("arrivals %+v, want one with who recorded it", got)
	}
	f.post(path, url.Values{"arrival": {"in"}, "group": {"yes"}}).want(t, http.StatusSeeOther)
	if got := f.signups()[1].Arrivals; len(got) != 1 {
		t.Errorf("the companion's arrivals: %+v, want one", got)
	}
	f.get("/accueil/").want(t, http.StatusOK, "2 sur 2")
	f.post("/accueil/"+companion.Code, url.Values{"arrival": {"out"}}).want(t, http.StatusSeeOther)
	if got := f.signups()[1].Arrivals; len(got) != 0 {
		t.Errorf("after it was taken back: %+v", got)
	}
	f.post(path, url.Values{"arrival": {"perhaps"}}).want(t, http.StatusUnprocessableEntity)
	f.post(path, url.Values{"arrival": {"in"}, "session": {"cuisine"}}).want(t, http.StatusNotFound)
	f.clock.Set(time.Date(2019, time.June, 11, 20, 0, 0, 0, registration.Paris))
	f.signedInAs(registration.RoleDesk)
	f.post(path, in).want(t, http.StatusConflict, "le jour même")
}

// TestWalkIn: somebody who has not signed up is let in while there are seats,
// and beyond them where the meeting allows it.
func TestWalkIn(t *testing.T) {
	t.Parallel()
	f, _, _ := onTheDay(t, func(m *registration.Meeting) { m.Seats, m.Door, m.Queue = 3, registration.DoorBeyond, false })
	// A browser would fill in the name of whoever is at the door.
	f.post("/accueil/", url.Values{"given_name": {"Ada"}}).want(t, http.StatusUnprocessableEntity, `value="Ada" autocomplete="off"`)
	ada := url.Values{"given_name": {"Ada"}, "family_name": {"Byron"}, "organisation": {"Moteurs"}}
	to := f.post("/accueil/", ada).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "Ada Byron", "est inscrite et son arrivée est enregistrée")
	lhopital := url.Values{"given_name": {"anne sophie"}, "family_name": {"L'Hopital"}, "organisation": {""}}
	f.post("/accueil/", lhopital).want(t, http.StatusConflict, "Une personne de ce nom est déjà inscrite", "Enregistrer l’arrivée de Anne-Sophie L’Hôpital", "Inscrire une autre personne du même nom", `name="sure"`)
	luc := url.Values{"given_name": {"Luc"}, "family_name": {"Petit"}, "organisation": {""}}
	f.post("/accueil/", luc).want(t, http.StatusConflict, "Toutes les places sont prises", "Admettre au-delà")
	luc.Set("admit", "yes")
	f.post("/accueil/", luc).want(t, http.StatusSeeOther)
	if n := len(f.signups()); n != 4 {
		t.Errorf("%d sign-ups, want four", n)
	}
}

// TestNoSeatAtTheDoor: who has no seat is told what to do.
func TestNoSeatAtTheDoor(t *testing.T) {
	t.Parallel()
	for _, door := range []registration.DoorPolicy{registration.DoorSeats, registration.DoorBeyond} {
		f, lead, _ := onTheDay(t, func(m *registration.Meeting) { m.Door = door })
		f.post(f.link(link.ForManage, lead)+"/annulation", url.Values{"who": {"all"}}).want(t, http.StatusSeeOther)
		f.signedInAs(registration.RoleDesk)
		path := "/accueil/" + lead.Code
		f.get(path).want(t, http.StatusOK, "Cette inscription est annulée")
		page := f.post(path, url.Values{"arrival": {"in"}}).want(t, http.StatusConflict, "Cette inscription est annulée")
		if got, want := strings.Contains(page.Body, "Admettre au-delà"), door == registration.DoorBeyond; got != want {
			t.Errorf("door %s: the page offers to admit: %v, want %v", door, got, want)
		}
		want := http.StatusConflict
		if door == registration.DoorBeyond {
			want = http.StatusSeeOther
		}
		f.post(path, url.Values{"arrival": {"in"}, "admit": {"yes"}}).want(t, want)
	}
}
