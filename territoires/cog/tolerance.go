package cog

import (
	"strings"
	"unicode"
)

// fullWidth is the distance in Unicode from an ASCII character to its full-width
// form.
const fullWidth = 0xFEE0

// invisible reports whether r shows nothing and takes no room: soft hyphen,
// zero-width space and joiners, marks of direction, byte order mark.
func invisible(r rune) bool { return r > 0x7F && unicode.Is(unicode.Cf, r) }

// longestCode is the most bytes that a code and the spaces in it may take.
const longestCode = 64

// tidy removes spaces, line ends and invisible characters from a code, and turns
// full-width forms and lower case into ASCII capitals and digits. Text longer
// than [longestCode] is returned as it is. A code with nothing to tidy costs no
// allocation.
func tidy(s string) string {
	if len(s) > longestCode || plain(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || invisible(r):
			return -1
		case r >= fullWidth+'!' && r <= fullWidth+'~':
			r -= fullWidth
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}, s)
}

func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}
