package vte_test

import (
	"fmt"

	"github.com/territoires-industrie/sdk/territoires/vte"
)

func ExampleCompany_Industrial() {
	for _, c := range []vte.Company{{NAF: "24.51Z"}, {NAF: "62.01Z"}, {}} {
		fmt.Println(c.Industrial())
	}
	// Output:
	// true true
	// false true
	// false false
}
