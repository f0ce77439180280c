package registration_test

import (
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

func TestMintCode(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	letters := map[rune]int{}
	const n = 20_000
	for range n {
		c := registration.MintCode()
		if got, ok := registration.ParseCode(c); got != c || !ok {
			t.Fatalf("ParseCode(%q) = %q, %v", c, got, ok)
		}
		seen[c] = true
		for _, r := range c {
			letters[r]++
		}
	}
	if len(seen) != n {
		t.Errorf("%d codes of %d are different", len(seen), n)
	}
	for r, got := range letters {
		// 8 letters of 23: 6956 each, give or take six standard deviations.
		if got < 6450 || got > 7460 {
			t.Errorf("letter %c came %d times, want about 6956", r, got)
		}
	}
}

func TestParseCode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"acde-fghj", "ACDEFGHJ"},
		{"ACDE FGHJ", "ACDEFGHJ"},
		{"ACDE\u00a0FGHJ", "ACDEFGHJ"},
		{"ACDEFGH", ""},
		{"ACDEFGHJK", ""},
		{"ACDEFGH0", ""}, // 0 is never minted
		{"ACDEFGHÉ", ""},
		{"", ""},
		{strings.Repeat(" ", 100) + "ACDEFGHJ", ""},
	} {
		if got, ok := registration.ParseCode(tt.in); got != tt.want || ok != (tt.want != "") {
			t.Errorf("ParseCode(%q) = %q, %v; want %q", tt.in, got, ok, tt.want)
		}
	}
}
