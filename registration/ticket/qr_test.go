package ticket

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/png"
	"io"
	"strings"
	"testing"

	"rsc.io/qr"

	"github.com/territoires-industrie/sdk/registration"
)

const link = "https://rencontre.exemple.fr/accueil/3F7KMQRT"

// darkInSVG returns the dark modules that the SVG's path fills.
func darkInSVG(t *testing.T, svg string) map[[2]int]bool {
	t.Helper()
	dark := map[[2]int]bool{}
	_, path, ok := strings.Cut(svg, `<path fill="#000" d="M`)
	if !ok {
		t.Fatalf("no dark path in %s", svg)
	}
	for run := range strings.SplitSeq(strings.TrimSuffix(path, `z"/></svg>`), "zM") {
		var x, y, w, back int
		if n, err := fmt.Sscanf(run, "%d %dh%dv1h-%d", &x, &y, &w, &back); n != 4 || w != back {
			t.Fatalf("run %q: %v", run, err)
		}
		for i := range w {
			dark[[2]int{x + i, y}] = true
		}
	}
	return dark
}

func TestSVG(t *testing.T) {
	t.Parallel()
	svg, err := SVG(link)
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("SVG is not well formed: %v", err)
		}
	}
	code, err := qr.Encode(link, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	dark := darkInSVG(t, svg)
	for x := range code.Size + 2*quiet {
		for y := range code.Size + 2*quiet {
			if code.Black(x-quiet, y-quiet) != dark[[2]int{x, y}] {
				t.Fatalf("module %d, %d differs", x, y)
			}
		}
	}
}

// TestPNG: the picture shows the same modules as the drawing.
func TestPNG(t *testing.T) {
	t.Parallel()
	b, err := PNG(link, 3)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	dark := map[[2]int]bool{}
	size, err := Runs(link, func(x, y, n int) {
		for i := range n {
			dark[[2]int{x + i, y}] = true
		}
	})
	if err != nil || img.Bounds().Dx() != 3*size || len(dark) == 0 {
		t.Fatalf("%v wide, want 3 times %d; %v", img.Bounds(), size, err)
	}
	for x := range 3 * size {
		for y := range 3 * size {
			if r, _, _, _ := img.At(x, y).RGBA(); (r == 0) != dark[[2]int{x / 3, y / 3}] {
				t.Fatalf("dot %d, %d differs", x, y)
			}
		}
	}
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("secret", 1000)
	_, err := SVG(text)
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("SVG = %v, want an error without the text", err)
	}
}

func TestGrouped(t *testing.T) {
	t.Parallel()
	for range 100 {
		code := registration.MintCode()
		back, ok := registration.ParseCode(Grouped(code))
		if !ok || back != code {
			t.Errorf("ParseCode(Grouped(%q)) = %q, %v", code, back, ok)
		}
	}
	if got := Grouped("XYZ"); got != "XYZ" {
		t.Errorf("Grouped of another length = %q", got)
	}
}

func ExampleSVG() {
	svg, err := SVG(link)
	fmt.Println(strings.HasPrefix(svg, "<svg "), err)
	// Output: true <nil>
}

func ExampleGrouped() {
	fmt.Println(Grouped("3F7KMQRT"))
	// Output: 3F7K-MQRT
}
