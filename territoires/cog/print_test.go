package cog_test

import (
	"fmt"
	"testing"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

func TestPrinted(t *testing.T) {
	t.Parallel()
	montbard, _ := cog.V2026.Commune("21425")
	epci, _ := cog.V2026.EPCI(montbard.EPCI)
	departement, _ := cog.V2026.Departement(montbard.Departement)
	region, _ := cog.V2026.Region(departement.Region)
	for want, v := range map[string]any{
		"Montbard (21425)":                          montbard,
		"CC du Montbardois (242101491)":             epci,
		"Côte-d'Or (21)":                            departement,
		"Bourgogne-Franche-Comté (27)":              region,
		"CC du Montbardois (242101491): 2 communes": cog.Share{EPCI: epci, Communes: 2},
		"Montbard (21425): whole":                   cog.Found{Commune: montbard, Name: "Montbard", Fit: cog.FitWhole},
		"Montbard (21425), by Courtangy: mistyped":  cog.Found{Commune: montbard, Name: "Courtangy", Fit: cog.FitMistyped},
		"CC":   cog.KindCC,
		"":     cog.Commune{},
		"2026": cog.V2026,
	} {
		if got := fmt.Sprint(v); got != want {
			t.Errorf("%T prints %q; want %q", v, got, want)
		}
	}
}

func TestKindValid(t *testing.T) {
	t.Parallel()
	for e := range cog.V2026.EPCIs() {
		if !e.Kind.Valid() {
			t.Errorf("kind %q of %v is not valid", e.Kind, e)
		}
	}
	for _, k := range []cog.Kind{"", "cc", "EPCI"} {
		if k.Valid() {
			t.Errorf("kind %q is valid", k)
		}
	}
}
