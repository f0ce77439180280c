package sirene_test

import (
	"fmt"

	"github.com/territoires-industrie/sdk/territoires/sirene"
)

func ExampleMustParseSIRET() {
	fmt.Println(sirene.MustParseSIRET("732 829 320 00074").NIC())
	// Output: 00074
}

func ExampleMustParseNAF() {
	fmt.Println(sirene.MustParseNAF("2562B"))
	// Output: 25.62B
}
