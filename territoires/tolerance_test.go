package territoires_test

import (
	"encoding"
	"fmt"
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/programme"
	"github.com/territoires-industrie/sdk/territoires/sirene"
	"github.com/territoires-industrie/sdk/territoires/vte"
)

// TestTolerance gives every parser of the library a text as people paste it:
// with spaces and line ends of several kinds, invisible characters, full-width
// digits and the other case.
func TestTolerance(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typed, want string
		parse       func(string) (any, error)
	}{
		{"\ufeff TI-27０1\u200b\r\n", "ti-2701", reads(territoires.ParseID)},
		{"\u00a0ii\t", "II", reads(territoires.ParsePhase)},
		{" BPIFRANCE\n", "bpifrance", reads(territoires.ParseOperator)},
		{"\u200bInnover ", "innover", reads(func(s string) (territoires.Axis, error) { return territoires.ParseAxis(territoires.PhaseI, s) })},
		{" ２０１９-06-12\r\n", "2019-06-12", reads(territoires.ParseDate)},
		{"2019‑06‑12", "2019-06-12", reads(territoires.ParseDate)}, // no-break hyphens
		{" 2019-03-18 /\u00a02019-03-24\n", "2019-03-18/2019-03-24", reads(territoires.ParseSpan)},
		{" .. / 2019-05-16", "../2019-05-16", reads(territoires.ParseSpan)},
		{"732 829\u202f320\u200b", "732829320", reads(sirene.ParseSIREN)},
		{"７３２829320 00074\r\n", "73282932000074", reads(sirene.ParseSIRET)},
		{" 25.62b\u00a0", "25.62B", reads(sirene.ParseNAF)},
		{"\u200b2１ 425\n", "21425", reads(cog.V2026.ParseCommune)},
		{" 2a ", "2A", reads(cog.V2026.ParseDepartement)},
		{"\ufeff２7\r\n", "27", reads(cog.V2026.ParseRegion)},
		{"242 101 491", "242101491", reads(cog.V2026.ParseEPCI)},
		{" Protocol\r\n", "protocol", reads(agreement.ParseStage)},
		{"\u200bYES ", "yes", reads(programme.ParseAnswer)},
		{" EPCI\n", "epci", unmarshals[agreement.SignatoryKind]()},
		{" Public\u00a0", "public", unmarshals[agreement.College]()},
		{"CDD ", "cdd", unmarshals[vte.EmploymentContract]()},
		{"\tFinance", "finance", unmarshals[vte.Mission]()},
		{"Student\u200b", "student", unmarshals[vte.CandidateStatus]()},
		{" pme", "PME", unmarshals[vte.SizeCategory]()},
		{" Met", "met", unmarshals[vte.Verdict]()},
		{"Contract\r\n", "contract", unmarshals[programme.DocumentKind]()},
		{" Operator", "operator", unmarshals[programme.OrganisationKind]()},
		{"Round-Table ", "round-table", unmarshals[programme.SessionKind]()},
		{" PILOT", "pilot", unmarshals[programme.Question]()},
	} {
		if got, err := tt.parse(tt.typed); err != nil || fmt.Sprint(got) != tt.want {
			t.Errorf("%T %q is read as %v, %v; want %s", got, tt.typed, got, err, tt.want)
		}
		if got, err := tt.parse(tt.typed + "x"); err == nil {
			t.Errorf("%T %q is read as %v; want an error", got, tt.typed+"x", got)
		}
	}
}

func reads[T any](parse func(string) (T, error)) func(string) (any, error) {
	return func(s string) (any, error) { return parse(s) }
}

func unmarshals[T any, P interface {
	*T
	encoding.TextUnmarshaler
}]() func(string) (any, error) {
	return func(s string) (any, error) {
		var v T
		err := P(&v).UnmarshalText([]byte(s))
		return v, err
	}
}
