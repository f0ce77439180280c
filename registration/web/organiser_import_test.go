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

	"github.com/google/go-cmp/cmp"
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
	f.get("/en"+list).want(t, http.StatusOK, "2 people to register", "Forge", "Press")

	f.post(page+"/liste", url.Values{"id": {id}, "go": {"do"}}).want(t, http.StatusSeeOther)
	f.get(page+"?fait=import").want(t, http.StatusOK, "sont inscrites", "2 personnes")
	f.get(f.send(page, "liste.csv", "Nom;Prénom;Adresse mail\nTesté;Zoë;zoe@exemple.fr\n").want(t, http.StatusSeeOther).Header.Get("Location")).
		want(t, http.StatusOK, "Il n’y a personne à inscrire", "<details open><summary>1 ligne laissée de côté", "Zoë Testé a déjà une inscription.")
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
	f.get(page+"?fait=rien").want(t, http.StatusOK, `role="alert"`, "déjà annulé")
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
		"":                            "Le fichier n’a pas de ligne",
		"Nom;Prénom\n\"Roux;Ana\n":    "un guillemet s’ouvre",
		"Nom;Prénom\nRoux;=1+1\n":     "la cellule B2 contient une formule",
		strings.Repeat("x", 10<<20+1): "dépasse 10",
		strings.Repeat("x", 11<<20):   "dépasse 10",
	} {
		f.send(page, "liste.csv", file).want(t, http.StatusUnprocessableEntity, "Erreur", want)
	}
	f.send(page, "", "").want(t, http.StatusUnprocessableEntity, "Choisissez un fichier")
	list := f.send(page, "l.csv", "Nom;Prénom;Courriel;Catégorie\nRoux;Ana;;\nRoux;Zoë;;\nBon;;x;roi\n").want(t, http.StatusSeeOther).Header.Get("Location")
	f.typed = []string{"roi"}
	f.get(list).want(t, http.StatusOK, "4 points à corriger", "Ligne 3\u00a0: il n’y a plus de place",
		"Ligne 4\u00a0: Prénom\u00a0: cette cellule est vide", "Ligne 4\u00a0: Courriel\u00a0: «\u00a0x\u00a0» n’est pas une adresse complète",
		"Catégorie\u00a0: «\u00a0roi\u00a0» n’est pas une catégorie de cette rencontre. Écrivez l’une de celles-ci\u00a0: «\u00a0Élu ou agent d’une collectivité\u00a0», «")
	f.post(page+"/liste", url.Values{"id": {list[strings.LastIndex(list, "=")+1:]}, "go": {"do"}}).want(t, http.StatusSeeOther)
	f.get(list).want(t, http.StatusOK, "La liste est gardée jusqu’à 10\u00a0h, puis effacée")
	f.clock.Pass(20 * time.Minute)
	checked := f.get(list).fields()
	checked.Set("go", "match")
	f.post(page+"/liste", checked).want(t, http.StatusSeeOther)
	f.get(list).want(t, http.StatusOK, "gardée jusqu’à 10\u00a0h\u00a020")
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

// TestImportWithoutSeats: the page says what becomes of the people, and no more.
func TestImportWithoutSeats(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, queueing)
	f.confirmed("a@mairie.example") // the only seat
	f.signedInAs(registration.RoleOrganiser)
	page := "/organisation/rencontres/" + slug + "/import"
	list := f.send(page, "liste.csv", "Nom;Prénom\r\nRoux;Ana\r\n").want(t, http.StatusSeeOther).Header.Get("Location")
	body := f.get(list).want(t, http.StatusOK, "1 personne entre sur la liste d’attente").Body
	for _, not := range []string{"0 personne", "Tous sont inscrits"} {
		if strings.Contains(body, not) {
			t.Errorf("says %q", not)
		}
	}
}

