package territoires_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/territoires"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		why, query string
		want       territoires.ID // the first match; "" for none
		by         territoires.MatchKind
		exact      bool
	}{
		{"identifier", "ti-2701", "ti-2701", territoires.MatchCode, true},
		{"identifier in capitals", " TI-2701 ", "ti-2701", territoires.MatchCode, true},
		{"SIREN of a member", "242 101 491", "ti-2701", territoires.MatchCode, true},
		{"Insee code", "21425", "ti-2701", territoires.MatchCode, false},
		{"Insee code that is a postal code elsewhere", "59140", "ti-3210", territoires.MatchCode, false},
		{"Insee code with full-width digits", "２１４２５", "ti-2701", territoires.MatchCode, false},
		{"Insee code with a line end", "21425\r\n", "ti-2701", territoires.MatchCode, false},
		{"code of a commune déléguée", "50602", "ti-2806", territoires.MatchCode, false},
		{"Insee code of Corse in lower case", "2a004", "ti-9401", territoires.MatchCode, true},
		{"name", "Auxois Morvan", "ti-2701", territoires.MatchName, true},
		{"case and hyphens", "AUXOIS-MORVAN", "ti-2701", territoires.MatchName, true},
		{"accents", "cote d'albatre", "ti-2804", territoires.MatchName, true},
		{"typographic apostrophe", "Pays de l’Aigle", "ti-2807", territoires.MatchName, true},
		{"territoire de", "territoire de Carros", "ti-9303", territoires.MatchName, true},
		{"territoire d'industrie", "Territoire d’industrie Sud Alsace", "ti-4410", territoires.MatchName, true},
		{"alias", "montbard metal valley", "ti-2701", territoires.MatchAlias, true},
		{"letters swapped", "Axuois Morvan", "ti-2701", territoires.MatchName, false},
		{"letter missing", "Grand Chatelleraut", "ti-7504", territoires.MatchName, false},
		{"word cut short", "Châtellerau", "ti-7504", territoires.MatchName, false},
		{"words cut short", "lac pau tar", "ti-7505", territoires.MatchName, false},
		{"words in another order", "Saint-Omer Flandre", "ti-3209", territoires.MatchName, true},
		{"written together", "saintnazaire cordemais", "ti-5209", territoires.MatchName, false},
		{"St for Saint", "St-Nazaire Cordemais", "ti-5209", territoires.MatchName, true},
		{"member", "CC du Montbardois", "ti-2701", territoires.MatchMember, true},
		{"commune", "Montbard", "ti-2701", territoires.MatchCommune, true},
		{"first word of a commune", "cherbourg", "ti-2806", territoires.MatchCommune, false},
		{"commune with a letter less", "Monbard", "ti-2701", territoires.MatchCommune, false},
		{"commune with letters swapped", "cherbuorg", "ti-2806", territoires.MatchCommune, false},
		{"a short commune with a letter less", "Roen", "ti-2801", territoires.MatchCommune, false},
		{"a short word of a name with a letter less", "Laal", "ti-5204", territoires.MatchMember, false},
		{"commune with a wrong small word", "Ambérieu-e-Bugey", "ti-8408", territoires.MatchCommune, false},
		{"commune déléguée", "Tourlaville", "ti-2806", territoires.MatchCommune, true},
		{"commune déléguée whose code is its commune's", "Vire", "ti-2803", territoires.MatchCommune, true},
		{"commune of 2019", "Culoz", "ti-8408", territoires.MatchCommune, true},
		{"commune and postal code", "Montbard 21500", "ti-2701", territoires.MatchCommune, true},
		{"postal code and commune", "21500 MONTBARD", "ti-2701", territoires.MatchCommune, true},
		{"département and commune", "21 - Montbard", "ti-2701", territoires.MatchCommune, true},
		{"commune (département)", "Montbard (Côte-d'Or)", "ti-2701", territoires.MatchCommune, true},
		{"namesakes told apart", "Saint-Nazaire, Gard", "ti-7605", territoires.MatchCommune, true},
		{"name and département", "Auxois Morvan (21)", "ti-2701", territoires.MatchName, true},
		{"two names", "Auxois Morvan Montbard Metal Valley", "ti-2701", territoires.MatchName, false},
		{"a commune and a name", "Venarey-les-Laumes / Auxois Morvan", "ti-2701", territoires.MatchCommune, false},
		{"two communes", "Montbard et Venarey-les-Laumes", "ti-2701", territoires.MatchCommune, false},
		{"a word of the name before a commune", "chalon", "ti-2702", territoires.MatchName, false},
		{"a word of the name, a namesake outside", "le puy", "ti-8409", territoires.MatchName, false},
		{"a commune in no territory", "nantes", "", "", false},
		{"another", "Toulouse (31)", "", "", false},
		{"in no territory, but in its name", "Marseille", "", "", false},
		{"code of a commune in none", "75056", "", "", false},
		{"no word", "test", "", "", false},
		{"no word of five letters", "hello", "", "", false},
		{"nothing alike", "Xyzzy", "", "", false},
		{"empty", "", "", "", false},
		{"signs", " - ’ ", "", "", false},
		{"invalid UTF-8", "\xff\xfe\x00", "", "", false},
		{"another alphabet", "Товарищ", "", "", false},
		{"too long", strings.Repeat("carros ", 100), "", "", false},
	} {
		t.Run(tt.why, func(t *testing.T) {
			t.Parallel()
			found := territoires.Search(territoires.PhaseI, tt.query, 5)
			if tt.want == "" {
				if len(found) != 0 {
					t.Errorf("Search(%q) = %v %q; want nothing", tt.query, found[0].Territory.ID, found[0].Text)
				}
				return
			}
			if len(found) == 0 {
				t.Fatalf("Search(%q) found nothing; want %v", tt.query, tt.want)
			}
			got := found[0]
			if got.Territory.ID != tt.want || got.By != tt.by || got.Exact != tt.exact {
				t.Errorf("Search(%q) = %v by %s (%q), exact %v; want %v by %s, exact %v",
					tt.query, got.Territory.ID, got.By, got.Text, got.Exact, tt.want, tt.by, tt.exact)
			}
		})
	}
}

