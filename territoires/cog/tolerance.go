package cog

import (
	"strings"
	"unicode"
)

// fullWidth is how far the full-width forms of ASCII lie from it in Unicode.
const fullWidth = 0xFEE0

// invisible reports whether r shows nothing and takes no room: soft hyphen,
// zero-width space and joiners, marks of direction, byte order mark.
func invisible(r rune) bool { return r > 0x7F && unicode.Is(unicode.Cf, r) }

// longestCode is the most bytes that are read of a code with spaces in it.
const longestCode = 64

// tidy takes from a code what people do not see or do not mean: spaces and
// line ends of all kinds, invisible characters, full-width forms, lower case.
// Text above 64 bytes is returned as it is. A code without any of them costs no
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
