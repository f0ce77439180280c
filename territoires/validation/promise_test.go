package validation_test

import (
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Base is embedded, as JSON flattens it.
type Base struct {
	SIREN string `json:"siren" validate:"siren"`
}

// visitForm has what paths may be wrong about.
type visitForm struct {
	Days    []stay            `json:"days" validate:"dive"`
	Base                      // its fields are those of the form
	Answers map[string]string `json:"answers,omitempty" validate:"dive,max=3"`
	Place   struct {
		Commune string `json:"insee" validate:"omitempty,commune"`
	} `json:"place"`
	First int    `json:"first"`
	Last  int    `json:"last" validate:"max=9"`
	Plain string `validate:"max=3"`
}

func init() {
	validation.AddRule(func(v *visitForm, reject validation.Reject) {
		if v.Last < v.First {
			reject("last", "after", "first")
			reject("last", "after", "first") // said once
		}
		if v.SIREN == "" {
			reject("siren", "required", "")
			reject("nothing.of.the.kind", "fancy", "")
		}
	})
}

func wrongVisit() visitForm {
	day := territoires.Date{Year: 2019, Month: 6, Day: 12}
	v := visitForm{
		Days:    []stay{{Name: "a", From: day, To: day.AddDays(-1)}, {From: day, To: day}},
		Answers: map[string]string{"06 12 34 56 78": "long text", "1": "ok"}, First: 3, Last: 2, Plain: "plain",
	}
	v.Place.Commune = "1001"
	return v
}

var wrongVisitErrors = []string{
	"days[0].to: after=from", "days[1].name: required", "siren: siren", "siren: required", "answers[*]: max=3",
	"place.insee: commune", "last: after=first", "Plain: max=3", "nothing.of.the.kind: fancy",
}

// TestPromises holds field errors to what the documentation says of them: the
// order of the struct, paths in JSON names, nothing that was typed, nothing
// twice, with our validator and with one of the caller's own.
func TestPromises(t *testing.T) {
	t.Parallel()
	host := validator.New()
	if err := validation.Register(host); err != nil {
		t.Fatal(err)
	}
	v := wrongVisit()
	want := make([]string, len(wrongVisitErrors))
	for i, line := range wrongVisitErrors {
		want[i] = "visit_form." + line
	}
	for name, err := range map[string]error{
		"ours": validation.Validate(v), "a pointer": validation.Validate(&v), "the caller's own": validation.Translate(host.Struct(v)),
	} {
		if diff := cmp.Diff(want, lines(err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	unnamed := struct {
		Title string `json:"Title" validate:"max=3"`
		Text  string `validate:"max=3"`
	}{"long", "long"}
	for name, err := range map[string]error{"ours": validation.Validate(unnamed), "the caller's own": validation.Translate(host.Struct(unnamed))} {
		if diff := cmp.Diff([]string{"Title: max=3", "Text: max=3"}, lines(err)); diff != "" {
			t.Errorf("a struct without a name, %s (-want +got):\n%s", name, diff)
		}
	}
	err := validation.Validate(page[stay]{})
	if diff := cmp.Diff([]string{"page.title: required"}, lines(err)); diff != "" {
		t.Errorf("a type with arguments (-want +got):\n%s", diff)
	}
}

type page[T any] struct {
	Title string `json:"title" validate:"required"`
	Of    *T     `json:"of,omitempty"`
}

// TestKinds wants the kind of the field that a rule across fields names.
func TestKinds(t *testing.T) {
	t.Parallel()
	v := visitForm{Base: Base{SIREN: "732829320"}, First: 3, Last: 2}
	bad := fields(t, validation.Validate(v))
	if len(bad) != 1 || bad[0].Kind != "int" || bad[0].Message("fr") != "Indiquez un nombre qui n’est pas inférieur à celui de «\u00a0first\u00a0»." {
		t.Errorf("years: %+v", bad)
	}
}

func fields(t *testing.T, err error) []validation.FieldError {
	t.Helper()
	bad, ok := err.(*validation.Error)
	if !ok {
		t.Fatalf("%T %v; want a *validation.Error", err, err)
	}
	return bad.Fields
}

// TestReadJSONForms reads what is JSON in another dress.
func TestReadJSONForms(t *testing.T) {
	t.Parallel()
	var v visitForm
	const text = "\ufeff{\"siren\": \"732\u00a0829\u202f320 \", \"Plain\": \"abc\",\r\n\"place\": {\"insee\": \"2a004\"}}"
	if err := validation.ReadJSON(strings.NewReader(text), &v, nil); err != nil || v.Plain != "abc" || v.SIREN == "" {
		t.Errorf("a byte order mark, an embedded struct, a name of Go: %+v, %v", v, err)
	}
	err := validation.ReadJSON(strings.NewReader("\ufeff{\"siren\": \"732829320\",\r\n  \"é\": [{\"Jean\": 1}], \"Jean Dupont\": 1}"), new(visitForm), nil)
	if diff := cmp.Diff([]string{": unknown=2:3", ": unknown=2:23"}, lines(err)); diff != "" {
		t.Errorf("names that were typed (-want +got):\n%s", diff)
	}
}

// TestCauses tells apart what a person has to do about one and the same field.
func TestCauses(t *testing.T) {
	t.Parallel()
	type form struct {
		SIREN   string         `json:"siren" validate:"siren"`
		Commune string         `json:"commune" validate:"commune=2026"`
		Region  string         `json:"region" validate:"region"`
		ID      territoires.ID `json:"id" validate:"territory"`
	}
	right := form{"732829320", "21425", "84", "ti-2701"}
	for _, tt := range []struct {
		change     func(*form)
		cause, say string
	}{
		{func(f *form) { f.SIREN = "732829321" }, "checksum", "Vérifiez chaque chiffre de ce numéro SIREN\u00a0: sa clé de contrôle est fausse."},
		{func(f *form) { f.SIREN = "73282932" }, "short", "Il manque des chiffres\u00a0: un numéro SIREN en a 9."},
		{func(f *form) { f.SIREN = "Fonderie" }, "character", "Écrivez un numéro SIREN en chiffres seulement\u00a0: 9 chiffres."},
		{func(f *form) { f.SIREN = "73282932000074" }, "siret", "Ceci est un numéro SIRET\u00a0: écrivez ses 9 premiers chiffres, qui sont le SIREN."},
		{func(f *form) { f.SIREN = "" }, "", "Écrivez un numéro SIREN\u00a0: 9 chiffres, dont le dernier est une clé de contrôle."},
		{func(f *form) { f.Commune = "1004" }, "zero", "Ce code a peut-être perdu le zéro par lequel il commence."},
		{func(f *form) { f.Commune = "75107" }, "arrondissement", "Ceci est un arrondissement municipal\u00a0: écrivez le code de sa commune."},
		{func(f *form) { f.Region = "21" }, "departement", "Ceci est le code d’un département\u00a0: écrivez celui de sa région."},
		{func(f *form) { f.ID = "ti-27" }, "malformed", "Écrivez l’identifiant d’un territoire\u00a0: ti- et quatre chiffres, par exemple ti-2701."},
		{func(f *form) { f.ID = "ti-1110" }, "phase", "Choisissez un territoire de cette phase\u00a0: celui-ci est de l’autre."},
	} {
		f := right
		tt.change(&f)
		bad := fields(t, validation.Validate(f))
		if len(bad) != 1 || bad[0].Cause != tt.cause || bad[0].Message("fr") != tt.say {
			t.Errorf("%+v: %+v, %q; want cause %q, %q", f, bad, bad[0].Message("fr"), tt.cause, tt.say)
		}
	}
	// The tags take what the parsers take.
	if err := validation.Validate(form{" 732 829 320\r\n", "２１４２５", "8 4", "TI-2701"}); err != nil {
		t.Errorf("pasted with spaces: %v", err)
	}
}
