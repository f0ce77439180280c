package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// Simplification, in the unit of the map: how far a line may move, and how large
// an island must be.
const (
	tolerance  = 0.7
	leastArea  = 5.0
	mostOfFile = 25_000 // bytes
)

// writeOutline draws the régions on the map of [territoires.FranceOutline].
func writeOutline(file string) error {
	files, err := fetch(ofShapes)
	if err != nil {
		return err
	}
	regions, err := readShapes(files["fra.json"])
	if err != nil {
		return err
	}
	text := outline(regions)
	if len(text) > mostOfFile {
		return fmt.Errorf("the outlines take %d bytes; want at most %d", len(text), mostOfFile)
	}
	return os.WriteFile(file, text, 0o644)
}

// A vertex is a place in degrees, longitude first.
type vertex [2]float64

// readShapes returns the rings of the départements by région.
func readShapes(text []byte) (map[cog.RegionCode][][]vertex, error) {
	var in struct {
		Features []struct {
			Properties struct{ Name string }
			Geometry   struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, err
	}
	regions := map[cog.RegionCode][][]vertex{}
	seen := map[cog.DepartementCode]bool{}
	for _, f := range in.Features {
		d, ok := departementNamed(f.Properties.Name)
		if !ok || seen[d.Code] {
			return nil, fmt.Errorf("%q is no département, or twice there", f.Properties.Name)
		}
		seen[d.Code] = true
		parts := make([][][]vertex, 1)
		var into any = &parts[0]
		if f.Geometry.Type == "MultiPolygon" {
			into = &parts
		}
		if err := json.Unmarshal(f.Geometry.Coordinates, into); err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name, err)
		}
		for _, ring := range slices.Concat(parts...) {
			for i, v := range ring {
				ring[i] = vertex{rounded(v[0]), rounded(v[1])}
			}
			regions[d.Region] = append(regions[d.Region], ring)
		}
	}
	if len(seen) != 101 {
		return nil, fmt.Errorf("%d départements; want 101", len(seen))
	}
	return regions, nil
}

// rounded rounds to a millionth of a degree: the last digits of a vertex differ
// from one neighbour to the other.
func rounded(degrees float64) float64 { return math.Round(degrees*1e6) / 1e6 }

// departementNamed finds a département by the name that Natural Earth gives it.
func departementNamed(name string) (cog.Departement, bool) {
	switch name {
	case "Meurhe-et-Moselle":
		name = "Meurthe-et-Moselle"
	case "Seien-et-Marne":
		name = "Seine-et-Marne"
	case "Haute-Rhin":
		name = "Haut-Rhin"
	case "Guyane française":
		name = "Guyane"
	}
	for d := range cog.V2026.Departements() {
		if cog.Fold(d.Name) == cog.Fold(name) {
			return d, true
		}
	}
	return cog.Departement{}, false
}

// outline writes a line per région.
func outline(regions map[cog.RegionCode][][]vertex) []byte {
	b := bytes.NewBufferString("region;path\n")
	borders := map[cog.RegionCode][][]vertex{}
	meet := map[vertex]map[vertex]bool{} // the neighbours of each vertex along borders
	for code, rings := range regions {
		borders[code] = dissolve(rings)
		for _, ring := range borders[code] {
			for i, v := range ring {
				next := ring[(i+1)%len(ring)]
				for _, pair := range [...][2]vertex{{v, next}, {next, v}} {
					if meet[pair[0]] == nil {
						meet[pair[0]] = map[vertex]bool{}
					}
					meet[pair[0]][pair[1]] = true
				}
			}
		}
	}
	for r := range cog.V2026.Regions() {
		var path strings.Builder
		rings := borders[r.Code]
		slices.SortFunc(rings, func(a, b []vertex) int { return cmp.Or(cmp.Compare(len(b), len(a)), compare(a[0], b[0])) })
		for _, ring := range rings {
			path.WriteString(draw(ring, func(v vertex) bool { return len(meet[v]) != 2 }))
		}
		fmt.Fprintf(b, "%s;%s\n", r.Code, path.String())
	}
	return b.Bytes()
}

