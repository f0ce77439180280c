package validation_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires/validation"
)

// TestNotBlank refuses a text that nobody can see, and asks for one as for a field that
// is empty.
func TestNotBlank(t *testing.T) {
	t.Parallel()
	type plate struct {
		Name string `json:"name" validate:"notblank"`
	}
	for name, want := range map[string][]string{
		"Montbard": nil, " Montbard": nil, "–": nil, "\u200bMontbard": nil,
		"": {"plate.name: required"}, " ": {"plate.name: required"}, "\u00a0\u202f": {"plate.name: required"},
		"\t\r\n": {"plate.name: required"}, "\u200b\ufeff\u00ad": {"plate.name: required"},
	} {
		err := validation.Validate(plate{name})
		if diff := cmp.Diff(want, lines(err)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
		if err == nil {
			continue
		}
		for _, f := range fields(t, err) {
			if got := f.Message("en"); got != "Fill in this field." {
				t.Errorf("%q: %s", name, got)
			}
		}
	}
}
