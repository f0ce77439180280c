package text

import (
	"strings"
	"unicode"
)

// longest is the most bytes that are read of a code with spaces in it.
const longest = 64

// Tidy takes from a code what people do not see or do not mean: spaces and
// line ends of all kinds, invisible characters, full-width forms, capitals.
// Text above 64 bytes is returned as it is.
func Tidy(s string) string {
	if len(s) > longest {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Cf, r): // Cf: zero-width, direction, soft hyphen
			return -1
		case r > 0xFF00 && r < 0xFF5F: // full-width forms of ASCII
			r -= 0xFEE0
		case r >= 0x2010 && r <= 0x2015: // hyphens and dashes
			r = '-'
		}
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}
