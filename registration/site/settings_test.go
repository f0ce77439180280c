package site_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"github.com/territoires-industrie/sdk/registration"
)

// meetingOnTheWeb makes a meeting from another one, publishes it, and changes the
// room and the hour of the one that somebody has signed up for.
func meetingOnTheWeb(t *testing.T, l *live, b *tab) {
	_, err := l.site.Desk.SignUp(t.Context(), registration.ShippedSlug, registration.Request{
		GivenName: "Zoé", FamilyName: "Étienne", Email: "zoe@x.example", Category: registration.Elected, Privacy: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	b.screen(1280, 900, "light")
	b.load(chromedp.Navigate(l.link("zoe@x.example", registration.MailConfirm, "/confirmation/")))
	b.load(click("main button"))

	b.load(chromedp.Navigate(l.signInLink()))
	b.load(click("main button"))
	b.load(click(`main a[href="/organisation/creation"]`))
	eval[any](b, `document.getElementById('like').value = '`+registration.ShippedSlug+`'; document.getElementById('day').value = '2020-06-10'; 0`)
	b.do(fill("slug", "2020-06-10-lyon"))
	b.load(click("form button.button"))
	b.see("La rencontre n’est pas publiée")
	b.load(click(`a[href="/rencontres/2020-06-10-lyon"]`))
	b.see("Cette rencontre n’est pas publiée", "mercredi", "juin", "2020")
	b.load(click(`.rehearsal a`))
	b.load(click(".notice button"))
	b.see("Relire les changements", "Personne n’est inscrit pour le moment")
	b.load(click("form button.button"))
	b.see("La rencontre est publiée")

	b.load(chromedp.Navigate(l.url + "/organisation" + meetingPath + "/reglages"))
	b.load(click(`a[href$="/reglages/jour"]`))
	eval[any](b, `document.getElementById('starts').value = '10:15'; document.getElementById('venue-room').value = 'Salle des fêtes'; 0`)
	b.load(click(".settings .act .button"))
	b.see("10\u00a0h\u00a015", "Salle des fêtes", "1 personne sera prévenue par courriel")
	b.load(click("form .act .button"))
	b.see("Les réglages sont enregistrés.", "Version 2")
	l.link("zoe@x.example", registration.MailMeetingChanged, "/mon-inscription/")
	b.load(chromedp.Navigate(l.url + meetingPath))
	b.see("10\u00a0h\u00a015")
	l.fortyPeople(b, "2020-06-10-lyon")
}

// forty are the people of a list, under the titles that organisers write.
func forty() (rows [][]string) {
	names := []string{"Hélène", "Zoë", "Françoise", "Aïcha", "Œdipe"}
	rows = [][]string{{"Nom", "Prénom", "Adresse mail", "Structure", "Catégorie"}}
	for n := range 40 {
		rows = append(rows, []string{fmt.Sprintf("Lefèvre-%02d", n), names[n%5], fmt.Sprintf("personne.%d@exemple.fr", n), "Forge; Fils & Cie – n° 1", []string{"Entreprise industrielle", "Élu ou agent d’une collectivité"}[n%2]})
	}
	return rows
}

// fortyPeople imports forty people into a meeting, from the file that French Excel
// saves as « CSV (séparateur : point-virgule) » and again from a workbook, and sees
// who would be told of another room.
func (l *live) fortyPeople(b *tab, slug string) {
	t, page := b.t, l.url+"/organisation/rencontres/"+slug
	t.Helper()
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	w.Comma, w.UseCRLF = ';', true
	l.check(w.WriteAll(forty()))
	saved, err := charmap.Windows1252.NewEncoder().Bytes(text.Bytes())
	l.check(err)
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range forty() {
		l.check(book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row))
	}
	dir := t.TempDir()
	l.check(os.WriteFile(filepath.Join(dir, "liste.csv"), saved, 0o600))
	l.check(book.SaveAs(filepath.Join(dir, "liste.xlsx")))

	b.load(chromedp.Navigate(page))
	b.load(click(`a[href$="/import"]`))
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{filepath.Join(dir, "liste.csv")}))
	b.load(click(".calm form .button"))
	b.see("40 personnes à inscrire", "Windows-1252, points-virgules", "40 lignes", "40 personnes ont une place", "Lefèvre-00 Hélène", "Forge; Fils & Cie – n° 1", "Tous sont inscrits, ou personne.")
	b.load(click(".calm form .button"))
	b.see("Les personnes de la liste sont inscrites.", "40 personnes")
	b.load(chromedp.Navigate(page + "?sort=name"))
	b.see("Lefèvre-00", "Œdipe", "40 inscriptions")

	b.load(chromedp.Navigate(page + "/import"))
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{filepath.Join(dir, "liste.xlsx")}))
	b.load(click(".calm form .button"))
	b.see("Il n’y a personne à inscrire", "Première feuille du classeur", "40 lignes laissées de côté")

	b.load(chromedp.Navigate(page + "/reglages/jour"))
	eval[any](b, `document.getElementById('venue-room').value = 'Amphithéâtre'; 0`)
	b.load(click(".settings .act .button"))
	b.see("Amphithéâtre", "40 personnes sont inscrites.", "40 personnes seront prévenues par courriel")
	for _, m := range l.box.Messages() {
		if strings.Contains(m.To, "personne.") {
			t.Errorf("an import has written to %s", m.To)
		}
	}
}

// upload is a script that chooses a file on the page of imports.
func upload(name, text string) string {
	return fmt.Sprintf(`const chosen = new DataTransfer(); chosen.items.add(new File([%q], %q)); document.getElementById('file').files = chosen.files`, text, name)
}

