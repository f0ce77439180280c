package territoires_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// TestOutline wants every région drawn within the map, and every territory of
// both phases placed in the outline of a région that it has.
func TestOutline(t *testing.T) {
	t.Parallel()
	o := territoires.FranceOutline()
	rings := map[cog.RegionCode][][][2]float64{}
	for r := range cog.V2026.Regions() {
		s, ok := o.Shape(r.Code)
		if !ok {
			t.Errorf("no outline of %v", r)
		}
		rings[r.Code] = read(t, s.Path)
		for _, ring := range rings[r.Code] {
			for _, p := range ring {
				if p[0] < 0 || p[0] > float64(o.Width) || p[1] < 0 || p[1] > float64(o.Height) {
					t.Errorf("%v is drawn at %v", r, p)
				}
			}
		}
	}
	if len(o.Shapes) != 18 || len(o.Insets) != 5 {
		t.Errorf("%d régions and %d insets; want 18 and 5", len(o.Shapes), len(o.Insets))
	}
	for p := territoires.PhaseI; p <= territoires.PhaseII; p++ {
		for tr := range territoires.All(p) {
			x, y, ok := o.Place(tr.Point)
			if !ok {
				t.Errorf("%v %v is not on the map", p, tr.ID)
			}
			in := false
			for _, r := range tr.Regions() {
				in = in || holds(rings[r], x, y)
			}
			if !in {
				t.Errorf("%v %s is drawn outside of its régions", p, tr.Name)
			}
		}
	}
	if info, err := os.Stat("internal/data/outline.csv"); err != nil || info.Size() > 25_000 {
		t.Errorf("the outlines take %d bytes, %v; want at most 25 kB", info.Size(), err)
	}
	for _, p := range []territoires.Point{{}, {Longitude: 200}, {Longitude: -3.7, Latitude: 40.4}, {Longitude: 166, Latitude: -22}} {
		if x, y, ok := o.Place(p); ok {
			t.Errorf("%v is at %v, %v", p, x, y)
		}
	}
}

var numbers = regexp.MustCompile(`-?\d+`)

// read returns the rings of a path of absolute M, relative l and z.
func read(t *testing.T, path string) (rings [][][2]float64) {
	for ring := range strings.SplitSeq(strings.TrimSuffix(path, "z"), "z") {
		all := numbers.FindAllString(ring, -1)
		var at [2]float64
		var line [][2]float64
		for i := 0; i+1 < len(all); i += 2 {
			dx, _ := strconv.ParseFloat(all[i], 64)
			dy, _ := strconv.ParseFloat(all[i+1], 64)
			at = [2]float64{at[0] + dx, at[1] + dy}
			line = append(line, at)
		}
		if len(line) < 3 || !strings.HasPrefix(ring, "M") {
			t.Errorf("ring %q", ring)
		}
		rings = append(rings, line)
	}
	return rings
}

// holds tells whether a place is within rings, by how many lines a ray crosses.
func holds(rings [][][2]float64, x, y float64) bool {
	in := false
	for _, ring := range rings {
		for i, a := range ring {
			b := ring[(i+1)%len(ring)]
			if (a[1] > y) != (b[1] > y) && x < a[0]+(y-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
				in = !in
			}
		}
	}
	return in
}

func ExampleFranceOutline() {
	o := territoires.FranceOutline()
	fmt.Printf("<svg viewBox=\"0 0 %d %d\">, %d régions\n", o.Width, o.Height, len(o.Shapes))
	t, _ := territoires.Lookup(territoires.PhaseI, "ti-2701")
	x, y, _ := o.Place(t.Point)
	fmt.Printf("%s: %.0f from the left, %.0f from the top\n", t.Name, x, y)
	// Output:
	// <svg viewBox="0 0 1000 1110">, 18 régions
	// Auxois Morvan: 615 from the left, 357 from the top
}

func ExampleOutline_Place() {
	t, _ := territoires.Lookup(territoires.PhaseI, "ti-2701")
	x, y, ok := territoires.FranceOutline().Place(t.Point)
	fmt.Printf("%.0f, %.0f, %v\n", x, y, ok)
	// Output: 615, 357, true
}

func ExampleOutline_Shape() {
	s, ok := territoires.FranceOutline().Shape("94")
	fmt.Println(s.Region, s.Path[:1], ok)
	// Output: 94 M true
}

// TestOutlineJSON holds the names that a page which draws the map would read.
func TestOutlineJSON(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(territoires.FranceOutline())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`{"width":1000,"height":1110,"shapes":[{"region":"01","path":"M`, `"insets":[{"region":"01","x":4,"y":954,"width":184,"height":150}`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the outline as JSON has no %s: %.200s", want, b)
		}
	}
}
