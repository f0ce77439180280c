package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
	"github.com/territoires-industrie/sdk/registration/web"
)

// keysIn returns the keys of meeting files that people read on a page.
func keysIn(page string) (found []string) {
	text := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page[strings.Index(page, "<main"):], " "))
	for _, field := range meetingfile.Fields() {
		if strings.ContainsAny(field.Key, "._") && strings.Contains(text, field.Key) {
			found = append(found, field.Key)
		}
	}
	return append(found, regexp.MustCompile(`\w+\[[^\]]*\]`).FindAllString(text, -1)...)
}

// TestSettingsNameFieldsInWords: whatever is wrong with a meeting, and whatever
// a version has changed, is said in the words of the pages.
func TestSettingsNameFieldsInWords(t *testing.T) {
	t.Parallel()
	if len(keysIn(`<main>opens_at: <p>sessions[a].title.fr`)) == 0 {
		t.Fatal("no key is found where there is one")
	}
	f := open(t, web.Options{}, full, func(m *registration.Meeting) { m.Questions[0].ID = "2" })
	f.signedInAs(registration.RoleOrganiser)
	f.typed = []string{"Une journée.", "Et un soir.", "Repas", "Servi à midi", "Train", "Mission publique", "La sécurité", "organisation@exemple.fr", "Oui", "Marie <m@exemple.fr>", "Atelier"}
	inWords := func(path string, a answer, want ...string) {
		t.Helper()
		a.want(t, a.StatusCode, want...)
		if found := keysIn(a.Body); len(found) > 0 {
			t.Errorf("%s shows %q", path, found)
		}
	}
	save := func(part string, values url.Values) {
		t.Helper()
		review := f.post(reglages+"/"+part, values).want(t, http.StatusOK, "Relire les changements")
		inWords("review of "+part, review)
		f.post(reglages+"/"+part, with(review.fields(), "go", "save", "agreed", "yes")).want(t, http.StatusSeeOther)
	}
	was := f.first()
	more := with(f.get(reglages+"/sessions").fields(), "sessions[9].title.fr", "Atelier", "sessions[9].seats", "5", "sessions[9].room", "Salle 9")
	save("sessions", more)
	gone := f.get(reglages + "/sessions").fields()
	last := "sessions[" + string(rune('0'+len(was.Sessions))) + "]"
	if gone.Get(last+".title.fr") != "Atelier" {
		t.Fatalf("the last session is %q", gone.Get(last+".title.fr"))
	}
	save("sessions", with(gone, last+".remove", "yes"))
	for _, lang := range []string{"", "/en"} {
		inWords("versions", f.get(lang+reglages))
		for _, n := range []string{"1", "2", "3"} {
			inWords("version "+n, f.get(lang+reglages+"/versions/"+n))
		}
	}
	f.get(reglages).want(t, http.StatusOK, "un élément retiré depuis")
	f.get(reglages+"/versions/2").want(t, http.StatusOK, "Intitulé (en français) – Atelier")

	// A session outside the hours, which a file may say and a form may not.
	early := f.first()
	early.Starts, early.Programme[1].Starts, early.Programme[1].Session = "12:00", "10:30", early.Sessions[0].ID
	if _, err := f.desk.Apply(t.Context(), early, registration.ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	inWords("a wrong model", f.post("/organisation/creation", url.Values{"like": {slug}, "slug": {"2020-06-10-lyon"}, "day": {"2020-06-10"}}).
		want(t, http.StatusUnprocessableEntity, "Ce modèle est à corriger d’abord", `id="like-error"`))
	save("jour", with(f.get(reglages+"/jour").fields(), "starts", "09:00"))
	save("programme", with(f.get(reglages+"/programme").fields(), "programme[3].title.fr", "Clôture"))
	inWords("sessions that another hour leaves out", f.post(reglages+"/jour", with(f.get(reglages+"/jour").fields(), "starts", "12:00")).
		want(t, http.StatusOK, "À revoir", "hors des heures"))
	inWords("a wrong version", f.post(reglages+"/versions/4", f.get(reglages+"/versions/4").fields()).want(t, http.StatusUnprocessableEntity, "hors des heures"))

	// What an older version of the program took.
	f.store.wrong = func(m *registration.Meeting) {
		m.Contact, m.FreezesAt, m.Sessions[0].Title.FR, m.Hold = "Marie <m@exemple.fr>", time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC), "", -time.Hour
		m.Questions[0].Options, m.Notice.RetentionDays, m.ClosesAt, m.Venue.Lines = nil, 99999, m.OpensAt, []string{"a\u2028b"}
	}
	inWords("settings to put right", f.get(reglages).want(t, http.StatusOK, "À revoir", "«\u00a0Ouverture des inscriptions\u00a0»"))
}

