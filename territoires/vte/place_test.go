package vte_test

import (
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/validation"
	"github.com/territoires-industrie/sdk/territoires/vte"
)

// TestTerritory asks on days of both phases where a post is. The identifiers are
// those of other places in the other phase.
func TestTerritory(t *testing.T) {
	t.Parallel()
	before, first := "2023-11-08", "2023-11-09"
	for _, tt := range []struct {
		name, requested, on string
		place               vte.Placement
		want                string // "" for none
	}{
		{"an identifier alone means phase I before phase II", "2019-06-12", "2021-01-01", vte.Placement{Territory: "ti-2707"}, "Nord Franche-Comté"},
		{"to its last day", before, before, vte.Placement{Territory: "ti-2707"}, "Nord Franche-Comté"},
		{"and is not read in phase II", before, first, vte.Placement{Territory: "ti-2707"}, ""},
		{"alone it means nothing later", "2024-06-03", "2024-06-03", vte.Placement{Territory: "ti-2708"}, ""},
		{"nor by the rules of an earlier day", "2024-06-03", "2021-01-01", vte.Placement{Territory: "ti-2707"}, ""},
		{"of phase II", "2024-06-03", "2024-06-03", vte.Placement{Phase: territoires.PhaseII, Territory: "ti-2708"}, "Nord Franche-Comté"},
		{"of phase II in a day of phase I", "2024-06-03", before, vte.Placement{Phase: territoires.PhaseII, Territory: "ti-2708"}, ""},
		{"of phase I in a day of phase II", "2024-06-03", "2024-06-03", vte.Placement{Phase: territoires.PhaseI, Territory: "ti-2707"}, ""},
		{"Dieppe in phase I", "2024-06-03", before, vte.Placement{Commune: "76217"}, "Côte d'Albâtre"},
		{"Dieppe in phase II", "2019-06-12", first, vte.Placement{Commune: "76217"}, "Dieppe Côte d'Albâtre"},
		{"a code as people type it, which is valid too", "2024-06-03", before, vte.Placement{Commune: " 76\u202f217"}, "Côte d'Albâtre"},
		{"a commune outside", "2024-06-03", "2024-06-03", vte.Placement{Commune: "75056"}, ""},
		{"nowhere", "2024-06-03", "2024-06-03", vte.Placement{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := sample.VTE()
			place := v.Placement
			place.Phase, place.Territory, place.Commune = tt.place.Phase, tt.place.Territory, tt.place.Commune
			v.Requested, v.Placement = sample.Day(tt.requested), place
			got, ok := v.Territory(sample.Day(tt.on))
			if got.Name != tt.want || ok != (tt.want != "") {
				t.Errorf("%q, %v; want %q", got.Name, ok, tt.want)
			}
			paid := false
			for _, a := range v.Aids(sample.Day(tt.on)) {
				paid = paid || a.Key == "vte-ti"
			}
			if paid != ok {
				t.Errorf("aid for a territory: %v, in one: %v", paid, ok)
			}
			if open := len(v.UndecidedAids(sample.Day(tt.on))) == 1; open != (!ok && place.Commune == "") {
				t.Errorf("undecided aid: %v", open)
			}
		})
	}
}

// TestPlacesOfAnyYear validates requests that name their place in each way.
func TestPlacesOfAnyYear(t *testing.T) {
	t.Parallel()
	for _, place := range []vte.Placement{
		{}, {Commune: "76217"}, {Commune: "50129"}, {Commune: " 76\u202f217"}, {Phase: territoires.PhaseI, Territory: "ti-2707"}, {Phase: territoires.PhaseII, Territory: "ti-2708"},
	} {
		for _, requested := range []string{"2019-06-12", "2024-06-03"} {
			v := sample.VTE()
			v.Requested = sample.Day(requested)
			v.Placement.Phase, v.Placement.Territory, v.Placement.Commune = place.Phase, place.Territory, place.Commune
			if err := validation.Validate(v); err != nil {
				t.Errorf("%+v in %s: %v", place, requested, err)
			}
		}
	}
}