// TestSearchSaysWhere wants the commune on which a match rests.
func TestSearchSaysWhere(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][3]string{
		"59140":          {"59140", "Caullery", "59"},
		"50602":          {"50129", "Cherbourg-en-Cotentin", "50"},
		"Tourlaville":    {"50129", "Cherbourg-en-Cotentin", "50"},
		"cherbourg":      {"50129", "Cherbourg-en-Cotentin", "50"},
		"Montbard 21500": {"21425", "Montbard", "21"},
		"210600334":      {"06033", "Carros", "06"}, // SIREN of a commune that takes part on its own
		"Auxois Morvan":  {},
	} {
		found := territoires.Search(territoires.PhaseI, query, 1)
		if len(found) != 1 {
			t.Errorf("Search(%q) finds %d; want 1", query, len(found))
			continue
		}
		c := found[0].Commune
		if diff := cmp.Diff(want, [3]string{string(c.Code), c.Name, string(c.Departement)}); diff != "" {
			t.Errorf("Search(%q) rests on another commune (-want +got):\n%s", query, diff)
		}
	}
}

func TestOutside(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][]string{
		"nantes":          {"44109"},
		"Toulouse (31)":   {"31555"},
		"75056":           {"75056"},
		"75107":           {"75056"}, // an arrondissement
		"Paris 7e":        {"75056"},
		"Lyon 8ème":       {"69123"},
		"Saint-Denis":     {"11339", "30247", "93066", "97411"},
		"saint denis 974": {"97411"},
		"Montbard":        nil,
		"cherbourg":       nil,
		"toulous":         nil, // no whole name
		"":                nil,
	} {
		var got []string
		for c := range territoires.Outside(territoires.PhaseI, query) {
			got = append(got, string(c.Code))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Outside(%q) mismatch (-want +got):\n%s", query, diff)
		}
	}
	if found := territoires.Search(territoires.PhaseI, "Lyon 3e arrondissement", 5); len(found) != 0 {
		t.Errorf("Lyon, which lies in none, is found in %v", found)
	}
	for range territoires.Outside(0, "nantes") {
		t.Error("something lies outside of no phase")
	}
	for range territoires.Outside(territoires.PhaseI, "Saint-Denis") {
		break // a sequence may be left at any element
	}
}

