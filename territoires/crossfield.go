package territoires

import (
	"slices"
	"strconv"

	"github.com/go-playground/validator/v10"
)

// registerDocuments adds the rules that look at several fields of a document
// at once. Their paths use JSON names.
func registerDocuments(v *validator.Validate) {
	v.RegisterStructValidation(crossField(checkSheet), ActionSheet{})
	v.RegisterStructValidation(crossField(checkCommitment), Commitment{})
	v.RegisterStructValidation(crossField(checkSignatory), Signatory{})
	v.RegisterStructValidation(crossField(checkProtocol), Protocol{})
	v.RegisterStructValidation(crossField(checkContract), Contract{})
	v.RegisterStructValidation(crossField(checkDossier), Dossier{})
	v.RegisterStructValidation(crossField(checkCompany), Company{})
	v.RegisterStructValidation(crossField(checkCandidate), Candidate{})
	v.RegisterStructValidation(crossField(checkPlacement), Placement{})
	v.RegisterStructValidation(crossField(checkVTE), VTE{})
}

// crossField hands a check a pointer to the struct in place, and a copy only
// when the caller validated a bare value.
func crossField[T any](check func(*T, validator.StructLevel)) validator.StructLevelFunc {
	return func(sl validator.StructLevel) {
		if cur := sl.Current(); cur.CanAddr() {
			check(cur.Addr().Interface().(*T), sl)
		} else {
			x := cur.Interface().(T)
			check(&x, sl)
		}
	}
}

// reject reports a field of the struct at hand. The value is left out on
// purpose: what was typed goes into no error.
func reject(sl validator.StructLevel, path, rule, param string) {
	sl.ReportError("", path, path, rule, param)
}

// checkSheet holds the axes to the phase, the financing to the costs and the
// end to the start. An axis that Grand Est added for itself is not held to
// territories of Grand Est: no source says that it was refused elsewhere.
func checkSheet(s *ActionSheet, sl validator.StructLevel) {
	checkTerritory(s.Phase, s.Territory, sl)
	for i, a := range s.Axes {
		if s.Phase.Valid() && a.Phase() != s.Phase {
			reject(sl, at("axes", i), "axis", s.Phase.String())
		}
	}
	if s.Cost() != s.Financed() {
		reject(sl, "financing", "sum", "costs")
	}
	if !s.Ends.IsZero() && s.Ends.Compare(s.Starts) < 0 {
		reject(sl, "ends", "after", "starts")
	}
}

// checkCommitment is a rule across fields for want of a tag that would know
// the operators.
func checkCommitment(c *Commitment, sl validator.StructLevel) {
	if c.Operator != "" && !c.Operator.Valid() {
		reject(sl, "operator", "operator", "")
	}
}

// checkTerritory wants a territory that the phase has. Both phases number
// alike, so an id of the other phase is caught only when this one lacks it;
// the name, where there is one, catches the rest.
func checkTerritory(p Phase, id ID, sl validator.StructLevel) {
	if !p.Valid() {
		if p != 0 {
			reject(sl, "phase", "phase", "")
		}
		return
	}
	if id == "" {
		return // reported as required
	}
	if _, ok := Lookup(p, id); !ok {
		reject(sl, "territory", "territory", p.String())
	}
}

// checkSignatory ties what a party must say to its kind, and its signature to
// the vote that authorised it. A vote dated « on or before » may have been in
// time, and is taken to be.
func checkSignatory(s *Signatory, sl validator.StructLevel) {
	if s.Kind != "" && s.Kind.College() == "" {
		reject(sl, "kind", "signatory_kind", "")
	}
	checkOnly(s.Kind == KindRegion, s.Region == "", "region", sl)
	checkOnly(s.Kind == KindOperator, s.Operator == "", "operator", sl)
	if s.Operator != "" && !s.Operator.Valid() {
		reject(sl, "operator", "operator", "")
	}
	if s.Deliberation != nil && s.Deliberation.On.IsZero() {
		reject(sl, "deliberation.on", "required", "")
	}
	switch {
	case s.Signed.IsZero():
	case s.Deliberation == nil:
		if s.Kind.Deliberates() {
			reject(sl, "deliberation", "required", "")
		}
	case s.Signed.before(s.Deliberation.On):
		reject(sl, "deliberation", "before", "signed")
	}
}

// checkOnly wants a field exactly when the kind of party calls for it.
func checkOnly(wanted, empty bool, field string, sl validator.StructLevel) {
	switch {
	case wanted && empty:
		reject(sl, field, "required", "")
	case !wanted && !empty:
		reject(sl, field, "excluded", "kind")
	}
}

func checkProtocol(p *Protocol, sl validator.StructLevel) { checkAgreement(p.agreement(), sl) }

// checkContract lets a term begin before the signature, as real ones do, and
// an amendment be signed on the day of the contract.
func checkContract(c *Contract, sl validator.StructLevel) {
	checkAgreement(c.agreement(), sl)
	if c.Term.Last < c.Term.First {
		reject(sl, "term.last", "after", "first")
	}
	for i := range c.Amendments {
		if c.Amendments[i].Signed.before(c.Signed()) {
			reject(sl, at("amendments", i)+".signed", "after", "contract")
		}
	}
}

// checkAgreement wants every party that the document cannot do without: local
// authorities, the State, and each région that the document names.
func checkAgreement(a agreement, sl validator.StructLevel) {
	checkTerritory(a.phase, a.territory, sl)
	if a.name != "" && !named(a.phase, a.territory, a.name) {
		reject(sl, "territory_name", "territory_name", a.phase.String())
	}
	if len(a.signatories) > 0 {
		checkParties(a, sl)
	}
	for i := range a.sheets {
		s := &a.sheets[i]
		if s.Phase != a.phase || s.Territory != a.territory {
			reject(sl, at("sheets", i)+".territory", "same", "territory")
		}
	}
}

// checkParties looks for the parties without which there is no agreement. The
// announcement of 16 May 2019 names them: the State and its operators, the
// région and the EPCI; contracts show that not every operator takes part.
func checkParties(a agreement, sl validator.StructLevel) {
	local, state := false, false
	for i := range a.signatories {
		s := &a.signatories[i]
		local = local || s.Kind.College() == CollegeLocal
		state = state || s.Kind == KindState
		if s.Kind == KindRegion && s.Region != "" && !slices.Contains(a.regions, s.Region) {
			reject(sl, at("signatories", i)+".region", "same", "regions")
		}
	}
	if !local {
		reject(sl, "signatories", "local_party", "")
	}
	if !state {
		reject(sl, "signatories", "state_party", "")
	}
	for i, r := range a.regions {
		if !a.hasRegion(r) {
			reject(sl, at("regions", i), "region_party", "")
		}
	}
}

// named reports whether name is the name of the territory or an alias of it.
func named(p Phase, id ID, name string) bool {
	t, ok := Lookup(p, id)
	if !ok {
		return true // the id is what is wrong
	}
	if t.Name == name {
		return true
	}
	u, ok := ByName(p, name)
	return ok && u.ID == id
}

// at writes an element of a list in a path: signatories[2].
func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
