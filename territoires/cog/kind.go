package cog

// Kind is the legal kind of a grouping of communes. The zero value is none.
type Kind string

// The kinds of EPCI à fiscalité propre, and EPT.
const (
	KindCC            Kind = "CC"    // communauté de communes
	KindCA            Kind = "CA"    // communauté d'agglomération
	KindCU            Kind = "CU"    // communauté urbaine
	KindMetropole     Kind = "METRO" // métropole
	KindMetropoleLyon Kind = "MET69" // métropole de Lyon, a collectivité rather than an EPCI
	KindEPT           Kind = "EPT"   // établissement public territorial of the Grand Paris, without taxes of its own
)

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool { return k.Label("") != "" }

// String returns the abbreviation.
func (k Kind) String() string { return string(k) }

// Label names the kind for people: "communauté de communes". It is French
// whatever lang is, since no source translates these words, and "" for a kind
// that is not [Kind.Valid].
func (k Kind) Label(lang string) string {
	switch k {
	case KindCC:
		return "communauté de communes"
	case KindCA:
		return "communauté d’agglomération"
	case KindCU:
		return "communauté urbaine"
	case KindMetropole:
		return "métropole"
	case KindMetropoleLyon:
		return "métropole de Lyon"
	case KindEPT:
		return "établissement public territorial"
	}
	return ""
}

// CommuneCode is the Insee code of a commune: five characters. The first two
// are its département, or the first three overseas, where they begin with 97.
// It is not a postal code.
type CommuneCode string

// String returns the code.
func (c CommuneCode) String() string { return string(c) }

// EPCICode is the code of an EPCI or an EPT: its SIREN, nine digits.
type EPCICode string

// String returns the code.
func (c EPCICode) String() string { return string(c) }
