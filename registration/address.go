package registration

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// maxAddress is the longest address that mail servers must take, in bytes: RFC
// 5321, 4.5.3.1.3, less the angle brackets.
const maxAddress = 254

// isHidden reports the characters that nobody sees and no alphabet needs; an
// address with one in it looks like another.
func isHidden(r rune) bool { return unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' }

// AddressKey returns what makes an address unique in a meeting: the local part
// in lower case, the domain as lower-case A-label, a +tag kept. It returns
// false for what is not one bare address with a domain name: a display name, a
// list, an address literal, or one too long to be delivered.
func AddressKey(email string) (string, bool) {
	if len(email) > maxAddress || strings.ContainsAny(email, "\r\n\x00<>") || strings.ContainsFunc(email, isHidden) {
		return "", false
	}
	// The angle brackets keep a display name or a comment from being accepted.
	a, err := mail.ParseAddress("<" + email + ">")
	if err != nil {
		return "", false
	}
	at := strings.LastIndexByte(a.Address, '@')
	local, domain := a.Address[:at], a.Address[at+1:]
	domain, err = idna.Lookup.ToASCII(strings.ToLower(domain))
	if err != nil || len(local) > 64 || !strings.Contains(domain, ".") || strings.HasPrefix(domain, "[") {
		return "", false
	}
	key := strings.ToLower(norm.NFC.String(local)) + "@" + domain
	return key, len(key) <= maxAddress
}
