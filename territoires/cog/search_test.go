package cog_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Saint-Étienne":              "saint etienne",
		"ST ETIENNE":                 "saint etienne",
		"Saint-E\u0301tienne":        "saint etienne",
		"Ste-Marie-aux-Mines":        "sainte marie aux mines",
		"  L'Haÿ-les-Roses ":         "l hay les roses",
		"Stes-Maries-de-la-Mer":      "saintes maries de la mer",
		"STS GEOSMES":                "saints geosmes",
		"Œuilly":                     "oeuilly",
		"Est":                        "est",
		"Brest":                      "brest",
		"Vallée – de l’Arve":         "vallee de l arve",
		"":                           "",
		"\xff\x00":                   "",
		"Bazancourt\u00a0– Pomacle":  "bazancourt pomacle",
		"\ufeffMont\u00adbard\u200b": "montbard",
		"Ｓｔ-Ｏｕｅｎ ９３":                 "saint ouen 93",
	} {
		if got := cog.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q; want %q", in, got, want)
		}
	}
}

func TestCommunesNamed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]cog.CommuneCode{
		"carros":    {"06033"},
		"ST BRIEUC": {"22278"},
		"Saint-Ouen": {
			"41226", "80711",
		},
		"paris 7e arrondissement": nil,
		"":                        nil,
	} {
		var got []cog.CommuneCode
		for c := range cog.V2019.CommunesNamed(name) {
			got = append(got, c.Code)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("CommunesNamed(%q) mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		query string
		want  cog.CommuneCode // of the first; "" for none
		fit   cog.Fit
	}{
		{"Montbard", "21425", cog.FitWhole},
		{"le havre", "76351", cog.FitWhole},
		{"havre", "76351", cog.FitWhole},
		{"Havre (Le)", "76351", cog.FitWhole},
		{"cherbourg", "50129", cog.FitBeginning},
		{"cotentin", "50082", cog.FitWithin},
		{"Monbard", "21425", cog.FitWholeMistyped},
		{"Roen", "76540", cog.FitWholeMistyped}, // a letter missing of five
		{"cherbourg cotntin", "50129", cog.FitWholeMistyped},
		{"montbar", "21425", cog.FitWholeMistyped},
		{"cherbour", "50129", cog.FitCutShort},
		{"cherbuorg", "50129", cog.FitMistyped},
		{"Montbard 21500", "21425", cog.FitWhole},
		{"21 - Montbard", "21425", cog.FitWhole},
		{"Saint-Pierre, La Réunion", "97416", cog.FitWhole},
		{"2A Ajaccio", "2A004", cog.FitWhole},
		{"20000 ajaccio", "2A004", cog.FitWhole},
		{"Montbard 75001", "21425", cog.FitWhole}, // of another département: the name counts
		{"Montlouis-sur-Loire, Indre-et-Loire", "37156", cog.FitWhole},
		{"Tourlaville", "50129", cog.FitWhole},
		{"Cherbourg-Octeville", "50129", cog.FitWhole}, // gave its code to the commune that it is part of
		{"Notre Dame de Gravenchon", "76476", cog.FitWhole},
		{"Bellegarde-sur-Valserine", "01033", cog.FitWhole},
		{"Béon, Ain", "01138", cog.FitWhole}, // merged since 2019
		{"Lyon 3e", "69123", cog.FitWhole},
		{"lyon 3", "69123", cog.FitWhole},
		{"Lyon 8ème, Rhône", "69123", cog.FitWhole},
		{"Paris 7e Arrondissement", "75056", cog.FitWhole},
		{"75001 Paris 1er", "75056", cog.FitWhole},
		{"16e arrondissement de Marseille", "13055", cog.FitWhole},
		{"Stes Maries de la Mer", "13096", cog.FitWhole},
		{"01000 BOURG EN BRESSE CEDEX", "01053", cog.FitWhole}, // a line of an address
		{"Cedex", "", 0},
		{"Châlons-sur-Marne", "", 0}, // its name until 1995: no other Châlons of the Marne
		{"Bar sur Aube, Aube", "10033", cog.FitWhole},
		{"Toulouse 3e", "31555", cog.FitWholeMistyped}, // has no arrondissements
		{"21425", "", 0},
		{"xyzzy", "", 0},
		{"entreprise", "", 0},
		{"", "", 0},
		{"\xff", "", 0},
		{strings.Repeat("Montbard ", 50), "", 0},
		{"a b c d e f g h i j montbard", "", 0},
	} {
		var got cog.Found
		for got = range cog.Search(tt.query) {
			break
		}
		if got.Commune.Code != tt.want || got.Fit != tt.fit {
			t.Errorf("Search(%.40q) = %v %q, %v; want %v, %v", tt.query, got.Commune.Code, got.Name, got.Fit, tt.want, tt.fit)
		}
	}
}

// TestSearchArrondissements finds the commune by the name of each arrondissement.
func TestSearchArrondissements(t *testing.T) {
	t.Parallel()
	n := 0
	for first, last := range map[int]int{75101: 75120, 69381: 69389, 13201: 13216} {
		for code := first; code <= last; code++ {
			c, ok := cog.V2026.Commune(cog.CommuneCode(strconv.Itoa(code)))
			if !ok {
				t.Fatalf("%d is no arrondissement", code)
			}
			n++
			for f := range cog.Search(c.Name) {
				if f.Commune.Code != c.Parent || f.Fit != cog.FitWhole {
					t.Errorf("Search(%q) = %v", c.Name, f)
				}
				n--
				break
			}
		}
	}
	if n != 0 {
		t.Errorf("%d arrondissements find nothing", n)
	}
}
