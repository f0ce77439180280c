package validation_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

type signatory struct {
	SIREN        string `json:"siren" validate:"required,siren"`
	Deliberation string `json:"deliberation" validate:"required"`
}

type workPlan struct {
	Territory   territoires.ID   `json:"territory" validate:"required,territory"`
	Next        string           `json:"next" validate:"omitempty,territory=II"`
	Axis        territoires.Axis `json:"axis" validate:"axis"`
	SIRET       string           `json:"siret" validate:"omitempty,siret"`
	NAF         string           `json:"naf,omitempty" validate:"omitempty,naf"`
	Region      string           `json:"region" validate:"region"`
	Departement string           `json:"departement" validate:"departement=2026"`
	Title       string           `json:"-" validate:"max=5"`
	Signatories []signatory      `json:"signatories" validate:"min=1,dive"`
}

func rightPlan() workPlan {
	return workPlan{
		Territory: "ti-0101", Next: "ti-1110", Axis: territoires.AxisAttractivenessPhaseI, SIRET: "73282932000074", NAF: "25.62B",
		Region: "75", Departement: "2A", Title: "court", Signatories: []signatory{{"732829320", "2019-05-16"}},
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	if err := validation.Validate(rightPlan()); err != nil {
		t.Errorf("Validate of a right plan = %v", err)
	}
	wrong := workPlan{
		Territory: "ti-9999", Next: "ti-7505x", Axis: "secret axis", SIRET: "1", NAF: "secret", Region: "05", Departement: "20",
		Title: "trop long", Signatories: []signatory{{"732829320", "d"}, {}, {SIREN: "secret"}},
	}
	err := validation.Validate(&wrong)
	bad, ok := errors.AsType[*validation.Error](err)
	if !ok {
		t.Fatalf("Validate = %T; want a *ValidationError", err)
	}
	want := []validation.FieldError{
		{Path: "work_plan.territory", Rule: "territory", Cause: "unknown", Kind: "string"},
		{Path: "work_plan.next", Rule: "territory", Param: "II", Cause: "malformed", Kind: "string"},
		{Path: "work_plan.axis", Rule: "axis", Cause: "unknown", Kind: "string"},
		{Path: "work_plan.siret", Rule: "siret", Cause: "short", Kind: "string"},
		{Path: "work_plan.naf", Rule: "naf", Cause: "character", Kind: "string"},
		{Path: "work_plan.region", Rule: "region", Cause: "departement", Kind: "string"},
		{Path: "work_plan.departement", Rule: "departement", Param: "2026", Cause: "corse", Kind: "string"},
		{Path: "work_plan.Title", Rule: "max", Param: "5", Kind: "string"},
		{Path: "work_plan.signatories[1].siren", Rule: "required", Kind: "string"},
		{Path: "work_plan.signatories[1].deliberation", Rule: "required", Kind: "string"},
		{Path: "work_plan.signatories[2].siren", Rule: "siren", Cause: "character", Kind: "string"},
		{Path: "work_plan.signatories[2].deliberation", Rule: "required", Kind: "string"},
	}
	if diff := cmp.Diff(want, bad.Fields); diff != "" {
		t.Errorf("fields mismatch (-want +got):\n%s", diff)
	}
	for _, leak := range []string{"secret", "ti-9999", "trop long"} {
		if strings.Contains(err.Error(), leak) {
			t.Errorf("the error repeats what was typed: %v", err)
		}
	}
	if f, ok := bad.Find("work_plan.signatories[2].siren"); !ok || f.Name() != "siren" {
		t.Errorf("Find = %v, %v", f, ok)
	}
	if _, ok := bad.Find("work_plan.nothing"); ok {
		t.Error("Find found a field that is right")
	}
	if f, ok := errors.AsType[validation.FieldError](err); !ok || f != want[0] {
		t.Errorf("the first wrapped error is %v, %v; want %v", f, ok, want[0])
	}
}

func TestValidateNotAStruct(t *testing.T) {
	t.Parallel()
	for _, x := range []any{nil, 3, (*workPlan)(nil)} {
		err := validation.Validate(x)
		if _, ok := errors.AsType[*validation.Error](err); err == nil || ok {
			t.Errorf("Validate(%T) = %v; want an error of another kind", x, err)
		}
	}
}

// TestHostInstance uses the tags in a validator that a program made itself,
// with its own way to name fields.
func TestHostInstance(t *testing.T) {
	t.Parallel()
	v := validator.New()
	if err := validation.Register(v); err != nil {
		t.Fatal(err)
	}
	type Form struct {
		Company string `validate:"siren"`
	}
	err := validation.Translate(v.Struct(Form{"73282932"}))
	want := &validation.Error{Fields: []validation.FieldError{{Path: "form.Company", Rule: "siren", Cause: "short", Kind: "string"}}}
	if diff := cmp.Diff(error(want), err); diff != "" {
		t.Errorf("Translate mismatch (-want +got):\n%s", diff)
	}
	if err := validation.Translate(nil); err != nil {
		t.Errorf("Translate(nil) = %v", err)
	}
	other := errors.New("other")
	if err := validation.Translate(other); err != other {
		t.Errorf("Translate of another error = %v", err)
	}
}

func TestMessage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		f    validation.FieldError
		lang string
		want string
	}{
		{validation.FieldError{Rule: "required"}, "fr", "Remplissez ce champ."},
		{validation.FieldError{Rule: "required_if"}, "en", "Fill in this field."},
		{validation.FieldError{Rule: "max", Param: "80", Kind: "string"}, "fr-FR", "Trop long\u00a0: écrivez au plus 80 caractères."},
		{validation.FieldError{Rule: "min", Param: "2", Kind: "slice"}, "en-GB", "Give at least 2 items."},
		{validation.FieldError{Rule: "gte", Param: "2", Kind: "int"}, "en", "Give a number of at least 2."},
		{validation.FieldError{Rule: "oneof", Param: "a b"}, "en", "Choose one of these values: a, b."},
		{validation.FieldError{Rule: "axis", Param: "II"}, "en", "Choose an axis of phase II: each phase has its own."},
		{validation.FieldError{Rule: "territory", Param: "I"}, "fr", "Choisissez un territoire de la phase I\u00a0: les deux phases ont chacune leur liste."},
		{validation.FieldError{Rule: "fancy"}, "", "Corrigez ce champ\u00a0: sa valeur n’est pas acceptée."},
	} {
		if got := tt.f.Message(tt.lang); got != tt.want {
			t.Errorf("%v in %q: %q; want %q", tt.f, tt.lang, got, tt.want)
		}
	}
}

