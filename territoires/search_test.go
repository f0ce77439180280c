package territoires_test

import (
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
		{"identifier", "ti-2701", "ti-2701", territoires.ByCode, true},
		{"identifier in capitals", " TI-2701 ", "ti-2701", territoires.ByCode, true},
		{"SIREN of a member", "242 101 491", "ti-2701", territoires.ByCode, true},
		{"Insee code", "21425", "ti-2701", territoires.ByCode, true},
		{"Insee code of Corse in lower case", "2a004", "ti-9401", territoires.ByCode, true},
		{"name", "Auxois Morvan", "ti-2701", territoires.ByOwnName, true},
		{"case and hyphens", "AUXOIS-MORVAN", "ti-2701", territoires.ByOwnName, true},
		{"accents", "cote d'albatre", "ti-2804", territoires.ByOwnName, true},
		{"typographic apostrophe", "Pays de l’Aigle", "ti-2807", territoires.ByOwnName, true},
		{"territoire de", "territoire de Carros", "ti-9303", territoires.ByOwnName, true},
		{"territoire d'industrie", "Territoire d’industrie Sud Alsace", "ti-4410", territoires.ByOwnName, true},
		{"alias", "montbard metal valley", "ti-2701", territoires.ByAlias, true},
		{"letters swapped", "Axuois Morvan", "ti-2701", territoires.ByOwnName, false},
		{"letter missing", "Grand Chatelleraut", "ti-7504", territoires.ByOwnName, false},
		{"word cut short", "Châtellerau", "ti-7504", territoires.ByOwnName, false},
		{"words cut short", "lac pau tar", "ti-7505", territoires.ByOwnName, false},
		{"words in another order", "Saint-Omer Flandre", "ti-3209", territoires.ByOwnName, true},
		{"written together", "saintnazaire cordemais", "ti-5209", territoires.ByOwnName, false},
		{"St for Saint", "St-Nazaire Cordemais", "ti-5209", territoires.ByOwnName, true},
		{"member", "CC du Montbardois", "ti-2701", territoires.ByPart, true},
		{"commune", "Montbard", "ti-2701", territoires.ByPlace, true},
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
