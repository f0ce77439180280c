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
