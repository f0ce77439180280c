package mail

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	netmail "net/mail"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	gomail "github.com/emersion/go-message/mail"
	"golang.org/x/net/idna"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

const pageFile = "templates/mail.html"

//go:embed templates/mail.html
var templates embed.FS

//go:embed catalogue
var catalogueFiles embed.FS

// catalogue is the words of mails.
var catalogue = locale.With(catalogueFiles)

// Composer implements registration.Composer. It may be used by many
// goroutines.
type Composer struct {
	// Ticket returns the PDF of the ticket that mails about a seat have
	// attached. Nil means that no ticket is attached. Set it before the
	// composer is used.
	Ticket func(registration.Letter) ([]byte, error)

	from   netmail.Address
	domain string // of Message-IDs
	html   *merger
}

var _ registration.Composer = (*Composer)(nil)

// NewComposer returns a composer of mails that come from an address, with or
// without a name before it: "rencontre@exemple.fr" or "Rencontres
// <rencontre@exemple.fr>".
func NewComposer(from string) (*Composer, error) {
	a, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, errors.New("mail: the sender is not one email address")
	}
	c := &Composer{from: *a}
	if c.from.Address, err = envelopeAddress(a.Address); err != nil {
		return nil, err
	}
	c.domain = c.from.Address[strings.LastIndexByte(c.from.Address, '@')+1:]
	t, err := template.New(path.Base(pageFile)).Funcs(template.FuncMap{"linked": linked}).ParseFS(templates, pageFile)
	c.html = newMerger(t)
	return c, err
}

// Compose writes the message of a letter. The same letter always gives the
// same message, with the same Message-ID. It returns registration.ErrNobody
// if there is no address to write to, and registration.ErrOvertaken if what
// the mail would say is no longer true. It returns another error, without
// personal data, if the address cannot be written to or the kind is unknown.
func (c *Composer) Compose(l registration.Letter) (registration.Message, error) {
	to, b, err := c.prepare(l)
	if err != nil {
		return registration.Message{}, err
	}
	if err := c.enclose(l, &b); err != nil {
		return registration.Message{}, err
	}
	var data bytes.Buffer
	data.Grow(12<<10 + 6*len(b.QR) + 3*len(b.pdf)/2) // most fit
	if err := c.assemble(&data, c.header(l, b, to), b); err != nil {
		return registration.Message{}, fmt.Errorf("mail: %w", err)
	}
	return registration.Message{From: c.from.Address, To: to.Address, Data: data.Bytes()}, nil
}

// Show returns the message of a letter as its recipient sees it: the same
// subject and parts. It returns the errors of [Composer.Compose].
func (c *Composer) Show(l registration.Letter) (registration.Shown, error) {
	_, b, err := c.prepare(l)
	if err != nil {
		return registration.Shown{}, err
	}
	var page strings.Builder
	err = c.html.template.Execute(&page, b)
	return registration.Shown{Subject: oneLine(b.Subject), Text: plainText(b), HTML: page.String()}, err
}

// prepare returns the recipient of a letter and what the mail says. Its
// errors are those of [Composer.Compose].
func (c *Composer) prepare(l registration.Letter) (to netmail.Address, b body, err error) {
	to = recipient(l)
	if l.Mail.Kind.ForOrganisers() {
		to = netmail.Address{Address: l.Organiser.Email}
	}
	if to.Address == "" {
		return to, b, registration.ErrNobody
	}
	if !stillTrue(l) {
		return to, b, registration.ErrOvertaken
	}
	b, ok := write(l, c.Ticket != nil)
	if !ok {
		return to, b, fmt.Errorf("mail: no words for the kind %q", l.Mail.Kind)
	}
	if looksLikeLink(to.Name) {
		to.Name = ""
	}
	if b.ics != nil && b.ics.Organiser.Address == "" {
		// A request or a cancellation must name an organiser (RFC 5546, 3.2.2 and 3.2.5).
		b.ics.Organiser = c.from
	}
	to.Address, err = envelopeAddress(to.Address)
	return to, b, err
}

// enclose adds the QR code, and the PDF of the ticket where there is one, to
// a mail that shows the code of a seat.
func (c *Composer) enclose(l registration.Letter, b *body) (err error) {
	if b.Code == "" {
		return nil
	}
	if b.QR, err = ticket.PNG(l.Links.CheckIn+l.Signup.Code, 4); err != nil {
		return err
	}
	b.Picture = template.URL("cid:" + contentID(c, l))
	if b.paper && c.Ticket != nil {
		if b.pdf, err = c.Ticket(l); err != nil {
			return fmt.Errorf("mail: ticket: %w", err)
		}
	}
	return nil
}

// contentID is the Content-ID of the QR code of a letter: the HTML part shows
// the picture by it.
func contentID(c *Composer, l registration.Letter) string {
	return "qr." + l.Mail.ID.String() + "@" + c.domain
}

