package validation_test

import (
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires/validation"
)

// TestKeysWithBrackets keeps the key of a map out of an error, whatever is in it.
func TestKeysWithBrackets(t *testing.T) {
	t.Parallel()
	type reply struct {
		Text string `json:"text" validate:"max=3"`
	}
	type answers struct {
		By    map[string][]string `json:"by,omitempty" validate:"dive,dive,max=3"`
		Deep  map[string]reply    `json:"deep,omitempty" validate:"dive"`
		Loose map[string]any      `json:"loose,omitempty" validate:"dive,max=3"`
	}
	host := validator.New()
	if err := validation.Register(host); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"a]Dupont", "]", "[", "x].y[0]Dupont", "[0]Dupont", "Dupont", "*]Dupont", "].text.Dupont",
		"06", "0612345678",
	} {
		for _, tt := range []struct {
			value         answers
			want, without string
		}{
			{answers{By: map[string][]string{key: {"long text"}}}, "by[*][0]", "by[*]"},
			{answers{Deep: map[string]reply{key: {"long text"}}}, "deep[*].text", "deep[*].text"},
			{answers{Loose: map[string]any{key: "long text"}}, "loose[*]", "loose[*]"},
		} {
			if diff := cmp.Diff([]string{"answers." + tt.want + ": max=3"}, lines(validation.Validate(tt.value))); diff != "" {
				t.Errorf("key %q (-want +got):\n%s", key, diff)
			}
			// A validator of the caller's own does not tell the type.
			if diff := cmp.Diff([]string{"answers." + tt.without + ": max=3"}, lines(validation.Translate(host.Struct(tt.value)))); diff != "" {
				t.Errorf("key %q, the caller's own validator (-want +got):\n%s", key, diff)
			}
		}
	}
	for _, key := range []string{strings.Repeat("].[", 20) + "Dupont", strings.Repeat("]Dupont[", 1000)} { // more than are worth the work
		err := validation.Validate(answers{By: map[string][]string{key: {"long text"}}})
		if diff := cmp.Diff([]string{"answers.by[*]: max=3"}, lines(err)); diff != "" {
			t.Errorf("key %q (-want +got):\n%s", key, diff)
		}
	}
	for key, want := range map[string]string{"12": "answers.deep[12].text", "12]Dupont": "answers.deep[*].text", "1234567": "answers.deep[*].text"} {
		err := validation.Translate(host.Struct(answers{Deep: map[string]reply{key: {"long text"}}}))
		if diff := cmp.Diff([]string{want + ": max=3"}, lines(err)); diff != "" {
			t.Errorf("key %q (-want +got):\n%s", key, diff)
		}
	}
}

type branch struct {
	Name string            `json:"name" validate:"required"`
	On   map[string]branch `json:"on" validate:"dive"`
}

// TestKeysOfDeepMaps: the time for a path grows with its length,
// and does not double with each map.
func TestKeysOfDeepMaps(t *testing.T) {
	t.Parallel()
	deep := branch{}
	for range 40 {
		deep = branch{"a", map[string]branch{"k": deep}}
	}
	if err := validation.Validate(&deep); err == nil || strings.Count(err.Error(), "on[*]") != 40 {
		t.Errorf("%v", err)
	}
}
