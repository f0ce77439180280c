package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

// transferLink is the path of the link that the new address was sent.
func (f *fixture) transferLink(path string, i int) string {
	s := f.signups()[i]
	return path + f.keys.Token(link.ForTransfer, s.ID, s.Transfer.Number)
}

// TestNewAddress: asked for on one's page, confirmed by the link that the new
// address was sent; the old link leads to the page that sends a new one.
func TestNewAddress(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.signUp(valid())
	mine := f.link(link.ForManage, s)
	f.get(mine+"/adresse").want(t, http.StatusSeeOther) // its own address comes first
	f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
	f.get(mine).want(t, http.StatusOK, "Changer d’adresse électronique", "Me faire remplacer")
	page := f.get(mine+"/adresse").want(t, http.StatusOK, "Adresse actuelle", "as@mairie.example", "Envoyer le lien à cette adresse")
	same := page.filled()
	same.Set("email", "AS@mairie.example")
	if got := f.post(mine+"/adresse", same).want(t, http.StatusUnprocessableEntity).errorOf(t, "email"); !strings.Contains(got, "déjà celle de votre inscription") {
		t.Errorf("beside the address: %q", got)
	}
	values := page.filled()
	values.Set("email", "maire@mairie-évry.example")
	to := f.post(mine+"/adresse", values).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "Un message vient d’être envoyé à la nouvelle adresse", `Un message a été envoyé à <span class="mailbox">maire@mairie-évry.example`, "Voir ou retirer cette demande")
	f.get(mine+"/donnees").want(t, http.StatusOK, "Nouvelle adresse à confirmer", "maire@mairie-évry.example")
	f.get(mine+"/donnees.json").want(t, http.StatusOK, `"transfer": {`, `"email": "maire@mairie-évry.example"`)

	confirm := f.transferLink("/nouvelle-adresse/", 0)
	f.get(confirm).want(t, http.StatusOK, "Confirmer ma nouvelle adresse", "maire@mairie-évry.example")
	f.get("/en"+confirm).want(t, http.StatusOK, "Confirm my new address")
	if got := f.signups()[0].Email; got != "as@mairie.example" {
		t.Fatalf("a GET changed the address to %q", got)
	}
	f.get(confirm+".").want(t, http.StatusOK)
	for range 2 {
		to = f.post(confirm, nil).want(t, http.StatusSeeOther).Header.Get("Location")
		f.get(to).want(t, http.StatusOK, "C’est confirmé", "arriveront désormais à cette adresse", f.link(link.ForManage, f.signups()[0]))
		f.get("/en"+to).want(t, http.StatusOK, "will now go to this address")
	}
	f.get(f.link(link.ForManage, f.signups()[0])).want(t, http.StatusOK, "Place confirmée")
	gone := f.get(mine).want(t, http.StatusNotFound, "Ce lien ne fonctionne pas", "Recevoir mon lien")
	if strings.Contains(gone.Body, "mairie.example") {
		t.Error("the page of the old link tells whose it was")
	}
}