// recipient is whom a letter goes to.
func recipient(l registration.Letter) netmail.Address {
	p := addressee(l)
	to := netmail.Address{Name: strings.TrimSpace(p.GivenName + " " + p.FamilyName), Address: l.Signup.Email}
	if l.Mail.To != "" && to.Address != "" { // not of somebody who was erased
		to.Address = l.Mail.To
	}
	return to
}

// addressee is the person who reads a letter. The name is empty if it is not
// known, or not any more.
func addressee(l registration.Letter) registration.Person {
	switch l.Mail.Kind {
	case registration.MailReplacement:
		return registration.Person{GivenName: l.Signup.Transfer.GivenName, FamilyName: l.Signup.Transfer.FamilyName}
	case registration.MailReplaced:
		return registration.Person{}
	}
	return l.Signup.Person
}

// header returns the header of the message, with its fields in the order in
// which people expect them when they read the source.
func (c *Composer) header(l registration.Letter, b body, to netmail.Address) gomail.Header {
	var h gomail.Header
	for _, f := range [][2]string{ // the library writes the last one first
		{"X-Auto-Response-Suppress", "OOF, AutoReply"}, // no absence notes from Exchange
		{"Auto-Submitted", "auto-generated"},           // RFC 3834
		{"X-Rencontre-Kind", string(l.Mail.Kind)},
		{"Content-Language", b.Words.Lang()},
	} {
		h.Set(f[0], f[1])
	}
	h.SetMessageID(l.Mail.ID.String() + "@" + c.domain)
	setSubject(&h, oneLine(b.Subject))
	if contact, err := envelopeAddress(l.Meeting.Contact); err == nil {
		h.Set("Reply-To", headerAddress(netmail.Address{Name: strings.Join(l.Meeting.Organisers, ", "), Address: contact}))
	}
	h.Set("To", headerAddress(to))
	from := c.from
	if from.Name == "" {
		from.Name = b.Words.T("mail.from")
	}
	h.Set("From", headerAddress(from))
	h.SetDate(l.Mail.CreatedAt.In(registration.Paris))
	return h
}

// setSubject sets the subject. One that has to be encoded has each encoded word on a line
// of its own, because the library would put several on one line, which may then be longer
// than the 76 characters that RFC 2047 allows (section 2).
func setSubject(h *gomail.Header, subject string) {
	if mustBeEncoded(subject) {
		h.AddRaw([]byte("Subject: " + strings.Join(encodedWords(subject), "\r\n ") + "\r\n"))
	} else {
		h.SetSubject(subject)
	}
}

// mustBeEncoded reports whether a text for a header is not ASCII, or would be read as
// an encoded word: many programs decode these in quotes too.
func mustBeEncoded(s string) bool { return !isASCII(s) || strings.Contains(s, "=?") }

// encodedWords returns a text as encoded words that fit into a subject and into a name
// beside an address.
func encodedWords(s string) (words []string) {
	const begin, end, most = "=?utf-8?q?", "?=", 60 // octets of a word, beside the field's name
	var word strings.Builder
	word.WriteString(begin)
	for _, r := range s {
		q := qEncoded(r)
		if word.Len()+len(q)+len(end) > most {
			words = append(words, word.String()+end)
			word.Reset()
			word.WriteString(begin)
		}
		word.WriteString(q)
	}
	return append(words, word.String()+end)
}

// qEncoded returns a letter as it stands in an encoded word, also in one that is part of
// a name (RFC 2047, 5 (3)).
func qEncoded(r rune) string {
	switch {
	case r == ' ':
		return "_"
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', strings.ContainsRune("!*+-/", r):
		return string(r)
	}
	const digits = "0123456789ABCDEF"
	q := make([]byte, 0, 3*utf8.UTFMax)
	for _, b := range []byte(string(r)) {
		q = append(q, '=', digits[b>>4], digits[b&15])
	}
	return string(q)
}

// envelopeAddress returns an address as SMTP carries it, with the domain as
// A-label: only an address whose local part is not ASCII needs SMTPUTF8. It
// refuses line ends, which would start a new header or command.
func envelopeAddress(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || strings.ContainsFunc(address, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune("<>", r)
	}) {
		return "", errors.New("mail: not an address that mail can be sent to")
	}
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil || domain == "" {
		return "", errors.New("mail: not a domain that mail can be sent to")
	}
	return address[:at+1] + domain, nil
}

// headerAddress writes a name and an address for a header. Line ends become spaces.
func headerAddress(a netmail.Address) string {
	name, address := oneLine(a.Name), "<"+a.Address+">"
	if isASCII(a.Address) { // net/mail would put quotes around a local part in UTF-8, which needs none (RFC 6532)
		address = (&netmail.Address{Address: a.Address}).String()
	}
	if mustBeEncoded(name) {
		return strings.Join(encodedWords(name), " ") + " " + address
	}
	return strings.TrimSuffix((&netmail.Address{Name: name, Address: "x@x"}).String(), "<x@x>") + address
}

func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || unicode.IsControl(r) }), " ")
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}
