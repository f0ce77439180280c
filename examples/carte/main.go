// Command carte writes the pilots of 2019 that a source names as GeoJSON, a file
// that any program for maps opens.
//
//	go run ./examples/carte > pilots.geojson
package main

import (
	"fmt"
	"os"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

func main() {
	if err := territoires.WriteGeoJSON(os.Stdout, pilots); err != nil {
		fmt.Fprintln(os.Stderr, "carte:", err)
		os.Exit(1)
	}
}

// pilots yields the territories that a source names as pilots. It leaves out
// those of which nothing is known: unknown is not no.
func pilots(yield func(territoires.Territory) bool) {
	for t := range territoires.All(territoires.PhaseI) {
		if programme.FactOf(t, programme.QuestionPilot).Answer == programme.AnswerYes && !yield(t) {
			return
		}
	}
}
