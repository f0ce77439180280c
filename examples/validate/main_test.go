package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if !check(&out, form{"732829320", "ti-2701"}) || out.String() != "valid\n" {
		t.Errorf("a right form gives %q", out.String())
	}
	out.Reset()
	if check(&out, form{"732829321", "Auxois"}) {
		t.Error("a wrong form is valid")
	}
	want := "siren: Vérifiez chaque chiffre de ce numéro SIREN\u00a0: sa clé de contrôle est fausse.\n" +
		"siren: Check every digit of this SIREN number: its check digit is wrong.\n" +
		"territory: Écrivez l’identifiant d’un territoire\u00a0: ti- et quatre chiffres, par exemple ti-2701.\n" +
		"territory: Write the identifier of a territory: \"ti-\" and four digits, such as ti-2701.\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("messages mismatch (-want +got):\n%s", diff)
	}
}