// importPages are the pages of imports: what is wrong with a file, what its columns
// are, what it would do, and what was done.
func (l *live) importPages() []page {
	l.t.Helper()
	row := registration.ImportRow{Line: 2, Request: registration.Request{GivenName: "Ana", FamilyName: "Roux", Category: registration.Other}}
	_, err := l.site.Desk.Import(l.t.Context(), registration.ShippedSlug, []registration.ImportRow{row}, registration.ImportOptions{From: "csv"})
	l.check(err)
	path := "/organisation" + meetingPath + "/import"
	file := func(path, text string, status int64) page {
		return page{path: path, status: status, submit: true, button: ".calm form .button", fill: upload("liste.csv", text)}
	}
	const good = "Nom;Prénom;Courriel;Téléphone;Repas\nRoux;Ana;;;\nPetit;Jean;jean@x.example;01;Oui\nPetit;Jean;jean@x.example;;\n"
	return []page{
		{path: path, status: 200}, {path: "/en" + path, status: 200}, {path: path, status: 422, submit: true, button: ".calm form .button"},
		file(path, "Nom;Prénom\n\"Roux;Ana\n", 422), file(path, "A;B\nRoux;Ana\n", 200), file(path, "Nom;Prénom;Courriel;Catégorie\nRoux;;ana;roi\n", 200),
		file(path, good, 200), file("/en"+path, good, 200), file(path, "Nom;Prénom\nRoux;Ana\n", 200),
		{path: path + "?fait=import", status: 200}, {path: path + "?fait=annulation", status: 200}, {path: path + "?fait=trop-tard", status: 200}, {path: path + "?fait=perime", status: 200},
	}
}

// settingsPages are the pages of settings, and those that their forms lead to.
func (l *live) settingsPages() (list []page) {
	l.t.Helper()
	all := "/organisation" + meetingPath + "/reglages"
	view, err := l.site.Desk.OrganisersMeeting(l.t.Context(), registration.ShippedSlug)
	l.check(err)
	m := view.Meeting
	m.Questions = append(m.Questions[:len(m.Questions):len(m.Questions)], registration.Question{
		ID: "repas", Kind: registration.ChoiceQuestion, Label: registration.Localized{FR: "Repas"},
		Options: []registration.Option{{ID: "oui", Label: registration.Localized{FR: "Oui"}}, {ID: "non", Label: registration.Localized{FR: "Non"}}},
	})
	l.check(l.site.Desk.Configure(l.t.Context(), m))
	draft := m.Clone("2020-06-10-lyon", m.Day.AddDays(364))
	_, err = l.site.Desk.Add(l.t.Context(), draft, registration.ApplyOptions{})
	l.check(err)
	for _, part := range []string{"", "/textes", "/jour", "/programme", "/sessions", "/formulaire", "/delais", "/donnees", "/accueil", "/annulation", "/versions/1", "/versions/2", "/suppression"} {
		list = append(list, page{path: all + part, status: 200})
	}
	const button = ".settings .act .button"
	room := func() {
		m.Venue.Room += " bis"
		_, err := l.site.Desk.Apply(l.t.Context(), m, registration.ApplyOptions{})
		l.check(err)
	}
	early := m // a version with a session outside the hours, which cannot come back
	early.Programme = slices.Clone(m.Programme)
	early.Programme[1].Starts = "07:00"
	for _, v := range []registration.Meeting{early, m} {
		_, err := l.site.Desk.Apply(l.t.Context(), v, registration.ApplyOptions{})
		l.check(err)
	}
	versions, err := l.site.Desk.Versions(l.t.Context(), m.Slug)
	l.check(err)
	list = append(list, page{path: fmt.Sprint(all, "/versions/", versions[1].N), status: 422, submit: true, button: button},
		page{path: fmt.Sprint(all, "/versions/", versions[2].N-1), status: 200, submit: true, button: button},
		page{path: all + "?fait=enregistre", status: 200}, page{path: all + "?fait=rien", status: 200}, page{path: all + "/publication", status: 200},
		page{path: all, status: 200, submit: true, button: ".notice .button"},
		page{path: all + "/suppression", status: 200},
		page{path: all + "/jour", status: 409, submit: true, button: button, late: room, fill: `document.getElementById('venue-room').value = 'Salle B'`},
		page{path: "/organisation/rencontres/2020-06-10-lyon/reglages/suppression", status: 200},
		page{path: "/organisation/rencontres/2020-06-10-lyon/reglages/annulation", status: 200})
	return append(list, page{path: "/en" + all + "/formulaire", status: 200}, page{path: "/organisation/creation", status: 200},
		page{path: "/organisation/creation", status: 422, submit: true},
		page{path: all + "/jour", status: 422, submit: true, button: button, fill: `document.getElementById('day').value = ''`},
		page{path: all + "/jour", status: 200, submit: true, button: button, fill: `document.getElementById('starts').value = '10:15'`},
		page{path: all + "/sessions", status: 200, submit: true, button: button, fill: `document.getElementById('seats').value = '0'`},
		page{path: all + "/formulaire", status: 200, submit: true, button: button, fill: `document.getElementById('companions').value = '4'`},
		page{path: "/rencontres/2020-06-10-lyon", status: 200, draft: true}, page{path: "/rencontres/2020-06-10-lyon/inscription", status: 200, draft: true},
		page{path: "/organisation/rencontres/2020-06-10-lyon/reglages", status: 200})
}