// TestReviewNamesSessions: a line of the programme names its session by its title, and
// nobody is said to be registered where nobody is.
func TestReviewNamesSessions(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, full)
	f.signedInAs(registration.RoleOrganiser)
	s := f.first().Sessions[0]
	review := f.post(reglages+"/programme", with(f.get(reglages+"/programme").fields(), "programme[0].session", string(s.ID))).
		want(t, http.StatusOK, "Session que l’on choisit", "Personne n’est inscrit pour le moment.")
	for _, not := range []string{">" + string(s.ID) + "<", "0 personne"} {
		if strings.Contains(review.Body, not) {
			t.Errorf("the review has %q", not)
		}
	}
}

// TestSettingsInShort: the first page says what is set where, a version names a
// thing that came with it once, and no identifier of ours is read.
func TestSettingsInShort(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, full, func(m *registration.Meeting) { m.Questions = nil })
	f.typed = []string{"Une journée.", "Et un soir.", "Repas de midi", "Servi à midi", "Oui"}
	f.signedInAs(registration.RoleOrganiser)
	f.get(reglages).want(t, http.StatusOK, "mercredi 12 juin 2019, de 9\u00a0h\u00a030 à 16\u00a0h\u00a030", "données gardées 90 jours", "aucune question ajoutée, liste d’attente", "300 places",
		"du jeudi 16 mai 2019 au mardi 11 juin 2019 inclus")
	values := with(f.get(reglages+"/formulaire").fields(), "questions[0].label.fr", "Repas de midi", "questions[0].kind", "choice",
		"questions[0].options[0].label.fr", "Oui", "questions[0].options[1].label.fr", "Non")
	review := f.post(reglages+"/formulaire", values).want(t, http.StatusOK, "Repas de midi", "Réponse (en français) – Repas de midi – Oui")
	for _, id := range []string{">repas_de_midi<", ">oui<"} {
		if strings.Contains(review.Body, id) {
			t.Errorf("the review shows %s", id)
		}
	}
	f.post(reglages+"/formulaire", with(review.fields(), "go", "save")).want(t, http.StatusSeeOther)
	page := f.get(reglages).want(t, http.StatusOK, "Vos questions – Repas de midi", "1 question ajoutée")
	if strings.Contains(page.Body, "Identifiant –") || strings.Contains(page.Body, "Réponse (en français) –") {
		t.Error("a version names each part of what came with it")
	}
	f.get(reglages+"/formulaire").want(t, http.StatusOK, "Les fichiers donnent la réponse sous ce nom.")
	if form := f.get(reglages + "/formulaire").Body; !strings.Contains(form, `name="questions[0].options[2].label.fr"`) {
		t.Error("a question with answers has no row for another one")
	}
	// A question of one line has no answers to choose, unless it is to have some.
	values = with(f.get(reglages+"/formulaire").fields(), "questions[1].label.fr", "Train")
	review = f.post(reglages+"/formulaire", values).want(t, http.StatusOK)
	f.post(reglages+"/formulaire", with(review.fields(), "go", "save")).want(t, http.StatusSeeOther)
	form := f.get(reglages + "/formulaire")
	if strings.Contains(form.Body, `name="questions[1].options[0].label.fr"`) {
		t.Error("a question of one line has rows for answers to choose")
	}
	f.post(reglages+"/formulaire", with(form.fields(), "questions[1].kind", "choice")).want(t, http.StatusUnprocessableEntity, `name="questions[1].options[0].label.fr"`, `id="questions-1-options-error"`)
	// What goes is said in a sentence, once, with what it means for answers.
	review = f.post(reglages+"/formulaire", with(form.fields(), "questions[0].options[1].remove", "true", "questions[1].remove", "true")).want(t, http.StatusOK,
		"Réponses à choisir – Repas de midi – Non</dt><dd>Cette réponse n’est plus proposée.</dd><dd class=\"small\">Personne ne l’a choisie\u00a0: aucune réponse n’est perdue.",
		"Vos questions – Train</dt><dd>Cette question est retirée du formulaire.</dd><dd class=\"small\">Personne n’y a répondu\u00a0: aucune réponse n’est perdue.")
	if strings.Contains(review.Body, "<del>") {
		t.Error("the parts of what goes are struck through besides")
	}
	f.post(reglages+"/formulaire", with(review.fields(), "go", "save")).want(t, http.StatusSeeOther)
	f.get(reglages+"/versions/1").want(t, http.StatusOK, "Cette question est retirée du formulaire.") // by bringing it back
}
