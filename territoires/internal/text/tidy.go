package text

import (
	"strings"
	"unicode"
)

// longest is the most bytes that a code and the spaces in it may take.
const longest = 64

// Tidy removes spaces, line ends and invisible characters from a code, and turns
// full-width forms and capitals into ASCII in lower case. Text longer than
// [longest] is returned as it is.
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
