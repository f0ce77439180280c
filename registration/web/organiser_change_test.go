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

// TestReplacedByOrganiser: a colleague has the seat, a code and a link of their own.
func TestReplacedByOrganiser(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.confirmedNamed("a@x.example", "Martin")
	f.confirmedNamed("b@x.example", "Bernard")
	f.signInAs(registration.RoleOrganiser)
	path := recordOf(s) + "/remplacement"
	form := f.get(path).want(t, http.StatusOK, "la même place", "Tous les liens").filled()
	form.Set("given_name", "Paul")
	form.Set("family_name", "Durand")
	form.Set("email", "b@x.example")
	f.post(path, form).want(t, http.StatusConflict, "email-error", `value="Durand"`)
	form.Set("email", "c@x.example")
	to := f.post(path, form).want(t, http.StatusSeeOther).Header.Get("Location")
	if strings.Contains(to, s.Code) {
		t.Errorf("leads to %s, the page of who does not come any more", to)
	}
	f.get(to).want(t, http.StatusOK, "La personne est remplacée", "<bdi>Paul Durand</bdi>", "un organisateur")
	f.wantMails(registration.MailReplaced, registration.MailEnlisted)
	f.get(f.link(link.ForManage, s)).want(t, http.StatusNotFound)
	f.post(path, form).want(t, http.StatusNotFound) // the code is another now
}

// TestRevokeQuietly: the link ends and nobody is written to.
func TestRevokeQuietly(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.confirmedNamed("a@x.example", "Martin")
	f.signInAs(registration.RoleOrganiser)
	path := recordOf(s) + "/lien"
	form := f.get(path).want(t, http.StatusOK, "Révoquer sans envoyer").filled()
	form.Set("answer", "quiet")
	f.post(path, form).want(t, http.StatusSeeOther)
	f.wantMails()
	f.get(f.link(link.ForManage, s)).want(t, http.StatusNotFound)
	f.post(path, form).want(t, http.StatusConflict, "a changé entre-temps") // a second organiser
}

// TestCopyOfData: a file of all that is known, and a line that names nobody.
func TestCopyOfData(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.confirmedNamed("a@x.example", "Martin")
	f.signInAs(registration.RoleOrganiser)
	path := recordOf(s) + "/copie"
	form := f.get(path).want(t, http.StatusOK, "Télécharger la copie").filled()
	file := f.post(path, form).want(t, http.StatusOK, `"family_name": "Martin"`, `"email": "a@x.example"`)
	if kind := file.Header.Get("Content-Type"); kind != "application/json" || !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%s, %s", kind, file.Header.Get("Content-Disposition"))
	}
	f.get(recordOf(s)).want(t, http.StatusOK, "Copie des données donnée")
	events := f.events(s)
	if last := events[len(events)-1]; last.Kind != registration.EventCopied || last.Detail != "" {
		t.Errorf("the proof is %+v", last)
	}
}

// TestEnlistedParty: companions are signed up with who telephones, and what is wrong
// with one stands beside the field.
func TestEnlistedParty(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 2 })
	f.confirmedNamed("a@x.example", "Martin")
	f.signInAs(registration.RoleOrganiser)
	path := "/organisation/rencontres/" + slug + "/inscriptions/nouvelle"
	f.get(path).want(t, http.StatusOK, "Inscrire aussi des accompagnants", `name="companions[1].email"`)
	values := url.Values{
		"given_name": {"Zoé"}, "family_name": {"Durand"}, "category": {"elu"}, "language": {"fr"},
		"companions[0].given_name": {"Paul"}, "companions[0].family_name": {"Petit"}, "companions[0].email": {"a@x.example"},
	}
	f.post(path, values).want(t, http.StatusUnprocessableEntity, "companions-0-email-error", "a déjà une inscription", `value="Petit"`)
	values.Set("companions[0].email", "")
	to := f.post(path, values).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "Paul Petit", "un organisateur")
	f.wantMails()
	f.get("/organisation/rencontres/"+slug+"?source=phone").want(t, http.StatusOK, "Durand", "Petit", "2 inscriptions sur 3")
	f.get("/organisation/rencontres/"+slug+"?source=friend").want(t, http.StatusUnprocessableEntity)
	f.get("/organisation/rencontres/"+slug+"/export?format=csv&columns=family_name,source").want(t, http.StatusOK, "Durand,phone", "Martin,\r\n")
}
