// Command commune tells which territory a commune is in, by its name or its Insee
// code, for somebody who only knows their town.
//
//	go run ./examples/commune Montbard
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: commune NAME|CODE")
		os.Exit(2)
	}
	if !tell(os.Stdout, strings.Join(os.Args[1:], " ")) {
		os.Exit(1)
	}
}

// tell prints a line for each commune of 2019 with that name or code, and reports
// whether there is any. Several communes may share a name.
func tell(w io.Writer, text string) bool {
	found := communes(text)
	for _, c := range found {
		fmt.Fprintf(w, "%s %s", c.Code, c.Name)
		if d, ok := cog.V2019.Departement(c.Departement); ok { // collectivities overseas are none
			r, _ := cog.V2019.Region(d.Region)
			fmt.Fprintf(w, " (%s, %s)", d.Name, r.Name)
		}
		if e, ok := cog.V2019.EPCI(c.EPCI); ok { // four islands are in none
			fmt.Fprintf(w, ", %s", e.Name)
		}
		if t, ok := territoires.OfCommune(territoires.PhaseI, c.Code); ok {
			fmt.Fprintf(w, ": %s %s\n", t.ID, t.Name)
		} else {
			fmt.Fprintln(w, ": in no territory")
		}
	}
	if len(found) == 0 {
		fmt.Fprintln(w, reason(text))
	}
	return len(found) > 0
}

// reason says why nothing was found. A text that is no code is taken for a name.
func reason(text string) string {
	_, err := cog.V2019.ParseCommune(text)
	if bad, ok := errors.AsType[*cog.ParseError](err); ok && bad.Cause != cog.CauseMalformed {
		return bad.Error()
	}
	return "no commune of 2019 is called so"
}

func communes(text string) (found []cog.Commune) {
	if code, err := cog.V2019.ParseCommune(text); err == nil {
		c, _ := cog.V2019.Commune(code)
		return []cog.Commune{c}
	}
	for c := range cog.V2019.CommunesNamed(text) {
		found = append(found, c)
	}
	return found
}
