package territoires

import (
	"cmp"
	"math"
	"slices"
)

// Neighbour is a territory and the distance of its point.
type Neighbour struct {
	Territory  Territory `json:"territory"`
	Kilometres float64   `json:"kilometres"` // along the great circle
}

// Nearest returns the n territories whose points are closest to a place, the
// closest first. It measures the distance to a territory's point, not to its
// border: to find the territory that a place is in, use [OfCommune]. A point
// that is not on the Earth has no neighbour.
func Nearest(p Phase, from Point, n int) []Neighbour {
	if !from.valid() || n <= 0 {
		return nil
	}
	all := make([]Neighbour, 0, 256)
	for t := range All(p) {
		all = append(all, Neighbour{t, from.Distance(t.Point)})
	}
	slices.SortStableFunc(all, func(a, b Neighbour) int { return cmp.Compare(a.Kilometres, b.Kilometres) })
	return all[:min(n, len(all))]
}

// IsZero reports whether the point is unknown. The zero value is a place in the
// Atlantic, so no territory has it.
func (p Point) IsZero() bool { return p == Point{} }

// valid is false for NaN as well.
func (p Point) valid() bool {
	return p.Longitude >= -180 && p.Longitude <= 180 && p.Latitude >= -90 && p.Latitude <= 90
}

// Distance returns the kilometres between two points, by the haversine formula on
// a sphere of the Earth's mean radius. It is right within half a per cent.
func (p Point) Distance(q Point) float64 {
	const earth, rad = 6371.0088, math.Pi / 180
	sin2 := func(x float64) float64 { s := math.Sin(x / 2); return s * s }
	h := sin2((q.Latitude-p.Latitude)*rad) +
		math.Cos(p.Latitude*rad)*math.Cos(q.Latitude*rad)*sin2((q.Longitude-p.Longitude)*rad)
	return 2 * earth * math.Asin(math.Sqrt(min(1, h)))
}
