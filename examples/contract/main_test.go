package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func Example() {
	check(os.Stdout, bytes.NewReader(draft))
	// Output:
	// contract.signatories[0].deliberation
	//   Indiquez une date qui ne vient pas après celle de « signed ».
	// contract.signatories[1].deliberation
	//   Remplissez ce champ.
	// contract.sheets[0].axes[1]
	//   Choisissez un axe de la phase I : les deux phases ont chacune les leurs.
	// contract.sheets[0].financing
	//   Corrigez le financement : son total doit égaler celui des coûts.
}

// TestCorrected applies to the draft what the messages ask for.
func TestCorrected(t *testing.T) {
	corrected := strings.NewReplacer(
		"2019-10-03", "2019-06-27",
		`"name": "Région d’exemple"`, `"name": "Région d’exemple", "deliberation": {"on": "2019-06-24"}`,
		`, "transition"`, "",
		`"Intercommunalité", "amount": 60000000`, `"Intercommunalité", "amount": 64500000`,
		`"name": "Bpifrance"`, `"name": "Bpifrance", "signed": "2019-09-20"`,
	).Replace(string(draft))
	var out bytes.Buffer
	check(&out, strings.NewReader(corrected))
	if got, want := out.String(), "contrat de ti-2801, signé le 2019-09-20\n"; got != want {
		t.Errorf("check = %q; want %q", got, want)
	}
}