// TestMessagesOfEveryTag wants a sentence of its own for each tag of the
// programme, in both languages, with French spaces where French wants them.
func TestMessagesOfEveryTag(t *testing.T) {
	t.Parallel()
	general := validation.FieldError{Rule: "no such rule"}
	for _, tag := range []string{"siren", "siret", "naf", "territory", "axis", "operator", "region", "departement", "commune", "epci"} {
		f := validation.FieldError{Rule: tag}
		fr, en := f.Message("fr"), f.Message("en")
		if fr == general.Message("fr") || en == general.Message("en") || fr == en {
			t.Errorf("tag %s has no sentence of its own: %q, %q", tag, fr, en)
		}
		if strings.Contains(fr, " :") || strings.Contains(fr, "'") {
			t.Errorf("tag %s: French typography of %q", tag, fr)
		}
	}
}

// TestAddRuleRefuses wants a rule that would be lost, or would put another's
// away in silence, to be said.
func TestAddRuleRefuses(t *testing.T) {
	t.Parallel()
	if err := validation.Validate(struct{}{}); err != nil {
		t.Fatal(err)
	}
	if twice == nil {
		t.Error("a type was given a second rule")
	}
	if ofPointer == nil || ofText == nil {
		t.Errorf("a rule of a pointer: %v, of a text: %v; no struct has either", ofPointer, ofText)
	}
	type late struct{ Name string }
	defer func() {
		if recover() == nil {
			t.Error("a rule was taken after the first call of Validate")
		}
	}()
	validation.AddRule(func(*late, validation.Reject) {})
}
