package agreement

import (
	"slices"
	"strconv"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// The rules that look at several fields of a document at once. Their paths use
// JSON names.
func init() {
	validation.AddRule(checkSheet)
	validation.AddRule(checkSignatory)
	validation.AddRule(checkProtocol)
	validation.AddRule(checkContract)
	validation.AddRule(checkDossier)
}

// checkSheet holds the axes to the phase and the territory, the financing to the
// costs and the end to the start.
func checkSheet(s *ActionSheet, reject validation.Reject) {
	checkTerritory(s.Phase, s.Territory, reject)
	checkAxes(s, reject)
	if s.Cost() != s.Financed() {
		reject("financing", "sum", "costs")
	}
	if !s.Ends.IsZero() && s.Ends.Compare(s.Starts) < 0 {
		reject("ends", "after", "starts")
	}
}

// checkSignatory ties what a party must say to its kind, and its signature to
// the vote that authorised it. A vote dated « on or before » may have been in
// time, and is taken to be.
func checkSignatory(s *Signatory, reject validation.Reject) {
	if s.Kind != "" && s.Kind.College() == "" {
		reject("kind", "signatory_kind", "")
	}
	checkOnly(s.Kind == SignatoryRegion, s.Region == "", "region", reject)
	checkOnly(s.Kind == SignatoryOperator, s.Operator == "", "operator", reject)
	if s.Deliberation != nil && s.Deliberation.On.IsZero() {
		reject("deliberation.on", "required", "")
	}
	switch {
	case s.Signed.IsZero():
	case s.Deliberation == nil:
		if s.Kind.Deliberates() {
			reject("deliberation", "required", "")
		}
	case s.Signed.Before(s.Deliberation.On):
		reject("deliberation", "before", "signed")
	}
}

// checkOnly wants a field exactly when the kind of party calls for it.
func checkOnly(wanted, empty bool, field string, reject validation.Reject) {
	switch {
	case wanted && empty:
		reject(field, "required", "")
	case !wanted && !empty:
		reject(field, "excluded", "kind")
	}
}

func checkProtocol(p *Protocol, reject validation.Reject) { checkAgreement(p.agreement(), reject) }

// checkContract lets a term begin before the signature, as real ones do, and
// an amendment be signed on the day of the contract.
func checkContract(c *Contract, reject validation.Reject) {
	checkAgreement(c.agreement(), reject)
	if c.Term.Last < c.Term.First {
		reject("term.last", "after", "first")
	}
	for i := range c.Amendments {
		if c.Amendments[i].Signed.Before(c.Signed()) {
			reject(at("amendments", i)+".signed", "after", "contract")
		}
	}
}

// checkAgreement wants every party that the document cannot do without: local
// authorities, the State, and each région that the document names; and every
// code in it to be one of the territory.
func checkAgreement(a agreement, reject validation.Reject) {
	checkTerritory(a.phase, a.territory, reject)
	t, known := territoires.Lookup(a.phase, a.territory)
	if a.name != "" && !named(a.phase, a.territory, a.name) {
		reject("territory_name", "territory_name", a.phase.String())
		known = false // it may be another territory that is meant
	}
	checkRegions(a, t, known, reject)
	if known {
		checkNumbers(a, t, reject)
	}
	if len(a.signatories) > 0 {
		checkParties(a, reject)
	}
	for i := range a.sheets {
		s := &a.sheets[i]
		checkSame(at("sheets", i), s.Phase, a.phase, s.Territory, a.territory, reject)
	}
}

// checkRegions wants the territory to lie in each région that the document names,
// and that région to sign.
func checkRegions(a agreement, t territoires.Territory, known bool, reject validation.Reject) {
	for i, r := range a.regions {
		switch fault := faultOf(r, t, known); {
		case fault.rule != "":
			reject(at("regions", i), fault.rule, fault.param)
		case len(a.signatories) > 0 && !a.hasRegion(r):
			reject(at("regions", i), "region_party", "")
		}
	}
	for i := range a.signatories {
		s := &a.signatories[i]
		if s.Kind != SignatoryRegion || s.Region == "" {
			continue
		}
		switch fault := faultOf(s.Region, t, known); {
		case fault.rule != "":
			reject(at("signatories", i)+".region", fault.rule, fault.param)
		case !slices.Contains(a.regions, s.Region):
			reject(at("signatories", i)+".region", "among", "regions")
		}
	}
}

// checkParties looks for the parties without which there is no agreement. The
// announcement of 16 May 2019 names them: the State and its operators, the
// région and the EPCI; contracts show that not every operator takes part.
func checkParties(a agreement, reject validation.Reject) {
	local, state := false, false
	for i := range a.signatories {
		s := &a.signatories[i]
		local = local || s.Kind.College() == CollegeLocal
		state = state || s.Kind == SignatoryState
	}
	if !local {
		reject("signatories", "local_party", "")
	}
	if !state {
		reject("signatories", "state_party", "")
	}
}

// at writes an element of a list in a path: signatories[2].
func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
