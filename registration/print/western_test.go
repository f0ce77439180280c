package print

import (
	"testing"
	"time"

	"golang.org/x/image/font/sfnt"
)

// TestWestern checks that the fonts of [westernFonts] have every letter, with
// the shape and the width that it has in the whole font.
func TestWestern(t *testing.T) {
	t.Parallel()
	s := newSheet(wordingIn("fr"), "", portrait, time.Time{})
	whole := newSheet(wordingIn("fr"), "", portrait, time.Time{})
	s.western = true
	for name := range fontFiles {
		s.SetFont(name, "", 10)
		whole.SetFont(name, "", 10)
		var buf sfnt.Buffer
		for _, r := range western + "\u202f" {
			if got, want := s.GetStringWidth(s.encodeText(string(r))), whole.GetStringWidth(string(r)); r != '\u202f' && got != want {
				t.Errorf("%s: %q is %v wide, want %v", name, r, got, want)
			}
			if !canDraw(fonts()[name], &buf, r) {
				t.Errorf("%s has no %q", name, r)
			}
		}
	}
	if s.lacksLetter || s.Err() {
		t.Errorf("letters lack: %v, %v", s.lacksLetter, s.Error())
	}
	if s.encodeText("Ž"); !s.lacksLetter {
		t.Error("a letter that the fonts lack is not noted")
	}
}
