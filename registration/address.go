// Package registration holds the rules of sign-ups for the national meetings
// of the programme « Territoires d'industrie »: who may take a seat, how long
// it is held, what a person is told, and when it goes to somebody else.
//
// A [Desk] decides. It reads and writes through a [Store], which enforces
// capacity and uniqueness inside one transaction; each decision writes the
// mails it causes as rows of the same transaction. Package courier takes these
// rows from the [Outbox], has a [Composer] write each message at the moment of
// sending, and gives it to a [Sender].
//
// The package reaches no network, no database and no template: its
// sub-packages bring those, and package site wires them together.
//
// Times are parameters, never read from the machine's clock in the middle of a
// rule. Stored instants have microsecond precision, in UTC; days and hours
// that people read are those of Europe/Paris.
package registration

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// The errors a caller branches on. Everything else is a fault.
var (
	// ErrNotFound: no such meeting, sign-up, session or organiser, or a link
	// that was never minted or has been revoked.
	ErrNotFound = errors.New("registration: not found")

	// ErrFull: no seat is left, in the meeting or in a chosen session.
	ErrFull = errors.New("registration: no seat left")

	// ErrNotOpen: sign-ups have not opened yet.
	ErrNotOpen = errors.New("registration: not open yet")

	// ErrClosed: sign-ups are over, or the meeting is cancelled.
	ErrClosed = errors.New("registration: closed")

	// ErrExpired: the hold, or the one-time link, ended before now.
	ErrExpired = errors.New("registration: expired")

	// ErrCancelled: the sign-up has been cancelled.
	ErrCancelled = errors.New("registration: cancelled")

	// ErrStale: the sign-up was changed since the page was shown, see
	// [Desk.IfUnchanged]; or the configuration was, see [ApplyOptions].
	ErrStale = errors.New("registration: changed meanwhile")

	// ErrAddressTaken: an active sign-up of this meeting has this address.
	// The Desk answers it by writing to the person; a visitor never sees it.
	ErrAddressTaken = errors.New("registration: address already signed up")

	// ErrCodeTaken: another sign-up of this meeting has this short code; mint
	// another one.
	ErrCodeTaken = errors.New("registration: code taken")

	// ErrMeetingExists: another meeting has this slug.
	ErrMeetingExists = errors.New("registration: meeting exists")

	// ErrBroken: the stored configuration of a meeting cannot be read. Its people
	// are all there; [Desk.Apply] puts another configuration in its place.
	ErrBroken = errors.New("registration: configuration cannot be read")

	// ErrInUse: people have signed up for the meeting, so it stays.
	ErrInUse = errors.New("registration: meeting has sign-ups")

	// ErrNeedsYes: the configuration has consequences that an organiser must
	// agree to first: see [Plan.Needs]. Nothing was done.
	ErrNeedsYes = errors.New("registration: needs a yes")

	// ErrTooMany: so much was asked for, or in such a way, that robots may be at
	// work: see [LimitError] for sign-ups. A person may try again later.
	ErrTooMany = errors.New("registration: too many requests")

	// ErrWrongRows: rows of a list are wrong, or find no seat; nothing was imported.
	ErrWrongRows = errors.New("registration: wrong rows")

	// ErrMailed: people of an import were written to, or have come, so it stays.
	ErrMailed = errors.New("registration: people have been told")

	// ErrUnavailable: the store cannot serve now (locked, gone, disk full,
	// too many waiting). Nothing was written; the same call may be made again.
	ErrUnavailable = errors.New("registration: store unavailable")
)

// FullError tells which session has no seat left. It wraps [ErrFull].
type FullError struct{ Session SessionID }

func (e *FullError) Error() string {
	return fmt.Sprintf("registration: no seat left in session %q", e.Session)
}

func (e *FullError) Unwrap() error { return ErrFull }

// maxAddress is the longest address that mail servers must take, in bytes: RFC
// 5321, 4.5.3.1.3, less the angle brackets.
const maxAddress = 254

// Address is one e-mail address that mail can be sent to.
type Address struct {
	Text string // as it was typed, without what came along when it was pasted
	Key  string // what makes it unique in a meeting: see [AddressKey]
}

