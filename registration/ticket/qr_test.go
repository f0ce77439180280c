package ticket

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

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

func TestSVGAndPNGAgree(t *testing.T) {
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
	picture, err := PNG(link)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	dark, scale := darkInSVG(t, svg), 8
	for x := range img.Bounds().Dx() / scale {
		for y := range img.Bounds().Dy() / scale {
			r, _, _, _ := img.At(x*scale, y*scale).RGBA()
			if (r == 0) != dark[[2]int{x, y}] {
				t.Fatalf("module %d, %d differs", x, y)
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
	if _, err := PNG(text); err == nil {
		t.Error("PNG took it")
	}
}

// TestScanned has another program read the picture.
func TestScanned(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("set TEST_FULL=1 to scan with zbarimg")
	}
	picture, err := PNG(link)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "qr.png")
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "zbarimg", "--quiet", "--raw", file).Output()
	if err != nil {
		t.Fatalf("zbarimg (Debian's zbar-tools): %v", err)
	}
	if got := strings.TrimSpace(string(out)); got != link {
		t.Errorf("scanned %q, want %q", got, link)
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

func ExamplePNG() {
	picture, err := PNG(link)
	fmt.Printf("%q %v\n", picture[:4], err)
	// Output: "\x89PNG" <nil>
}

func ExampleGrouped() {
	fmt.Println(Grouped("3F7KMQRT"))
	// Output: 3F7K-MQRT
}
