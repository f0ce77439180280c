package validation_test

import (
	"fmt"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// trip has a rule that looks at two of its fields.
type trip struct {
	From territoires.Date `json:"from"`
	To   territoires.Date `json:"to"`
}

func init() {
	validation.AddRule(func(x *trip, reject validation.Reject) {
		if x.To.Before(x.From) {
			reject("to", "after", "from")
		}
	})
}

// A program adds its rules in an init function.
func ExampleAddRule() {
	day := territoires.Date{Year: 2019, Month: 6, Day: 12}
	fmt.Println(validation.Validate(trip{From: day, To: day.AddDays(-1)}))
	// Output: territoires: invalid: trip.to: after=from
}
