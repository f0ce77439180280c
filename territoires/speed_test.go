package territoires_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
)

// longSearches are queries of every kind, among them those that cost most: many
// names that fit, many words that begin alike, nothing that fits, the longest.
var longSearches = []string{
	"ti-2701", "59140", "Auxois Morvan", "axuois morvn", "Montbard", "monbard", "cherbourg", "nantes", "test", "saint", "saint martin",
	"sai mar lau mon cha vil cou bea", "Montbard Côte-d'Or", "Auxois Morvan Montbard Metal Valley", "saintnazaire cordemais",
	"haut pierre cha saint sur Haute-Loire", "julien marne mic mont Haut-Rhin", "Ambérieu-e-Bugey", "vilefranche sur saon", "Sainte Marie du Mont Saint Jean", strings.Repeat("sa ", 85), strings.Repeat("abcdefghijklmnop ", 15),
	"sainte saints saintes sain sai marie maris marin marine mar mont monts monte montagne val vals valle vallee",
}

// TestSearchCost holds every search to three yardsticks, the best of some tries: the
// machine is shared. On a usual one that is about half a millisecond.
func TestSearchCost(t *testing.T) {
	if sample.Race {
		t.Skip("the race detector is slower than what is promised")
	}
	most := 3 * sample.Yardstick()
	for _, query := range longSearches {
		for p := territoires.PhaseI; p <= territoires.PhaseII; p++ {
			best := time.Hour
			for range 20 {
				start := time.Now()
				territoires.Search(p, query, 10)
				best = min(best, time.Since(start))
			}
			allocs := testing.AllocsPerRun(5, func() { territoires.Search(p, query, 10) })
			t.Logf("%10v %4.0f allocations: phase %v, %.60q", best, allocs, p, query)
			if best > most || allocs > 1000 {
				t.Errorf("Search(%v, %q) takes %v and %v allocations; want at most %v and 1,000", p, query, best, allocs, most)
			}
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if n, err := territoires.ReadTables(); n != 332 || err != nil {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		territoires.Lookup(territoires.PhaseI, "ti-7505")
	}
}

func BenchmarkOfCommune(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		territoires.OfCommune(territoires.PhaseI, "21425")
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, query := range longSearches {
		b.Run(fmt.Sprintf("%.20q", query), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				territoires.Search(territoires.PhaseI, query, 5)
			}
		})
	}
}

func BenchmarkNearest(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		territoires.Nearest(territoires.PhaseI, territoires.Point{Longitude: 5, Latitude: 47}, 5)
	}
}
