package agreement

import (
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// College is one of the three groups in which protocols and contracts list
// their parties, in this order (contracts of Rochefort, Pays Adour Landes
// Océanes and Lacq-Pau-Tarbes, https://lawinsider.com/fr/contracts/9CP7FsJyROj). The
// zero value is none.
type College string

// The three colleges.
const (
	CollegeLocal  College = "intercommunalites" // « d'une part »
	CollegePublic College = "public"            // « partenaires publics »
	CollegeOther  College = "autres"            // « ainsi que »: industriels and other partners
)

// SignatoryKind says what a party is. The zero value is unknown.
type SignatoryKind string

// The kinds of party that have been seen in protocols and contracts.
const (
	SignatoryEPCI         SignatoryKind = "epci"
	SignatoryEPT          SignatoryKind = "ept"     // établissement public territorial of the Grand Paris, as Grand-Orly
	SignatoryCommune      SignatoryKind = "commune" // on its own, as Carros
	SignatoryPETR         SignatoryKind = "petr"    // pôle d'équilibre territorial et rural, or pays
	SignatoryPole         SignatoryKind = "pole-metropolitain"
	SignatoryRegion       SignatoryKind = "region"    // the région, Collectivité de Corse, or collectivity overseas that stands for it
	SignatoryState        SignatoryKind = "etat"      // the préfet de département, by delegation of the préfet de région
	SignatoryRectorate    SignatoryKind = "rectorat"  // where education takes part
	SignatoryOperator     SignatoryKind = "operateur" // one of the four operators of the State
	SignatoryAgency       SignatoryKind = "agence"    // another public body: ADEME, an établissement public foncier
	SignatoryCompany      SignatoryKind = "entreprise"
	SignatoryChamber      SignatoryKind = "consulaire"   // CCI and other chambers
	SignatorySchool       SignatoryKind = "formation"    // school, CFA, university
	SignatoryOrganisation SignatoryKind = "organisation" // UIMM, MEDEF, CPME and other bodies
)

// kinds has the college of each kind, and whether a deliberation must authorise
// its signature. Contracts cite one deliberation for each local authority (« Vu la
// délibération du … autorisant le président à signer »), none for the State.
var kinds = map[SignatoryKind]struct {
	college     College
	deliberates bool
}{
	SignatoryEPCI:         {CollegeLocal, true},
	SignatoryEPT:          {CollegeLocal, true},
	SignatoryCommune:      {CollegeLocal, true},
	SignatoryPETR:         {CollegeLocal, true},
	SignatoryPole:         {CollegeLocal, true},
	SignatoryRegion:       {CollegePublic, true},
	SignatoryState:        {CollegePublic, false},
	SignatoryRectorate:    {CollegePublic, false},
	SignatoryOperator:     {CollegePublic, false},
	SignatoryAgency:       {CollegePublic, false},
	SignatoryCompany:      {CollegeOther, false},
	SignatoryChamber:      {CollegeOther, false},
	SignatorySchool:       {CollegeOther, false},
	SignatoryOrganisation: {CollegeOther, false},
}

// College returns the college that parties of the kind sign in, and "" for a
// kind that is not one.
func (k SignatoryKind) College() College { return kinds[k].college }

// Deliberates reports whether parties of the kind need a deliberation that
// authorises the signature.
func (k SignatoryKind) Deliberates() bool { return kinds[k].deliberates }

// Signatory is one party of a protocol or a contract. Parties sign on
// different days.
type Signatory struct {
	Kind         SignatoryKind        `json:"kind" validate:"required"`
	Name         string               `json:"name" validate:"notblank,max=200"`
	SIREN        sirene.SIREN         `json:"siren,omitempty" validate:"omitempty,siren"`
	Region       cog.RegionCode       `json:"region,omitempty"`                                        // for [SignatoryRegion] alone, which needs it
	Operator     territoires.Operator `json:"operator,omitempty" validate:"omitempty,operator"`        // for [SignatoryOperator] alone, which needs it
	ActsFor      []sirene.SIREN       `json:"acts_for,omitempty" validate:"max=100,unique,dive,siren"` // members in whose name a PETR or a pôle métropolitain signs
	Capacity     string               `json:"capacity,omitempty" validate:"max=300"`                   // who signs: « préfet de l'Orne, par délégation du préfet de région »
	Deliberation *Deliberation        `json:"deliberation,omitempty"`                                  // nil: none is known
	Signed       territoires.Span     `json:"signed,omitzero" validate:"-"`                            // zero: has not signed yet
}

// Deliberation is the vote by which a body authorises its president to sign.
type Deliberation struct {
	On     territoires.Span `json:"on" validate:"-"`                     // required; checked with the signature
	Number string           `json:"number,omitempty" validate:"max=100"` // the body's own reference
}

// blocks reports whether the document counts as signed only once the party has
// signed. It is our model: parties of the third college keep joining after the
// day of the signature (the protocol of Grand-Orly was signed on 22 March 2019
// and was to have some thirty signatories in the end).
func (s *Signatory) blocks() bool { return s.Kind.College() != CollegeOther }

// lacks returns what the party still has to do on a day, "" when nothing: its
// signature, or the deliberation that it signed under.
func (s *Signatory) lacks(on territoires.Date) string {
	switch {
	case !s.Signed.By(on):
		return "signature"
	case s.Kind.Deliberates() && (s.Deliberation == nil || !s.Deliberation.On.By(on)):
		return "deliberation"
	}
	return ""
}
