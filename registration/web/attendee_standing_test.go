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

// configure changes the meeting as an organiser does.
func (f *fixture) configure(change func(*registration.Meeting)) {
	f.t.Helper()
	m, err := f.store.Meeting(f.t.Context(), slug)
	if err != nil {
		f.t.Fatal(err)
	}
	change(&m)
	if err := f.desk.Configure(f.t.Context(), m); err != nil {
		f.t.Fatal(err)
	}
}

// TestCancelledMeetingPromisesNothing: the person's page, the ticket and the
// calendar entry all say that the meeting does not take place.
func TestCancelledMeetingPromisesNothing(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	_, mine := f.confirmed("a@mairie.example")
	f.get(mine).want(t, http.StatusOK, "Place confirmée", "Nous vous attendons", "/billet", "/agenda.ics", "/modification", "/annulation")
	f.get(mine+"/agenda.ics").want(t, http.StatusOK, "STATUS:CONFIRMED")
	f.configure(func(m *registration.Meeting) { m.Venue.Access.FR = "Métro Bercy, exemple" })
	f.get("/rencontres/"+slug).want(t, http.StatusOK, "Métro Bercy, exemple")
	f.configure(func(m *registration.Meeting) { m.CancelledAt = f.clock.Now() })
	if strings.Contains(f.get("/rencontres/"+slug).want(t, http.StatusOK, "annulée").Body, "Métro Bercy") {
		t.Error("the page of a cancelled meeting tells how to come")
	}
	page := f.get(mine).want(t, http.StatusOK, "Rencontre annulée", "n’aura pas lieu")
	for _, untrue := range []string{"Place confirmée", "Nous vous attendons", "/billet", "/agenda.ics", "/modification", "/annulation"} {
		if strings.Contains(page.Body, untrue) {
			t.Errorf("the page of a cancelled meeting says %q", untrue)
		}
	}
	if page.want(t, http.StatusOK, `class="shape cancelled"`); strings.Contains(page.Body, "confirmed") {
		t.Error("what is cancelled has the colour and the mark of a seat")
	}
	f.get(mine+"/billet").want(t, http.StatusGone, "n’est plus valable")
	f.get(mine+"/billet.pdf").want(t, http.StatusGone)
	entry := f.get(mine+"/agenda.ics").want(t, http.StatusOK, "STATUS:CANCELLED")
	if strings.Contains(entry.Body, "STATUS:CONFIRMED") {
		t.Error("the entry puts the meeting back")
	}
}

// TestOldLinksPromiseNothing: the links of earlier mails are opened after the meeting was
// cancelled, after it was held, or after an organiser has refused.
func TestOldLinksPromiseNothing(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		happens  func(*fixture)
		status   int    // of the link of who has not confirmed
		pending  string // what it says
		standing string // what the page of who has confirmed says
	}{
		"cancelled": {func(f *fixture) {
			f.configure(func(m *registration.Meeting) { m.CancelledAt = f.clock.Now() })
		}, http.StatusConflict, "La rencontre est annulée", "n’aura pas lieu"},
		"past": {func(f *fixture) {
			f.clock.Set(time.Date(2019, time.June, 13, 9, 0, 0, 0, registration.Paris))
		}, http.StatusGone, "a expiré", "a eu lieu"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 0 })
			s, mine := f.confirmed("a@mairie.example")
			values := valid()
			values.Set("email", "b@mairie.example")
			pending := f.link(link.ForConfirm, f.signUp(values))
			f.post(mine+"/remplacement", url.Values{"given_name": {"Léa"}, "family_name": {"Roy"}, "email": {"lea@mairie.example"}}).want(t, http.StatusSeeOther)
			colleague := f.transferLink("/remplacement/", 0)
			f.get(f.link(link.ForConfirm, s)).want(t, http.StatusOK, "Votre place est confirmée")
			f.get(pending).want(t, http.StatusOK, "Confirmer mon inscription")
			f.get(colleague).want(t, http.StatusOK, "Confirmer ma venue")
			tt.happens(f)
			if to := f.get(f.link(link.ForConfirm, s)).want(t, http.StatusSeeOther).Header.Get("Location"); to != mine {
				t.Errorf("the link that confirmed leads to %q", to)
			}
			f.get(mine).want(t, http.StatusOK, tt.standing)
			f.get(pending).want(t, tt.status, tt.pending)
			f.post(pending, nil).want(t, tt.status, tt.pending)
			f.get(colleague).want(t, http.StatusConflict, "Ce changement n’est plus possible")
		})
	}
}