// TestImportFaults: what is wrong with a cell is said to who has the file before
// them, with what stands in it; nothing is asked of a person who signs up.
func TestImportFaults(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, full, func(m *registration.Meeting) {
		m.Categories = nil
		m.Questions = append(m.Questions, registration.Consents()[0], registration.Question{ID: "dejeuner", Kind: registration.YesNoQuestion, Label: registration.Localized{FR: "Déjeunez-vous ?"}})
		m.Sessions = []registration.Session{
			{ID: "a", Title: registration.Localized{FR: "Forge"}, Seats: 5, Slot: "1"}, {ID: "b", Title: registration.Localized{FR: "Tôle"}, Seats: 5, Slot: "1"}, {ID: "c", Title: registration.Localized{FR: "Bois"}, Seats: 5, Closed: true},
		}
		for i := range m.Programme {
			m.Programme[i].Session = ""
		}
	})
	f.as(registration.RoleOrganiser)
	page := "/organisation/rencontres/" + slug + "/import"
	lines := []string{"Nom;Prénom;Mél;Société;Territoire;Langue;Sessions;Axes;Repas;Déjeunez-vous ?;Acceptez-vous d’être photographié pendant la rencontre ?"}
	wants := []string{}
	for _, c := range []struct{ line, want string }{
		{strings.Repeat("x", 101) + ";Ana", "Nom\u00a0: ce texte a plus de 100 caractères"},
		{"Roux;\"A\nna\"", "Prénom\u00a0: ce texte tient sur plusieurs lignes"},
		{"Roux;Ac;;;Atlantide", "Territoire\u00a0: «\u00a0Atlantide\u00a0» n’est pas le nom d’un territoire"},
		{"Roux;Ad;;;;latin", "Langue\u00a0: «\u00a0latin\u00a0» n’est ni le français ni l’anglais"},
		{"Roux;Ae;;;;;danse", "Sessions\u00a0: «\u00a0danse\u00a0» n’est pas une session que l’on peut choisir. Écrivez l’une de celles-ci, ou videz la cellule\u00a0: «\u00a0Forge\u00a0» et «\u00a0Tôle\u00a0»."},
		{"Roux;Af;;;;;Bois", "Sessions\u00a0: «\u00a0Bois\u00a0» n’est pas une session"},
		{"Roux;Ag;;;;;\"Forge, Tôle\"", "Sessions\u00a0: ces sessions ont lieu en même temps (Forge et Tôle)"},
		{"Roux;Ah;;;;;;paresse", "Axes\u00a0: «\u00a0paresse\u00a0» n’est pas fait d’axes du programme. Écrivez un ou plusieurs de ceux-ci"},
		{"Roux;Ai;;;;;;;Peut-être", "Repas\u00a0: «\u00a0Peut-être\u00a0» n’est pas une réponse à cette question. Écrivez l’une de celles-ci\u00a0: «\u00a0Oui\u00a0»."},
		{"Roux;Aj;;;;;;;;bof", "Déjeunez-vous ?\u00a0: «\u00a0bof\u00a0» n’est ni oui ni non"},
		{"Roux;Ak;;;;;;;;;x", "«\u00a0x\u00a0» ne dit pas ce que la personne accepte"},
	} {
		lines, wants = append(lines, c.line), append(wants, c.want)
	}
	f.typed = []string{"Atlantide", "latin", "danse", "paresse", "Peut-être", "bof", "Forge", "Tôle", "Bois", "Mél", "Une journée.", "Déjeunez-vous ?", "Acceptez-vous d’être photographié pendant la rencontre ?", "Société", "Territoire", "Sessions", "Prénom"}
	list := f.send(page, "l.csv", strings.Join(lines, "\n")).want(t, http.StatusSeeOther).Header.Get("Location")
	got := f.get(list).want(t, http.StatusOK, append(wants, "11 points à corriger", "Colonnes non lues, faute de savoir ce qu’elles sont\u00a0: «\u00a0Mél\u00a0».")...)
	if strings.Contains(got.Body, "otre nom") || strings.Contains(got.Body, "Indiquez") {
		t.Error("a sentence speaks to who signs up")
	}
	f.get("/en"+list).want(t, http.StatusOK, "11 things to correct", "“danse” isn’t a session that one can choose")
}

