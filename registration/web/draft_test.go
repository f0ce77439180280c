package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

// TestDraft: a meeting is made like another one, tried by its organisers alone,
// published, taken back, and deleted while nobody has signed up.
func TestDraft(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, full)
	f.signUp(valid())
	f.posted()
	const lyon = "2020-06-10-lyon"
	f.typed = []string{"Une journée.", "Et un soir.", "Métro.", "Bus.", "Repas", "Servi à midi", "salle", "Oui"}
	f.signedInAs(registration.RoleOrganiser)
	f.get("/organisation/creation").want(t, http.StatusOK, `<label for="title-fr">Titre en français <span class="optional">(facultatif avec un modèle)</span></label>`)
	f.get("/en/organisation/creation").want(t, http.StatusOK, "(optional if based on another)")
	f.post("/organisation/creation", url.Values{"like": {slug}, "slug": {slug}, "day": {"2020-06-10"}}).want(t, http.StatusUnprocessableEntity, "déjà cette adresse", `id="slug-error"`)
	f.post("/organisation/creation", url.Values{"like": {slug}, "slug": {"A b"}, "day": {"2018-06-10"}}).want(t, http.StatusUnprocessableEntity, `id="slug-error"`)
	f.post("/organisation/creation", url.Values{"like": {slug}, "slug": {lyon}, "day": {"2018-06-10"}}).want(t, http.StatusUnprocessableEntity, "Ce jour est passé")
	f.post("/organisation/creation", url.Values{"like": {"nothing"}, "slug": {lyon}, "day": {"2020-06-10"}}).want(t, http.StatusUnprocessableEntity)
	to := f.post("/organisation/creation", url.Values{"like": {slug}, "slug": {lyon}, "day": {"2020-06-10"}}).want(t, http.StatusSeeOther)
	f.get(to.Header.Get("Location")).want(t, http.StatusOK, "Elle n’est pas publiée", "Publier la rencontre", "Supprimer la rencontre")
	f.get("/organisation/").want(t, http.StatusOK, lyon, "Rencontres non publiées")
	f.get("/organisation/rencontres/"+lyon).want(t, http.StatusOK)
	f.get("/rencontres/"+lyon).want(t, http.StatusOK, "Cette rencontre n’est pas publiée", "/reglages")
	if h := f.get("/rencontres/" + lyon).Header.Get("Cache-Control"); h != "no-store" {
		t.Errorf("a draft is kept: %q", h)
	}
	f.get("/rencontres/"+lyon+"/inscription").want(t, http.StatusOK, "Cette rencontre n’est pas publiée", "Repas")
	missing := valid()
	missing.Del("email")
	f.post("/rencontres/"+lyon+"/inscription", missing).want(t, http.StatusUnprocessableEntity, `id="email-error"`)
	values := valid()
	values.Set("answers.repas", "oui")
	f.post("/rencontres/"+lyon+"/inscription", values).want(t, http.StatusOK, "L’essai a réussi")
	if kinds := f.posted(); len(kinds) > 0 {
		t.Errorf("a try has sent %v", kinds)
	}
	for s, err := range f.desk.Signups(t.Context(), registration.Query{Meeting: lyon}) {
		t.Errorf("a try is kept: %s, %v", s.Code, err)
	}
	organiser := slices.Clone(f.cookies)
	f.cookies = nil
	f.get("/rencontres/"+lyon).want(t, http.StatusNotFound)
	f.get("/rencontres/"+lyon+"/inscription").want(t, http.StatusNotFound)
	f.post("/rencontres/"+lyon+"/inscription", values).want(t, http.StatusNotFound)
	f.as(registration.RoleOrganiser, slug) // of the other meeting
	f.get("/rencontres/"+lyon).want(t, http.StatusNotFound)
	for role, leads := range map[registration.Role]string{
		registration.RoleReader: "/organisation/rencontres/" + lyon, registration.RoleDesk: "/rencontres/" + lyon, registration.RoleOrganiser: "/organisation/rencontres/" + lyon + "/reglages",
	} { // who was invited to it finds it, and what they may see of it
		f.as(role, lyon)
		f.get("/organisation/").want(t, http.StatusOK, "Rencontres non publiées", `href="`+leads+`"`)
		f.get(leads).want(t, http.StatusOK)
	}
	f.cookies = organiser

	path := "/organisation/rencontres/" + lyon + "/reglages"
	publish := func() {
		review := f.post(path+"/publication", f.get(path).fields()).want(t, http.StatusOK, "Publiée")
		f.post(path+"/publication", with(review.fields(), "go", "save")).want(t, http.StatusSeeOther)
	}
	publish()
	f.cookies = nil
	if page := f.get("/rencontres/"+lyon).want(t, http.StatusOK); strings.Contains(page.Body, "pas publiée") {
		t.Error("the page of a published meeting has the banner of a draft")
	}
	f.cookies = organiser
	publish() // back
	f.cookies = nil
	f.get("/rencontres/"+lyon).want(t, http.StatusNotFound)
	f.cookies = organiser
	f.post("/organisation/rencontres/"+slug+"/reglages/suppression", nil).want(t, http.StatusConflict, "la rencontre reste")
	f.get(path+"/suppression").want(t, http.StatusOK)
	f.post(path+"/suppression", nil).want(t, http.StatusSeeOther)
	f.get(path).want(t, http.StatusNotFound)
	f.get("/organisation/rencontres/"+slug+"/reglages").want(t, http.StatusOK)

	// From scratch nothing is a model's mistake: what follows from the day is said of the day.
	if r := f.post("/organisation/creation", url.Values{"slug": {lyon}, "title.fr": {""}}).want(t, http.StatusUnprocessableEntity,
		">Jour\u00a0: remplissez ce champ.</a>", ">Titre en français\u00a0: remplissez ce champ.</a>", ">Remplissez ce champ.</p>"); strings.Contains(r.Body, "like-error") {
		t.Errorf("blames a model:\n%s", r.Body)
	}
	if r := f.post("/organisation/creation", url.Values{"slug": {lyon}, "title.fr": {"Une autre"}, "day": {"2018-06-10"}}).want(t, http.StatusUnprocessableEntity,
		">Jour\u00a0: ce jour est passé", `id="day-error"`, "mercredi "); strings.Contains(r.Body, "like-error") {
		t.Errorf("blames a model:\n%s", r.Body)
	}
	to = f.post("/organisation/creation", url.Values{"slug": {"2021-01-01"}, "title.fr": {"Une autre"}, "day": {"2021-01-01"}}).want(t, http.StatusSeeOther)
	// What it has to have yet is said where it is published, and its page has no empty line.
	draft := f.get(to.Header.Get("Location")).want(t, http.StatusOK, "Une autre", "Avant de publier", "Nommer les organisateurs", "Dire où a lieu la rencontre", "sans elles, la rencontre s’affiche complète", "Décider combien de temps", "Compléter les mentions légales")
	f.post("/organisation/rencontres/2021-01-01/reglages/publication", draft.fields()).want(t, http.StatusOK, "Avant de publier", "sans elles, la rencontre s’affiche complète")
	f.get("/en/organisation/rencontres/2021-01-01/reglages").want(t, http.StatusOK, "Before you publish", "Say where the meeting takes place")
	f.get("/organisation/rencontres/2021-01-01/apercu").want(t, http.StatusOK, "les inscrits ne peuvent plus qu’annuler")
	for _, page := range []string{"", "/apercu", "/statistiques"} {
		f.get("/organisation/rencontres/2021-01-01"+page).want(t, http.StatusOK, "La rencontre n’est pas publiée. Ses réglages disent")
	}
	f.get("/organisation/rencontres/2021-01-01/documents").want(t, http.StatusOK, "Personne n’est encore attendu.")
	page := f.get("/rencontres/2021-01-01").want(t, http.StatusOK, "à préciser par les organisateurs</dd>", "<p>à préciser par les organisateurs</p>")
	if strings.Contains(page.Body, "Organisée par") || strings.Contains(page.Body, "<address") || !strings.Contains(draft.Body, "/reglages/sessions") {
		t.Error("the page names organisers or an address that nobody gave")
	}
	if r := f.get("/organisation/rencontres/"+slug+"/reglages").want(t, http.StatusOK); strings.Contains(r.Body, "Avant de publier") {
		t.Error("a meeting that is published is told what comes before")
	}
}

