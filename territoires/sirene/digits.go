package sirene

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// next reads the character at the start of s[i:] and returns it with its size in
// bytes. A full-width form is read as its ASCII character. c is 0 for spaces,
// line ends and invisible characters, which are ignored, and [other] for
// everything else that is not ASCII.
func next(s string, i int) (c byte, size int) {
	if c = s[i]; c > ' ' && c < utf8.RuneSelf {
		return c, 1
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	switch {
	case unicode.IsSpace(r) || r >= utf8.RuneSelf && unicode.Is(unicode.Cf, r):
		return 0, size
	case r > 0xFF00 && r < 0xFF5F:
		return byte(r - 0xFEE0), size
	}
	return other, size
}

// other stands for a character that no identifier has.
const other = 0xFF

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

// digits strips the spaces of s and returns the n digits that must remain. It
// returns s itself when there is nothing to strip. It reads no further than the
// first digit too many, so that an endless text costs nothing.
func digits(kind, s string, n int) (string, error) {
	if isDigits(s, n) {
		return s, nil
	}
	var buf [14]byte
	count, char := 0, 0
	for i := 0; i < len(s); {
		char++
		c, size := next(s, i)
		if c == 0 {
			i += size
			continue
		}
		if c-'0' > 9 {
			return "", syntax(kind, CauseCharacter, "character "+strconv.Itoa(char)+" is "+class(s[i:])+", not a digit")
		}
		if count == n {
			cause, part := tooLong(kind, s)
			return "", syntax(kind, cause, part)
		}
		buf[count] = c
		count++
		i += size
	}
	if count < n {
		cause, part := tooShort(kind, count, n)
		return "", syntax(kind, cause, part)
	}
	return string(buf[:n]), nil
}

// tooLong returns cause and description of more digits than kind has. It looks
// for a SIRET in place of a SIREN only if s is short.
func tooLong(kind, s string) (Cause, string) {
	if kind == "SIREN" && len(s) <= 64 {
		if _, err := digits("SIRET", s, 14); err == nil {
			return CauseSIRET, "14 digits, the length of a SIRET; a SIREN is its first 9"
		}
	}
	if kind == "SIREN" {
		return CauseLong, "more than 9 digits"
	}
	return CauseLong, "more than 14 digits"
}

func tooShort(kind string, count, want int) (Cause, string) {
	switch {
	case count == 0:
		return CauseShort, "no digit"
	case kind == "SIRET" && count == 9:
		return CauseSIREN, "9 digits, the length of a SIREN; a SIRET has 5 more"
	}
	return CauseShort, strconv.Itoa(count) + " digits instead of " + strconv.Itoa(want)
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

func syntax(kind string, cause Cause, part string) error {
	return &ParseError{Kind: kind, Cause: cause, Part: part, Err: ErrSyntax}
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
