package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

// TestManyApproved: rows are chosen on the list, the page says who and what, and
// somebody who cancelled meanwhile is passed over by name.
func TestManyApproved(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.configure(func(m *registration.Meeting) { m.Approval, m.Seats, m.Queue = true, 2, true })
	var people []registration.Signup
	for i, name := range []string{"Abadie", "Bernard", "Colin", "Durand"} {
		people = append(people, f.confirmedNamed(fmt.Sprintf("%d@x.example", i), name))
	}
	f.signInAs(registration.RoleReader)
	if page := f.get("/organisation/rencontres/" + slug); strings.Contains(page.Body, `name="codes"`) {
		t.Error("a reader is shown what only organisers may do")
	}
	path := "/organisation/rencontres/" + slug + "/plusieurs"
	f.post(path, url.Values{"act": {"approve"}}).want(t, http.StatusForbidden)
	f.signInAs(registration.RoleOrganiser)
	f.get("/organisation/rencontres/"+slug+"?status=approval").want(t, http.StatusOK, `name="codes" value="`+people[0].Code+`"`, `action="`+path+`"`, "les 4 personnes de cette page")
	codes := []string{people[0].Code, people[1].Code, people[2].Code}
	page := f.post(path, url.Values{"act": {"approve"}, "who": {"chosen"}, "codes": codes, "back": {"status=approval"}}).
		want(t, http.StatusOK, "Accepter 3 inscriptions", "Abadie", "Bernard", "Colin", "2 personnes ont une place", "1 personne entre sur la liste", "3 personnes reçoivent un message.", "?status=approval")
	if strings.Contains(page.Body, "Durand") {
		t.Error("somebody who was not chosen is among them")
	}
	f.wantMails() // a preview does nothing
	if err := f.desk.CancelFor(t.Context(), slug, people[1].ID, false); err != nil {
		t.Fatal(err)
	}
	f.posted()
	f.done(path, url.Values{"act": {"approve"}, "codes": {strings.Join(codes, " ")}, "back": {"status=approval"}}).
		want(t, http.StatusOK, "2 inscriptions acceptées", "C’est fait pour 2 personnes. 1 personne choisie est laissée de côté.", "Bernard", "<span class=\"small line\">n’attend pas de décision", "?status=approval")
	f.wantMails(registration.MailApproved, registration.MailApproved)
	for i, want := range []registration.Status{registration.StatusConfirmed, registration.StatusCancelled, registration.StatusConfirmed, registration.StatusApproval} {
		if got := f.again(people[i]).Status(); got != want {
			t.Errorf("%s is %s, want %s", people[i].FamilyName, got, want)
		}
	}
	f.post(path, url.Values{"act": {"refuse"}, "who": {"filter"}, "back": {"q=durand"}}).want(t, http.StatusOK, "Refuser 1 inscription", "Raison du refus")
	f.post(path, url.Values{"act": {"refuse"}, "codes": {people[3].Code}, "go": {"do"}, "reason": {strings.Repeat("é", 1001)}}).
		want(t, http.StatusUnprocessableEntity, "caractères au plus", strings.Repeat("é", 1001))
	f.done(path, url.Values{"act": {"refuse"}, "codes": {people[3].Code}, "reason": {"La salle est pleine."}}).want(t, http.StatusOK, "1 inscription refusée")
	if s := f.again(people[3]); s.Status() != registration.StatusRefused || s.Refusal != "La salle est pleine." {
		t.Errorf("%s, %q", s.Status(), s.Refusal)
	}
	f.posted()
	f.post(path, url.Values{"act": {"cancel"}, "who": {"page"}, "page": {people[0].Code + " " + people[3].Code}}).
		want(t, http.StatusOK, "Annuler 1 inscription", "Abadie", "1 personne choisie est laissée de côté", "Durand")
	f.done(path, url.Values{"act": {"resend"}, "codes": {people[0].Code}}).want(t, http.StatusOK, "1 message dans la file")
	f.wantMails(registration.MailConfirmed)
	f.post(path, url.Values{"act": {"write"}, "codes": {people[0].Code, people[2].Code}}).want(t, http.StatusOK, "2 personnes choisies", `action="`+courier+`/message"`)
	to := f.post(path, url.Values{"act": {"write"}, "who": {"filter"}, "back": {"q=abadie"}}).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "abadie")
}

// TestManyCanBeShownAgain: the pages before and after an act for many are those of
// addresses, which the browser goes back to, and asking for them does nothing.
func TestManyCanBeShownAgain(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.configure(func(m *registration.Meeting) { m.Approval, m.Seats = true, 2 })
	s := f.confirmedNamed("a@x.example", "Abadie")
	f.signInAs(registration.RoleOrganiser)
	path := "/organisation/rencontres/" + slug + "/plusieurs"
	f.get("/organisation/rencontres/"+slug).want(t, http.StatusOK, `id="bulk" method="get" action="`+path+`"`)
	before := path + "?back=status%3Dapproval&page=&who=chosen&act=approve&codes=" + s.Code
	f.get(before+"&go=do").want(t, http.StatusOK, "Accepter 1 inscription", "Abadie", `action="`+path+`"`)
	if got := f.again(s).Status(); got != registration.StatusApproval {
		t.Fatalf("after a look: %s", got)
	}
	f.posted()
	after := f.post(path, url.Values{"act": {"approve"}, "codes": {s.Code}, "go": {"do"}}).want(t, http.StatusSeeOther).Header.Get("Location")
	f.wantMails(registration.MailApproved)
	for range 2 {
		f.get(after).want(t, http.StatusOK, "1 inscription acceptée")
		f.get(before).want(t, http.StatusOK, "ne s’applique à aucune", "Abadie")
	}
	f.wantMails()
	f.get(path+"?who=chosen&act=write&codes="+s.Code).want(t, http.StatusOK, "1 personne choisie", `action="`+courier+`/message"`)
}

