package sirene

// SIRET is the number of an establishment: the SIREN of its enterprise and
// five digits (the NIC) of which the last is a check digit.
type SIRET string

// laPoste numbers its establishments by a rule of its own: see [ParseSIRET].
const laPoste SIREN = "356000000"

// ParseSIRET reads a SIRET and returns its fourteen digits. It ignores the
// characters that [ParseSIREN] ignores. The error is a [*ParseError] wrapping
// [ErrSyntax] or [ErrChecksum].
//
// The fourteen digits satisfy Luhn's rule. La Poste has more establishments
// than that rule allows: for its SIREN, a sum of the digits divisible by five
// is enough.
func ParseSIRET(s string) (SIRET, error) {
	d, err := digits("SIRET", s, 14)
	if err != nil {
		return "", err
	}
	if !luhn(d[:9]) {
		return "", &ParseError{Kind: "SIRET", Cause: CauseChecksum, Part: "the SIREN in the first 9 digits", Err: ErrChecksum}
	}
	if !SIRET(d).checked() {
		return "", &ParseError{Kind: "SIRET", Cause: CauseChecksum, Part: "the 14 digits do not satisfy Luhn's rule", Err: ErrChecksum}
	}
	return SIRET(d), nil
}

// MustParseSIRET is [ParseSIRET] for constants of a program and for tests; it
// panics on an error.
func MustParseSIRET(s string) SIRET { return must(ParseSIRET(s)) }

// checked reports whether the check digit of fourteen digits is right.
func (s SIRET) checked() bool {
	if luhn(string(s)) {
		return true
	}
	if SIREN(s[:9]) != laPoste {
		return false
	}
	sum := 0
	for i := 0; i < len(s); i++ {
		sum += int(s[i] - '0')
	}
	return sum%5 == 0
}

// Valid reports whether s is a SIRET in canonical form.
func (s SIRET) Valid() bool {
	return isDigits(string(s), 14) && luhn(string(s[:9])) && s.checked()
}

// SIREN returns the enterprise that the establishment belongs to, and "" when
// s does not have fourteen digits.
func (s SIRET) SIREN() SIREN {
	if !isDigits(string(s), 14) {
		return ""
	}
	return SIREN(s[:9])
}

// NIC returns the five digits that tell the establishments of one enterprise
// apart, and "" when s does not have fourteen digits.
func (s SIRET) NIC() string {
	if !isDigits(string(s), 14) {
		return ""
	}
	return string(s[9:])
}

// String returns the fourteen digits, without spaces.
func (s SIRET) String() string { return string(s) }

// Format returns the number as French texts print it: « 732 829 320 00074 »,
// joined by no-break spaces (U+00A0). A value that does not have fourteen
// digits is returned as it is.
func (s SIRET) Format() string {
	if !isDigits(string(s), 14) {
		return string(s)
	}
	return s.SIREN().Format() + nbsp + s.NIC()
}
