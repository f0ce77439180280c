package territoires_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
)

// TestCausesOfParseErrors wants the cause of each mistake, and its sentences.
func TestCausesOfParseErrors(t *testing.T) {
	t.Parallel()
	parse := map[string]func(string) error{
		"territory": func(s string) error { _, err := territoires.ParseID(s); return err },
		"axis":      func(s string) error { _, err := territoires.ParseAxis(territoires.PhaseI, s); return err },
		"phase":     func(s string) error { _, err := territoires.ParsePhase(s); return err },
		"date":      func(s string) error { _, err := territoires.ParseSpan(s); return err },
		"operator":  func(s string) error { _, err := territoires.ParseOperator(s); return err },
	}
	for _, tt := range []struct {
		kind, typed string
		cause       territoires.Cause
	}{
		{"territory", "0101", territoires.CauseMalformed}, {"territory", "ti-9999", territoires.CauseUnknown},
		{"axis", "plaire", territoires.CauseUnknown}, {"axis", "foncier", territoires.CausePhase},
		{"phase", "III", territoires.CauseMalformed}, {"date", "12 juin 2019", territoires.CauseMalformed},
		{"date", "2019-03-24/2019-03-18", territoires.CauseOrder}, {"operator", "ademe", territoires.CauseUnknown},
	} {
		e, ok := errors.AsType[*territoires.ParseError](parse[tt.kind](tt.typed))
		if !ok || e.Cause != tt.cause || e.Kind != tt.kind {
			t.Errorf("%s %q: %+v; want cause %q", tt.kind, tt.typed, e, tt.cause)
			continue
		}
		if fr, en := e.Message("fr"), e.Message("en"); fr == en || !strings.HasSuffix(fr, ".") || strings.Contains(fr, " :") {
			t.Errorf("%s %q: %q, %q", tt.kind, tt.typed, fr, en)
		}
	}
}

func ExampleParseError_Message() {
	_, err := territoires.ParseAxis(territoires.PhaseI, "foncier")
	if e, ok := errors.AsType[*territoires.ParseError](err); ok {
		fmt.Println(e.Cause, "-", e.Message("en"))
	}
	// Output: phase - Choose an axis of this phase: this one is of the other.
}
