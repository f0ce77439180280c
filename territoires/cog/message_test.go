package cog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

// TestCauses wants the cause of each mistake and what may have been meant.
func TestCauses(t *testing.T) {
	t.Parallel()
	parse := map[string]func(string) error{
		"région":      func(s string) error { _, err := cog.V2019.ParseRegion(s); return err },
		"département": func(s string) error { _, err := cog.V2019.ParseDepartement(s); return err },
		"commune":     func(s string) error { _, err := cog.V2026.ParseCommune(s); return err },
		"EPCI":        func(s string) error { _, err := cog.V2019.ParseEPCI(s); return err },
	}
	for _, tt := range []struct {
		kind, typed string
		cause       cog.Cause
		meant       string
	}{
		{"région", "bourgogne", cog.CauseMalformed, ""}, {"région", "1", cog.CauseZero, "(01, Guadeloupe)"}, {"région", "99", cog.CauseUnknown, ""},
		{"région", "21", cog.CauseDepartement, "(27, Bourgogne-Franche-Comté)"}, {"région", "2A", cog.CauseDepartement, "(94, Corse)"},
		{"région", "974", cog.CauseDepartement, "(04, La Réunion)"},
		{"département", "1", cog.CauseZero, "(01, Ain)"}, {"département", "20", cog.CauseCorse, ""}, {"département", "99", cog.CauseUnknown, ""},
		{"département", "Ain", cog.CauseMalformed, ""},
		{"commune", "1004", cog.CauseZero, "(01004, Ambérieu-en-Bugey)"}, {"commune", "75107", cog.CauseArrondissement, "(75056, Paris)"},
		{"commune", "50602", cog.CausePart, "(50129, Cherbourg-en-Cotentin)"}, {"commune", "20004", cog.CauseCorse, ""},
		{"commune", "Paris", cog.CauseMalformed, ""}, {"commune", "99999", cog.CauseUnknown, ""},
		{"EPCI", "123", cog.CauseMalformed, ""}, {"EPCI", "732829320", cog.CauseUnknown, ""},
	} {
		e, ok := errors.AsType[*cog.ParseError](parse[tt.kind](tt.typed))
		if !ok || e.Cause != tt.cause || e.Kind != tt.kind {
			t.Errorf("%s %q: %+v; want cause %q", tt.kind, tt.typed, e, tt.cause)
			continue
		}
		fr, en := e.Message("fr"), e.Message("en")
		if fr == en || e.Message("en_US") != en || e.Message("enm") != fr || !strings.HasSuffix(fr, tt.meant+".") || !strings.HasSuffix(en, tt.meant+".") || strings.Contains(fr, " :") {
			t.Errorf("%s %q: %q, %q; want both to end with %q", tt.kind, tt.typed, fr, en, tt.meant)
		}
	}
}

// TestKindLabels wants words for every kind that the table has.
func TestKindLabels(t *testing.T) {
	t.Parallel()
	seen := map[cog.Kind]bool{}
	for _, v := range cog.Vintages() {
		for e := range v.EPCIs() {
			seen[e.Kind] = true
		}
	}
	labels := map[string]bool{}
	for k := range seen {
		labels[k.Label("fr")] = true
	}
	if len(seen) != 6 || len(labels) != 6 || labels[""] || cog.Kind("SIVU").Label("fr") != "" {
		t.Errorf("%d kinds have the labels %v", len(seen), labels)
	}
}

func ExampleParseError_Message() {
	_, err := cog.V2019.ParseRegion("21")
	if e, ok := errors.AsType[*cog.ParseError](err); ok {
		fmt.Println(e.Cause, "-", e.Message("en"))
	}
	// Output: departement - This is the code of a département: write that of its région (27, Bourgogne-Franche-Comté).
}
