package territoires

import (
	"math"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/internal/data"
)

// Outline is a map of France to draw territories on: the régions as SVG paths,
// those overseas in insets. Its shapes are simplified from Natural Earth, for
// orientation and not for measuring.
type Outline struct {
	Width  int     `json:"width"` // of the map, in the unit of its paths
	Height int     `json:"height"`
	Shapes []Shape `json:"shapes"` // the régions, in the order of their codes
	Insets []Inset `json:"insets"` // the frames of the régions overseas, in the order of their codes
}

// Shape is the outline of a région.
type Shape struct {
	Region cog.RegionCode `json:"region"`
	Path   string         `json:"path"` // the d attribute of an SVG path, closed
}

// Inset is the frame of a région overseas, which has a scale of its own.
type Inset struct {
	Region cog.RegionCode `json:"region"`
	X      int            `json:"x"` // of its left upper corner
	Y      int            `json:"y"`
	Width  int            `json:"width"`
	Height int            `json:"height"`
}

// FranceOutline returns the map. The caller may change its slices.
func FranceOutline() Outline {
	o := Outline{Width: mapWidth, Height: mapHeight}
	for line := range strings.Lines(data.Outline) {
		code, path, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ";")
		if code != "region" {
			o.Shapes = append(o.Shapes, Shape{cog.RegionCode(code), path})
		}
	}
	for _, i := range insets {
		o.Insets = append(o.Insets, i.Inset)
	}
	return o
}

const (
	mapWidth, mapHeight   = 1000, 1110
	insetWidth, insetHigh = 184, 150
	mainHeight            = 940 // of metropolitan France, above the insets
)

// A window is an inset with the part of the Earth that it shows.
type window struct {
	Inset
	centre Point
	degree float64 // the length of a degree of latitude
}

var insets = [...]window{
	{insetAt("01", 0), Point{-61.40, 16.17}, 175},
	{insetAt("02", 1), Point{-61.02, 14.64}, 230},
	{insetAt("03", 2), Point{-53.10, 3.95}, 38},
	{insetAt("04", 3), Point{55.53, -21.13}, 230},
	{insetAt("06", 4), Point{45.16, -12.82}, 330},
}

func insetAt(code cog.RegionCode, n int) Inset {
	return Inset{Region: code, X: 4 + n*(insetWidth+18), Y: mainHeight + 14, Width: insetWidth, Height: insetHigh}
}

// Place returns the distances of a point from the left and the top of the map,
// and false when it is not on the map. Metropolitan France is in Lambert's
// conformal conic projection, with the parallels of Lambert-93 on a sphere; each
// inset has a flat projection. Every Outline places points alike, the zero value
// included.
func (o Outline) Place(p Point) (x, y float64, ok bool) {
	if !p.valid() {
		return 0, 0, false
	}
	for _, i := range insets {
		x = float64(i.X) + float64(i.Width)/2 + (p.Longitude-i.centre.Longitude)*i.degree*math.Cos(i.centre.Latitude*math.Pi/180)
		y = float64(i.Y) + float64(i.Height)/2 - (p.Latitude-i.centre.Latitude)*i.degree
		if inside(x, i.X, i.Width) && inside(y, i.Y, i.Height) {
			return x, y, true
		}
	}
	if p.Longitude < -10 || p.Longitude > 15 || p.Latitude < 40 || p.Latitude > 53 {
		return 0, 0, false
	}
	x, y = conic(p)
	return x, y, inside(x, 0, mapWidth) && inside(y, 0, mainHeight)
}

func inside(at float64, from, length int) bool {
	return at >= float64(from) && at <= float64(from+length)
}

// The projection of metropolitan France, and where it lies on the map.
var (
	parallelSouth, parallelNorth = 44 * math.Pi / 180, 49 * math.Pi / 180
	cone                         = math.Log(math.Cos(parallelSouth)/math.Cos(parallelNorth)) / math.Log(steep(parallelNorth)/steep(parallelSouth))
	radius                       = math.Cos(parallelSouth) * math.Pow(steep(parallelSouth), cone) / cone
)

const (
	meridian = 3.0    // degrees east
	scale    = 5500.0 // of the Earth's radius
	originX  = 525.0
	originY  = 5231.0
)

func steep(latitude float64) float64 { return math.Tan(math.Pi/4 + latitude/2) }

func conic(p Point) (x, y float64) {
	r := radius / math.Pow(steep(p.Latitude*math.Pi/180), cone)
	a := cone * (p.Longitude - meridian) * math.Pi / 180
	return originX + scale*r*math.Sin(a), scale*r*math.Cos(a) - originY + mainHeight/2
}

// Shape returns the outline of a région, and false when there is none.
func (o Outline) Shape(code cog.RegionCode) (Shape, bool) {
	i := slices.IndexFunc(o.Shapes, func(s Shape) bool { return s.Region == code })
	if i < 0 {
		return Shape{}, false
	}
	return o.Shapes[i], true
}
