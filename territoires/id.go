package territoires

import "github.com/territoires-industrie/sdk/territoires/cog"

// ID is the identifier that ANCT gives to a territory within a phase: "ti-", the
// code of the région that leads it, and two digits. "ti-0101" is Cap Excellence
// in phase I and Basse-Terre in phase II. The zero value is no identifier.
type ID string

// ParseID reads an identifier and returns it as ANCT writes it. It ignores case,
// spaces, line ends and invisible characters. The error is a [*ParseError]
// wrapping [ErrSyntax], or [ErrUnknown] when neither phase has such a territory.
// [Lookup] tells whether a given phase has it.
func ParseID(s string) (ID, error) {
	s = tidy(s)
	if !validID(s) {
		return "", malformed("territory", `an identifier is "ti-" and four digits`)
	}
	id := ID(s)
	if _, ok := Lookup(PhaseI, id); ok {
		return id, nil
	}
	if _, ok := Lookup(PhaseII, id); ok {
		return id, nil
	}
	return "", unknown("territory", s+" is in neither phase")
}

func validID(s string) bool {
	if len(s) != 7 || s[:3] != "ti-" {
		return false
	}
	for i := 3; i < len(s); i++ {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return true
}

// String returns the identifier.
func (id ID) String() string { return string(id) }

// Region returns the région in the identifier, the one that leads, and ""
// when the identifier is malformed.
func (id ID) Region() cog.RegionCode {
	if !validID(string(id)) {
		return ""
	}
	return cog.RegionCode(id[3:5])
}
