package registration

import (
	"crypto/rand"
	"strings"
)

// codeLetters are the letters of short codes: none that is taken for another
// when it is read aloud or by a tired eye (no 0 and O, 1 and I and L, 5 and S,
// 2 and Z, 8 and B, U and V).
const codeLetters = "34679ACDEFGHJKMNPQRTWXY"

// CodeLength is the number of letters of a short code: about 78 thousand
// million codes, so that one is not guessed at the door.
const CodeLength = 8

// MintCode returns a new short code. Two meetings' codes may collide; in one
// meeting the store refuses the second with [ErrCodeTaken].
func MintCode() string {
	var b strings.Builder
	buf := make([]byte, 1)
	for b.Len() < CodeLength {
		rand.Read(buf) // never fails: see crypto/rand
		// Bytes past the last whole run of letters would favour the first ones.
		if n := int(buf[0]); n < 256/len(codeLetters)*len(codeLetters) {
			b.WriteByte(codeLetters[n%len(codeLetters)])
		}
	}
	return b.String()
}

// ParseCode returns the short code in s, which may be in lower case and hold
// spaces and hyphens, and false for anything else.
func ParseCode(s string) (string, bool) {
	if len(s) > 64 {
		return "", false
	}
	s = strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\u00a0", "", "\u202f", "").Replace(s))
	if len(s) != CodeLength || strings.Trim(s, codeLetters) != "" {
		return "", false
	}
	return s, true
}