// TestReplacement: somebody names a colleague, takes it back, names another, who
// confirms.
func TestReplacement(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.FreezesAt = m.ClosesAt })
	_, mine := f.confirmed("a@mairie.example")
	page := f.get(mine+"/remplacement").want(t, http.StatusOK, "Me faire remplacer", "Proposer ma place")
	f.post(mine+"/remplacement", page.filled()).want(t, http.StatusUnprocessableEntity, "3 réponses sont à corriger")
	values := page.filled()
	values.Set("given_name", "Zoé")
	values.Set("family_name", "Kéré")
	values.Set("email", "zoe@gmial.com")
	page = f.post(mine+"/remplacement", values).want(t, http.StatusUnprocessableEntity, "L’adresse est-elle zoe@gmail.com", `value="Kéré"`)
	values = page.filled()
	values.Set("meant.email", "zoe@gmail.com")
	to := f.post(mine+"/remplacement", values).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "La place reste à votre nom", `Zoé Kéré <span class="mailbox">(zoe@gmail.com)`)
	first := f.transferLink("/remplacement/", 0)
	f.get(first).want(t, http.StatusOK, "Venir à sa place", "Zoé Kéré, Anne-Sophie L’Hôpital vous propose", "Confirmer ma venue", "/donnees-personnelles")
	f.post(mine+"/remplacement", url.Values{"withdraw": {"yes"}}).want(t, http.StatusSeeOther)
	f.get(first).want(t, http.StatusNotFound, "Recevoir mon lien")

	values = f.get(mine + "/remplacement").filled()
	values.Set("given_name", "Paul")
	values.Set("family_name", "Kéré")
	values.Set("email", "Paul Kéré <paul@mairie.example>")
	f.post(mine+"/remplacement", values).want(t, http.StatusSeeOther)
	second := f.transferLink("/remplacement/", 0)
	f.post(second, nil).want(t, http.StatusSeeOther)
	got := f.signups()[0]
	if got.Email != "paul@mairie.example" || got.GivenName != "Paul" || got.Status() != registration.StatusConfirmed {
		t.Errorf("now it is of %+v, %s", got.Person, got.Status())
	}
	f.get(mine).want(t, http.StatusNotFound)

	mine = f.link(link.ForManage, got)
	values = f.get(mine + "/remplacement").filled()
	values.Set("given_name", "Ada")
	values.Set("family_name", "Byron")
	values.Set("email", "ada@mairie.example")
	f.post(mine+"/remplacement", values).want(t, http.StatusSeeOther)
	third := f.transferLink("/remplacement/", 0)
	f.clock.Set(registration.ShippedExample().ClosesAt)
	f.post(third, nil).want(t, http.StatusConflict, "Ce changement n’est plus possible", "/rencontres/"+slug)
	f.get(mine+"/remplacement").want(t, http.StatusSeeOther)
}

// TestLostLinkOfNoMeeting: the page that a bad link leads to knows no meeting, and
// writes to whoever is signed up anywhere.
func TestLostLinkOfNoMeeting(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.confirmed("a@mairie.example")
	bad := f.get("/mon-inscription/x").want(t, http.StatusNotFound, `class="button" href="/lien-perdu"`, "Recevoir mon lien")
	if n := strings.Count(bad.Body, `class="button`); n != 1 {
		t.Errorf("the page has %d buttons, want one", n)
	}
	f.get("/en/confirmation/x").want(t, http.StatusNotFound, `href="/en/lien-perdu"`, "Send me my link")
	f.get("/lien-perdu").want(t, http.StatusOK, `action="/lien-perdu"`)
	f.post("/lien-perdu", url.Values{"email": {"x"}}).want(t, http.StatusUnprocessableEntity)
	mails := func() int {
		n := 0
		for _, e := range f.events(f.signups()[0]) {
			if e.Kind == registration.EventSignedUpAgain {
				n++
			}
		}
		return n
	}
	before := mails()
	for _, email := range []string{"nobody@mairie.example", " A@mairie.example, "} {
		to := f.post("/lien-perdu", url.Values{"email": {email}}).want(t, http.StatusSeeOther).Header.Get("Location")
		f.get(to).want(t, http.StatusOK, "Consultez votre messagerie")
	}
	if got := mails(); got != 0 {
		t.Errorf("%d mails before anybody looked who has the address", got)
	}
	if err := f.desk.AnswerLinks(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := mails(); before != 0 || got != 1 {
		t.Errorf("%d mails before and %d after, want 0 and 1", before, got)
	}
}

func (f *fixture) events(s registration.Signup) []registration.Event {
	f.t.Helper()
	all, err := f.desk.History(f.t.Context(), s)
	if err != nil {
		f.t.Fatal(err)
	}
	return all
}

// TestAddressThatLooksLikeASlip is asked about, and taken as the person answers.
func TestAddressThatLooksLikeASlip(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 2 })
	values := valid()
	values.Set("email", "jeanne@gmial.com")
	row(values, 1, "Paul", "Kéré", "paul@hotmial.fr")
	page := f.post(form, values).want(t, http.StatusUnprocessableEntity, "2 réponses sont à corriger", "Oui, jeanne@gmail.com", "Non, garder jeanne@gmial.com", "Oui, paul@hotmail.fr")
	if got := page.errorOf(t, "email"); !strings.Contains(got, "L’adresse est-elle jeanne@gmail.com") {
		t.Errorf("beside the address: %q", got)
	}
	if n := len(f.signups()); n != 0 {
		t.Fatalf("%d sign-ups before the answer", n)
	}
	again := page.filled()
	again.Set("meant.email", "jeanne@gmial.com") // as it is
	page = f.post(form, again).want(t, http.StatusUnprocessableEntity, "Une réponse est à corriger")
	again = page.filled()
	again.Set("meant.email", "jeanne@gmial.com")
	again.Set("meant.companions[0].email", "paul@hotmail.fr")
	f.post(form, again).want(t, http.StatusSeeOther)
	all := f.signups()
	if len(all) != 2 || all[0].Email != "jeanne@gmial.com" || all[1].Email != "paul@hotmail.fr" {
		t.Errorf("%d sign-ups, %+v", len(all), all)
	}
	f.clock.Set(registration.ShippedExample().ClosesAt)
	f.post(form, values).want(t, http.StatusConflict, "closes")
}

