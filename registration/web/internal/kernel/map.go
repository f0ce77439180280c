package kernel

import (
	"math"
	"sync"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// Atlas is the map of France that the template "france" draws. The name of a
// région stands below its inset.
type Atlas struct {
	territoires.Outline
	Labels []MapLabel
}

// Spot is a place on the map, in the unit of its paths.
type Spot struct{ X, Y float64 }

// MapLabel is a name on the map.
type MapLabel struct {
	Spot
	Name string
}

// Tall is the height of the map together with the names below the insets.
func (a Atlas) Tall() int { return a.Height + 36 }

// Spot returns where a territory of phase I lies, and false for one that is
// unknown or off the map.
func (a Atlas) Spot(id string) (s Spot, ok bool) {
	t, ok := territoires.Lookup(territoires.PhaseI, territoires.ID(id))
	if ok {
		s.X, s.Y, ok = a.Place(t.Point)
	}
	return s, ok
}

// France is the map, drawn once.
var France = sync.OnceValue(func() Atlas {
	a := Atlas{Outline: territoires.FranceOutline()}
	for _, in := range a.Insets {
		under := Spot{float64(in.X) + float64(in.Width)/2, float64(in.Y + in.Height + 32)}
		a.Labels = append(a.Labels, MapLabel{under, RegionNames([]cog.RegionCode{in.Region})})
	}
	return a
})

// Apart moves discs that lie over each other apart, in steps of half the
// missing distance, until their centres are at least this far from each
// other.
func Apart(spots []*Spot, least float64) {
	for i, a := range spots {
		for _, b := range spots[:i] {
			d := math.Hypot(a.X-b.X, a.Y-b.Y)
			if d >= least || d == 0 {
				continue
			}
			by := (least - d) / 2 / d
			x, y := (a.X-b.X)*by, (a.Y-b.Y)*by
			a.X, a.Y, b.X, b.Y = a.X+x, a.Y+y, b.X-x, b.Y-y
		}
	}
}
