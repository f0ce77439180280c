package cog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

// TestTraceCommune goes through every commune of both vintages: each has a place
// in the other, and those that stayed stay themselves.
func TestTraceCommune(t *testing.T) {
	t.Parallel()
	moved := 0
	for c := range cog.V2019.Communes() {
		s, ok := cog.TraceCommune(cog.V2019, cog.V2026, c.Code)
		if _, there := cog.V2026.Commune(s); !ok || !there {
			t.Errorf("TraceCommune(2019, 2026, %v) = %v, %v", c.Code, s, ok)
		}
		if _, stayed := cog.V2026.Commune(c.Code); stayed != (s == c.Code) {
			t.Errorf("TraceCommune(2019, 2026, %v) = %v, but in 2026: %v", c.Code, s, stayed)
		}
		if s != c.Code {
			moved++
		}
	}
	for c := range cog.V2026.Communes() {
		p, ok := cog.TraceCommune(cog.V2026, cog.V2019, c.Code)
		if _, there := cog.V2019.Commune(p); !ok || !there {
			t.Errorf("TraceCommune(2026, 2019, %v) = %v, %v", c.Code, p, ok)
		}
	}
	if moved != 107 {
		t.Errorf("%d communes of 2019 have another code in 2026; want 107", moved)
	}
	for _, tt := range []struct {
		from, to   cog.Vintage
		code, want cog.CommuneCode
	}{
		{cog.V2019, cog.V2026, "75107", "75056"}, // an arrondissement
		{cog.V2026, cog.V2019, "75107", "75056"},
		{cog.V2026, cog.V2026, "75107", "75056"},
		{cog.V2019, cog.V2026, "93059", "93066"}, // merged since
		{cog.V2019, cog.V2019, "93059", "93059"},
		{cog.V2026, cog.V2019, "93059", ""}, // 2026 has none of that code
		{cog.V2026, cog.V2026, "93059", ""},
		{cog.V2019, cog.V2026, "50602", "50129"}, // a commune déléguée
		{cog.V2026, cog.V2026, "50602", "50129"},
		{cog.V2019, cog.V2019, "50602", "50129"},
		{cog.V2026, cog.V2019, "12218", "12076"}, // named by another of its parts in 2019
		{cog.V2019, cog.V2026, "12218", ""},
		{cog.V2019, cog.V2026, "nowhere", ""},
		{0, cog.V2026, "21425", ""},
		{0, cog.V2026, "50602", ""},
		{cog.V2019, 2000, "21425", ""},
		{2000, 2000, "50602", ""},
	} {
		if got, ok := cog.TraceCommune(tt.from, tt.to, tt.code); got != tt.want || ok != (tt.want != "") {
			t.Errorf("TraceCommune(%v, %v, %q) = %q, %v; want %q", tt.from, tt.to, tt.code, got, ok, tt.want)
		}
	}
}

// TestTrace checks the EPCI that did not exist in 2019 and belong to a
// territory today: where their communes were.
func TestTraceEPCI(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		code cog.EPCICode
		want []cog.EPCICode
	}{
		{"200090561", []cog.EPCICode{"200033207", "241800325", "200070571"}}, // Vierzon-Sologne-Berry
		{"200089456", []cog.EPCICode{"200035665", "242700623"}},              // Seine-Eure
		{"200096634", []cog.EPCICode{"200071157"}},                           // Hautes Vosges, split in two
		{"200096642", []cog.EPCICode{"200071157"}},
	} {
		var got []cog.EPCICode
		for _, s := range cog.TraceEPCI(cog.V2026, cog.V2019, tt.code) {
			got = append(got, s.EPCI.Code)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("TraceEPCI(2026, 2019, %v) mismatch (-want +got):\n%s", tt.code, diff)
		}
	}
	split := cog.TraceEPCI(cog.V2019, cog.V2026, "200071157")
	if len(split) != 2 || split[0].Communes < split[1].Communes || split[0].EPCI.Name != "CC des Hautes Vosges" {
		t.Errorf("the communes of 200071157 went to %+v", split)
	}
	if got := cog.TraceEPCI(cog.V2019, cog.V2026, "000000000"); got != nil {
		t.Errorf("TraceEPCI of no EPCI = %v", got)
	}
	for _, none := range []cog.Vintage{0, 2020} {
		if a, b := cog.TraceEPCI(cog.V2019, none, "242101491"), cog.TraceEPCI(none, cog.V2026, "242101491"); a != nil || b != nil {
			t.Errorf("TraceEPCI to or from a vintage that there is not = %v, %v", a, b)
		}
	}
	ept := cog.TraceEPCI(cog.V2019, cog.V2026, "200057867")
	if len(ept) != 1 || ept[0].EPCI.Name != "Plaine Commune" || ept[0].Communes != 9 {
		t.Errorf("TraceEPCI of an EPT = %+v", ept)
	}
}
