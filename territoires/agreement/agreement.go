package agreement

import (
	"iter"
	"slices"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Protocol is a protocole d'accord: the step between the work of a territory
// and its contract, a document of its own with its own signatures
// (announcement of 16 May 2019).
type Protocol struct {
	Phase         territoires.Phase `json:"phase" validate:"required"`
	Territory     territoires.ID    `json:"territory" validate:"required"`
	TerritoryName string            `json:"territory_name,omitempty" validate:"max=200"` // name or alias; tells apart the ids that both phases have
	Regions       []cog.RegionCode  `json:"regions" validate:"required,min=1,max=4,unique"`
	Signatories   []Signatory       `json:"signatories" validate:"required,min=1,max=200,dive"`
	Sheets        []ActionSheet     `json:"sheets,omitempty" validate:"max=200,dive"`
}

// Contract is a contrat de Territoire d'industrie.
//
// Regions are the régions that the document names as parties: usually one, two for
// Lacq-Pau-Tarbes. They are never computed from the members, because an EPCI that
// lies in two régions does not make both of them sign. Not every operator need be
// a party.
type Contract struct {
	Phase         territoires.Phase `json:"phase" validate:"required"`
	Territory     territoires.ID    `json:"territory" validate:"required"`
	TerritoryName string            `json:"territory_name,omitempty" validate:"max=200"`
	Regions       []cog.RegionCode  `json:"regions" validate:"required,min=1,max=4,unique"`
	Term          Term              `json:"term"`
	Signatories   []Signatory       `json:"signatories" validate:"required,min=1,max=200,dive"`
	Sheets        []ActionSheet     `json:"sheets,omitempty" validate:"max=200,dive"`
	Amendments    []Amendment       `json:"amendments,omitempty" validate:"max=50,dive"`
}

// Term is the years in the title of a contract, as in « 2020-2022 ». It may begin
// before the contract is signed: Finistère's, « 2019-2022 », was
// signed on 9 July 2021 (https://territoireindustrie29.bzh).
type Term struct {
	First int `json:"first" validate:"min=2018,max=2100"`
	Last  int `json:"last" validate:"min=2018,max=2100"` // included
}

// Amendment is an avenant: sheets dropped, sheets created, or a change of
// perimeter. Its fields are our model.
type Amendment struct {
	Subject string           `json:"subject" validate:"notblank,max=2000"`
	Signed  territoires.Span `json:"signed,omitzero" validate:"-"` // zero: not signed yet
}

// agreement is what protocols and contracts have in common.
type agreement struct {
	phase       territoires.Phase
	territory   territoires.ID
	name        string
	regions     []cog.RegionCode
	signatories []Signatory
	sheets      []ActionSheet
}

func (p *Protocol) agreement() agreement {
	return agreement{p.Phase, p.Territory, p.TerritoryName, p.Regions, p.Signatories, p.Sheets}
}

func (c *Contract) agreement() agreement {
	return agreement{c.Phase, c.Territory, c.TerritoryName, c.Regions, c.Signatories, c.Sheets}
}

// Signed returns when the protocol was signed: the latest signature of the
// first two colleges. It is zero while one of them is missing. Parties of the
// third college may join later, see [Protocol.Missing].
func (p *Protocol) Signed() territoires.Span { return p.agreement().signed() }

// Signed returns when the contract was signed, as [Protocol.Signed] does.
func (c *Contract) Signed() territoires.Span { return c.agreement().signed() }

// Missing lists what the protocol lacks on a day to count as signed: signatures
// and deliberations. Paths begin with "protocol" and name the party. The list is
// empty when nothing is missing.
func (p *Protocol) Missing(on territoires.Date) []validation.FieldError {
	return p.agreement().missing("protocol", on)
}

// Missing is [Protocol.Missing] for a contract; paths begin with "contract".
func (c *Contract) Missing(on territoires.Date) []validation.FieldError {
	return c.agreement().missing("contract", on)
}

// InCollege yields the parties of a college, in the order of the document.
func (p *Protocol) InCollege(c College) iter.Seq[Signatory] { return p.agreement().inCollege(c) }

// InCollege yields the parties of a college, in the order of the document.
func (c *Contract) InCollege(col College) iter.Seq[Signatory] { return c.agreement().inCollege(col) }

func (a agreement) inCollege(c College) iter.Seq[Signatory] {
	return func(yield func(Signatory) bool) {
		for _, s := range a.signatories {
			if s.Kind.College() == c && !yield(s) {
				return
			}
		}
	}
}

// signed returns when the last party without which there is no agreement signed. The
// span is from the latest From to the latest To of the signatures of these parties,
// because the last may have signed on any day between. It is zero while one of these
// signatures is unknown.
func (a agreement) signed() territoires.Span {
	var last territoires.Span
	for i := range a.signatories {
		s := &a.signatories[i]
		if !s.blocks() {
			continue
		}
		if s.Signed.IsZero() {
			return territoires.Span{}
		}
		last = territoires.Span{From: later(last.From, s.Signed.From), To: later(last.To, s.Signed.To)}
	}
	return last
}

func later(d, e territoires.Date) territoires.Date {
	if d.Compare(e) < 0 {
		return e
	}
	return d
}

// missing lists what each party lacks, in the order of the document, then what
// the document lacks as a whole.
func (a agreement) missing(root string, on territoires.Date) []validation.FieldError {
	var out []validation.FieldError
	local, state := false, false
	for i := range a.signatories {
		s := &a.signatories[i]
		local = local || s.Kind.College() == CollegeLocal
		state = state || s.Kind == SignatoryState
		if !s.blocks() {
			continue
		}
		path := root + at(".signatories", i)
		switch s.lacks(on) {
		case "signature":
			out = append(out, validation.FieldError{Path: path + ".signed", Rule: "signature"})
		case "deliberation":
			out = append(out, validation.FieldError{Path: path + ".deliberation", Rule: "deliberation"})
		}
	}
	if !local {
		out = append(out, validation.FieldError{Path: root + ".signatories", Rule: "local_party"})
	}
	if !state {
		out = append(out, validation.FieldError{Path: root + ".signatories", Rule: "state_party"})
	}
	for i, r := range a.regions {
		if !a.hasRegion(r) {
			out = append(out, validation.FieldError{Path: root + at(".regions", i), Rule: "region_party"})
		}
	}
	return out
}

// hasRegion reports whether the région itself is a party. A préfet de région does
// not count: he signs for the State.
func (a agreement) hasRegion(r cog.RegionCode) bool {
	return slices.ContainsFunc(a.signatories, func(s Signatory) bool { return s.Kind == SignatoryRegion && s.Region == r })
}
