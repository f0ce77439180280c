package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web"
)

// TestNewsIsNoFilter: after columns were kept, the list and a message to it are for
// everybody still, and no link repeats the news.
func TestNewsIsNoFilter(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.confirmedNamed("a@x.example", "Abadie")
	f.signInAs(registration.RoleOrganiser)
	path := "/organisation/rencontres/" + slug
	to, _, _ := strings.Cut(f.post(path+"/colonnes", url.Values{"columns": {"code"}}).Header.Get("Location"), "#")
	page := f.get(to).want(t, http.StatusOK, "Vos colonnes sont gardées", `name="back" value=""`)
	if strings.Contains(page.Body, "1 inscription sur 1") || strings.Contains(page.Body, "fait=colonnes&amp;") {
		t.Error("the news is a filter")
	}
	to = f.post(path+"/plusieurs", url.Values{"act": {"write"}, "who": {"filter"}, "back": {"fait=colonnes"}}).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, `<select id="to"`)
}

// TestFilterIsSaid: the words for a filter are those of the people whom it selects.
func TestFilterIsSaid(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.confirmedNamed("a@x.example", "Abadie")
	f.signInAs(registration.RoleOrganiser)
	path := "/organisation/rencontres/" + slug
	f.get(path+"/courrier/message?status=confirmed&status=waitlisted").want(t, http.StatusOK, "Statut\u00a0: confirmée, ")
	page := f.get(path+"?session=innovation&waiting=1").want(t, http.StatusOK, "Attend une place dans\u00a0: Table ronde")
	if strings.Contains(page.Body, "A une place dans\u00a0: Table ronde") {
		t.Error("people who wait are said to have a seat")
	}
}

// TestMessageLeftOpen: what was typed into a message to chosen people is there after a
// new sign-in, with these people.
func TestMessageLeftOpen(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.typed = []string{"Salle B", "Venez."}
	s := f.confirmedNamed("a@x.example", "Abadie")
	f.signedInAs(registration.RoleOrganiser)
	list := "/organisation/rencontres/" + slug
	page := f.postFrom(list, list+"/plusieurs", url.Values{"act": {"write"}, "who": {"chosen"}, "codes": {s.Code}}).want(t, http.StatusOK)
	f.clock.Pass(team.IdleFor)
	to := f.postFrom(list+"/plusieurs", list+"/courrier/message", with(page.fields(), "subject", "Salle B", "body", "Venez.")).want(t, http.StatusSeeOther).Header.Get("Location")
	next, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	f.signedInAs(registration.RoleOrganiser)
	f.get(next.Query().Get("suite")).want(t, http.StatusOK, "session est rouverte", `value="Salle B"`, `name="codes" value="`+s.Code+`"`)
}

// TestPromoteParty: a party that is larger than what is free gets its seats by the
// button of the page.
func TestPromoteParty(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats, m.Queue, m.Companions = 2, true, 2 })
	f.confirmedNamed("a@x.example", "Abadie")
	s, err := f.desk.Enlist(t.Context(), slug, registration.Request{
		GivenName: "Zoe", FamilyName: "Zola", Email: "b@x.example", Category: registration.Elected,
		Companions: []registration.Companion{{GivenName: "Paul", FamilyName: "Zola"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.signInAs(registration.RoleOrganiser)
	path := recordOf(s) + "/promotion"
	f.get(path).want(t, http.StatusOK, "Zoe Zola et Paul Zola ont une place.", "trop peu de places", `value="beyond"`)
	f.post(path, url.Values{"answer": {"beyond"}}).want(t, http.StatusSeeOther)
}

// TestWhoHasTheAddress: the page leads to the sign-up that has the address, neither to
// one with a longer address nor to one that was cancelled.
func TestWhoHasTheAddress(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.confirmedNamed("jean@x.example.org", "Abadie")
	gone := f.confirmedNamed("jean@x.example", "Bernard")
	if err := f.desk.CancelFor(t.Context(), slug, gone.ID, false); err != nil {
		t.Fatal(err)
	}
	known := f.confirmedNamed("jean@x.example", "Zola")
	f.signInAs(registration.RoleOrganiser)
	f.post("/organisation/rencontres/"+slug+"/inscriptions/nouvelle", with(valid(), "email", "Jean@x.example")).
		want(t, http.StatusConflict, `href="`+recordOf(known)+`"`)
}

// TestOfferIsAMail: the page before a cancellation of many does not say that no mail
// leaves where a seat is offered by mail.
func TestOfferIsAMail(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats, m.Queue = 1, true })
	s, err := f.desk.Enlist(t.Context(), slug, registration.Request{GivenName: "Zoe", FamilyName: "Zola", Category: registration.Elected})
	if err != nil {
		t.Fatal(err)
	}
	f.confirmedNamed("b@x.example", "Bernard")
	f.signInAs(registration.RoleOrganiser)
	page := f.post("/organisation/rencontres/"+slug+"/plusieurs", url.Values{"act": {"cancel"}, "codes": {s.Code}}).want(t, http.StatusOK, "1 place rendue est proposée")
	if strings.Contains(page.Body, "Aucun message ne part") {
		t.Error("no mail is said to leave, and one to leave")
	}
}
