package attendee

import (
	"math"
	"sync"

	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// atlas is the map of France with a dot for each territory. Below each inset
// stands the name of its région.
type atlas struct {
	territoires.Outline
	Labels []label
	Dots   []spot
}

// spot is a place on the map, in the unit of its paths.
type spot struct{ X, Y float64 }

type label struct {
	spot
	Name string
}

// Tall is the height of the map with the names under its insets.
func (a atlas) Tall() int { return a.Height + 36 }

var drawn = sync.OnceValue(func() atlas {
	a := atlas{Outline: territoires.FranceOutline()}
	for _, in := range a.Insets {
		under := spot{float64(in.X) + float64(in.Width)/2, float64(in.Y + in.Height + 32)}
		a.Labels = append(a.Labels, label{under, kernel.RegionNames([]cog.RegionCode{in.Region})})
	}
	for t := range territoires.All(territoires.PhaseI) {
		if x, y, ok := a.Place(t.Point); ok {
			a.Dots = append(a.Dots, spot{x, y})
		}
	}
	return a
})

// apart moves discs that would hide each other, each by half of what lacks.
func apart(list []protocol) {
	const least = 48 // between two centres: a disc and its rim
	for i := range list {
		for j := range i {
			a, b := &list[i].Spot, &list[j].Spot
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
