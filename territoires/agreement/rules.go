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
	validation.AddRule(checkCommitment)
	validation.AddRule(checkSignatory)
	validation.AddRule(checkProtocol)
	validation.AddRule(checkContract)
	validation.AddRule(checkDossier)
}

// checkSheet holds the axes to the phase, the financing to the costs and the
// end to the start. An axis that Grand Est added for itself is not held to
// territories of Grand Est: no source says that it was refused elsewhere.
func checkSheet(s *ActionSheet, reject validation.Reject) {
	checkTerritory(s.Phase, s.Territory, reject)
	for i, a := range s.Axes {
		if s.Phase.Valid() && a.Phase() != s.Phase {
			reject(at("axes", i), "axis", s.Phase.String())
		}
	}
	if s.Cost() != s.Financed() {
		reject("financing", "sum", "costs")
	}
	if !s.Ends.IsZero() && s.Ends.Compare(s.Starts) < 0 {
		reject("ends", "after", "starts")
	}
}

// checkCommitment is a rule across fields for want of a tag that would know
// the operators.
func checkCommitment(c *Commitment, reject validation.Reject) {
	if c.Operator != "" && !c.Operator.Valid() {
		reject("operator", "operator", "")
	}
}

// checkTerritory wants a territory that the phase has. Both phases number
// alike, so an id of the other phase is caught only when this one lacks it;
// the name, where there is one, catches the rest.
func checkTerritory(p territoires.Phase, id territoires.ID, reject validation.Reject) {
	if !p.Valid() {
		if p != 0 {
			reject("phase", "phase", "")
		}
		return
	}
	if id == "" {
		return // reported as required
	}
	if _, ok := territoires.Lookup(p, id); !ok {
		reject("territory", "territory", p.String())
	}
}

// checkSignatory ties what a party must say to its kind, and its signature to
// the vote that authorised it. A vote dated « on or before » may have been in
// time, and is taken to be.
func checkSignatory(s *Signatory, reject validation.Reject) {
	if s.Kind != "" && s.Kind.College() == "" {
		reject("kind", "signatory_kind", "")
	}
	checkOnly(s.Kind == KindRegion, s.Region == "", "region", reject)
	checkOnly(s.Kind == KindOperator, s.Operator == "", "operator", reject)
	if s.Operator != "" && !s.Operator.Valid() {
		reject("operator", "operator", "")
	}
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
// authorities, the State, and each région that the document names.
func checkAgreement(a agreement, reject validation.Reject) {
	checkTerritory(a.phase, a.territory, reject)
	if a.name != "" && !named(a.phase, a.territory, a.name) {
		reject("territory_name", "territory_name", a.phase.String())
	}
	if len(a.signatories) > 0 {
		checkParties(a, reject)
	}
	for i := range a.sheets {
		s := &a.sheets[i]
		if s.Phase != a.phase || s.Territory != a.territory {
			reject(at("sheets", i)+".territory", "same", "territory")
		}
	}
}

// checkParties looks for the parties without which there is no  The
// announcement of 16 May 2019 names them: the State and its operators, the
// région and the EPCI; contracts show that not every operator takes part.
func checkParties(a agreement, reject validation.Reject) {
	local, state := false, false
	for i := range a.signatories {
		s := &a.signatories[i]
		local = local || s.Kind.College() == CollegeLocal
		state = state || s.Kind == KindState
		if s.Kind == KindRegion && s.Region != "" && !slices.Contains(a.regions, s.Region) {
			reject(at("signatories", i)+".region", "same", "regions")
		}
	}
	if !local {
		reject("signatories", "local_party", "")
	}
	if !state {
		reject("signatories", "state_party", "")
	}
	for i, r := range a.regions {
		if !a.hasRegion(r) {
			reject(at("regions", i), "region_party", "")
		}
	}
}

// named reports whether name is the name of the territory or an alias of it.
func named(p territoires.Phase, id territoires.ID, name string) bool {
	t, ok := territoires.Lookup(p, id)
	if !ok {
		return true // the id is what is wrong
	}
	if t.Name == name {
		return true
	}
	u, ok := territoires.ByName(p, name)
	return ok && u.ID == id
}

// at writes an element of a list in a path: signatories[2].
func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
