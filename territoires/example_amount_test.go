package territoires_test

import (
	"fmt"

	"github.com/territoires-industrie/sdk/territoires"
)

func ExampleAmount_Format() {
	cost := territoires.Euros(1_300) + 50
	fmt.Println(cost, cost.Format("en"))
	// Output: 1300.50 €1,300.50
}

func ExampleOperators() {
	for _, o := range territoires.Operators() {
		fmt.Println(o)
	}
	// Output:
	// banque-des-territoires
	// bpifrance
	// business-france
	// pole-emploi
}
