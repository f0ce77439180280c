package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

// TestConsents: a box on the page of personal data adds the question that asks for
// a consent, and closes it.
func TestConsents(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Questions = nil })
	f.signedInAs(registration.RoleOrganiser)
	asked := func() (open []string) {
		for _, q := range f.first().Questions {
			if !q.Closed {
				open = append(open, q.ID)
			}
		}
		return open
	}
	before, all := len(asked()), len(f.first().Questions)
	save := func(changes ...string) {
		t.Helper()
		review := f.post(reglages+"/donnees", with(f.get(reglages+"/donnees").fields(), changes...)).want(t, http.StatusOK, "Relire les changements")
		f.post(reglages+"/donnees", with(review.fields(), "go", "save")).want(t, http.StatusSeeOther)
	}
	version := f.first().NoticeVersion()
	first := f.signUp(valid())
	if first.NoticeVersion != version || version == "" {
		t.Errorf("the sign-up has the notice %q, want %q", first.NoticeVersion, version)
	}
	save("consents.liste_participants", "true", "consents.photographies", "true")
	if got := asked(); len(got) != before+2 || f.first().NoticeVersion() == version {
		t.Fatalf("asked: %v", got)
	}
	f.get(form).want(t, http.StatusOK, "être photographié", "liste remise aux participants")
	values := valid()
	values.Set("email", "autre@mairie.example")
	later := f.signUp(values)
	if kept := f.signups()[0]; later.NoticeVersion != f.first().NoticeVersion() || kept.NoticeVersion != version {
		t.Errorf("the notices of the sign-ups are %q and %q", kept.NoticeVersion, later.NoticeVersion)
	}
	f.get("/organisation/rencontres/"+slug+"/inscriptions/"+later.Code).want(t, http.StatusOK, "Information sur les données lue, version")
	f.get("/en"+form).want(t, http.StatusOK, "May you be photographed")
	save("notice.dpo", "dpo@exemple.fr") // the boxes stay as they are
	if got := asked(); len(got) != before+2 {
		t.Errorf("asked after another change: %v", got)
	}
	save("consents.photographies", "")
	if got := asked(); len(got) != before+1 || len(f.first().Questions) != all+2 {
		t.Errorf("asked: %v of %d", got, len(f.first().Questions))
	}
}

// TestBrokenSettings: where the configuration of a meeting cannot be read, its
// settings say so and what to do.
func TestBrokenSettings(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signedInAs(registration.RoleOrganiser)
	f.get(reglages).want(t, http.StatusOK, "La rencontre est publiée")
	f.store.fail = func() error { return fmt.Errorf("%w: half past nine", registration.ErrBroken) }
	f.get(reglages).want(t, http.StatusOK, "ne peuvent plus être lus")
	f.get("/en"+reglages).want(t, http.StatusOK, "can no longer be read")
	f.get(reglages+"/jour").want(t, http.StatusSeeOther)
	f.post(reglages+"/jour", url.Values{"version": {"0"}}).want(t, http.StatusSeeOther)
	f.get("/rencontres/"+slug).want(t, http.StatusServiceUnavailable)
}

// TestCategories: the form offers the categories that the meeting has, and takes no
// other.
func TestCategories(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Questions = nil })
	f.get(form).want(t, http.StatusOK, `value="presse"`, `value="elu"`)
	f.signedInAs(registration.RoleOrganiser)
	values := f.get(reglages + "/formulaire").fields()
	values["categories"] = []string{"elu", "etat"}
	review := f.post(reglages+"/formulaire", values).want(t, http.StatusOK, "Relire les changements")
	f.post(reglages+"/formulaire", with(review.fields(), "go", "save")).want(t, http.StatusSeeOther)
	if page := f.get(form).want(t, http.StatusOK, `value="elu"`); strings.Contains(page.Body, `value="presse"`) {
		t.Error("the form offers a category that the meeting does not have")
	}
	press := valid()
	press.Set("category", "presse")
	f.post(form, press).want(t, http.StatusUnprocessableEntity, `id="category-error"`)
	f.signUp(valid())
	values["categories"] = []string{"nobody"}
	values.Set("version", "2")
	f.post(reglages+"/formulaire", values).want(t, http.StatusUnprocessableEntity, `id="categories-error"`)
}

// TestLegalPagesFollowTheSettings: what is set about personal data and the site is
// what its pages say, in both languages.
func TestLegalPagesFollowTheSettings(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signedInAs(registration.RoleOrganiser)
	values := with(f.get(reglages+"/donnees").fields(), "notice.controllers", "Association A\r\nAssociation B", "notice.dpo", "dpo@exemple.fr", "notice.publisher", "Éditions E",
		"notice.director", "Dominique Exemple", "notice.host", "Hébergeur H", "notice.purposes.fr", "Tenir la liste des repas", "notice.purposes.en", "Count the meals",
		"notice.recipients.fr", "La sécurité du bâtiment de Lyon", "notice.recipients.en", "Building security in Lyon", "notice.legal_basis.fr", "Mission d’intérêt public", "notice.legal_basis.en", "Public task",
		"notice.retention_days", "45")
	f.typed = []string{"Association A", "Association B", "Éditions E", "Dominique Exemple", "Hébergeur H", "Tenir la liste des repas", "La sécurité du bâtiment de Lyon", "Mission d’intérêt public", "Count the meals", "Building security in Lyon", "Public task"}
	review := f.post(reglages+"/donnees", values).want(t, http.StatusOK, "effacé plus tôt")
	f.post(reglages+"/donnees", with(review.fields(), "go", "save", "agreed", "yes")).want(t, http.StatusSeeOther)
	f.cookies = nil
	f.get("/donnees-personnelles").want(t, http.StatusOK, "Association A", "Association B", "dpo@exemple.fr", "Tenir la liste des repas", "La sécurité du bâtiment de Lyon", "Mission d’intérêt public", "45 jours après la rencontre")
	f.get("/en/donnees-personnelles").want(t, http.StatusOK, "Count the meals", "Building security in Lyon", "Public task", "45 days after the meeting")
	f.get("/mentions-legales").want(t, http.StatusOK, "Éditions E", "Dominique Exemple", "Hébergeur H")
}
