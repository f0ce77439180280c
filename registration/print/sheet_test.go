package print

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestWrap checks that lines end at spaces and after hyphens, never at
// no-break spaces. A word that is wider than a line is cut; nothing is lost.
func TestWrap(t *testing.T) {
	t.Parallel()
	s := newSheet(wordingIn("fr"), "", portrait, time.Time{})
	s.AddPage()
	for _, tt := range []struct {
		text  string
		width float64
		want  []string
	}{
		{"", 20, nil},
		{"un deux trois", 200, []string{"un deux trois"}},
		{"Communauté de communes", 25, []string{"Communauté", "de communes"}},
		{"Anne-Sophie", 14, []string{"Anne-", "Sophie"}},
		{"de 9\u00a0h\u00a030 à 16\u00a0h", 14, []string{"de", "9\u00a0h\u00a030 à", "16\u00a0h"}},
		{"a\nb", 50, []string{"a", "b"}},
	} {
		if got := s.wrap(cellStyle, tt.text, tt.width); !slices.Equal(got, tt.want) {
			t.Errorf("wrap(%q, %v) = %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
	long := strings.Repeat("Ww", 60)
	lines := s.wrap(cellStyle, long, 30)
	if len(lines) < 3 || strings.Join(lines, "") != long {
		t.Errorf("a long word in lines is %q", lines)
	}
	for _, text := range lines {
		if s.GetStringWidth(text) > 30 {
			t.Errorf("%q is wider than its line", text)
		}
	}
	if got := s.wrap(cellStyle, "WW", 0.1); !slices.Equal(got, []string{"W", "W"}) {
		t.Errorf("where no letter fits: %q", got)
	}
}