// TestImportConsents: an import makes known the consents that the file gives in
// words, and supposes none.
func TestImportConsents(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Questions = registration.Consents() })
	f.as(registration.RoleOrganiser)
	page := "/organisation/rencontres/" + slug + "/import"
	label := registration.Consents()[0].Label.FR
	f.typed = []string{label}
	// What may mean anything is not read, unless an organiser says what it is.
	list := f.send(page, "l.csv", "Nom;Prénom;Photographies\nRoux;Ana;oui\n").want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(list).want(t, http.StatusOK, "«\u00a0Photographies\u00a0»", "Le fichier n’en dit rien")

	list = f.send(page, "l.csv", "Nom;Prénom;"+label+";liste_participants\nRoux;Ana;Oui;\nBon;Jean;non;\nPré;Zoë;;\n").want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(list).want(t, http.StatusOK, "3 personnes à inscrire", "Oui\u00a0: 1\u202f; non\u00a0: 1\u202f; sans réponse\u00a0: 1. Rien n’est supposé.", "Le fichier n’en dit rien")
	f.post(page+"/liste", url.Values{"id": {list[strings.LastIndex(list, "=")+1:]}, "go": {"do"}}).want(t, http.StatusSeeOther)
	got := map[string]string{}
	for _, s := range f.signups() {
		got[s.GivenName] = strings.Join(s.Answers[registration.PhotographsQuestion], " ")
		if a := s.Answers["liste_participants"]; len(a) > 0 {
			t.Errorf("%s is said to consent: %v", s.GivenName, a)
		}
	}
	// Nor is it said that they have read the notice.
	one := f.get("/organisation/rencontres/"+slug+"/inscriptions/"+f.signups()[0].Code).want(t, http.StatusOK, "en vigueur à l’inscription, version")
	if strings.Contains(one.Body, "données lue") {
		t.Error("somebody from a list is said to have read the notice")
	}
	if diff := cmp.Diff(map[string]string{"Ana": "yes", "Jean": "no", "Zoë": ""}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestImportOfAnExport: what one meeting has exported is imported into another,
// in each form of file, with who comes with whom.
func TestImportOfAnExport(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"csv", "csv-excel-fr", "xlsx"} {
		f := open(t, web.Options{}, full, func(m *registration.Meeting) { m.Sessions[0].Closed = false })
		values := valid()
		values.Set("companions[0].given_name", "Paul")
		values.Set("companions[0].family_name", "=1+1")
		values.Set("companions[1].given_name", "Zoë")
		values.Set("companions[1].family_name", "0012")
		values.Set("answers.repas", "oui")
		values.Set("sessions", string(f.first().Sessions[0].ID))
		f.post(form, values).want(t, http.StatusSeeOther)
		f.as(registration.RoleOrganiser)
		file := f.unread(httptest.NewRequestWithContext(t.Context(), "GET", "/organisation/rencontres/"+slug+"/export?format="+format, nil)).want(t, http.StatusOK).Body
		const lyon = "2020-06-10-lyon"
		m := f.first().Clone(lyon, registration.ShippedExample().Day.AddDays(364))
		if _, err := f.desk.Add(t.Context(), m, registration.ApplyOptions{}); err != nil {
			t.Fatal(err)
		}
		page := "/organisation/rencontres/" + lyon + "/import"
		f.typed = []string{"=1+1", "Repas", "Une journée.", "2019-05-16T09:00:00+02:00", "16/05/2019 09:00:00", "16/05/2019 09:00"}
		list := f.send(page, "liste", file).want(t, http.StatusSeeOther).Header.Get("Location")
		f.get(list).want(t, http.StatusOK, "3 personnes à inscrire", "2 accompagnent une autre personne du fichier, et restent avec elle.")
		f.post(page+"/liste", url.Values{"id": {list[strings.LastIndex(list, "=")+1:]}, "go": {"do"}}).want(t, http.StatusSeeOther)
		got := map[string]registration.Signup{}
		for s, err := range f.desk.Signups(t.Context(), registration.Query{Meeting: lyon}) {
			if err != nil {
				t.Fatal(err)
			}
			got[s.FamilyName] = s
		}
		lead := got["L’Hôpital"]
		if len(got) != 3 || got["=1+1"].Party != lead.ID || got["0012"].Party != lead.ID || lead.Party != lead.ID || strings.Join(lead.Answers["repas"], " ") != "oui" {
			t.Errorf("%s: %+v", format, got)
		}
		for name, s := range got {
			if s.State(f.first().Sessions[0].ID) != registration.Seated {
				t.Errorf("%s: %s has no seat in the session", format, name)
			}
		}
	}
}
