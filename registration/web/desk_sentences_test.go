package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// alter changes a sign-up behind the desk's back.
func (f *fixture) alter(s registration.Signup, change func(s *registration.Signup)) {
	f.t.Helper()
	err := f.store.Change(f.t.Context(), s.Meeting, func(tx registration.Tx) error {
		now, err := tx.Signup(s.ID)
		if err != nil {
			return err
		}
		change(&now)
		return tx.Update(now)
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// TestSentencesAtTheDoor: whoever is shown, or nobody, the desk reads in one
// sentence what to do.
func TestSentencesAtTheDoor(t *testing.T) {
	t.Parallel()
	state := func(st registration.State) func(f *fixture, s registration.Signup) {
		return func(f *fixture, s registration.Signup) {
			f.alter(s, func(s *registration.Signup) { s.Places[0].State = st })
		}
	}
	unconfirmed := func(f *fixture, s registration.Signup) {
		f.alter(s, func(s *registration.Signup) {
			s.AddressConfirmedAt, s.HeldUntil = time.Time{}, f.clock.Now().Add(time.Hour)
		})
	}
	person := func(lead, _ registration.Signup) string { return "/accueil/" + lead.Code }
	search := func(words string) func(lead, companion registration.Signup) string {
		return func(registration.Signup, registration.Signup) string {
			return "/accueil/?q=" + strings.ReplaceAll(words, " ", "+")
		}
	}
	for _, tt := range []struct {
		name   string
		before func(f *fixture, lead registration.Signup)
		path   func(lead, companion registration.Signup) string
		status int
		fr, en string
	}{
		{"all is well", nil, person, 200, "Enregistrer l’arrivée", "Record the arrival"},
		{"cancelled", state(registration.Cancelled), person, 200, "Cette inscription est annulée\u00a0: demandez à la personne responsable de l’accueil.", "This registration is cancelled: ask"},
		{"waiting", state(registration.Queued), person, 200, "sur la liste d’attente, sans place\u00a0: demandez", "on the waiting list, without a seat: ask"},
		{"offered", state(registration.Offered), person, 200, "qui peut l’accepter depuis le lien", "accept it from the link"},
		{"approval", state(registration.Approval), person, 200, "pas encore décidé de cette inscription\u00a0: demandez", "not decided on this registration yet: ask"},
		{"refused", state(registration.Refused), person, 200, "pas retenu cette inscription\u00a0: demandez", "not accepted this registration: ask"},
		{"expired", state(registration.Expired), person, 200, "pas été confirmée à temps\u00a0: demandez", "not confirmed in time: ask"},
		{"unconfirmed address", unconfirmed, person, 200, "L’adresse n’a pas été confirmée, la place n’est donc pas acquise\u00a0: demandez", "The address was not confirmed"},
		{"where the door may admit", func(f *fixture, s registration.Signup) {
			m := f.first()
			m.Door = registration.DoorBeyond
			if err := f.store.PutMeeting(f.t.Context(), m); err != nil {
				f.t.Fatal(err)
			}
			state(registration.Queued)(f, s)
		}, person, 200, "sans place\u00a0: vous pouvez admettre cette personne.", "without a seat: you may admit this person."},
		{"the other half of the day", func(f *fixture, s registration.Signup) {
			m := f.first()
			for i := range m.Programme {
				m.Programme[i].Half = registration.Afternoon
			}
			m.Programme[0].Half, m.Programme[0].Session = registration.Morning, m.Sessions[0].ID // in which the lead has no seat
			if err := f.store.PutMeeting(f.t.Context(), m); err != nil {
				f.t.Fatal(err)
			}
		}, person, 200, "attendue à une autre demi-journée (après-midi)\u00a0: sa place est valable", "other half of the day (afternoon): their seat is good"},
		{"a companion without the lead", nil, func(_, companion registration.Signup) string { return "/accueil/" + companion.Code }, 200,
			"vient avec Anne-Sophie L’Hôpital, qui n’est pas encore là", "comes with Anne-Sophie L’Hôpital, who has not arrived yet"},
		{"the day before", func(f *fixture, _ registration.Signup) {
			f.clock.Set(time.Date(2019, time.June, 11, 20, 0, 0, 0, registration.Paris))
			f.signedInAs(registration.RoleDesk)
		}, person, 200, "le mercredi 12 juin 2019\u00a0: rechargez cette page ce jour-là", "Wednesday 12 June 2019: reload this page on that day"},
		{"the day after", func(f *fixture, _ registration.Signup) {
			f.clock.Set(time.Date(2019, time.June, 13, 8, 0, 0, 0, registration.Paris))
			f.signedInAs(registration.RoleDesk)
		}, search(""), 200, "La rencontre a eu lieu mercredi 12 juin 2019\u00a0: ses arrivées ne s’enregistrent plus", "The meeting took place on Wednesday 12 June 2019: its arrivals"},
		{"a code half typed", nil, func(lead, _ registration.Signup) string { return "/accueil/" + lead.Code[:5] }, 404,
			"Ce code est incomplet, il compte 8 lettres", "This code is incomplete, it has 8 letters"},
		{"a code half typed is searched by", nil, func(lead, _ registration.Signup) string { return "/accueil/?q=" + lead.Code[:4] + "-" + lead.Code[4:6] }, 200, "L’Hôpital", "L’Hôpital"},
		{"the beginning of nobody’s code", nil, search("3333 77"), 200, "Ce code est incomplet", "This code is incomplete"},
		{"a code that cannot be", nil, search("O0O0 1111"), 200, "Aucun code ne s’écrit ainsi (ni O, ni 0, ni I, ni 1)", "No code is written like this"},
		{"nobody’s code", nil, func(registration.Signup, registration.Signup) string { return "/accueil/33334444" }, 404,
			"Aucune inscription n’a ce code, ou le billet a été cédé à un collègue", "No registration has this code, or the ticket was passed on"},
		{"nobody’s code is searched by", nil, search("3333 4444"), 200, "le billet a été cédé à un collègue", "passed on to a colleague"},
		{"nobody", nil, search("personne"), 200, "Personne n’a été trouvé\u00a0: essayez", "Nobody was found: try"},
		{"two letters", nil, search("ly"), 200, "au moins trois lettres\u00a0: pour un nom de deux lettres, ajoutez", "at least three letters: for a name of two letters, add"},
		{"erased", func(f *fixture, s registration.Signup) {
			f.alter(s, func(s *registration.Signup) { s.Person, s.AddressKey = registration.Person{}, "" })
		}, person, 200, "Les données de cette inscription sont effacées\u00a0: demandez", "data of this registration was erased: ask"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, lead, companion := onTheDay(t)
			if tt.before != nil {
				tt.before(f, lead)
			}
			path := tt.path(lead, companion)
			f.get(path).want(t, tt.status, tt.fr)
			f.get("/en"+path).want(t, tt.status, tt.en)
		})
	}
}

// TestTicketOfAnotherMeeting: whoever comes to the wrong door is told so, by the
// QR code as well as by the code.
func TestTicketOfAnotherMeeting(t *testing.T) {
	t.Parallel()
	f, _, _ := onTheDay(t)
	f.clock.Set(time.Date(2019, time.May, 20, 9, 0, 0, 0, registration.Paris))
	m := registration.ShippedExample()
	m.Slug, m.Day, m.Title = "2019-07-03-lyon", m.Day.AddDays(21), registration.Localized{FR: "Rencontre de Lyon", EN: "Lyon meeting"}
	if err := f.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	lyon := f.signUpAt(m.Slug)
	f.post(f.link(link.ForConfirm, lyon), nil).want(t, http.StatusSeeOther)
	f.clock.Set(time.Date(2019, time.June, 12, 8, 30, 0, 0, registration.Paris))
	f.signedInAs(registration.RoleDesk)
	f.get("/accueil/"+lyon.Code).want(t, http.StatusOK, "Ce billet est celui d’une autre rencontre, «\u00a0Rencontre de Lyon\u00a0», mercredi 3 juillet 2019\u00a0: cherchez le nom à la rencontre du jour")
	f.get("/accueil/"+lyon.Code+"?rencontre="+slug).want(t, http.StatusNotFound, "Ce billet est celui d’une autre rencontre")
	f.get("/accueil/?q="+lyon.Code).want(t, http.StatusOK, "Ce billet est celui d’une autre rencontre", "inscrivez la personne ci-dessous")
	f.get("/en/accueil/?q="+lyon.Code).want(t, http.StatusOK, "This ticket is for another meeting, “Lyon meeting”, Wednesday 3 July 2019")
	f.get("/accueil/?rencontre="+m.Slug+"&q="+lyon.Code).want(t, http.StatusOK, "L’Hôpital")
}

// TestCancelledAtTheDoor: on its day a meeting that is cancelled takes nobody in,
// and the door says why.
func TestCancelledAtTheDoor(t *testing.T) {
	t.Parallel()
	f, s, _ := onTheDay(t)
	arrival := url.Values{"arrival": {"in"}, "rencontre": {slug}}
	f.configure(func(m *registration.Meeting) { m.CancelledAt = f.clock.Now() })
	f.get("/accueil/?rencontre="+slug).want(t, http.StatusOK, "La rencontre du mercredi 12 juin 2019 est annulée")
	f.post("/accueil/"+s.Code, arrival).want(t, http.StatusConflict, "Cette rencontre est annulée", "Rien n’a été enregistré")
	f.post("/en/accueil/"+s.Code, arrival).want(t, http.StatusConflict, "This meeting is cancelled")
	f.post("/accueil/", url.Values{"rencontre": {slug}, "given_name": {"Ada"}, "family_name": {"Byron"}}).want(t, http.StatusConflict, "Cette rencontre est annulée")
	for _, u := range f.signups() {
		if len(u.Arrivals) > 0 {
			t.Errorf("%s arrived at a cancelled meeting", u.Code)
		}
	}
	f.configure(func(m *registration.Meeting) { m.CancelledAt = time.Time{} })
	f.post("/accueil/"+s.Code, arrival).want(t, http.StatusSeeOther)
}