// dissolve removes the lines that two rings share and returns the rings around
// the rest, each from its smallest vertex on. Rings may run either way round.
func dissolve(rings [][]vertex) (out [][]vertex) {
	lines := map[vertex][]vertex{} // each line from both of its ends
	for _, ring := range rings {
		for i := range len(ring) - 1 {
			a, b := ring[i], ring[i+1]
			switch {
			case a == b:
			case slices.Contains(lines[a], b):
				cut(lines, a, b)
			default:
				lines[a], lines[b] = append(lines[a], b), append(lines[b], a)
			}
		}
	}
	for _, start := range slices.SortedFunc(maps.Keys(lines), compare) {
		for len(lines[start]) > 0 {
			var ring []vertex
			for at := start; ; {
				next := slices.MinFunc(lines[at], compare)
				cut(lines, at, next)
				ring = append(ring, at)
				if at = next; at == start {
					break
				}
			}
			out = append(out, ring)
		}
	}
	return out
}

// cut removes a line.
func cut(lines map[vertex][]vertex, a, b vertex) {
	lines[a] = slices.DeleteFunc(lines[a], func(v vertex) bool { return v == b })
	lines[b] = slices.DeleteFunc(lines[b], func(v vertex) bool { return v == a })
}

func compare(a, b vertex) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) }

type spot struct{ x, y float64 }

// draw writes a ring as a closed SVG path. It simplifies the arcs between the
// vertices where borders meet, so that two régions still share their border. It
// returns "" for a ring too small to be seen.
func draw(ring []vertex, fixed func(vertex) bool) string {
	if i := slices.IndexFunc(ring, fixed); i > 0 {
		ring = slices.Concat(ring[i:], ring[:i])
	}
	ring = append(slices.Clone(ring), ring[0])
	var line []spot
	for from := 0; from < len(ring)-1; {
		to := from + 1
		for to < len(ring)-1 && !fixed(ring[to]) {
			to++
		}
		line = append(line, simplify(ring[from:to+1])...)
		from = to
	}
	if area(line) < leastArea {
		return ""
	}
	return svg(line)
}

// simplify returns the spots of an arc without its last one. The result is the
// same in both directions of the arc.
func simplify(arc []vertex) []spot {
	backwards := compare(arc[len(arc)-1], arc[0]) < 0
	line := make([]spot, len(arc))
	for i, v := range arc {
		x, y, ok := territoires.Outline{}.Place(territoires.Point{Longitude: v[0], Latitude: v[1]})
		if !ok {
			panic(fmt.Sprintf("%v is not on the map", v))
		}
		line[i] = spot{x, y}
	}
	if backwards {
		slices.Reverse(line)
	}
	line = reduce(line)
	if backwards {
		slices.Reverse(line)
	}
	return line[:len(line)-1]
}

// reduce leaves out the spots within the tolerance of the line through the others
// (the algorithm of Douglas and Peucker).
func reduce(line []spot) []spot {
	if len(line) < 3 {
		return line
	}
	first, last := line[0], line[len(line)-1]
	far, at := 0.0, 0
	for i, p := range line[1 : len(line)-1] {
		if d := distance(p, first, last); d > far {
			far, at = d, i+1
		}
	}
	if far <= tolerance {
		return []spot{first, last}
	}
	return append(reduce(line[:at+1]), reduce(line[at:])[1:]...)
}

// distance returns the distance of a spot from the segment between two others.
func distance(p, a, b spot) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	if length := dx*dx + dy*dy; length > 0 {
		t := min(1, max(0, ((p.x-a.x)*dx+(p.y-a.y)*dy)/length))
		a = spot{a.x + t*dx, a.y + t*dy}
	}
	return math.Hypot(p.x-a.x, p.y-a.y)
}

func area(ring []spot) float64 {
	sum := 0.0
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		sum += p.x*q.y - q.x*p.y
	}
	return math.Abs(sum) / 2
}

// svg writes a ring in whole units, each relative to the last.
func svg(ring []spot) string {
	var b strings.Builder
	x, y := 0, 0
	for i, p := range ring {
		nx, ny := int(math.Round(p.x)), int(math.Round(p.y))
		switch {
		case i == 0:
			fmt.Fprintf(&b, "M%d %dl", nx, ny)
		case nx == x && ny == y:
			continue
		default:
			if text := fmt.Sprintf(" %d %d", nx-x, ny-y); i == 1 {
				b.WriteString(text[1:])
			} else {
				b.WriteString(strings.ReplaceAll(text, " -", "-"))
			}
		}
		x, y = nx, ny
	}
	return strings.ReplaceAll(b.String(), " -", "-") + "z"
}