// isHidden reports the characters that nobody sees and no alphabet needs; an
// address with one in it looks like another.
func isHidden(r rune) bool { return unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' }

// isBlank reports the characters that show nothing and are not spaces to
// Unicode: the empty Braille pattern, the fillers of Hangul and the grapheme
// joiner.
func isBlank(r rune) bool { return strings.ContainsRune("\u2800\u115f\u1160\u3164\uffa0\u034f", r) }

// ParseAddress reads an address as people type and paste it: in angle brackets
// with a name before them, after "mailto:", with invisible characters around it
// or a comma, a semicolon or a full stop behind it. It returns false for what
// is not one address with a domain name of the Internet, or cannot be sent to:
// a list, an address literal, a local part that needs quotes.
func ParseAddress(typed string) (Address, bool) {
	s := strings.TrimFunc(norm.NFC.String(typed), isAround)
	if name, rest, ok := strings.Cut(s, "<"); ok && strings.HasSuffix(strings.TrimRight(rest, ",;."), ">") {
		if strings.ContainsAny(name, "@\r\n\x00") {
			return Address{}, false
		}
		s = strings.TrimSuffix(strings.TrimRight(rest, ",;."), ">")
	}
	s = strings.TrimFunc(withoutScheme(s), isAround)
	s = strings.TrimFunc(strings.TrimRight(s, ",;."), isAround)
	if len(s) > maxAddress || strings.ContainsAny(s, "\r\n\x00<>") || strings.ContainsFunc(s, isHidden) {
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
	out := Address{Text: local + "@" + typedDomain, Key: strings.ToLower(norm.NFC.String(local)) + "@" + domain}
	return out, len(out.Key) <= maxAddress
}

// AddressKey returns what makes an address unique in a meeting: the local part
// in lower case, the domain as lower-case A-label, a +tag kept. It returns
// false for what [ParseAddress] does not take.
func AddressKey(typed string) (string, bool) {
	a, ok := ParseAddress(typed)
	if !ok {
		return "", false
	}
	return a.Key, true
}

// Mailbox returns where the mails to an address arrive, given as
// [AddressKey]: without the +tag and, at Google's, without the full stops that
// it does not look at. It serves to count: two addresses of one mailbox are two
// addresses everywhere else.
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

// isBareAddress reports whether s is an address and nothing else.
func isBareAddress(s string) bool {
	a, ok := ParseAddress(s)
	return ok && a.Text == s && isLine(s)
}

// cleanAddress returns an address without what came along when it was pasted;
// what is no address, as any other line.
func cleanAddress(typed string) string {
	if a, ok := ParseAddress(typed); ok {
		return a.Text
	}
	return cleanLine(typed)
}

// isAround reports what surrounds a pasted address and is no part of it.
func isAround(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Z, r) || unicode.Is(unicode.Cf, r)
}

// withoutScheme returns the address in a mailto: link (RFC 6068), and any other
// text as it is.
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

// notOnline are endings that no mail server can be found under: RFC 6761 keeps
// localhost for the machine itself, and localdomain is what machines without a
// domain are given.
var notOnline = []string{"localhost", "localdomain"}

// domainKey returns a domain as lower-case A-label, and false unless it is a
// name under which the Internet can have a mail server: an address of a machine
// is none.
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

// isLocal reports whether a local part can be sent to without quotes and is
// read as it is written: letters and digits of any script, the signs that RFC
// 5322 allows in an atom, and full stops between them.
func isLocal(s string) bool {
	if s == "" || strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		if r < unicode.MaxASCII {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", r)
		}
		return isBlank(r) || unicode.IsControl(r) || unicode.Is(unicode.Z, r) || r == unicode.ReplacementChar
	})
}

// wellKnown are the domains of the mailboxes that most people in France have,
// long enough that one wrong letter is rather a slip than another domain.
var wellKnown = []string{"gmail.com", "hotmail.com", "hotmail.fr", "outlook.com", "outlook.fr", "yahoo.com", "yahoo.fr", "orange.fr",
	"wanadoo.fr", "laposte.net", "icloud.com"}

// alsoReal are mail domains one letter away from a well-known one.
var alsoReal = []string{"mail.com", "email.com", "ymail.com", "gmx.com"}

// MeantAddress returns the address that was probably meant, and false if
// nothing is odd: the domain is one slip (a letter too many, too few, another
// or two swapped) away from one that many people have. It is a question to ask,
// never a correction to make.
func MeantAddress(typed string) (string, bool) {
	a, ok := ParseAddress(typed)
	if !ok {
		return "", false
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

// oneSlip reports whether a becomes b by one letter added, left out or
// replaced, or by two neighbours swapped.
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

// namesakes are the people who are known, for the rows of a list.
type namesakes struct {
	addresses map[string]bool // that stand in the list above
	names     map[string]ImportOver
}

// namesakes reads who is signed up, if a row has no address to know them by.
func (c change) namesakes(rows []ImportRow) (n namesakes, err error) {
	n = namesakes{map[string]bool{}, map[string]ImportOver{}}
	if !slices.ContainsFunc(rows, func(r ImportRow) bool { return cleanAddress(r.Request.Email) == "" }) {
		return n, nil
	}
	for after, batch := (ID{}), []Signup(nil); ; after = batch[len(batch)-1].ID {
		if batch, err = c.Active(after, 500); err != nil {
			return n, err
		}
		for _, s := range batch {
			n.names[nameKey(s.GivenName, s.FamilyName, s.Organisation)] = ImportKnown
		}
		if len(batch) < 500 {
			return n, nil
		}
	}
}

// over says why a row is passed over before it is looked at, and remembers it.
func (n namesakes) over(row ImportRow) ImportOver {
	r := row.Request
	if row.Out {
		return ImportOut
	}
	name := nameKey(r.GivenName, r.FamilyName, r.Organisation)
	if cleanAddress(r.Email) == "" {
		over := n.names[name]
		if over == "" {
			n.names[name] = ImportTwice
		}
		return over
	}
	key, ok := AddressKey(cleanAddress(r.Email))
	if ok && n.addresses[key] {
		return ImportTwice
	}
	if n.addresses[key] = true; n.names[name] == "" {
		n.names[name] = ImportTwice
	}
	return ""
}

func nameKey(parts ...string) string {
	for i := range parts {
		parts[i] = strings.ToLower(cleanLine(parts[i]))
	}
	return strings.Join(parts, "\x00")
}
