package territoires

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/territoires-industrie/sdk/territoires/internal/data"
)

// Overlap is a territory of the other phase that shares communes with a
// territory.
type Overlap struct {
	Territory Territory `json:"territory"`
	Communes  int       `json:"communes"` // how many communes they share
}

// Overlaps returns the territories of the other phase that share communes with
// the territory, the largest share first: its successors or predecessors. It
// returns nil if there are none, and for the territory's own phase.
//
// No source names successors. They are computed from the communes of both
// perimeters, by the COG of 2026. A share is [Overlap.Communes] out of
// [Territory.CommuneCount]. A territory of another list, read by [ReadList] or from
// JSON, is compared with the embedded list of the other phase.
func (t Territory) Overlaps(in Phase) []Overlap {
	if in == t.Phase || !in.Valid() || !t.Phase.Valid() {
		return nil
	}
	if own, _ := Lookup(t.Phase, t.ID); t.record != nil && t.record != own.record {
		return t.count(in) // of another list than the embedded one
	}
	return slices.Clone(overlaps()[t.key()]) // there are two phases: these are of the other
}

// count finds the overlaps by the communes of the territory.
func (t Territory) count(in Phase) []Overlap {
	shared := map[ID]int{}
	for c := range t.Communes() {
		if u, ok := OfCommune(in, c.Code); ok {
			shared[u.ID]++
		}
	}
	var out []Overlap
	for u := range All(in) {
		if n := shared[u.ID]; n > 0 {
			out = append(out, Overlap{u, n})
		}
	}
	sortOverlaps(out)
	return out
}

// sortOverlaps puts the largest share first.
func sortOverlaps(all []Overlap) {
	slices.SortStableFunc(all, func(a, b Overlap) int { return cmp.Compare(b.Communes, a.Communes) })
}

// territoryKey names a territory across phases.
type territoryKey struct {
	phase Phase
	id    ID
}

func (t Territory) key() territoryKey { return territoryKey{t.Phase, t.ID} }

// overlaps maps the territories of both phases to those of the other.
var overlaps = sync.OnceValue(func() map[territoryKey][]Overlap {
	m := make(map[territoryKey][]Overlap, 332)
	data.Must("overlaps", data.Rows(data.Overlaps, 3, func(f []string) error {
		t, ok1 := Lookup(PhaseI, ID(f[0]))
		u, ok2 := Lookup(PhaseII, ID(f[1]))
		if !ok1 || !ok2 {
			return fmt.Errorf("no territory %s or %s", f[0], f[1])
		}
		n, err := strconv.Atoi(f[2])
		m[t.key()] = append(m[t.key()], Overlap{u, n})
		m[u.key()] = append(m[u.key()], Overlap{t, n})
		return err
	}))
	for _, list := range m {
		sortOverlaps(list)
	}
	return m
})