func TestSearchSeveral(t *testing.T) {
	t.Parallel()
	ids := func(query string, limit int) (out []territoires.ID) {
		for _, m := range territoires.Search(territoires.PhaseI, query, limit) {
			out = append(out, m.Territory.ID)
		}
		return out
	}
	// One name of 2018 that became two territories gives both.
	if diff := cmp.Diff([]territoires.ID{"ti-4411", "ti-4413"}, ids("Val et Terres de Lorraine", 2)); diff != "" {
		t.Errorf("Val et Terres de Lorraine mismatch (-want +got):\n%s", diff)
	}
	// The whole name comes before the names that contain it.
	if diff := cmp.Diff([]territoires.ID{"ti-2407", "ti-2401"}, ids("sologne", 2)); diff != "" {
		t.Errorf("sologne mismatch (-want +got):\n%s", diff)
	}
	// Of several communes of one name, the one that a territory is named after.
	if diff := cmp.Diff([]territoires.ID{"ti-5209", "ti-7605"}, ids("St-Nazaire", 2)); diff != "" {
		t.Errorf("St-Nazaire mismatch (-want +got):\n%s", diff)
	}
	if got := ids("nord", 100); len(got) < 5 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) {
		t.Errorf("nord gives %v; want several, each once", got)
	}
	if got := ids("nord", 0); got != nil {
		t.Errorf("limit 0 gives %v", got)
	}
	if got := territoires.Search(0, "Carros", 5); got != nil {
		t.Errorf("no phase gives %v", got)
	}
}

// TestSearchForgives takes any name of either phase, makes one mistake in a
// long word, and expects the territory among the suggestions.
func TestSearchForgives(t *testing.T) {
	t.Parallel()
	all := slices.AppendSeq(slices.Collect(territoires.All(territoires.PhaseI)), territoires.All(territoires.PhaseII))
	rapid.Check(t, func(t *rapid.T) {
		tr := rapid.SampledFrom(all).Draw(t, "territory")
		name := []byte(tr.Name)
		var places []int // in the middle of four ASCII letters or more
		for i := 2; i+2 < len(name); i++ {
			if letters(name[i-2:i+3]) == 5 {
				places = append(places, i)
			}
		}
		if len(places) == 0 {
			t.Skip("no word long enough")
		}
		i := rapid.SampledFrom(places).Draw(t, "place")
		switch rapid.IntRange(0, 2).Draw(t, "mistake") {
		case 0:
			name[i], name[i+1] = name[i+1], name[i]
		case 1:
			name = slices.Delete(name, i, i+1)
		case 2:
			name = slices.Insert(name, i, name[i])
		}
		for c := range territoires.Outside(tr.Phase, string(name)) {
			t.Skip("the mistake makes the name of another place", c.Name) // Solgne of Sologne
		}
		found := territoires.Search(tr.Phase, string(name), 10)
		if !slices.ContainsFunc(found, func(m territoires.Match) bool { return m.Territory.Equal(tr) }) {
			t.Errorf("Search(%q) does not suggest %q", name, tr.Name)
		}
	})
}

func letters(b []byte) (n int) {
	for _, c := range b {
		if c|0x20 >= 'a' && c|0x20 <= 'z' {
			n++
		}
	}
	return n
}

func TestNearest(t *testing.T) {
	t.Parallel()
	dijon := territoires.Point{Longitude: 5.0415, Latitude: 47.322}
	found := territoires.Nearest(territoires.PhaseI, dijon, 3)
	var got []territoires.ID
	for i, n := range found {
		got = append(got, n.Territory.ID)
		if n.Kilometres <= 0 || n.Kilometres > 100 || i > 0 && n.Kilometres < found[i-1].Kilometres {
			t.Errorf("%v is %v km away", n.Territory.ID, n.Kilometres)
		}
	}
	if diff := cmp.Diff([]territoires.ID{"ti-2703", "ti-2701", "ti-2702"}, got); diff != "" {
		t.Errorf("nearest to Dijon mismatch (-want +got):\n%s", diff)
	}
	paris, marseille := territoires.Point{Longitude: 2.3522, Latitude: 48.8566}, territoires.Point{Longitude: 5.3698, Latitude: 43.2965}
	if d := paris.Distance(marseille); d < 655 || d > 666 {
		t.Errorf("Paris is %v km from Marseille; want about 661", d)
	}
	for _, p := range []territoires.Point{{Longitude: 181}, {Latitude: -91}, {Longitude: math.NaN()}, {Latitude: math.Inf(1)}} {
		if got := territoires.Nearest(territoires.PhaseI, p, 1); got != nil {
			t.Errorf("Nearest(%v) = %v", p, got)
		}
	}
	if got := len(territoires.Nearest(territoires.PhaseII, dijon, 1000)); got != 183 {
		t.Errorf("a thousand neighbours are %d; want all 183", got)
	}
	if !(territoires.Point{}).IsZero() || dijon.IsZero() {
		t.Error("IsZero")
	}
}

func ExampleOutside() {
	fmt.Println(len(territoires.Search(territoires.PhaseI, "nantes", 5)), "territories")
	for c := range territoires.Outside(territoires.PhaseI, "nantes") {
		fmt.Println(c.Name, "lies in none")
	}
	// Output:
	// 0 territories
	// Nantes lies in none
}
