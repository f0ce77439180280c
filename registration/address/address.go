// Package address reads e-mail addresses as people type and paste them. [Parse]
// returns an address that mail can be sent to, [Key] the form that is unique in a
// meeting, [Mailbox] the mailbox in which its mails arrive, and [Suggest] the
// address that somebody probably mistyped. The package knows neither sign-ups nor
// meetings, uses no network and keeps no state: every function may be called by
// several goroutines at once.
package address

import (
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// longest is the length of the longest address that mail servers must accept, in
// bytes: RFC 5321, 4.5.3.1.3, without the angle brackets.
const longest = 254

// Address is one e-mail address that mail can be sent to.
type Address struct {
	Text string // as it was typed, without what was pasted around it
	Key  string // the form that is unique in a meeting: see [Key]
}

// isHidden reports whether r is an invisible character that no script needs. An
// address that contains one looks like another address.
func isHidden(r rune) bool { return unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' }

// IsBlank reports whether r shows nothing although Unicode does not call it a space:
// the empty Braille pattern, the fillers of Hangul or the grapheme joiner.
func IsBlank(r rune) bool { return strings.ContainsRune("\u2800\u115f\u1160\u3164\uffa0\u034f", r) }

// Parse reads an address as people type and paste it: in angle brackets with a name
// before them, after "mailto:", with invisible characters around it, or with a
// comma, a semicolon or a full stop behind it. It returns false for anything else
// than one address with a domain name of the Internet: a list, an address literal,
// a local part that needs quotes.
func Parse(typed string) (Address, bool) {
	s := strings.TrimFunc(norm.NFC.String(typed), isAround)
	if name, rest, ok := strings.Cut(s, "<"); ok && strings.HasSuffix(strings.TrimRight(rest, ",;."), ">") {
		if strings.ContainsAny(name, "@\r\n\x00") {
			return Address{}, false
		}
		s = strings.TrimSuffix(strings.TrimRight(rest, ",;."), ">")
	}
	s = strings.TrimFunc(norm.NFC.String(withoutScheme(s)), isAround)
	s = strings.TrimFunc(strings.TrimRight(s, ",;."), isAround)
	if len(s) > longest || strings.ContainsAny(s, "\r\n\x00<>") || strings.ContainsFunc(s, isHidden) {
		return Address{}, false
	}
	// The angle brackets keep a display name or a comment from being accepted.
	a, err := mail.ParseAddress("<" + s + ">")
	if err != nil {
		return Address{}, false
	}
	local, typedDomain := cutLast(a.Address)
	domain, ok := domainKey(typedDomain)
	if !ok || len(local) > 64 || !isLocal(local) {
		return Address{}, false
	}
	out := Address{Text: local + "@" + typedDomain, Key: strings.ToLower(local) + "@" + domain}
	return out, len(out.Key) <= longest
}

// Key returns the form of an address that is unique in a meeting: the local part in
// lower case, with its +tag, and the domain as lower-case A-label. It returns false
// for what [Parse] refuses.
func Key(typed string) (string, bool) {
	a, ok := Parse(typed)
	if !ok {
		return "", false
	}
	return a.Key, true
}

// Mailbox returns the mailbox in which the mails to an address arrive; key is its
// [Key]. It removes the +tag and, at Google's domains, the full stops, which Google
// ignores. Only limits count by mailbox: everywhere else two addresses of one
// mailbox are different.
func Mailbox(key string) string {
	local, domain, ok := strings.Cut(key, "@") // without quotes there is one
	if !ok {
		return key
	}
	if tag := strings.IndexByte(local, '+'); tag > 0 {
		local = local[:tag]
	}
	if domain == "googlemail.com" {
		domain = "gmail.com"
	}
	if domain == "gmail.com" {
		local = strings.ReplaceAll(local, ".", "")
	}
	return local + "@" + domain
}

// isAround reports whether r may surround a pasted address.
func isAround(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Z, r) || unicode.Is(unicode.Cf, r)
}

// withoutScheme returns the address in a mailto: link (RFC 6068), or the text itself
// if it is none.
func withoutScheme(s string) string {
	const scheme = "mailto:"
	if len(s) < len(scheme) || !strings.EqualFold(s[:len(scheme)], scheme) {
		return s
	}
	s, _, _ = strings.Cut(s[len(scheme):], "?")
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

func cutLast(address string) (local, domain string) {
	at := strings.LastIndexByte(address, '@')
	return address[:at], address[at+1:]
}

// notOnline are the top-level names that no mail server on the Internet has: RFC
// 6761 reserves localhost for the machine itself, and localdomain is the usual name
// for machines without a domain.
var notOnline = []string{"localhost", "localdomain"}

// domainKey returns a domain as lower-case A-label. It returns false unless a mail
// server on the Internet can have that name; an IP address is no name.
func domainKey(domain string) (string, bool) {
	key, err := idna.Lookup.ToASCII(strings.ToLower(domain))
	if err != nil || strings.HasPrefix(key, "[") {
		return "", false
	}
	dot := strings.LastIndexByte(key, '.')
	last := key[dot+1:]
	if dot < 1 || strings.Trim(last, "0123456789") == "" || strings.HasPrefix(key, ".") || strings.Contains(key, "..") {
		return "", false
	}
	return key, !slices.Contains(notOnline, last)
}

// isLocal reports whether a local part needs no quotes: it consists of letters and
// digits of any script and the signs that RFC 5322 allows in an atom, with full stops
// between them.
func isLocal(s string) bool {
	if s == "" || strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		if r < unicode.MaxASCII {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", r)
		}
		return IsBlank(r) || unicode.IsControl(r) || unicode.Is(unicode.Z, r) || r == unicode.ReplacementChar
	})
}

