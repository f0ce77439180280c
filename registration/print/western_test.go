package print

import (
	"testing"
	"time"

	"golang.org/x/image/font/sfnt"
)

// TestWestern: every letter has a number and a shape in the fonts as they were
// cut, with the width that it has in the whole ones.
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
			if got, want := s.GetStringWidth(s.coded(string(r))), whole.GetStringWidth(string(r)); r != '\u202f' && got != want {
				t.Errorf("%s: %q is %v wide, want %v", name, r, got, want)
			}
			if !drawn(fonts()[name], &buf, r) {
				t.Errorf("%s has no %q", name, r)
			}
		}
	}
	if s.lacks || s.Err() {
		t.Errorf("letters lack: %v, %v", s.lacks, s.Error())
	}
	if s.coded("Ž"); !s.lacks {
		t.Error("a letter that the fonts lack is not noted")
	}
}
