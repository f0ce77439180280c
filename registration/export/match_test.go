package export_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
	"github.com/territoires-industrie/sdk/registration/locale"
)

// TestReadsWhatItWrote: a file of any format is imported as it was exported,
// without the apostrophes that guard its cells.
func TestReadsWhatItWrote(t *testing.T) {
	t.Parallel()
	m, list := asking()
	list[0].Places = append([]registration.Place{{Session: "attractivite", State: registration.Queued}}, list[0].Places...)
	list[1].Places[1].State = registration.Cancelled
	o := export.Options{Meeting: m}
	for _, f := range []export.Format{export.CSV, export.CSVExcelFR, export.XLSX} {
		for _, columns := range [][]string{nil, slices.DeleteFunc(o.All(), func(c string) bool { return c == "sessions" })} {
			got, err := export.ReadList(strings.NewReader(write(t, f, export.Options{Meeting: m, Columns: columns}, list)))
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			want := []registration.ImportRow{
				{Line: 2, Party: "ACDEFGHJ", Request: registration.Request{
					GivenName: "Zoë", FamilyName: "O’Brien-d’Ailly", Email: "zoe+ti@évry.example", Organisation: "Forge; Fils, \"& Cie\"",
					Function: "Maire", Category: registration.Elected, Territory: "Auxois Morvan", Language: registration.French,
					Sessions: []registration.SessionID{"attractivite", "innovation"}, Interests: []string{"innover", "recruter"},
					Answers: registration.Answers{"besoin": {"-1 marche"}, "retour": {"train", "velo"}, "repas": {"yes"}},
				}},
				{Line: 3, Out: true, Party: "ACDEFGHJ", Brought: true, Request: registration.Request{
					GivenName: "小明", FamilyName: "'t Hooft", Category: registration.Student, Organisation: "=HYPERLINK(\"x\")",
					Language: registration.English, Sessions: []registration.SessionID{"innovation"}, Answers: registration.Answers{"email": {"x@exemple.fr"}},
				}},
			}
			rows := o.ImportRows(got, o.Match(got.Header), registration.Other)
			sorted := cmpopts.SortSlices(func(a, b registration.SessionID) bool { return a < b })
			if diff := cmp.Diff(want, rows, sorted, cmpopts.EquateEmpty(), ignoreSignals); diff != "" {
				t.Errorf("%s, columns %v (-want +got):\n%s", f, columns, diff)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	m, _ := asking()
	o := export.Options{Meeting: m}
	for header, want := range map[string]string{
		"NOM;prénoms;Courriel;Société;Poste;Type":         "family_name given_name email organisation function category",
		"Last name;First name;E-mail;Company;Language":    "family_name given_name email organisation language",
		"Nom;Nom;Téléphone;Comment repartez-vous ?;repas": "family_name - - retour repas",
		"Déjeunez-vous;Autre adresse;axes;email":          "repas answers.email interests email",
	} {
		got := o.Match(strings.Split(header, ";"))
		for i := range got {
			if got[i] == "" {
				got[i] = "-"
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", header, diff)
		}
	}
}

// TestMatchPassesOver: an answer to a question that is closed is not read; of two
// columns with one title, the first in the order of the form is.
func TestMatchPassesOver(t *testing.T) {
	t.Parallel()
	m, _ := asking()
	m.Questions[1].Label = m.Questions[0].Label
	match := func() []string {
		return export.Options{Meeting: m}.Match([]string{m.Questions[0].Label.FR, m.Questions[1].ID})
	}
	if got, want := match(), []string{m.Questions[0].ID, m.Questions[1].ID}; !slices.Equal(got, want) {
		t.Errorf("%q; want %q", got, want)
	}
	m.Questions[0].Closed, m.Questions[1].Closed = true, true
	if got := match(); !slices.Equal(got, []string{"", ""}) {
		t.Errorf("%q of questions that are closed", got)
	}
}

// TestImportRowsPassOverWhoDoesNotCome: nobody is signed up whom the list that is read
// says to be cancelled, refused or expired, in either language.
func TestImportRowsPassOverWhoDoesNotCome(t *testing.T) {
	t.Parallel()
	m, _ := asking()
	for _, lang := range []string{locale.French, locale.English} {
		for _, s := range registration.Statuses() {
			l := export.List{Rows: []export.ListRow{{Line: 2, Cells: []string{locale.For(lang).T("words.status." + string(s))}}}}
			row := export.Options{Meeting: m}.ImportRows(l, []string{"status"}, registration.Other)[0]
			out := s == registration.StatusCancelled || s == registration.StatusRefused || s == registration.StatusExpired
			if row.Out != out {
				t.Errorf("%s in %s: passed over %t", s, lang, row.Out)
			}
		}
	}
}

// TestImportRowsKeepWhatMeansNothing: a cell without a known meaning is kept,
// so that the Desk reports it.
func TestImportRowsKeepWhatMeansNothing(t *testing.T) {
	t.Parallel()
	m, _ := asking()
	m.Questions[1].Options = append(m.Questions[1].Options, registration.Option{ID: "soeur", Label: registration.Localized{FR: "Avec ma sœur"}})
	o := export.Options{Meeting: m}
	columns := []string{"category", "language", "sessions", "retour", "repas", "session:innovation"}
	l := export.List{Rows: []export.ListRow{
		{Line: 2, Cells: []string{"roi", "latin", "innovation, danse", "à vélo / à pied", "peut-être", "x"}},
		{Line: 3, Cells: []string{"élu ou agent d'une collectivité", "EN", "", "À vélo, en train, AVEC MA SOEUR", "OUI", "–"}},
	}}
	want := []registration.ImportRow{
		{Line: 2, Request: registration.Request{
			Category: "roi", Language: "latin", Sessions: []registration.SessionID{"innovation, danse", "innovation"},
			Answers: registration.Answers{"retour": {"à vélo / à pied"}, "repas": {"peut-être"}},
		}},
		{Line: 3, Request: registration.Request{
			Category: registration.Elected, Language: registration.English, Answers: registration.Answers{"retour": {"velo", "train", "soeur"}, "repas": {"yes"}},
		}},
	}
	if diff := cmp.Diff(want, o.ImportRows(l, columns, registration.Other), ignoreSignals); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestImportRowsReadNo: in the files of secretaries, nobody comes to a session, or
// with somebody, where the cell says no. A word without a known meaning is kept.
func TestImportRowsReadNo(t *testing.T) {
	t.Parallel()
	m, _ := asking()
	columns := []string{"session:innovation", "companion_of", "repas"}
	for cell, want := range map[string]string{
		"N": "no", "non": "no", "NON": "no", "-": "no", "–": "no", "0": "no", "faux": "no", "": "no",
		"O": "yes", "oui": "yes", "X": "yes", "1": "yes", "vrai": "yes", "y": "yes", "✓": "yes", "✔\ufe0f": "yes",
		"absente": "no session", "Absent": "no session", "Présent": "session", "inscrite": "session", "en attente": "session", "Innovation": "session",
		"à confirmer": "kept",
	} {
		l := export.List{Rows: []export.ListRow{{Line: 2, Cells: []string{cell, cell, cell}}}}
		got := export.Options{Meeting: m}.ImportRows(l, columns, registration.Other)[0]
		sessions := map[string][]registration.SessionID{"yes": {"innovation"}, "session": {"innovation"}, "kept": {registration.SessionID(cell)}}[want]
		if diff := cmp.Diff(sessions, got.Request.Sessions); diff != "" {
			t.Errorf("session %q (-want +got):\n%s", cell, diff)
		}
		if got.Brought != (want != "no") {
			t.Errorf("companion_of %q: brought %t", cell, got.Brought)
		}
		if answer := got.Request.Answers["repas"]; want == "yes" || want == "no" {
			if dash := strings.Trim(cell, "–-") == ""; dash != (answer == nil) || !dash && answer[0] != want {
				t.Errorf("yes or no %q: %q", cell, answer)
			}
		}
	}
}

// ignoreSignals leaves out what tells people from robots, which no list has.
var ignoreSignals = cmpopts.IgnoreFields(registration.Request{}, "Signals")
