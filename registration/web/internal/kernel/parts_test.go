package kernel

import "testing"

// TestFewPartsAreKept: a site keeps a part until there are too many, and nothing of
// another site's.
func TestFewPartsAreKept(t *testing.T) {
	t.Parallel()
	var s, other Site
	for i := range mostParts {
		s.KeepDrawn(i, "part")
	}
	s.KeepDrawn(0, "anew")
	if got := s.Drawn(mostParts - 1); got != "part" || s.Drawn(0) != "anew" || len(s.parts.kept) != mostParts {
		t.Fatalf("of %d parts %d are kept, the last as %v and the first as %v", mostParts, len(s.parts.kept), got, s.Drawn(0))
	}
	if got := other.Drawn(0); got != nil {
		t.Errorf("another site has %v", got)
	}
	for i := range 3 * mostParts {
		if s.KeepDrawn(mostParts+i, "later"); len(s.parts.kept) > mostParts {
			t.Fatalf("%d parts are kept, want at most %d", len(s.parts.kept), mostParts)
		}
	}
	if got := s.Drawn(4*mostParts - 1); got != "later" {
		t.Errorf("the last part is %v", got)
	}
}