// TestAddressWithAComma is asked about too; as it was typed, nothing can be sent to it.
func TestAddressWithAComma(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	values := valid()
	values.Set("email", "jeanne @mairie,example")
	page := f.post(form, values).want(t, http.StatusUnprocessableEntity, "Oui, jeanne@mairie.example", `value="jeanne @mairie,example"`)
	if strings.Contains(page.Body, "Non, garder") {
		t.Error("the page offers to keep an address that cannot be written to")
	}
	again := page.filled()
	again.Set("meant.email", "jeanne @mairie,example")
	f.post(form, again).want(t, http.StatusUnprocessableEntity, "adresse électronique complète")
	again.Set("meant.email", "jeanne@mairie.example")
	f.post(form, again).want(t, http.StatusSeeOther)
	if got := f.signups()[0].Email; got != "jeanne@mairie.example" {
		t.Errorf("stored %q", got)
	}
}

// TestAddressAsTyped: the page that tells where the mail went shows what was
// typed, without what was pasted around it.
func TestAddressAsTyped(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	if page := f.get(form); strings.Contains(page.Body, `type="email"`) {
		t.Error("browsers send A-labels from a field for addresses")
	}
	for typed, want := range map[string]string{
		"maire@mairie-évry.example":         "maire@mairie-évry.example",
		"\u202amailto:zoe@x.example.\u202c": "zoe@x.example",
		"Zoé K <Zoe.K@x.example>":           "Zoe.K@x.example",
	} {
		values := valid()
		values.Set("email", typed)
		to := f.post(form, values).want(t, http.StatusSeeOther).Header.Get("Location")
		f.get(to).want(t, http.StatusOK, ">"+want+"<")
		all := f.signups()
		if got := all[len(all)-1].Email; got != want {
			t.Errorf("kept %q, want %q", got, want)
		}
	}
}

// TestAnswersNoLongerAsked are the person's: on the page, in the file, for
// organisers, and gone with the rest.
func TestAnswersNoLongerAsked(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) {
		m.Questions = []registration.Question{{ID: "regime", Kind: registration.TextQuestion, Label: registration.Localized{FR: "Régime"}}}
	})
	values := valid()
	values.Set("answers.regime", "sans gluten")
	s := f.signUp(values)
	f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
	mine := f.link(link.ForManage, s)
	v, err := f.desk.Meeting(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	v.Meeting.Questions = nil
	if err := f.store.PutMeeting(t.Context(), v.Meeting); err != nil {
		t.Fatal(err)
	}
	f.post(mine+"/modification", f.get(mine+"/modification").filled()).want(t, http.StatusSeeOther)
	f.signIn()
	file := "/organisation/rencontres/" + slug + "/export?format=csv"
	f.get(mine+"/donnees").want(t, http.StatusOK, "Question qui n’est plus posée", "regime", "sans gluten", "12 juin 2019")
	f.get(mine+"/donnees.json").want(t, http.StatusOK, `"question": "regime"`, "sans gluten", `"kept_until": "2019-06-12"`)
	f.get(recordOf(s)).want(t, http.StatusOK, "sans gluten")
	f.get(file).want(t, http.StatusOK, ",regime\r\n", "sans gluten")
	f.post(mine+"/effacement", nil).want(t, http.StatusSeeOther)
	if body := f.get(file).want(t, http.StatusOK).Body; strings.Contains(body, "gluten") || strings.Contains(body, "regime") {
		t.Errorf("after erasing, the file has\n%s", body)
	}
}
