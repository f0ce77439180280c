package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDissolve joins two squares that share a side, whichever way round they
// run, and leaves one apart.
func TestDissolve(t *testing.T) {
	t.Parallel()
	left := []vertex{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}
	right := []vertex{{1, 0}, {1, 1}, {2, 1}, {2, 0}, {1, 0}}
	island := []vertex{{5, 5}, {6, 5}, {6, 6}, {5, 5}}
	want := [][]vertex{
		{{0, 0}, {0, 1}, {1, 1}, {2, 1}, {2, 0}, {1, 0}},
		{{5, 5}, {6, 5}, {6, 6}},
	}
	if diff := cmp.Diff(want, dissolve([][]vertex{left, right, island})); diff != "" {
		t.Errorf("dissolve mismatch (-want +got):\n%s", diff)
	}
}

// TestSharedBorder wants a border to be simplified alike from both sides.
func TestSharedBorder(t *testing.T) {
	t.Parallel()
	arc := []vertex{{2, 47}, {2.1, 47.2}, {2.05, 47.3}, {2.3, 47.4}, {2.2, 47.7}, {2.5, 48}}
	there := simplify(arc)
	back := simplify([]vertex{arc[5], arc[4], arc[3], arc[2], arc[1], arc[0]})
	if len(there) != len(back) || len(there) < 3 {
		t.Fatalf("%d and %d spots", len(there), len(back))
	}
	for i := 1; i < len(there); i++ {
		if there[i] != back[len(back)-i] {
			t.Errorf("%v and %v", there, back)
		}
	}
}

func TestSVG(t *testing.T) {
	t.Parallel()
	got := svg([]spot{{1.2, 2.7}, {4, 1}, {4.1, 1.2}, {-3, 5}})
	if want := "M1 3l3-2-7 4z"; got != want {
		t.Errorf("svg = %q; want %q", got, want)
	}
}

func TestShapesFaults(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, `{}`, `{"features":[{"properties":{"name":"Atlantide"}}]}`, `{"features":[{"properties":{"name":"Ain"},"geometry":{"coordinates":"x"}}]}`} {
		if regions, err := readShapes([]byte(text)); err == nil {
			t.Errorf("readShapes(%q) = %v", text, regions)
		}
	}
}
