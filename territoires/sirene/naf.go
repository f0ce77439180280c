package sirene

// NAF is the code of an activity in the nomenclature d'activités française,
// rév. 2, at the level of its sub-classes (the « code APE » of an enterprise):
// two digits, a point, two digits, an upper-case letter, as in "25.62B".
//
// The package knows the form, not the table of codes: "00.00A" is valid although
// no activity has this code.
type NAF string

// ParseNAF reads an activity code such as "2562b" or "25.62 B", and returns it
// with its point and an upper-case letter. It ignores the characters that
// [ParseSIREN] ignores. The error is a [*ParseError] wrapping [ErrSyntax].
func ParseNAF(s string) (NAF, error) {
	if NAF(s).Valid() {
		return NAF(s), nil
	}
	var buf [6]byte
	n := 0
	for i := 0; i < len(s); {
		c, size := next(s, i)
		if c == 0 {
			i += size
			continue
		}
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if n == 2 && c != '.' {
			buf[n] = '.'
			n++
		}
		if n == len(buf) {
			return "", syntax("NAF", CauseLong, "more than 2 digits, 2 digits and a letter")
		}
		if part := nafFault(n, c); part != "" {
			return "", syntax("NAF", CauseCharacter, part)
		}
		buf[n] = c
		n++
		i += size
	}
	if n < len(buf) {
		return "", syntax("NAF", CauseShort, "fewer than 4 digits and a letter")
	}
	return NAF(buf[:]), nil
}

// MustParseNAF is [ParseNAF] for constants of a program and for tests; it
// panics on an error.
func MustParseNAF(s string) NAF { return must(ParseNAF(s)) }

// nafFault says what is wrong with c at byte n of a canonical code, or "".
func nafFault(n int, c byte) string {
	switch {
	case n == 2: // the point: the caller has put it there when it was left out
	case n == 5 && (c < 'A' || c > 'Z'):
		return "the last character is not a letter A to Z"
	case n != 5 && c-'0' > 9:
		return "one of the first four characters is not a digit"
	}
	return ""
}

// Valid reports whether c has the canonical form, point included.
func (c NAF) Valid() bool {
	if len(c) != 6 || c[2] != '.' {
		return false
	}
	for i := 0; i < len(c); i++ {
		if nafFault(i, c[i]) != "" {
			return false
		}
	}
	return true
}

// String returns the code with its point.
func (c NAF) String() string { return string(c) }

// Division returns the first two digits, the level of the nomenclature at
// which activities are usually grouped, and "" when c is not [NAF.Valid].
func (c NAF) Division() string {
	if !c.Valid() {
		return ""
	}
	return string(c[:2])
}
