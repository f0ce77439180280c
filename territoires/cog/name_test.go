package cog_test

import (
	"testing"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

// TestEveryCommuneNamed finds every commune by its own name.
func TestEveryCommuneNamed(t *testing.T) {
	t.Parallel()
	for _, v := range cog.Vintages() {
		missing := 0
		for c := range v.Communes() {
			found := false
			for other := range v.CommunesNamed(c.Name) {
				found = found || other.Code == c.Code
			}
			if !found {
				if missing++; missing <= 3 {
					t.Errorf("%v: CommunesNamed(%q) does not yield %v", v, c.Name, c)
				}
			}
		}
		if missing > 0 {
			t.Errorf("%v: %d communes are not found by their own name", v, missing)
		}
	}
}
