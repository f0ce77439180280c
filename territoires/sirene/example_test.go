package sirene_test

import (
	"errors"
	"fmt"

	"github.com/territoires-industrie/sdk/territoires/sirene"
)

func ExampleParseSIREN() {
	s, err := sirene.ParseSIREN("732 829 320")
	fmt.Println(s, err)
	_, err = sirene.ParseSIREN("732 829 321")
	fmt.Println(errors.Is(err, sirene.ErrChecksum), err)
	_, err = sirene.ParseSIREN("732 829 320 00074")
	fmt.Println(errors.Is(err, sirene.ErrSyntax), err)
	// Output:
	// 732829320 <nil>
	// true sirene: SIREN wrong check digit: the 9 digits do not satisfy Luhn's rule
	// true sirene: SIREN malformed: 14 digits, the length of a SIRET; a SIREN is its first 9
}

func ExampleParseSIRET() {
	s, _ := sirene.ParseSIRET("732 829 320 00074")
	fmt.Println(s, s.SIREN(), s.NIC())
	// Output: 73282932000074 732829320 00074
}

func ExampleParseNAF() {
	c, _ := sirene.ParseNAF("2562B")
	fmt.Println(c, c.Division())
	// Output: 25.62B 25
}

func ExampleSIREN_Format() {
	fmt.Printf("%+q\n", sirene.SIREN("356000000").Format())
	// Output: "356\u00a0000\u00a0000"
}

func ExampleMustParseSIREN() {
	fmt.Println(sirene.MustParseSIREN("356 000 000") == "356000000")
	// Output: true
}
