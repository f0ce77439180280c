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

// checkSheet requires the axes to be of the phase and the territory, the
// financing to equal the costs, and the end not to precede the start. Its days are
// those of the calendar.
func checkSheet(s *ActionSheet, reject validation.Reject) {
	checkTerritory(s.Phase, s.Territory, reject)
	checkAxes(s, reject)
	if s.Cost() != s.Financed() {
		reject("financing", "sum", "costs")
	}
	checkDay(s.Version, "version", reject)
	checkDay(s.Starts, "starts", reject)
	checkDay(s.Ends, "ends", reject)
	if s.Ends.Valid() && s.Ends.Before(s.Starts) {
		reject("ends", "after", "starts")
	}
}

// checkDay refuses a day that the calendar does not have.
func checkDay(d territoires.Date, field string, reject validation.Reject) {
	if !d.IsZero() && !d.Valid() {
		reject(field, "date", "")
	}
}

// checkSpan refuses a date that is known and has such a day, or its last day first.
func checkSpan(s territoires.Span, field string, reject validation.Reject) {
	if !s.IsZero() && !s.Valid() {
		reject(field, "span", "")
	}
}

// checkSignatory requires the fields that the kind of party needs, and a vote
// before the signature that it authorises. A vote whose date is « on or before » a
// day counts as being in time.
func checkSignatory(s *Signatory, reject validation.Reject) {
	if s.Kind != "" && s.Kind.College() == "" {
		reject("kind", "signatory_kind", "")
	}
	checkOnly(s.Kind == SignatoryRegion, s.Region == "", "region", reject)
	checkOnly(s.Kind == SignatoryOperator, s.Operator == "", "operator", reject)
	if s.Deliberation != nil {
		if s.Deliberation.On.IsZero() {
			reject("deliberation.on", "required", "")
		}
		checkSpan(s.Deliberation.On, "deliberation.on", reject)
	}
	checkSpan(s.Signed, "signed", reject)
	switch {
	case s.Signed.IsZero():
	case s.Deliberation == nil:
		if s.Kind.Deliberates() {
			reject("deliberation", "required", "")
		}
	case s.Signed.Valid() && s.Signed.Before(s.Deliberation.On):
		reject("deliberation", "before", "signed")
	}
}

// checkOnly requires a field if wanted, and refuses it otherwise.
func checkOnly(wanted, empty bool, field string, reject validation.Reject) {
	switch {
	case wanted && empty:
		reject(field, "required", "")
	case !wanted && !empty:
		reject(field, "excluded", "kind")
	}
}

func checkProtocol(p *Protocol, reject validation.Reject) { checkAgreement(p.agreement(), reject) }

// checkContract allows a term that begins before the signature, as real ones do,
// and an amendment signed on the day of the contract.
func checkContract(c *Contract, reject validation.Reject) {
	checkAgreement(c.agreement(), reject)
	if c.Term.Last < c.Term.First {
		reject("term.last", "after", "first")
	}
	for i := range c.Amendments {
		checkSpan(c.Amendments[i].Signed, at("amendments", i)+".signed", reject)
		if c.Amendments[i].Signed.Before(c.Signed()) {
			reject(at("amendments", i)+".signed", "after", "contract")
		}
	}
}

// checkAgreement requires the parties that the document cannot do without (local
// authorities, the State, each région that the document names), and every code in
// it to be one of the territory.
func checkAgreement(a agreement, reject validation.Reject) {
	checkTerritory(a.phase, a.territory, reject)
	t, known := territoires.Lookup(a.phase, a.territory)
	if a.name != "" && !named(a.phase, a.territory, a.name) {
		reject("territory_name", "territory_name", a.phase.String())
		known = false // another territory may be meant
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

// checkRegions requires the territory to be in each région that the document
// names, and that région to sign.
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

// checkParties requires the parties without which there is no agreement. The
// announcement of 16 May 2019 names the State and its operators, the région and
// the EPCI. Operators are not required: contracts show that not all take part.
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

// at returns the path of an element of a list: signatories[2].
func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
