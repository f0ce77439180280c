package territoires_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
)

// TestFirstWords compares the answers to first words of names with the best that
// any order could give, and logs what docs/search.md reports. A word means as
// many communes as begin with it, and one answer is first: the best order puts
// the territory first that has most of them. Two rules come before it: a whole
// name is the first answer, and a commune that lies outside is not answered by
// another one.
func TestFirstWords(t *testing.T) {
	if sample.Race {
		t.Skip("slow with the race detector; make speed runs it")
	}
	t.Parallel()
	for p := territoires.PhaseI; p <= territoires.PhaseII; p++ {
		t.Run(fmt.Sprint("phase ", p), func(t *testing.T) {
			t.Parallel()
			meant := map[string]map[territoires.ID]int{} // how many communes a word means, by territory
			for c := range cog.V2026.Communes() {
				in, ok := territoires.OfCommune(p, c.Code)
				w := firstWord(c)
				if !ok || w == "" {
					continue
				}
				if meant[w] == nil {
					meant[w] = map[territoires.ID]int{}
				}
				meant[w][in.ID]++
			}
			var all, best, whole, outside, free, right int
			for w, in := range meant {
				sum, most := 0, 0
				for _, n := range in {
					sum, most = sum+n, max(most, n)
				}
				all, best = all+sum, best+most
				found := territoires.Search(p, w, 1)
				switch {
				case len(found) == 0:
					outside += sum
					if len(slices.Collect(territoires.Outside(p, w))) == 0 {
						t.Errorf("nothing answers %q, and no commune of that name lies outside", w)
					}
				case found[0].Exact || found[0].By != territoires.MatchCommune:
					whole += sum
				default:
					free, right = free+most, right+in[found[0].Territory.ID]
				}
			}
			t.Logf("%d communes by %d words: the best order would have %d first; a name comes before %d, %d are outside; of the rest %d of %d",
				all, len(meant), best, whole, outside, right, free)
			if right < free*97/100 || free < all/4 {
				t.Errorf("the first answer is right for %d communes; another order would have %d", right, free)
			}
		})
	}
}

// TestSearchPasted finds what is pasted with what stands around it.
func TestSearchPasted(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]territoires.ID{
		"Territoire d'industrie Axe Seine":               "ti-2801",
		" Territoire d'industrie Axe Seine":              "ti-2801",
		"« Territoire d’industrie Axe Seine »":           "ti-2801",
		"\ufeffTerritoire d'industrie Axe Seine":         "ti-2801",
		"Territoires d’industrie Axe Seine":              "ti-2801",
		"le Territoire d'industrie Axe Seine":            "ti-2801",
		"LES TERRITOIRES D’INDUSTRIE AXE SEINE":          "ti-2801",
		"« le\u00a0territoire d’industrie : Axe Seine »": "ti-2801",
		"Val-de-Reuil Louviers":                          "ti-2801", // both are communes, neither a member
	} {
		if found := territoires.Search(territoires.PhaseI, query, 1); len(found) == 0 || found[0].Territory.ID != want {
			t.Errorf("Search(%q) = %v; want %s", query, found, want)
		}
	}
}
