package mail

import (
	"html/template"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

// body is what a mail says. The text part and the HTML part are both made
// from it, so that they say the same.
type body struct {
	Words   *locale.Words
	Subject string
	Title   string
	Hello   string
	Before  []string // paragraphs before the button
	Rich    bool     // addresses in them become links: an organiser wrote them
	Lists   []list
	Facts   []fact
	Note    string // on the facts
	Button  link
	// ActFirst puts the button before the facts, so that a reader who has
	// something to do sees it on a phone without scrolling.
	ActFirst bool
	After    []string // paragraphs after the button
	More     []link   // further links, each with the sentence that leads to it
	Footer   []string
	Code     string       // the short code that the mail shows, "" if it shows none
	QR       []byte       // the picture of it
	Picture  template.URL // the address of that picture within the message
	paper    bool         // a ticket on paper belongs to the mail
	pdf      []byte       // that paper
	ics      *ticket.Event
}

// list is a heading with items under it, one on each line.
type list struct {
	Title string
	Items []string
}

type fact struct {
	Label string
	Lines []string
	Rich  bool // an organiser wrote the lines: each stands alone, and addresses in them become links
}

// piece is a [locale.Part] for templates. Its address is one of the web, of a
// mailbox or of a telephone.
type piece struct {
	Text string
	Href template.URL
}

func linked(line string) (list []piece) {
	for _, parts := range locale.Linked(line) {
		for _, p := range parts {
			list = append(list, piece{p.Text, template.URL(p.Href)})
		}
	}
	return list
}

type link struct{ Label, URL string }

// write fills the body of a letter. With paper, letters about a seat mention
// the ticket that is attached as PDF. It returns false for an unknown kind.
func write(l registration.Letter, paper bool) (body, bool) {
	b := body{Words: catalogue.For(string(l.Signup.Language)), paper: paper}
	b.Hello = b.hello(addressee(l))
	say := writers[l.Mail.Kind]
	if say == nil {
		return b, false
	}
	say(&b, l)
	if b.Title == "" {
		b.Title = b.t(l, "act")
	}
	b.Subject = b.Title
	switch {
	case l.Mail.Kind == registration.MailTest: // the same message, marked as a trial
		b.Subject = b.t(l, "subject", "Subject", b.Title)
	case l.Mail.Kind.ForOrganisers():
		b.Footer = []string{b.t(l, "footer")}
		return b, true
	case l.Mail.Kind != registration.MailMessage: // the organiser's own words
		b.Subject = b.Words.T("mail.subject", "Act", b.Title, "Meeting", b.text(l.Meeting.Title),
			"Date", b.Words.Date(l.Meeting.Day.In(registration.Paris)))
	}
	b.Footer = []string{b.Words.T("mail.footer")}
	if l.Mail.Kind == registration.MailReplacement { // who reads it is not registered
		b.Footer = []string{b.t(l, "footer")}
	}
	if l.Meeting.Contact != "" {
		b.Footer = append(b.Footer, b.Words.T("mail.question", "Contact", l.Meeting.Contact))
	}
	return b, true
}

// t returns the message of the letter's kind.
func (b *body) t(l registration.Letter, key string, args ...any) string {
	return b.Words.T("mail."+string(l.Mail.Kind)+"."+key, args...)
}

// text is a text of the organisers in the language of the mail, in French if there is
// no other, with French typography.
func (b *body) text(t registration.Localized) string {
	if b.Words.Lang() == locale.English && t.EN != "" {
		return t.EN
	}
	return locale.Typeset(t.FR)
}

// hello greets the person by name, if [safeName] gives one.
func (b *body) hello(p registration.Person) string {
	name := safeName(p)
	if name == "" {
		return b.Words.T("mail.hello_nobody")
	}
	return b.Words.T("mail.hello", "Name", name)
}

// safeName is the name of p, or "" for one that is too long or that mail
// programs would show as a link. Anybody can make the site write to any
// address, so a name must not carry an advertisement there.
func safeName(p registration.Person) string {
	name := strings.TrimSpace(p.GivenName + " " + p.FamilyName)
	if len([]rune(name)) > 80 || looksLikeLink(name) {
		return ""
	}
	return name
}

// name names the person.
func (b *body) name(l registration.Letter) {
	b.fact("name", strings.TrimSpace(l.Signup.GivenName+" "+l.Signup.FamilyName))
}

// companions names those who come with the person.
func (b *body) companions(l registration.Letter) {
	var names []string
	for _, p := range l.Companions {
		names = append(names, safeName(p))
	}
	b.fact("companions", names...)
}

// looksLikeLink reports whether a mail program could turn the name, or a part
// of it, into a link: to an address, or to a telephone number.
func looksLikeLink(name string) bool {
	name = strings.ReplaceAll(norm.NFKC.String(name), "。", ".") // as browsers read dots of other scripts
	if strings.ContainsAny(name, "/:@<>\\") || strings.Contains(strings.ToLower(name), "www.") {
		return true
	}
	digits := 0
	for i, r := range name {
		// "J.-P. Martin" is a name, "exemple.fr" is not.
		if r == '.' && i+1 < len(name) && !strings.ContainsAny(name[i+1:i+2], " -.,'") {
			return true
		}
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits > 5
}

// fact adds a labelled fact, unless nothing is known of it.
func (b *body) fact(label string, lines ...string) {
	known := lines[:0:0]
	for _, s := range lines {
		if s != "" {
			known = append(known, s)
		}
	}
	if len(known) > 0 {
		b.Facts = append(b.Facts, fact{Label: b.Words.T("mail.label." + label), Lines: known})
	}
}

// meeting adds what is known of the meeting and of the sessions chosen.
func (b *body) meeting(l registration.Letter) {
	b.fact("meeting", b.text(l.Meeting.Title))
	b.fact("day", b.day(l.Meeting))
	place := []string{b.text(l.Meeting.Venue.Name)}
	for _, line := range l.Meeting.Venue.Lines { // in French alone
		place = append(place, locale.Typeset(line))
	}
	b.fact("place", place...)
	b.fact("room", locale.Typeset(l.Meeting.Venue.Room))
	in := b.sessions(l)
	n := len(b.Facts)
	b.fact("sessions", in[registration.Seated]...)
	b.fact("offered", in[registration.Offered]...)
	b.fact("waiting", append(in[registration.Queued], in[registration.Approval]...)...)
	b.markOrganiserText(n)
	if l.Meeting.Example && (l.Meeting.Starts != "" || l.Meeting.Venue.Room != "" || len(in) > 0) {
		b.Note = b.Words.T("mail.example")
	}
}

// access adds how to come and what to bring.
func (b *body) access(l registration.Letter) {
	n := len(b.Facts)
	b.fact("access", strings.Split(b.text(l.Meeting.Venue.Access), "\n")...)
	b.markOrganiserText(n)
}

// markOrganiserText marks the facts from number n on as written by an
// organiser.
func (b *body) markOrganiserText(n int) {
	for i := range b.Facts[n:] {
		b.Facts[n+i].Rich = true
	}
}

// ticket makes the mail show the code of a seat, in letters and as a QR code.
func (b *body) ticket(l registration.Letter) {
	b.Code = ticket.Grouped(l.Signup.Code)
}

// sessions returns the titles of the sessions in which the person has a seat,
// an offer, a place in the queue or a request, by that state. The meeting
// itself is left out.
func (b *body) sessions(l registration.Letter) map[registration.State][]string {
	in := map[registration.State][]string{}
	for _, p := range l.Signup.Places {
		if s, ok := l.Meeting.Session(p.Session); ok && !p.State.Ended() {
			in[p.State] = append(in[p.State], b.text(s.Title))
		}
	}
	return in
}

func (b *body) day(m registration.Meeting) string {
	day := b.Words.LongDate(m.Day.In(registration.Paris))
	args := []any{"Day", day, "Starts", b.Words.Hour(m.Starts.On(m.Day)), "Ends", b.Words.Hour(m.Ends.On(m.Day))}
	switch {
	case m.Starts == "":
		return day
	case m.Ends == "":
		return b.Words.T("mail.day_starts", args...)
	}
	return b.Words.T("mail.day_hours", args...)
}
