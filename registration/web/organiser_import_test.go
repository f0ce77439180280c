package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

// send posts a file as a browser does; one without a name if name is "".
func (f *fixture) send(path, name, file string) answer {
	f.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	w, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = w.Write([]byte(file))
	}
	if err != nil || form.Close() != nil {
		f.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(f.t.Context(), "POST", path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return f.do(r)
}

// TestImportList: the file that French Excel saves is read, its columns are
// corrected, people are signed up once and nobody is told, and it is taken back.
func TestImportList(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.as(registration.RoleOrganiser)
	page := "/organisation/rencontres/" + slug + "/import"
	f.get(page).want(t, http.StatusOK, "Importer une liste", `type="file"`)
	file, err := charmap.Windows1252.NewEncoder().String("Nom;Prénom;Adresse mail;Boîte\r\nTesté;Zoë;zoe@exemple.fr;Forge\r\nTesté;Zoë;zoe@exemple.fr;\r\nRoux;Ana;;Tôlerie\r\n")
	if err != nil {
		t.Fatal(err)
	}
	list := f.send(page, "liste.csv", file).want(t, http.StatusSeeOther).Header.Get("Location")
	id := list[strings.LastIndex(list, "=")+1:]
	f.get(list).want(t, http.StatusOK, "2 personnes à inscrire", "Windows-1252, points-virgules", "Zoë Testé figure plus haut", "Autre")

	f.post(page+"/liste", url.Values{"id": {id}, "column.0": {"family_name"}, "column.2": {"email"}}).want(t, http.StatusSeeOther)
	f.get(list).want(t, http.StatusOK, "Où sont le nom et le prénom")
	f.post(page+"/liste", url.Values{"id": {id}, "column.0": {"family_name"}, "column.1": {"given_name"}, "column.2": {"email"}, "column.3": {"organisation"}, "category": {"presse"}}).want(t, http.StatusSeeOther)
	f.get("/en"+list).want(t, http.StatusOK, "2 people to sign up", "Forge", "Press")

	f.post(page+"/liste", url.Values{"id": {id}, "go": {"do"}}).want(t, http.StatusSeeOther)
	f.get(page+"?fait=import").want(t, http.StatusOK, "sont inscrites", "2 personnes")
	f.post(page+"/liste", url.Values{"id": {id}, "go": {"do"}}).want(t, http.StatusSeeOther)
	f.get(list).want(t, http.StatusSeeOther)
	var people []registration.Signup
	for s, err := range f.desk.Signups(t.Context(), registration.Query{Meeting: slug}) {
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, s)
	}
	if len(people) != 2 || people[0].Organisation != "Forge" || people[0].Category != registration.Press || people[0].Status() != registration.StatusConfirmed {
		t.Fatalf("%+v", people)
	}
	undo := url.Values{"at": {f.get(page).hiddenFields(t).Get("at")}}
	if to := f.post(page+"/annulation", undo).want(t, http.StatusSeeOther).Header.Get("Location"); !strings.HasSuffix(to, "fait=annulation") {
		t.Errorf("undone: %s", to)
	}
	if to := f.post(page+"/annulation", undo).want(t, http.StatusSeeOther).Header.Get("Location"); !strings.HasSuffix(to, "fait=rien") {
		t.Errorf("undone twice: %s", to)
	}
	if log := f.log.String(); strings.Contains(log, "Testé") || strings.Contains(log, "zoe@") {
		t.Errorf("the log names people:\n%s", log)
	}
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats, m.Queue = 1, false })
	f.as(registration.RoleOrganiser)
	page := "/organisation/rencontres/" + slug + "/import"
	for file, want := range map[string]string{
		"":                            "n’a pas de ligne",
		"Nom;Prénom\n\"Roux;Ana\n":    "un guillemet s’ouvre",
		"Nom;Prénom\nRoux;=1+1\n":     "la cellule B2 contient une formule",
		strings.Repeat("x", 10<<20+1): "dépasse 10",
		strings.Repeat("x", 11<<20):   "dépasse 10",
	} {
		f.send(page, "liste.csv", file).want(t, http.StatusUnprocessableEntity, "Erreur", want)
	}
	f.send(page, "", "").want(t, http.StatusUnprocessableEntity, "choisissez un fichier")
	list := f.send(page, "l.csv", "Nom;Prénom;Email;Catégorie\nRoux;Ana;;\nRoux;Zoë;;\nBon;Jean;x;roi\n").want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(list).want(t, http.StatusOK, "3 points à corriger", "il n’y a plus de place", "Adresse électronique")
	f.post(page+"/liste", url.Values{"id": {list[strings.LastIndex(list, "=")+1:]}, "go": {"do"}}).want(t, http.StatusSeeOther)
	f.clock.Pass(time.Hour + time.Second)
	f.as(registration.RoleOrganiser)
	if to := f.get(list).want(t, http.StatusSeeOther).Header.Get("Location"); !strings.HasSuffix(to, "fait=perime") {
		t.Errorf("after an hour: %s", to)
	}
}

// TestImportOffersCategories: a list is read with the categories that the form
// of the meeting offers.
func TestImportOffersCategories(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) {
		m.Categories = []registration.Category{registration.Press, registration.Elected}
	})
	f.as(registration.RoleOrganiser)
	page := "/organisation/rencontres/" + slug + "/import"
	list := f.send(page, "liste.csv", "Nom;Prénom\r\nRoux;Ana\r\n").want(t, http.StatusSeeOther).Header.Get("Location")
	answer := f.get(list).want(t, http.StatusOK, `value="presse"`, `value="elu"`, "1 personne à inscrire")
	if strings.Contains(answer.Body, `value="autre"`) {
		t.Error("a category is shown that the form does not offer")
	}
}
