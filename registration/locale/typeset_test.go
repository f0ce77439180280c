package locale

import (
	"fmt"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/internal/proof"
)

func TestTypeset(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"L'adresse n'est pas bonne", "L’adresse n’est pas bonne"},
		{"l'{{.Name}}", "l’{{.Name}}"},
		{"Vous venez ?", "Vous venez\u202f?"},
		{"Vous venez?", "Vous venez\u202f?"},
		{"À savoir : rien", "À savoir\u00a0: rien"},
		{"voir http://exemple.fr/?a=b", "voir http://exemple.fr/?a=b"},
		{"« Territoires d'industrie »", "«\u00a0Territoires d’industrie\u00a0»"},
		{"l'accueil : https://exemple.fr/l'accueil?de=9h30...", "l’accueil\u00a0: https://exemple.fr/l'accueil?de=9h30…"},
		{"« https://exemple.fr/10h00? »", "«\u00a0https://exemple.fr/10h00\u202f?\u00a0»"},
		{"de 9h30 à 10h30, 9h30@exemple.fr", "de 9\u00a0h\u00a030 à 10\u00a0h\u00a030, 9h30@exemple.fr"},
		{"«Oui»", "«\u00a0Oui\u00a0»"},
		{"« Vraiment ? »", "«\u00a0Vraiment\u202f?\u00a0»"},
		{"de 9 h 30 à 16h00", "de 9\u00a0h\u00a030 à 16\u00a0h\u00a000"},
		{"pendant 48 h.", "pendant 48\u00a0h."},
		{"10 000 places", "10\u202f000 places"},
		{"{{.Count}} %", "{{.Count}}\u00a0%"},
		{"12 juin 2019", "12 juin 2019"},
		{"20 avenue de Ségur, 75007 Paris", "20 avenue de Ségur, 75007\u00a0Paris"},
		{"2019 Paris, 150000 Paris, 75007 places", "2019 Paris, 150000 Paris, 75007 places"},
		{"Un instant...", "Un instant…"},
	} {
		got := Typeset(tt.in)
		if got != tt.want {
			t.Errorf("Typeset(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if again := Typeset(got); again != got {
			t.Errorf("Typeset twice of %q = %q, then %q", tt.in, got, again)
		}
		if m := proof.Misprints(French, got); len(m) > 0 && !strings.Contains(got, "{{") {
			t.Errorf("Typeset(%q) has misprints: %v", tt.in, m)
		}
	}
}

func FuzzTypeset(f *testing.F) {
	for _, s := range []string{"« a »?", "1 000 000 h 30", "a ;;; b", "'''", "{{.A}} : ?", "\u202f?\u00a0»"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		letters := func(s string) string {
			return strings.Map(func(r rune) rune {
				if strings.ContainsRune(" \u00a0\u202f'’.…", r) {
					return -1
				}
				return r
			}, s)
		}
		if got := Typeset(s); letters(got) != letters(s) {
			t.Errorf("Typeset(%q) = %q: more than spaces, dots and apostrophes changed", s, got)
		}
	})
}

func ExampleTypeset() {
	fmt.Println(Typeset("C'est noté !") == "C’est noté\u202f!")
	// Output: true
}
