package main

import (
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

// signed returns the known signatures of a territory of phase I, and the furthest
// stage that follows from them.
func signed(id territoires.ID) ([]programme.Signing, agreement.Stage) {
	var all []programme.Signing
	for s := range programme.Signings(territoires.Date{}) {
		if s.Territory == id {
			all = append(all, s)
		}
	}
	for _, t := range agreement.ProgressAt(territoires.Date{}).Territories {
		if t.Territory == id {
			return all, t.Stage
		}
	}
	return all, 0
}

// signing writes the date of a signature, then each source with the date that it
// gives and, if it is known, its word for the document.
func signing(s programme.Signing) string {
	claims := make([]string, len(s.Claims))
	for i, c := range s.Claims {
		claims[i] = c.Source.Publisher + ", " + c.On.String()
		if c.Word != "" {
			claims[i] += ", « " + c.Word + " »"
		}
	}
	return s.On.String() + " (" + strings.Join(claims, "; ") + ")"
}
