package territoires_test

import (
	"encoding"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/programme"
	"github.com/territoires-industrie/sdk/territoires/sirene"
	"github.com/territoires-industrie/sdk/territoires/vte"
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
		{"date", "2019-03-24/2019-03-18", territoires.CauseOrder}, {"date", "2019-03-18/2019-03-18", territoires.CauseSame}, {"operator", "ademe", territoires.CauseUnknown},
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

// TestParseErrorOfKindAndCause prints errors of which only what Message reads is set.
func TestParseErrorOfKindAndCause(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"territoires: date: ": &territoires.ParseError{Kind: "date"},
		"cog: commune: ":      &cog.ParseError{Kind: "commune", Cause: cog.CausePart},
		"sirene: SIREN: ":     &sirene.ParseError{Kind: "SIREN", Cause: sirene.CauseChecksum},
	} {
		if err.Error() != want {
			t.Errorf("%q; want %q", err, want)
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

// TestClosedLists wants who types a word that a list does not have to read which
// there are, and a program to be told the cause.
func TestClosedLists(t *testing.T) {
	t.Parallel()
	for word, into := range map[string]encoding.TextUnmarshaler{
		"pole-emploi": new(territoires.Operator), "epci": new(agreement.SignatoryKind), "public": new(agreement.College), "amended": new(agreement.Stage),
		"finance": new(vte.Mission), "cdd": new(vte.EmploymentContract), "PME": new(vte.SizeCategory), "met": new(vte.Verdict), "student": new(vte.CandidateStatus),
		"likely": new(programme.Answer), "pilot": new(programme.Question), "protocol": new(programme.DocumentKind), "exchange": new(programme.SessionKind),
		"service": new(programme.OrganisationKind),
	} {
		e, ok := errors.AsType[*territoires.ParseError](into.UnmarshalText([]byte("Jean Dupont")))
		if !ok || e.Cause != territoires.CauseUnknown || !e.Unknown() || !slices.Contains(e.Words, word) {
			t.Errorf("%T: %+v", into, e)
			continue
		}
		for _, text := range []string{e.Error(), e.Message("fr"), e.Message("en")} {
			if !strings.Contains(text, word) || strings.Contains(text, "Dupont") {
				t.Errorf("%T: %q", into, text)
			}
		}
	}
}