// TestCancelWithReason: the reason reaches the page and, by the mail, the people.
func TestCancelWithReason(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, full)
	f.confirmedAs("Anne", "anne@mairie.example")
	f.posted()
	f.typed = []string{"Une journée.", "Et un soir.", "La salle est fermée.", "Métro.", "Bus."}
	f.signedInAs(registration.RoleOrganiser)
	values := with(f.get(reglages+"/annulation").want(t, http.StatusOK).fields(), "cancel_reason.fr", "La salle est fermée.")
	review := f.post(reglages+"/annulation", values).want(t, http.StatusOK, "la rencontre est annulée, et les personnes inscrites en sont averties (1)", "1 personne sera prévenue")
	if strings.Contains(review.Body, `name="tell"`) {
		t.Error("a cancellation can be made without telling anybody")
	}
	f.post(reglages+"/annulation", with(review.fields(), "go", "save", "agreed", "yes")).want(t, http.StatusSeeOther)
	if err := f.desk.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kinds := f.posted(); len(kinds) != 1 || kinds[0] != registration.MailMeetingCancelled {
		t.Errorf("mails %v", kinds)
	}
	f.get("/rencontres/"+slug).want(t, http.StatusOK, "La salle est fermée.")
}

// TestPublishAtOnce: of many who publish a draft in the same moment one does, and
// the others see that it is done; there is one version more.
func TestPublishAtOnce(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Published = false })
	f.signedInAs(registration.RoleOrganiser)
	button := f.get(reglages).want(t, http.StatusOK, "pas publiée").fields()
	review := with(f.post(reglages+"/publication", button).want(t, http.StatusOK, "Publiée").fields(), "go", "save")
	answers := make(chan int)
	for range 8 {
		r := httptest.NewRequestWithContext(t.Context(), "POST", reglages+"/publication", strings.NewReader(review.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		for _, c := range f.cookies {
			r.AddCookie(c)
		}
		go func() {
			w := httptest.NewRecorder()
			f.handler.ServeHTTP(w, r)
			answers <- w.Code
		}()
	}
	got := map[int]int{}
	for range 8 {
		got[<-answers]++
	}
	if got[http.StatusSeeOther] != 1 || got[http.StatusConflict] != 7 {
		t.Errorf("answers %v, want one 303 and seven 409", got)
	}
	all, err := f.desk.Versions(t.Context(), slug)
	if err != nil || len(all) != 2 || !f.first().Published {
		t.Errorf("%d versions, %v, published %v", len(all), err, f.first().Published)
	}
}
