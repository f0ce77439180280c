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
	want := "siren: Écrivez un numéro SIREN\u00a0: 9 chiffres, dont le dernier est une clé de contrôle.\n" +
		"siren: Write a SIREN number: 9 digits, the last of which is a check digit.\n" +
		"territory: Choisissez un territoire dans la liste des Territoires d’industrie.\n" +
		"territory: Choose a territory in the list of Territoires d’industrie.\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("messages mismatch (-want +got):\n%s", diff)
	}
}
