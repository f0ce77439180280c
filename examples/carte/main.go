// Command carte draws the pilots of 2019 that a source names on a map of France,
// as SVG, or writes them as GeoJSON, which any program for maps opens.
//
//	go run ./examples/carte > pilots.svg
//	go run ./examples/carte geojson > pilots.geojson
package main

import (
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "carte:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, args []string) error {
	switch {
	case len(args) == 0:
		return writeSVG(w, "Territoires pilotes connus en 2019", pilots)
	case len(args) == 1 && args[0] == "geojson":
		return territoires.WriteGeoJSON(w, pilots)
	}
	return fmt.Errorf("want no argument, or geojson")
}

// writeSVG draws the régions and a dot for each territory. The name of a dot is its
// title, for mice and for screen readers.
func writeSVG(w io.Writer, title string, all iter.Seq[territoires.Territory]) error {
	m := territoires.FranceOutline()
	page := drawing{Title: title, Map: m}
	for t := range all {
		if x, y, ok := m.Place(t.Point); ok {
			page.Dots = append(page.Dots, dot{x, y, t.Name})
		}
	}
	return svg.Execute(w, page)
}

// pilots yields the territories that a source names as pilots. Others may have been
// pilots too: unknown is not no.
func pilots(yield func(territoires.Territory) bool) {
	for t := range territoires.All(territoires.PhaseI) {
		if programme.FactOf(t, programme.QuestionPilot).Answer == programme.AnswerYes && !yield(t) {
			return
		}
	}
}
