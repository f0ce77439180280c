package mail

import (
	"html/template"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

// body is what a mail says, before it is laid out. Both parts are made from
// it, so that they cannot say different things.
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
	// ActFirst puts the button before the facts: on a phone it must be seen
	// without scrolling where the reader has something to do.
	ActFirst bool
	After    []string // paragraphs after the button
	More     []link   // further links, each with the sentence that leads to it
	Footer   []string
	Code     string       // of the ticket that the mail shows, "" if it shows none
	QR       []byte       // the picture of it
	Picture  template.URL // where the HTML finds that picture in its own message
	paper    bool         // a ticket on paper belongs to the mail
	pdf      []byte       // that paper
	ics      *ticket.Event
}

// list is a heading and what stands under it, an item a line.
type list struct {
	Title string
	Items []string
}

type fact struct {
	Label string
	Lines []string
	Rich  bool // an organiser wrote each line: they stand apart, and addresses become links
}

// piece is a [locale.Part] for templates: its address is of the web, a mailbox
// or a telephone.
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

// write fills the body of a letter. With paper there is a ticket as PDF for
// letters about a seat. It returns false for an unknown kind.
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
		b.Subject = b.Words.T("mail.subject", "Act", b.Title, "Meeting", l.Meeting.Title.In(l.Signup.Language),
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

// hello greets by name, unless the name could be an advertisement: the form
// makes the site write to any address, so a name must not carry a link there.
func (b *body) hello(p registration.Person) string {
	name := named(p)
	if name == "" {
		return b.Words.T("mail.hello_nobody")
	}
	return b.Words.T("mail.hello", "Name", name)
}

// named is the name of p, "" if it could be an advertisement.
func named(p registration.Person) string {
	name := strings.TrimSpace(p.GivenName + " " + p.FamilyName)
	if len([]rune(name)) > 80 || suspect(name) {
		return ""
	}
	return name
}

// companions names those who come with the person.
func (b *body) companions(l registration.Letter) {
	var names []string
	for _, p := range l.Companions {
		names = append(names, named(p))
	}
	b.fact("companions", names...)
}

// suspect reports what a mail program would turn into a link.
func suspect(name string) bool {
	if strings.ContainsAny(name, "/:@<>\\") || strings.Contains(strings.ToLower(name), "www.") {
		return true
	}
	for i, r := range name {
		// "J.-P. Martin" is a name, "exemple.fr" is not.
		if r == '.' && i+1 < len(name) && !strings.ContainsAny(name[i+1:i+2], " -.,'") {
			return true
		}
	}
	return false
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
	lang := l.Signup.Language
	b.fact("meeting", l.Meeting.Title.In(lang))
	b.fact("day", b.day(l.Meeting))
	b.fact("place", append([]string{l.Meeting.Venue.Name.In(lang)}, l.Meeting.Venue.Lines...)...)
	b.fact("room", l.Meeting.Venue.Room)
	in := sessions(l)
	n := len(b.Facts)
	b.fact("sessions", in[registration.Seated]...)
	b.fact("offered", in[registration.Offered]...)
	b.fact("waiting", append(in[registration.Queued], in[registration.Approval]...)...)
	b.rich(n)
	if l.Meeting.Example && (l.Meeting.Starts != "" || l.Meeting.Venue.Room != "" || len(in) > 0) {
		b.Note = b.Words.T("mail.example")
	}
}

// access adds how to come and what to bring.
func (b *body) access(l registration.Letter) {
	n := len(b.Facts)
	text := l.Meeting.Venue.Access.In(l.Signup.Language)
	if text == l.Meeting.Venue.Access.FR {
		text = locale.Typeset(text)
	}
	b.fact("access", strings.Split(text, "\n")...)
	b.rich(n)
}

// rich marks the facts from the one numbered n on.
func (b *body) rich(n int) {
	for i := range b.Facts[n:] {
		b.Facts[n+i].Rich = true
	}
}

// ticket shows the code of a seat, as a picture too.
func (b *body) ticket(l registration.Letter) {
	b.Code = ticket.Grouped(l.Signup.Code)
}

// sessions returns the titles of the sessions, without the meeting itself, in
// which the person has a place that is not over.
func sessions(l registration.Letter) map[registration.State][]string {
	in := map[registration.State][]string{}
	for _, p := range l.Signup.Places {
		if s, ok := l.Meeting.Session(p.Session); ok && !p.State.Ended() {
			in[p.State] = append(in[p.State], s.Title.In(l.Signup.Language))
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
