package territoires

import "slices"

// Overlap is a territory of the other phase that covers communes of a
// territory.
type Overlap struct {
	Territory Territory `json:"territory"`
	Communes  int       `json:"communes"` // how many communes they share
}

// Overlaps returns the territories of the other phase that continue the
// territory, or that it continues, the largest share first. None means that it
// has no counterpart.
//
// No text names successors: they are computed from the communes of both
// perimeters, as of the COG of 2026. A share is Communes out of
// [Territory.CommuneCount].
func (t Territory) Overlaps() []Overlap { return slices.Clone(overlaps()[t.key()]) }

// territoryKey names a territory across phases.
type territoryKey struct {
	phase Phase
	id    ID
}

func (t Territory) key() territoryKey { return territoryKey{t.Phase, t.ID} }