// TestRefusedReadsSo: behind the link of the mail that asked to confirm, whether it was
// used or not.
func TestRefusedReadsSo(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Approval = true })
	s := f.signUp(valid())
	confirm, mine := f.link(link.ForConfirm, s), f.link(link.ForManage, s)
	f.post(confirm, nil).want(t, http.StatusSeeOther)
	f.get(confirm).want(t, http.StatusOK, "organisateurs")
	values := valid()
	values.Set("email", "b@mairie.example")
	unconfirmed := f.signUp(values)
	for _, u := range []registration.Signup{s, unconfirmed} {
		if err := f.desk.Refuse(t.Context(), slug, u.ID, ""); err != nil {
			t.Fatal(err)
		}
	}
	if to := f.get(confirm).want(t, http.StatusSeeOther).Header.Get("Location"); to != mine {
		t.Errorf("the link leads to %q, want %q", to, mine)
	}
	f.get(mine).want(t, http.StatusOK, "non retenue")
	for _, answer := range []answer{f.get(f.link(link.ForConfirm, unconfirmed)), f.post(f.link(link.ForConfirm, unconfirmed), nil)} {
		if to := answer.want(t, http.StatusSeeOther).Header.Get("Location"); to != f.link(link.ForManage, unconfirmed) {
			t.Errorf("the link that was not used leads to %q", to)
		}
	}
}

// TestDayOfTheMeeting: on the day and after it pages speak of it as today or
// past, and pass no seat on.
func TestDayOfTheMeeting(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	_, mine := f.confirmed("a@mairie.example")
	f.get(mine).want(t, http.StatusOK, "Nous vous attendons", "/billet", "/annulation")
	f.get(mine+"/annulation").want(t, http.StatusOK, "proposée à quelqu’un d’autre")
	f.clock.Set(time.Date(2019, time.June, 12, 8, 0, 0, 0, registration.Paris))
	f.get(mine).want(t, http.StatusOK, "C’est aujourd’hui", "/billet")
	page := f.get(mine+"/annulation").want(t, http.StatusOK, "sera libérée")
	if strings.Contains(page.Body, "quelqu’un d’autre") {
		t.Error("on the day, cancelling promises the seat to somebody else")
	}
	f.clock.Set(time.Date(2019, time.June, 13, 8, 0, 0, 0, registration.Paris))
	page = f.get(mine).want(t, http.StatusOK, "a eu lieu le mercredi 12 juin 2019")
	for _, untrue := range []string{"Nous vous attendons", "/billet", "/annulation"} {
		if strings.Contains(page.Body, untrue) {
			t.Errorf("after the meeting the page says %q", untrue)
		}
	}
}

// TestPartOfAParty: a party that does not fit reads how many seats are free, and
// takes them for some of it.
func TestPartOfAParty(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats, m.Queue = 1, true })
	_, first := f.confirmed("a@mairie.example")
	values := valid()
	values.Set("email", "b@mairie.example")
	row(values, 0, "Paul", "Étienne", "")
	f.post(form, values).want(t, http.StatusSeeOther)
	lead := f.signups()[1]
	f.post(f.link(link.ForConfirm, lead), nil)
	mine := f.link(link.ForManage, lead)
	page := f.get(mine).want(t, http.StatusOK, "Votre groupe est en tête")
	if strings.Contains(page.Body, `value="part"`) {
		t.Error("seats are offered in part while none is free")
	}
	f.post(mine+"/proposition", url.Values{"answer": {"part"}}).want(t, http.StatusConflict, "prise entre-temps")
	f.post(first+"/annulation", nil).want(t, http.StatusSeeOther)
	f.get(mine).want(t, http.StatusOK, "Une place est libre", `value="part"`, "votre groupe en attend 2", "Prendre cette place")
	f.post(mine+"/proposition", url.Values{"answer": {"part"}, "with": {"pas un numéro"}}).want(t, http.StatusUnprocessableEntity)
	f.post(mine+"/proposition", url.Values{"answer": {"part"}}).want(t, http.StatusSeeOther)
	f.get(mine).want(t, http.StatusOK, "Place confirmée", "liste d’attente")
}

