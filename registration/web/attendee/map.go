package attendee

import (
	"math"
	"sync"

	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// atlas is a map of dots: metropolitan France, and below it a box for each
// région overseas, at a scale of its own. It has no borders because no source
// of them has a licence that lets the site share it.
type atlas struct {
	Dots   []spot
	Insets []inset
}

// spot is a place on the map, whose view box is 400 wide and 468 high.
type spot struct{ X, Y float64 }

// inset is a box of 92 by 58 with its name under it.
type inset struct {
	X, Y, LabelX, LabelY int
	Name                 string
	west, north, scale   float64
	code                 cog.RegionCode
}

// insets are placed by hand; west and north are the corner of each.
var insets = []inset{
	{code: "01", west: -62.2, north: 16.75, scale: 60}, {code: "02", west: -61.75, north: 15.2, scale: 60},
	{code: "03", west: -56.2, north: 6.5, scale: 14}, {code: "04", west: 54.75, north: -20.6, scale: 60},
}

var drawn = sync.OnceValue(func() atlas {
	var a atlas
	for i, in := range insets {
		a.Insets = append(a.Insets, in.placed(i))
	}
	for t := range territoires.All(territoires.PhaseI) {
		a.Dots = append(a.Dots, place(t.Point))
	}
	return a
})

func (in inset) placed(i int) inset {
	in.X, in.Y = 4+i*100, 386
	in.LabelX, in.LabelY = in.X+46, in.Y+73
	in.Name = kernel.RegionNames([]cog.RegionCode{in.code})
	return in
}

// place projects a point onto the map, into the box of a région overseas if it
// lies in one. The projection is flat; a degree of longitude is as wide as at
// 46.5° north, the middle of metropolitan France.
func place(p territoires.Point) spot {
	for i, in := range insets {
		x, y := (p.Longitude-in.west)*in.scale, (in.north-p.Latitude)*in.scale
		if x >= 0 && x <= 92 && y >= 0 && y <= 58 {
			in = in.placed(i)
			return spot{float64(in.X) + x, float64(in.Y) + y}
		}
	}
	const degree = 38 // height of one in the view box
	return spot{(p.Longitude + 5.1) * 0.688 * degree, (51.35 - p.Latitude) * degree}
}

// apart moves discs that would hide each other, each by half of what lacks.
func apart(list []protocol) {
	const least = 19 // between two centres: a disc and its rim
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
