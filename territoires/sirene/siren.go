package sirene

// SIREN is the number of an enterprise or a public body in the register: nine
// digits, the last a check digit by Luhn's rule.
type SIREN string

// ParseSIREN reads a SIREN and returns its nine digits. It ignores spaces, line
// ends and invisible characters. The error is a [*ParseError] wrapping
// [ErrSyntax] or [ErrChecksum].
func ParseSIREN(s string) (SIREN, error) {
	d, err := digits("SIREN", s, 9)
	if err != nil {
		return "", err
	}
	if !luhn(d) {
		return "", &ParseError{Kind: "SIREN", Cause: CauseChecksum, Part: "the 9 digits do not satisfy Luhn's rule", Err: ErrChecksum}
	}
	return SIREN(d), nil
}

// MustParseSIREN is [ParseSIREN] for constants of a program and for tests; it
// panics on an error.
func MustParseSIREN(s string) SIREN { return must(ParseSIREN(s)) }

// Valid reports whether s is a SIREN in canonical form.
func (s SIREN) Valid() bool { return isDigits(string(s), 9) && luhn(string(s)) }

// String returns the nine digits, without spaces.
func (s SIREN) String() string { return string(s) }

// Format returns the number as French texts print it, in groups of three
// joined by no-break spaces (U+00A0): « 732 829 320 ». A value that does not
// have nine digits is returned as it is.
func (s SIREN) Format() string {
	if !isDigits(string(s), 9) {
		return string(s)
	}
	return string(s[:3] + nbsp + s[3:6] + nbsp + s[6:])
}

const nbsp = "\u00a0"

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
