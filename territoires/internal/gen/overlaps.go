package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/territoires-industrie/sdk/territoires"
)

// writeOverlaps writes the pairs of a territory of phase I and one of phase II
// that have communes in common, with the number of these.
func writeOverlaps(file string) error {
	var b bytes.Buffer
	fmt.Fprintln(&b, "id1;id2;communes")
	for t := range territoires.All(territoires.PhaseI) {
		shared := map[territoires.ID]int{}
		for c := range t.Communes() {
			if u, ok := territoires.OfCommune(territoires.PhaseII, c.Code); ok {
				shared[u.ID]++
			}
		}
		order := slices.SortedFunc(maps.Keys(shared), func(a, b territoires.ID) int {
			return cmp.Or(cmp.Compare(shared[b], shared[a]), cmp.Compare(a, b))
		})
		for _, id := range order {
			fmt.Fprintf(&b, "%s;%s;%d\n", t.ID, id, shared[id])
		}
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}
