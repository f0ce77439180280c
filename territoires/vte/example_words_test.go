package vte_test

import (
	"fmt"

	"github.com/territoires-industrie/sdk/territoires/vte"
)

// The options of a form.
func ExampleMissions() {
	for _, m := range vte.Missions() {
		fmt.Printf("<option value=%q>%s\n", m, m.Label("fr"))
	}
	// Output:
	// <option value="leadership">bras droit du dirigeant
	// <option value="transformation">transformation numérique ou du modèle économique
	// <option value="innovation">innovation
	// <option value="international">développement à l’international
	// <option value="finance">finance
	// <option value="marketing">marketing
	// <option value="other">autre
}

func ExampleEmploymentContracts() {
	fmt.Println(vte.EmploymentContracts())
	// Output: [apprentissage professionnalisation cdd cdi]
}

func ExampleCandidateStatuses() {
	fmt.Println(vte.CandidateStatuses())
	// Output: [student graduate]
}
