package kernel

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestLettersFollowTheReader: whoever has told the browser to write larger reads larger
// letters. A size in pixels takes no notice of it, and neither does Chrome on telephones
// where text-size-adjust is not auto. Texts in drawings grow with the drawing.
func TestLettersFollowTheReader(t *testing.T) {
	t.Parallel()
	rule := regexp.MustCompile(`([^{};]+)\{([^{}]*)\}`)
	fixed := regexp.MustCompile(`\bfont(?:-size)?:[^;]*\d(?:px|pt)\b`)
	drawings := 0
	css, err := os.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	screen, paper, _ := strings.Cut(string(css), "@media print")
	_, after, _ := strings.Cut(paper, "\n}\n")
	for _, m := range rule.FindAllStringSubmatch(screen+after, -1) {
		selector, style := strings.TrimSpace(m[1][strings.LastIndex(m[1], "*/")+1:]), m[2]
		switch {
		case !fixed.MatchString(style):
		case strings.HasSuffix(selector, " text") || strings.HasSuffix(selector, ".number"):
			drawings++
		default:
			t.Errorf("%s has letters of a fixed size: %s", selector, style)
		}
	}
	if !strings.Contains(screen, "-webkit-text-size-adjust: 100%; text-size-adjust: auto;") {
		t.Error("text-size-adjust is not auto after the prefixed one, which Safari alone needs")
	}
	if drawings == 0 {
		t.Error("no letters of a drawing were found, whose size is fixed")
	}
}
