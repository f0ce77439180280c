package main

import (
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
)

// lastDay is later than anything known.
var lastDay = territoires.Date{Year: 9999, Month: 12, Day: 31}

// signed returns what is known to be signed for a territory of phase I, and
// the furthest stage that follows from it.
func signed(id territoires.ID) ([]territoires.Signing, territoires.Stage) {
	var all []territoires.Signing
	for s := range territoires.Signings() {
		if s.Territory == id {
			all = append(all, s)
		}
	}
	for _, t := range territoires.ProgressAt(lastDay).Territories {
		if t.Territory == id {
			return all, t.Stage
		}
	}
	return all, 0
}

// signing writes a date with those who give it, and with the word of those
// who call the document otherwise.
func signing(s territoires.Signing) string {
	claims := make([]string, len(s.Claims))
	for i, c := range s.Claims {
		claims[i] = c.Source.Publisher + ", " + c.On.String()
		if c.Word != "" {
			claims[i] += ", « " + c.Word + " »"
		}
	}
	return s.On.String() + " (" + strings.Join(claims, "; ") + ")"
}