// TestCancelOneOfAParty: the lead says who does not come.
func TestCancelOneOfAParty(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]registration.Status{"me": registration.StatusConfirmed, "all": registration.StatusCancelled} {
		f := open(t, web.Options{})
		values := valid()
		row(values, 0, "Paul", "Étienne", "")
		f.post(form, values).want(t, http.StatusSeeOther)
		lead := f.signups()[0]
		confirm := f.link(link.ForConfirm, lead)
		f.get(confirm).want(t, http.StatusOK, "Vous confirmez en même temps l’inscription de Paul Étienne", "Vos places sont réservées jusqu’au")
		f.post(confirm, nil)
		f.post(f.link(link.ForManage, lead)+"/annulation", url.Values{"who": {who}}).want(t, http.StatusSeeOther)
		all := f.signups()
		if got := all[0].Status(); got != registration.StatusCancelled {
			t.Errorf("%s: the lead is %s", who, got)
		}
		if got := all[1].Status(); got != want {
			t.Errorf("%s: the companion is %s, want %s", who, got, want)
		}
	}
}

// TestConfirmNamesWhoIsInvited: one companion gets a message, several each get one.
func TestConfirmNamesWhoIsInvited(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"Ada Byron recevra ensuite un message pour confirmer sa venue", "Ada Byron et Luc Petit recevront ensuite chacun un message pour confirmer leur venue"} {
		f := open(t, web.Options{})
		values := valid()
		row(values, 0, "Ada", "Byron", "ada@x.example")
		if strings.Contains(want, "Luc") {
			row(values, 1, "Luc", "Petit", "luc@x.example")
		}
		f.post(form, values).want(t, http.StatusSeeOther)
		f.get(f.link(link.ForConfirm, f.signups()[0])).want(t, http.StatusOK, want)
	}
}

// TestCompanionsWithoutTheirLead: whoever cancels alone, or can change nothing since
// the list is frozen, still reads the ticket of a companion who has no link, and can
// take that companion out of the party.
func TestCompanionsWithoutTheirLead(t *testing.T) {
	t.Parallel()
	for _, frozen := range []bool{false, true} {
		f := open(t, web.Options{})
		values := valid()
		row(values, 0, "Paul", "Étienne", "")
		f.post(form, values).want(t, http.StatusSeeOther)
		lead := f.signups()[0]
		f.post(f.link(link.ForConfirm, lead), nil)
		mine, paul := f.link(link.ForManage, lead), f.signups()[1]
		if page := f.get(mine).want(t, http.StatusOK); strings.Contains(page.Body, "/retrait") {
			t.Error("the page of companions has this link")
		}
		if frozen {
			f.clock.Set(f.first().FreezeAt())
		} else {
			f.post(mine+"/annulation", url.Values{"who": {"me"}}).want(t, http.StatusSeeOther)
			f.get(mine).want(t, http.StatusOK, "Afficher les billets de vos accompagnants", `href="`+mine+`/billet"`)
			page := f.get(mine+"/billet").want(t, http.StatusOK, "Paul Étienne", ticket.Grouped(paul.Code))
			for _, not := range []string{lead.FamilyName, ticket.Grouped(lead.Code), "/agenda.ics", "Google"} {
				if strings.Contains(page.Body, not) {
					t.Errorf("the tickets of companions have %q", not)
				}
			}
			f.get(mine+"/billet.pdf").want(t, http.StatusOK, "%PDF")
		}
		remove := mine + "/accompagnants/" + paul.ID.String() + "/retrait"
		f.get(mine).want(t, http.StatusOK, `href="`+remove+`"`, "Retirer Paul Étienne")
		f.get(remove).want(t, http.StatusOK, "La place de Paul Étienne sera libérée")
		f.post(remove, nil).want(t, http.StatusSeeOther)
		if got := f.signups()[1].Status(); got != registration.StatusCancelled {
			t.Errorf("the companion is %s", got)
		}
		if page := f.get(mine).want(t, http.StatusOK); strings.Contains(page.Body, "/retrait") || !frozen && strings.Contains(page.Body, "/billet") {
			t.Error("nobody is left to take out")
		}
	}
}

// TestApprovalIsSaidFirst: before anything is sent, and on each page and mail
// after it, a person reads that an organiser decides.
func TestApprovalIsSaidFirst(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Approval = true })
	f.get(form).want(t, http.StatusOK, "Chaque inscription est examinée par les organisateurs", "Envoyer ma demande")
	to := f.post(form, valid()).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "transmise aux organisateurs")
	f.get(f.link(link.ForConfirm, f.signups()[0])).want(t, http.StatusOK, "Chaque inscription est examinée par les organisateurs", "Confirmer ma demande")
}
