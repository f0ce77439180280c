package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

// signInAs signs in an organiser who has the role.
func (f *fixture) signInAs(role registration.Role) {
	f.t.Helper()
	f.cookies = nil
	f.post(desktest.SignInLink(f.t, f.team, string(role)+"@regions.example", role), nil).want(f.t, http.StatusSeeOther)
}

func recordOf(s registration.Signup) string {
	return "/organisation/rencontres/" + slug + "/inscriptions/" + s.Code
}

// posted empties the outbox and returns the kinds of its mails.
func (f *fixture) posted() (kinds []registration.Kind) {
	f.t.Helper()
	outbox := f.store.Store.(registration.Outbox)
	for {
		all, err := outbox.Claim(f.t.Context(), f.clock.Now(), 1, 50)
		if err != nil {
			f.t.Fatal(err)
		}
		for _, m := range all {
			kinds = append(kinds, m.Kind)
			if err := outbox.RecordOutcomes(f.t.Context(), map[registration.ID]registration.Outcome{m.ID: {SentAt: f.clock.Now()}}); err != nil {
				f.t.Fatal(err)
			}
		}
		if len(all) == 0 {
			return kinds
		}
	}
}

func TestRecordTellsAllButLinks(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	values := valid()
	values.Set("companions[0].given_name", "Paul")
	values.Set("companions[0].family_name", "Petit")
	f.post(form, values).want(t, http.StatusSeeOther)
	all := f.signups()
	lead, companion := all[0], all[1]
	f.post(f.link(link.ForConfirm, lead), nil).want(t, http.StatusSeeOther)
	f.get(recordOf(lead)).want(t, http.StatusSeeOther) // nobody is signed in
	f.signInAs(registration.RoleReader)
	f.get("/organisation/rencontres/"+slug).want(t, http.StatusOK, `href="`+recordOf(lead)+`"`)
	page := f.get(recordOf(lead)).want(t, http.StatusOK, "Anne-Sophie", "as@mairie.example", "Mairie de Loudéac",
		"confirmée", "Inscription", "Adresse confirmée", "16 mai 2019", recordOf(companion))
	f.get("/en"+recordOf(lead)).want(t, http.StatusOK, "Address confirmed")
	f.get(f.link(link.ForConfirm, lead)).want(t, http.StatusOK, f.keys.Token(link.ForManage, lead.ID, lead.Version)) // the person's own page has it
	for _, p := range []link.Purpose{link.ForConfirm, link.ForDisavow, link.ForManage} {
		if strings.Contains(page.Body, f.keys.Token(p, lead.ID, lead.Version)) {
			t.Errorf("the page has the person's token to %s", p)
		}
	}
	if strings.Contains(page.Body, "/lien") {
		t.Error("a reader is shown what only an organiser may do")
	}
	f.signInAs(registration.RoleOrganiser)
	f.get(recordOf(lead)).want(t, http.StatusOK, recordOf(lead)+"/lien")
	f.get(recordOf(companion)).want(t, http.StatusOK, "n’a pas donné d’adresse", recordOf(lead))
	f.get(recordOf(companion)+"/lien").want(t, http.StatusSeeOther) // there is no link to replace
	f.post(recordOf(companion)+"/lien", nil).want(t, http.StatusSeeOther)
	if got := f.signups()[1].Version; got != companion.Version {
		t.Errorf("version %d, want %d", got, companion.Version)
	}
	for _, code := range []string{"AAAAAAAA", "x", "%C3%A9"} {
		f.get("/organisation/rencontres/"+slug+"/inscriptions/"+code).want(t, http.StatusNotFound)
	}
}

