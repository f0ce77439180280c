package sirene_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// TestCauses wants a cause of its own for each mistake, and a sentence in each
// language that does not repeat what was typed.
func TestCauses(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	for _, tt := range []struct {
		kind, typed string
		cause       sirene.Cause
	}{
		{"SIREN", "732829321", sirene.CauseChecksum}, {"SIREN", "73282932", sirene.CauseShort}, {"SIREN", "", sirene.CauseShort},
		{"SIREN", "73282932a", sirene.CauseCharacter}, {"SIREN", "7328293200", sirene.CauseLong}, {"SIREN", "73282932000074", sirene.CauseSIRET},
		{"SIRET", "73282932000075", sirene.CauseChecksum}, {"SIRET", "73282932100074", sirene.CauseChecksum}, {"SIRET", "732829320", sirene.CauseSIREN},
		{"SIRET", "7328293200007", sirene.CauseShort}, {"SIRET", "732829320000741", sirene.CauseLong}, {"SIRET", "Fonderie", sirene.CauseCharacter},
		{"NAF", "2562", sirene.CauseShort}, {"NAF", "25.62BB", sirene.CauseLong}, {"NAF", "25.6BB", sirene.CauseCharacter},
	} {
		var err error
		switch tt.kind {
		case "SIREN":
			_, err = sirene.ParseSIREN(tt.typed)
		case "SIRET":
			_, err = sirene.ParseSIRET(tt.typed)
		default:
			_, err = sirene.ParseNAF(tt.typed)
		}
		e, ok := errors.AsType[*sirene.ParseError](err)
		if !ok || e.Cause != tt.cause || e.Kind != tt.kind {
			t.Errorf("%s %q: %+v; want cause %q", tt.kind, tt.typed, e, tt.cause)
			continue
		}
		fr, en := e.Message("fr"), e.Message("en-GB")
		if fr == en || e.Message("en_US") != en || e.Message("enm") != fr || !strings.HasSuffix(fr, ".") || strings.Contains(fr, " :") || tt.typed != "" && strings.Contains(fr+en, tt.typed) {
			t.Errorf("%s %q: %q, %q", tt.kind, tt.typed, fr, en)
		}
		key := tt.kind + string(tt.cause)
		if other, taken := said[fr]; taken && other != key {
			t.Errorf("%s says what %s says: %q", key, other, fr)
		}
		said[fr] = key
	}
}

func ExampleParseError_Message() {
	_, err := sirene.ParseSIREN("732 829 321")
	if e, ok := errors.AsType[*sirene.ParseError](err); ok {
		fmt.Println(e.Cause, "-", e.Message("en"))
	}
	// Output: checksum - Check every digit of this SIREN number: its check digit is wrong.
}