// done does an act for many and returns the page that says so.
func (f *fixture) done(path string, values url.Values) answer {
	f.t.Helper()
	values.Set("go", "do")
	return f.get(f.post(path, values).want(f.t, http.StatusSeeOther).Header.Get("Location"))
}

// TestManyApprovedWithoutSeats: where none is free, only the waiting list is
// spoken of.
func TestManyApprovedWithoutSeats(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.configure(func(m *registration.Meeting) { m.Approval, m.Seats, m.Queue = true, 1, true })
	first, second := f.confirmedNamed("a@x.example", "Abadie"), f.confirmedNamed("b@x.example", "Bernard")
	f.signInAs(registration.RoleOrganiser)
	path := "/organisation/rencontres/" + slug + "/plusieurs"
	f.done(path, url.Values{"act": {"approve"}, "codes": {first.Code}}).want(t, http.StatusOK, "C’est fait pour 1 personne.")
	page := f.post(path, url.Values{"act": {"approve"}, "codes": {second.Code}}).want(t, http.StatusOK, "1 personne entre sur la liste").Body
	if strings.Contains(page, "a une place") {
		t.Error("a seat is spoken of where there is none")
	}
}

// TestManyCountsCompanions: who was not chosen and is concerned all the same is
// counted, and said to be a companion.
func TestManyCountsCompanions(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.configure(func(m *registration.Meeting) { m.Approval, m.Seats, m.Queue, m.Companions = true, 4, true, 3 })
	values := valid()
	row(values, 0, "Paul", "Petit", "")
	row(values, 1, "Ada", "Byron", "ada@x.example")
	f.post(form, values).want(t, http.StatusSeeOther)
	lead := f.signups()[0]
	f.post(f.link(link.ForConfirm, lead), nil).want(t, http.StatusSeeOther)
	for _, s := range f.signups() {
		if s.Email == "ada@x.example" {
			f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
		}
	}
	other := f.confirmedNamed("b@x.example", "Bernard")
	last := f.confirmedNamed("c@x.example", "Colin")
	f.signInAs(registration.RoleOrganiser)
	path := "/organisation/rencontres/" + slug + "/plusieurs"
	codes := lead.Code + " " + other.Code + " " + last.Code
	f.post(path, url.Values{"act": {"approve"}, "codes": {codes}}).want(t, http.StatusOK, "Accepter 3 inscriptions",
		"4 personnes ont une place, dont 2 accompagnants.", "1 personne entre sur la liste d’attente.", "4 personnes reçoivent un message, dont 1 accompagnant.")
	f.post(path, url.Values{"act": {"approve"}, "codes": {other.Code}}).want(t, http.StatusOK, "1 personne a une place.", "1 personne reçoit un message.")
}

// TestManyMistakes: nobody, too many and what is no act get a clear sentence, and
// nothing is done.
func TestManyMistakes(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.confirmedNamed("a@x.example", "Abadie")
	f.signInAs(registration.RoleOrganiser)
	path := "/organisation/rencontres/" + slug + "/plusieurs"
	for name, tt := range map[string]struct {
		values url.Values
		status int
		want   string
	}{
		"nobody":       {url.Values{"act": {"cancel"}}, http.StatusOK, "Cochez des personnes"},
		"nobody to":    {url.Values{"act": {"write"}}, http.StatusUnprocessableEntity, "n’a pas de destinataires"},
		"no act":       {url.Values{"act": {"steal"}, "codes": {s.Code}}, http.StatusUnprocessableEntity, "illisible"},
		"not waiting":  {url.Values{"act": {"approve"}, "codes": {s.Code}}, http.StatusOK, "ne s’applique à aucune"},
		"2,001":        {url.Values{"act": {"cancel"}, "codes": {many(2001)}, "go": {"do"}}, http.StatusUnprocessableEntity, "Trop de personnes à la fois"},
		"wrong filter": {url.Values{"act": {"cancel"}, "who": {"filter"}, "back": {"status=friends"}}, http.StatusUnprocessableEntity, "Trop de personnes"},
		"long search":  {url.Values{"act": {"cancel"}, "who": {"filter"}, "back": {"q=" + strings.Repeat("x", 10_000)}}, http.StatusUnprocessableEntity, "Trop de personnes"},
	} {
		f.post(path, tt.values).want(t, tt.status, tt.want)
		if got := f.again(s).Status(); got != registration.StatusConfirmed {
			t.Fatalf("%s: %s", name, got)
		}
	}
	f.done(path, url.Values{"act": {"cancel"}, "codes": {"22222222"}}).want(t, http.StatusOK, "0 inscription annulée")
	f.get(path+"?act=cancel&fait=beaucoup").want(t, http.StatusUnprocessableEntity)
	f.get(path+"?act=cancel&fait=1&codes="+s.Code+"&pourquoi=rien").want(t, http.StatusOK, "Abadie")
}
