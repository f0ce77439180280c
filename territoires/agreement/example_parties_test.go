package agreement_test

import (
	"fmt"

	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
)

// The latest signature of the first two colleges counts.
func ExampleProtocol_Signed() {
	fmt.Println(sample.Protocol().Signed())
	// Output: ../2019-05-16
}

func ExampleProtocol_InCollege() {
	for s := range sample.Protocol().InCollege(agreement.CollegePublic) {
		fmt.Println(s.Name, "-", s.Kind.Label("fr"))
	}
	// Output:
	// Région Nouvelle-Aquitaine - région
	// Région Occitanie - région
	// Préfet de département - État
	// Bpifrance - opérateur de l’État
}

func ExampleSignatoryKinds() {
	for _, k := range agreement.SignatoryKinds()[:2] {
		fmt.Println(k, "-", k.Label("fr"), "-", k.College())
	}
	// Output:
	// epci - intercommunalité - intercommunalites
	// ept - établissement public territorial - intercommunalites
}

func ExampleColleges() {
	for _, c := range agreement.Colleges() {
		fmt.Println(c.Label("en"))
	}
	// Output:
	// intercommunalités
	// public partners
	// other partners
}
