package print

import "testing"

// TestDrawable: no letter is drawn as an empty box, and a mark shows where
// letters were left out.
func TestDrawable(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, want string
		whole      bool
	}{
		{"Anne-Sophie L’Hôpital", "Anne-Sophie L’Hôpital", true},
		{"Nguyễn Ożóg Ωжи ß ﬁ", "Nguyễn Ożóg Ωжи ß ﬁ", true},
		{"de 9\u00a0h à 10\u202fh", "de 9\u00a0h à 10\u202fh", true},
		{"Zo\u200bé\u00ad\u2066\ufe0f\u0007", "Zoé", true}, // without a shape
		{"a\nb", "a\nb", true},
		{"", "", true},
		{"👩🏽‍🏭 Zoé", "[…] Zoé", false},
		{"نور الصباح", "[…]", false},
		{"שרה Cohen", "[…] Cohen", false}, // the font has the letters, and would write them backwards
		{"王 小明 (Wang)", "[…] (Wang)", false},
		{"e\u0301 g\u0303", "é g[…]", false}, // an accent that no letter has with it would stand beside it
		{"Zoé ქართული Étienne", "Zoé […] Étienne", false},
	} {
		for _, font := range []string{"serif", "sans", "bold"} {
			if got, whole := drawable(font, tt.text); got != tt.want || whole != tt.whole {
				t.Errorf("drawable(%s, %q) = %q, %v; want %q, %v", font, tt.text, got, whole, tt.want, tt.whole)
			}
		}
	}
}
