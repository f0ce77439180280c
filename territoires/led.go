package territoires

import (
	"iter"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

// LedBy yields the territories that a région leads, in the official order: those
// whose identifier has its code. [OfRegion] yields all that have communes in it.
func LedBy(p Phase, code cog.RegionCode) iter.Seq[Territory] {
	return func(yield func(Territory) bool) {
		for t := range All(p) {
			if t.ID.Region() == code && !yield(t) {
				return
			}
		}
	}
}
