package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
)

// asking is a meeting with a question of each kind, and people who answered
// these questions and two that the meeting no longer asks.
func asking() (registration.Meeting, []registration.Signup) {
	m := registration.ShippedExample()
	options := []registration.Option{{ID: "train", Label: registration.Localized{FR: "En train"}}, {ID: "velo", Label: registration.Localized{FR: "À vélo"}}}
	m.Interests = true
	m.Questions = []registration.Question{
		{ID: "besoin", Kind: registration.TextQuestion, Label: registration.Localized{FR: "=De quoi avez-vous besoin ?"}},
		{ID: "retour", Kind: registration.ChoicesQuestion, Label: registration.Localized{FR: "Comment repartez-vous ?"}, Options: options},
		{ID: "repas", Kind: registration.YesNoQuestion, Label: registration.Localized{FR: "Déjeunez-vous ?"}},
		{ID: "email", Kind: registration.TextQuestion, Label: registration.Localized{FR: "Autre adresse"}},
	}
	list := people()
	list[0].Interests = []string{"innover", "recruter"}
	list[0].Answers = registration.Answers{"besoin": {"-1 marche"}, "retour": {"train", "velo"}, "repas": {"yes"}, "regime": {"sans gluten"}}
	list[1].Answers = registration.Answers{"email": {"x@exemple.fr"}, "avant": {"oui"}}
	return m, list
}

// TestAnswers: interests, then one column for each question, then those of
// questions that were removed after somebody answered.
func TestAnswers(t *testing.T) {
	t.Parallel()
	m, list := asking()
	file := func(f export.Format) string {
		var b bytes.Buffer
		if err := export.Write(&b, f, export.Options{Meeting: m, Removed: []string{"avant", "regime"}}, all(list)); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		return b.String()
	}
	n := len(export.Columns())
	want := [][]string{
		{"interests", "besoin", "retour", "repas", "answers.email", "avant", "regime"},
		{"innover recruter", "'-1 marche", "train velo", "yes", "", "", "sans gluten"},
		{"", "", "", "", "x@exemple.fr", "oui", ""},
	}
	read := func(text string, comma rune) (cells [][]string) {
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
		r.Comma = comma
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			cells = append(cells, row[n:])
		}
		return cells
	}
	if diff := cmp.Diff(want, read(file(export.CSV), ',')); diff != "" {
		t.Errorf("standard (-want +got):\n%s", diff)
	}
	want[0] = []string{"Axes d’intérêt", "'=De quoi avez-vous besoin ?", "Comment repartez-vous ?", "Déjeunez-vous ?", "Autre adresse", "avant", "regime"}
	want[1][3] = "oui"
	if diff := cmp.Diff(want, read(file(export.CSVExcelFR), ';')); diff != "" {
		t.Errorf("for French Excel (-want +got):\n%s", diff)
	}
	book, err := excelize.OpenReader(strings.NewReader(file(export.XLSX)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	want[0][1], want[1][1] = "=De quoi avez-vous besoin ?", "-1 marche" // texts by their type
	for i, row := range rows {
		row = append(row, make([]string, n+len(want[0])-len(row))...)
		if diff := cmp.Diff(want[i], row[n:]); diff != "" {
			t.Errorf("XLSX, row %d (-want +got):\n%s", i, diff)
		}
	}
	if rows[1][n-1] != "12/06/2019 09:00" {
		t.Errorf("the arrival is %q", rows[1][n-1])
	}
	var objects []map[string]any
	if err := json.Unmarshal([]byte(file(export.JSON)), &objects); err != nil {
		t.Fatal(err)
	}
	if o := objects[0]; o["retour"] != "train velo" || o["regime"] != "sans gluten" || o["besoin"] != "-1 marche" || objects[1]["email"] != "" || objects[1]["answers.email"] != "x@exemple.fr" {
		t.Errorf("JSON: %v", objects)
	}
}

// TestAnswersFail: a list that fails at once gives no file.
func TestAnswersFail(t *testing.T) {
	t.Parallel()
	broken, lost := errors.New("broken"), new(bytes.Buffer)
	err := export.Write(lost, export.CSV, export.Options{Meeting: registration.ShippedExample()}, func(yield func(registration.Entry, error) bool) {
		yield(registration.Entry{}, broken)
	})
	if !errors.Is(err, broken) || lost.Len() != 0 {
		t.Errorf("%v after %q", err, lost)
	}
}
