package vte

import "github.com/territoires-industrie/sdk/territoires"

// beginningOfPhaseII is the day on which its list was announced
// (https://www.lagazettedescommunes.com/896440/le-nouveau-programme-territoires-dindustrie-integre-plus-de-la-moitie-des-epci/).
// Before it the only list was that of phase I.
var beginningOfPhaseII = territoires.Date{Year: 2023, Month: 11, Day: 9}

// phaseOn is the phase whose list of territories is in force on a day.
func phaseOn(on territoires.Date) territoires.Phase {
	if on.Before(beginningOfPhaseII) {
		return territoires.PhaseI
	}
	return territoires.PhaseII
}

// placePhase returns the phase of the territory in the request. It is 0 if the
// request does not say: since phase II began, an identifier alone may be of either
// phase.
func (v *VTE) placePhase() territoires.Phase {
	if v.Placement.Phase == 0 && phaseOn(v.Requested) == territoires.PhaseI {
		return territoires.PhaseI
	}
	return v.Placement.Phase
}

// Territory returns the territory that the post is in on a day: by the list of
// phase I before 9 November 2023, by that of phase II from then on. It returns
// false when the post is in none, and when the request does not tell. A request
// that names a territory does not tell the territory of the other phase; one that
// names a commune does.
func (v *VTE) Territory(on territoires.Date) (territoires.Territory, bool) {
	phase := phaseOn(on)
	switch {
	case v.Placement.Commune != "":
		code, _ := communeOf(v.Placement.Commune)
		return territoires.OfCommune(phase, code)
	case v.placePhase() == phase:
		return territoires.Lookup(phase, v.Placement.Territory)
	}
	return territoires.Territory{}, false
}
