package kernel

import (
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestContrast measures the colours of the style sheet, light and dark: texts have
// 4.5 to 1 on what they stand on, edges of controls and the mark of the focus 3 to 1.
func TestContrast(t *testing.T) {
	t.Parallel()
	if got := contrast("#000000", "#ffffff"); math.Abs(got-21) > .01 {
		t.Fatalf("black on white has %.2f, want 21", got)
	}
	css, err := os.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, ok := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	dark, _, ok2 := strings.Cut(rest, "\n}\n")
	if !ok || !ok2 {
		t.Fatal("no dark colours in the style sheet")
	}
	for scheme, text := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(text, -1) {
			colours[m[1]] = m[2]
		}
		for _, tt := range []struct {
			front, back string
			least       float64
		}{
			{"ink", "paper", 4.5}, {"ink", "card", 4.5}, {"ink", "wash", 4.5}, {"muted", "paper", 4.5}, {"muted", "card", 4.5}, {"muted", "wash", 4.5},
			{"action", "paper", 4.5}, {"action", "card", 4.5}, {"action", "wash", 4.5}, {"press", "paper", 4.5}, {"on-action", "action", 4.5}, {"on-action", "press", 4.5},
			{"danger", "paper", 4.5}, {"danger", "card", 4.5}, {"ok", "paper", 4.5}, {"ok", "card", 4.5}, {"warn", "paper", 4.5}, {"warn", "card", 4.5},
			{"innover", "paper", 4.5}, {"simplifier", "paper", 4.5},
			{"line", "paper", 3}, {"line", "card", 3}, {"focus", "paper", 3}, {"focus", "card", 3}, {"focus", "wash", 3},
		} {
			front, back := colours[tt.front], colours[tt.back]
			if front == "" || back == "" {
				t.Fatalf("%s: no colour %s or %s", scheme, tt.front, tt.back)
			}
			if got := contrast(front, back); got < tt.least {
				t.Errorf("%s: %s on %s has %.2f, want %.1f", scheme, tt.front, tt.back, got, tt.least)
			}
		}
	}
}

// TestDarkIsColour: what the style sheets change in the dark is colours that have a
// name, and where the code of a ticket stands, which has a white edge then. So
// everything but colours is looked at in the light alone.
func TestDarkIsColour(t *testing.T) {
	t.Parallel()
	block := regexp.MustCompile(`(?s)@media[^{]*prefers-color-scheme[^{]*\{(.*?\})\s*\}`)
	root := regexp.MustCompile(`^:root \{(?:\s*--[a-z-]+: #[0-9a-f]{6};)+\s*\}$`)
	const ticket = ".qr { margin-left: 0; }"
	for body, want := range map[string]bool{":root { --ink: #ffffff; }": true, ":root { --gap: 8px; }": false, "p { color: #ffffff; }": false, ":root { --ink: #ffffff; } p { margin: 0; }": false} {
		if found := block.FindStringSubmatch("@media (prefers-color-scheme: dark) {\n  " + body + "\n}\n"); len(found) != 2 || root.MatchString(strings.TrimSpace(found[1])) != want {
			t.Errorf("%s is colours alone: want %v", body, want)
		}
	}
	blocks, mentions := 0, 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".css", ".html", ".js", ".svg"}, filepath.Ext(path)) {
			return err
		}
		b, err := os.ReadFile(path)
		for _, word := range []string{"prefers-color-scheme", "light-dark("} {
			mentions += strings.Count(string(b), word)
		}
		if filepath.Ext(path) != ".css" {
			return err
		}
		for _, m := range block.FindAllStringSubmatch(string(b), -1) {
			blocks++
			if rules := strings.TrimSpace(m[1]); rules != ticket && !root.MatchString(rules) {
				t.Errorf("%s changes more than colours in the dark: %s", path, rules)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if blocks < 2 || mentions != blocks {
		t.Errorf("%d blocks for the dark, but %d mentions of it", blocks, mentions)
	}
}

// contrast is that of WCAG 2, from 1 to 21.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(colour string) (l float64) {
	for i, weight := range []float64{.2126, .7152, .0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			panic(err)
		}
		c := float64(n) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		l += weight * c
	}
	return l
}
