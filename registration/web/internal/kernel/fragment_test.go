package kernel

import "testing"

// TestFragmentsAreBounded: a site keeps a fragment until there are too many, and none of
// another site's.
func TestFragmentsAreBounded(t *testing.T) {
	t.Parallel()
	var s, other Site
	for i := range maxFragments {
		s.KeepFragment(i, "part")
	}
	s.KeepFragment(0, "anew")
	if got := s.Fragment(maxFragments - 1); got != "part" || s.Fragment(0) != "anew" || len(s.fragments.kept) != maxFragments {
		t.Fatalf("of %d parts %d are kept, the last as %v and the first as %v", maxFragments, len(s.fragments.kept), got, s.Fragment(0))
	}
	if got := other.Fragment(0); got != nil {
		t.Errorf("another site has %v", got)
	}
	for i := range 3 * maxFragments {
		if s.KeepFragment(maxFragments+i, "later"); len(s.fragments.kept) > maxFragments {
			t.Fatalf("%d parts are kept, want at most %d", len(s.fragments.kept), maxFragments)
		}
	}
	if got := s.Fragment(4*maxFragments - 1); got != "later" {
		t.Errorf("the last part is %v", got)
	}
}
