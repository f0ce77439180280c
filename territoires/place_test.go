package territoires_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

func TestOfCommune(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		why   string
		phase territoires.Phase
		code  cog.CommuneCode
		want  territoires.ID
	}{
		{"by its EPCI", territoires.PhaseI, "21425", "ti-2701"},
		{"on its own", territoires.PhaseI, "06033", "ti-9303"},
		{"the neighbour of Carros, same EPCI", territoires.PhaseI, "06088", ""},
		{"the whole EPCI in phase II", territoires.PhaseII, "06033", "ti-9305"},
		{"by its EPT", territoires.PhaseI, "94054", "ti-1104"},
		{"merged since 2019", territoires.PhaseI, "02077", "ti-3214"},
		{"separated since 2019", territoires.PhaseI, "14666", "ti-2802"},
		{"arrondissement of a commune in none", territoires.PhaseI, "13201", ""},
		{"Paris is in none", territoires.PhaseI, "75056", ""},
		{"no commune", territoires.PhaseI, "99999", ""},
		{"no phase", 0, "21425", ""},
	} {
		if got, ok := territoires.OfCommune(tt.phase, tt.code); got.ID != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: OfCommune(%v, %v) = %q, %v; want %q", tt.why, tt.phase, tt.code, got.ID, ok, tt.want)
		}
	}
}

func TestOfEPCI(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		why   string
		phase territoires.Phase
		code  cog.EPCICode
		want  []territoires.ID
	}{
		{"a member", territoires.PhaseI, "242101491", []territoires.ID{"ti-2701"}},
		{"merged into a member since 2019", territoires.PhaseI, "242700623", []territoires.ID{"ti-2801"}},
		{"only one of its communes", territoires.PhaseI, "200030195", []territoires.ID{"ti-9303"}},
		{"an EPT", territoires.PhaseI, "200058014", []territoires.ID{"ti-1104"}},
		{"the EPCI around the EPT", territoires.PhaseI, "200054781", []territoires.ID{"ti-1104", "ti-1105", "ti-1101"}},
		{"a commune that is a member", territoires.PhaseI, "214200958", nil},
		{"none", territoires.PhaseI, "000000000", nil},
	} {
		var got []territoires.ID
		for _, tr := range territoires.OfEPCI(tt.phase, tt.code) {
			got = append(got, tr.ID)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: OfEPCI(%v, %v) mismatch (-want +got):\n%s", tt.why, tt.phase, tt.code, diff)
		}
	}
}

func TestOfRegionAndDepartement(t *testing.T) {
	t.Parallel()
	ids := func(seq func(func(territoires.Territory) bool)) (out []territoires.ID) {
		for tr := range seq {
			out = append(out, tr.ID)
		}
		return out
	}
	if diff := cmp.Diff([]territoires.ID{"ti-0301", "ti-0302", "ti-0303"}, ids(territoires.OfRegion(territoires.PhaseI, "03"))); diff != "" {
		t.Errorf("Guyane mismatch (-want +got):\n%s", diff)
	}
	// Lacq-Pau - Tarbes is led by Nouvelle-Aquitaine and is in Occitanie too.
	if diff := cmp.Diff([]territoires.ID{"ti-7505", "ti-7608"}, ids(territoires.OfDepartement(territoires.PhaseI, "65"))); diff != "" {
		t.Errorf("Hautes-Pyrénées mismatch (-want +got):\n%s", diff)
	}
	if got := ids(territoires.OfRegion(territoires.PhaseI, "05")); got != nil {
		t.Errorf("région 05 has %v", got)
	}
	for range territoires.OfRegion(territoires.PhaseI, "84") {
		break // a sequence may be left at any element
	}
}
