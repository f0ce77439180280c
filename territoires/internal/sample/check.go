package sample

import (
	"errors"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Rules validates x and returns "path: rule=param" for each field that is
// wrong. Every rule must have its sentence in both languages.
func Rules(t *testing.T, x any) []string {
	t.Helper()
	err := validation.Validate(x)
	if err == nil {
		return nil
	}
	bad, ok := errors.AsType[*validation.Error](err)
	if !ok {
		t.Fatalf("Validate = %T %v; want a *ValidationError", err, err)
	}
	var out []string
	for _, f := range bad.Fields {
		CheckSentences(t, f)
		out = append(out, f.Error())
	}
	return out
}

// CheckSentences fails t unless the rule of a field error has its sentence in both
// languages.
func CheckSentences(t *testing.T, f validation.FieldError) {
	t.Helper()
	general := validation.FieldError{Rule: "no such rule"}
	hole := f
	hole.Param = "§"
	for _, lang := range []string{"fr", "en"} {
		if m := f.Message(lang); m == general.Message(lang) || strings.Contains(m, "{}") {
			t.Errorf("rule %q has no sentence in %s: %q", f.Rule, lang, m)
		}
		if m := hole.Message(lang); f.Param == "" && strings.Contains(m, "§") && strings.ReplaceAll(m, "§", "") == f.Message(lang) {
			t.Errorf("rule %q has a sentence in %s that wants a parameter: %q", f.Rule, lang, m)
		}
	}
}

// CheckSource fails t unless a source has a publisher and an address.
func CheckSource(t *testing.T, s territoires.Source) {
	t.Helper()
	if s.Publisher == "" || !strings.HasPrefix(s.URL, "http") {
		t.Errorf("source %+v", s)
	}
}