func TestReissue(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.signUp(valid())
	old := f.link(link.ForManage, s)
	f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
	f.posted()
	path := recordOf(s) + "/lien"
	f.post(path, nil).want(t, http.StatusSeeOther)
	for _, role := range []registration.Role{registration.RoleReader, registration.RoleDesk} {
		f.signInAs(role)
		f.get(path).want(t, http.StatusForbidden)
		f.post(path, nil).want(t, http.StatusForbidden)
	}
	f.signInAs(registration.RoleOrganiser)
	f.get(path).want(t, http.StatusOK, "Révoquer le lien et en envoyer un nouveau", "as@mairie.example")
	f.get(old).want(t, http.StatusOK) // nothing has changed so far
	if mails := f.posted(); len(mails) != 0 {
		t.Fatalf("mails %v before the button", mails)
	}
	to := f.post(path, nil).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "Les anciens liens sont révoqués.", "Lien révoqué")
	if mails := f.posted(); len(mails) != 1 || mails[0] != registration.MailReissued {
		t.Errorf("mails %v, want one with the new link", mails)
	}
	f.get(old).want(t, http.StatusNotFound)
	f.post(old+"/annulation", nil).want(t, http.StatusNotFound)
	s = f.signups()[0]
	f.get(f.link(link.ForManage, s)).want(t, http.StatusOK, "Place confirmée")
	if text := f.log.String(); strings.Contains(text, "mairie.example") || !strings.Contains(text, "act=lien") || !strings.Contains(text, s.ID.String()) {
		t.Errorf("the log tells a person, or not the act: %s", text)
	}

	f.post(f.link(link.ForManage, s)+"/annulation", nil).want(t, http.StatusSeeOther)
	f.posted()
	f.get(path).want(t, http.StatusOK, "aucun message n’est envoyé")
	f.post(path, nil).want(t, http.StatusSeeOther)
	f.get(f.link(link.ForManage, s)).want(t, http.StatusNotFound)
	if mails := f.posted(); len(mails) != 0 {
		t.Errorf("mails %v about a sign-up that has ended", mails)
	}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Approval, m.Queue, m.Seats = true, false, 1 })
	var people []registration.Signup
	for _, email := range []string{"a@x.example", "b@x.example", "c@x.example"} {
		values := valid()
		values.Set("email", email)
		s := f.signUp(values)
		f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
		people = append(people, s)
	}
	f.posted()
	path := func(i int) string { return recordOf(people[i]) + "/decision" }
	approve, refuse := url.Values{"answer": {"approve"}}, url.Values{"answer": {"refuse"}}
	f.signInAs(registration.RoleDesk)
	f.get(path(0)).want(t, http.StatusForbidden)
	f.post(path(0), approve).want(t, http.StatusForbidden)
	f.signInAs(registration.RoleOrganiser)
	const both = "Accepter ou refuser cette inscription"
	f.get(recordOf(people[0])).want(t, http.StatusOK, path(0), both)
	f.get(path(0)).want(t, http.StatusOK, "Accepter ou refuser cette inscription", "Anne-Sophie L’Hôpital a une place.", `value="approve"`, `value="refuse"`)
	f.post(path(0), url.Values{"answer": {"maybe"}}).want(t, http.StatusUnprocessableEntity)
	to := f.post(path(0), approve).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "L’inscription est acceptée.", "Inscription acceptée", "confirmée")
	f.get(path(1)).want(t, http.StatusOK, "Aucune place n’est libre et la rencontre ne tient pas de liste d’attente.")
	f.post(path(1), approve).want(t, http.StatusConflict, "plus de place", recordOf(people[1]))
	f.post(path(1), url.Values{"answer": {"refuse"}, "reason": {strings.Repeat("x", 1001)}}).want(t, http.StatusUnprocessableEntity, "reason-error")
	refuse.Set("reason", "La rencontre est réservée aux territoires.\r\nVenez à la prochaine.")
	f.post(path(1), refuse).want(t, http.StatusSeeOther)
	f.get(f.link(link.ForManage, people[1])).want(t, http.StatusOK, "La rencontre est réservée aux territoires.\nVenez à la prochaine.")
	f.get(recordOf(people[1])).want(t, http.StatusOK, "Raison du refus", "La rencontre est réservée aux territoires.\nVenez à la prochaine.")
	if page := f.get(recordOf(people[1])).want(t, http.StatusOK, path(1), "Accepter malgré le refus"); strings.Contains(page.Body, both) {
		t.Error("a sign-up that is refused is to be refused")
	}
	if page := f.get(recordOf(people[0])).want(t, http.StatusOK, "Ce que vous pouvez faire"); strings.Contains(page.Body, path(0)) {
		t.Error("a sign-up that is accepted is to be decided")
	}
	f.get(path(1)).want(t, http.StatusOK, "a été refusée", `value="approve"`)
	f.post(path(1), approve).want(t, http.StatusConflict, "plus de place") // after all, if there were one
	f.get(path(0)).want(t, http.StatusSeeOther)                            // it does not wait any more
	f.post(path(0), approve).want(t, http.StatusSeeOther)
	stale := url.Values{"answer": {"refuse"}, "reason": {"Écrit pour rien"}, "revision": {"0"}, "shown": {"0"}}
	f.post(path(2), stale).want(t, http.StatusConflict, "a changé entre-temps", "Écrit pour rien")
	var got []registration.Status
	for _, s := range f.signups() {
		got = append(got, s.Status())
	}
	if got[0] != registration.StatusConfirmed || got[1] != registration.StatusRefused || got[2] != registration.StatusApproval {
		t.Errorf("people are %v", got)
	}
	if mails := f.posted(); len(mails) != 2 || mails[0] != registration.MailApproved || mails[1] != registration.MailRefused {
		t.Errorf("mails %v", mails)
	}
	f.get(recordOf(people[2])).want(t, http.StatusOK, path(2))
	f.configure(func(m *registration.Meeting) { m.CancelledAt = f.clock.Now() })
	for i := range people {
		if page := f.get(recordOf(people[i])).want(t, http.StatusOK); strings.Contains(page.Body, path(i)) {
			t.Errorf("person %d is to be decided in a meeting that is cancelled", i)
		}
	}
}
