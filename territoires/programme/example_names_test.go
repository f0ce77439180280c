package programme_test

import (
	"fmt"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

func ExampleParseAnswer() {
	a, err := programme.ParseAnswer("likely")
	fmt.Println(a, a.Label("fr"), err)
	// Output: likely probable <nil>
}

func ExampleQuestions() {
	for _, q := range programme.Questions() {
		fmt.Println(q, "-", q.Label("fr"))
	}
	// Output:
	// list-124 - sur la liste des 124 territoires du 22 novembre 2018
	// list-136 - sur la liste des 136 territoires du 5 mars 2019
	// pilot - territoire pilote au début de 2019
}

func ExampleNationalMeetingOn() {
	m, ok := programme.NationalMeetingOn(territoires.Date{Year: 2019, Month: 6, Day: 12})
	fmt.Println(m.Title, m.Announced, ok)
	// Output: Rencontre nationale des Territoires d’industrie 2019-05-16 true
}

func ExampleOrganisationOf() {
	o, _ := programme.OrganisationOf(territoires.OperatorPoleEmploi)
	fmt.Println(o.Name, o.Kind.Label("fr"))
	// Output: Pôle emploi opérateur de l’État
}

func ExampleOrganisation_NameOn() {
	o, _ := programme.OrganisationOf(territoires.OperatorPoleEmploi)
	for _, year := range []int{2019, 2024} {
		fmt.Println(o.NameOn(territoires.Date{Year: year, Month: 1, Day: 1}))
	}
	// Output:
	// Pôle emploi
	// France Travail
}