// wellKnown are the mail domains that most people in France use, without the short
// ones: a domain one letter away from a long one is more likely a slip than another
// domain.
var wellKnown = []string{"gmail.com", "hotmail.com", "hotmail.fr", "outlook.com", "outlook.fr", "yahoo.com", "yahoo.fr", "orange.fr",
	"wanadoo.fr", "laposte.net", "icloud.com"}

// alsoReal are mail domains one letter away from a well-known one.
var alsoReal = []string{"mail.com", "email.com", "ymail.com", "gmx.com"}

// asTyped turns what a phone's keyboard puts into an address back: a comma for a full
// stop, and a space beside a sign. Run twice, it does so on both sides of a sign.
var asTyped = strings.NewReplacer(",", ".", " @", "@", "@ ", "@", " .", ".", ". ", ".")

// Suggest returns the address that was probably meant, if the domain of the typed one
// is one slip away from a well-known domain: a letter missing, added or changed, or
// two swapped; or if it is an address but for commas or spaces beside its signs.
// Otherwise it returns false. Ask the person; never correct the address without
// asking.
func Suggest(typed string) (string, bool) {
	a, ok := Parse(typed)
	if !ok {
		a, ok = Parse(asTyped.Replace(asTyped.Replace(typed)))
		return a.Text, ok
	}
	_, domain := cutLast(a.Key)
	if slices.Contains(wellKnown, domain) || slices.Contains(alsoReal, domain) {
		return "", false
	}
	for _, meant := range wellKnown {
		if oneSlip(domain, meant) {
			local, _ := cutLast(a.Text)
			return local + "@" + meant, true
		}
	}
	return "", false
}

// oneSlip reports whether a becomes b by one slip: a letter added, left out or
// changed, or two neighbours swapped.
func oneSlip(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	switch {
	case len(a) == len(b)+1:
		return a[1:] == b
	case len(b) == len(a)+1:
		return b[1:] == a
	case len(a) != len(b) || a == "":
		return false
	}
	return a[1:] == b[1:] || len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
}
