package sirene

import (
	"strconv"
	"unicode/utf8"
)

// space returns the length in bytes of the space that s[i:] starts with, and
// 0 when there is none. French texts group digits with U+00A0 or U+202F; word
// processors also put U+2009 and U+2007 there.
func space(s string, i int) int {
	switch c := s[i]; {
	case c == ' ' || c == '\t':
		return 1
	case c == 0xC2 && len(s) > i+1 && s[i+1] == 0xA0: // U+00A0
		return 2
	case c == 0xE2 && len(s) > i+2 && s[i+1] == 0x80 &&
		(s[i+2] == 0xAF || s[i+2] == 0x89 || s[i+2] == 0x87): // U+202F, U+2009, U+2007
		return 3
	}
	return 0
}

// isDigits reports whether s is exactly n ASCII digits.
func isDigits(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := 0; i < n; i++ {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return true
}

// digits strips the spaces of s and wants n digits to remain. It returns s
// itself when there is nothing to strip, and reads no further than the first
// digit too many, so that an endless text costs nothing.
func digits(kind, s string, n int) (string, error) {
	if isDigits(s, n) {
		return s, nil
	}
	var buf [14]byte
	count, char := 0, 0
	for i := 0; i < len(s); {
		char++
		if w := space(s, i); w > 0 {
			i += w
			continue
		}
		if s[i]-'0' > 9 {
			return "", syntax(kind, "character "+strconv.Itoa(char)+" is "+class(s[i:])+", not a digit")
		}
		if count == n {
			return "", syntax(kind, tooLong(kind, s))
		}
		buf[count] = s[i]
		count++
		i++
	}
	if count < n {
		return "", syntax(kind, tooShort(kind, count, n))
	}
	return string(buf[:n]), nil
}

// tooLong says so, and names the likely mix-up when s is short enough to tell.
func tooLong(kind, s string) string {
	if kind == "SIREN" && len(s) <= 64 {
		if _, err := digits("SIRET", s, 14); err == nil {
			return "14 digits, the length of a SIRET; a SIREN is its first 9"
		}
	}
	if kind == "SIREN" {
		return "more than 9 digits"
	}
	return "more than 14 digits"
}

func tooShort(kind string, count, want int) string {
	switch {
	case count == 0:
		return "no digit"
	case kind == "SIRET" && count == 9:
		return "9 digits, the length of a SIREN; a SIRET has 5 more"
	}
	return strconv.Itoa(count) + " digits instead of " + strconv.Itoa(want)
}

// class names the kind of character that s starts with, never the character.
func class(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size == 1:
		return "not UTF-8"
	case r < ' ' || r == 0x7F:
		return "a control character"
	case r|0x20 >= 'a' && r|0x20 <= 'z':
		return "a letter"
	}
	return "a sign"
}

func syntax(kind, part string) error {
	return &ParseError{Kind: kind, Part: part, Err: ErrSyntax}
}

// doubled[d] is the sum of the digits of 2*d, as Luhn's rule wants it.
var doubled = [10]uint8{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}

// luhn reports whether the digits of s satisfy Luhn's rule (ISO/IEC 7812-1,
// annex B): from the right, every second digit is doubled.
func luhn(s string) bool {
	sum, i := 0, len(s)-1
	for ; i > 0; i -= 2 {
		sum += int(s[i]-'0') + int(doubled[s[i-1]-'0'])
	}
	if i == 0 {
		sum += int(s[0] - '0')
	}
	return sum%10 == 0
}
