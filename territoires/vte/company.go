package vte

import (
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/sirene"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Company is the enterprise that takes a volunteer. Its figures are those of its
// last closed year. They are for the whole enterprise with the companies that it
// controls, not for one SIREN, as decree 2008-1354 defines an enterprise
// (https://lexbase.fr/texte-de-loi/decret-n-20081354-du-18-decembre-2008-relatif-aux-criteres-permettant-de-determiner-la-categorie-dap/L3154ICS.html).
type Company struct {
	Name         string              `json:"name,omitempty" validate:"max=200"`
	SIREN        sirene.SIREN        `json:"siren,omitempty" validate:"omitempty,siren"`
	NAF          sirene.NAF          `json:"naf,omitempty" validate:"omitempty,naf"`
	Headcount    *int                `json:"headcount,omitempty" validate:"omitempty,min=0"`              // full-time units; nil: unknown
	Turnover     *territoires.Amount `json:"turnover,omitempty" validate:"omitempty,min=0"`               // chiffre d'affaires, euro cents; nil: unknown
	BalanceSheet *territoires.Amount `json:"balance_sheet,omitempty" validate:"omitempty,min=0"`          // total of the bilan, euro cents; nil: unknown
	HeadOffice   string              `json:"head_office,omitempty" validate:"omitempty,iso3166_1_alpha2"` // country: "FR"; "" if unknown
}

// SizeCategory is the category of an enterprise by decree 2008-1354. The zero
// value is unknown.
type SizeCategory string

// The categories that matter to the programme. Micro-enterprises are PME.
const (
	SizePME SizeCategory = "PME" // under 250 people, and turnover up to 50 M€ or balance sheet up to 43 M€
	SizeETI SizeCategory = "ETI" // not a PME; under 5,000 people, and turnover up to 1,500 M€ or balance sheet up to 2,000 M€
	SizeGE  SizeCategory = "GE"  // neither
)

// The ceilings of the decree. The headcount must be below its ceiling; turnover
// and balance sheet may reach theirs.
var ceilings = []struct {
	category           SizeCategory
	headcount          int
	turnover, balanced territoires.Amount
}{
	{SizePME, 250, territoires.Euros(50_000_000), territoires.Euros(43_000_000)},
	{SizeETI, 5000, territoires.Euros(1_500_000_000), territoires.Euros(2_000_000_000)},
}

// Category returns the size of the company, and "" when the known figures do not
// decide it.
func (c *Company) Category() SizeCategory {
	if c.Headcount == nil {
		return ""
	}
	for _, limit := range ceilings {
		if *c.Headcount >= limit.headcount {
			continue
		}
		if within(c.Turnover, limit.turnover) || within(c.BalanceSheet, limit.balanced) {
			return limit.category
		}
		// One figure above its ceiling does not exclude the category while
		// the other is unknown.
		if c.Turnover == nil || c.BalanceSheet == nil {
			return ""
		}
	}
	return SizeGE
}

// within reports whether a figure is known and not above its ceiling.
func within(a *territoires.Amount, ceiling territoires.Amount) bool { return a != nil && *a <= ceiling }

// Industrial reports whether the activity is in sections B to E of NAF rév. 2,
// divisions 05 to 39
// (https://www.alternatives-economiques.fr/france-industrielle-cartes/00060351).
// known is false when no activity is given.
func (c *Company) Industrial() (industrial, known bool) {
	if !c.NAF.Valid() {
		return false, false
	}
	division := c.NAF[:2]
	return division >= "05" && division <= "39", true
}

// checkCompany requires the headcount with any other figure: without it the others
// do not decide the size.
func checkCompany(c *Company, reject validation.Reject) {
	if c.Headcount == nil && (c.Turnover != nil || c.BalanceSheet != nil) {
		reject("headcount", "required", "")
	}
}
