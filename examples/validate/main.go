// Command validate checks two usual fields of a form about the programme: the SIREN
// of a company, and a territory.
//
//	go run ./examples/validate 732829320 ti-2701
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/territoires-industrie/sdk/territoires/validation"
)

// form is what somebody filled in.
type form struct {
	SIREN     string `json:"siren" validate:"required,siren"`
	Territory string `json:"territory" validate:"required,territory"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: validate SIREN TERRITORY")
		os.Exit(2)
	}
	if !check(os.Stdout, form{os.Args[1], os.Args[2]}) {
		os.Exit(1)
	}
}

// check prints what is wrong with each field, in French and in English, and reports
// whether all are right. It never prints what was typed.
func check(w io.Writer, f form) bool {
	err := validation.Validate(f)
	bad, ok := errors.AsType[*validation.Error](err)
	if !ok {
		fmt.Fprintln(w, "valid")
		return true
	}
	for _, field := range bad.Fields {
		fmt.Fprintf(w, "%s: %s\n%s: %s\n", field.Name(), field.Message("fr"), field.Name(), field.Message("en"))
	}
	return false
}
