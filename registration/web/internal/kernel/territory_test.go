package kernel

import (
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
)

// TestSuggestedNamesAreUnderstood: browsers send the text of a suggestion as it
// is shown, with its typography.
func TestSuggestedNamesAreUnderstood(t *testing.T) {
	t.Parallel()
	i, list := 0, Territories()
	for want := range territoires.All(territoires.PhaseI) {
		if got := NamedTerritory([]string{list[i].Name}); got != OfficialName(want) {
			t.Errorf("%q is understood as %q, want %q", list[i].Name, got, OfficialName(want))
		}
		i++
	}
	if i != len(list) || i != 149 {
		t.Errorf("%d suggestions for %d territories", len(list), i)
	}
}
