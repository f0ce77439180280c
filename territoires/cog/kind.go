package cog

// Kind is the legal kind of a grouping of communes.
type Kind string

// The kinds of EPCI à fiscalité propre, and EPT.
const (
	CC        Kind = "CC"    // communauté de communes
	CA        Kind = "CA"    // communauté d'agglomération
	CU        Kind = "CU"    // communauté urbaine
	Metropole Kind = "METRO" // métropole
	MET69     Kind = "MET69" // métropole de Lyon, a collectivité rather than an EPCI
	EPT       Kind = "EPT"   // établissement public territorial of the Grand Paris, without taxes of its own
)

// Label names the kind for people: "communauté de communes". It is French in any
// language, since no source translates these words, and "" for what is none of
// the kinds.
func (k Kind) Label(lang string) string {
	switch k {
	case CC:
		return "communauté de communes"
	case CA:
		return "communauté d’agglomération"
	case CU:
		return "communauté urbaine"
	case Metropole:
		return "métropole"
	case MET69:
		return "métropole de Lyon"
	case EPT:
		return "établissement public territorial"
	}
	return ""
}

// CommuneCode is the code of a commune: five characters, the first two or, when
// they are 97, the first three being the département's. It is not a postal
// code.
type CommuneCode string

// String returns the code.
func (c CommuneCode) String() string { return string(c) }

// EPCICode is the code of an EPCI or an EPT: its SIREN, nine digits.
type EPCICode string

// String returns the code.
func (c EPCICode) String() string { return string(c) }
