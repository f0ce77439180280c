package locale_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration/locale"
)

func TestLinked(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text string
		want [][]locale.Part
	}{
		{"", nil},
		{"Entrée de plain-pied.\n\n Métro : ligne 10 ", [][]locale.Part{{{Text: "Entrée de plain-pied."}}, {{Text: "Métro : ligne 10"}}}},
		{"Plan : https://exemple.fr/plan?a=1&b=2.", [][]locale.Part{{{Text: "Plan : "}, {Text: "https://exemple.fr/plan?a=1&b=2", Href: "https://exemple.fr/plan?a=1&b=2"}, {Text: "."}}}},
		{"Écrire à accueil@exemple.fr, ou 01 99 00 12 34", [][]locale.Part{{{Text: "Écrire à "}, {Text: "accueil@exemple.fr", Href: "mailto:accueil@exemple.fr"},
			{Text: ", ou "}, {Text: "01 99 00 12 34", Href: "tel:+33199001234"}}}},
		{"01 99 00 12 34", [][]locale.Part{{{Text: "01 99 00 12 34", Href: "tel:+33199001234"}}}},
		{"+33 1 99 00 12 34", [][]locale.Part{{{Text: "+33 1 99 00 12 34", Href: "tel:+33199001234"}}}},
		{"Voir https://exemple.fr/plan\u202f! Merci", [][]locale.Part{{{Text: "Voir "}, {Text: "https://exemple.fr/plan", Href: "https://exemple.fr/plan"}, {Text: "\u202f! Merci"}}}},
		{"75007 Paris, javascript:alert(1), salle 0123", [][]locale.Part{{{Text: "75007 Paris, javascript:alert(1), salle 0123"}}}},
	} {
		if diff := cmp.Diff(tt.want, locale.Linked(tt.text)); diff != "" {
			t.Errorf("Linked(%q) (-want +got):\n%s", tt.text, diff)
		}
	}
}
