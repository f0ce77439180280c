package print

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// Paper is what all documents have in common.
type Paper struct {
	Meeting  registration.Meeting
	Language registration.Language
	At       time.Time              // when it is made
	Half     registration.HalfDay   // "" for the whole day
	Session  registration.SessionID // "" for the meeting itself; with a session, Half has no effect
}

// Fact is a line in the head of a document: a label, and texts separated by
// commas.
type Fact struct {
	Label string
	Texts []Text
}

// Text is a text in the language that it is written in.
type Text struct {
	Text string
	Lang registration.Language
}

// value is the fact's texts as one.
func (f Fact) value() string {
	var list []string
	for _, t := range f.Texts {
		list = append(list, t.Text)
	}
	return strings.Join(list, ", ")
}

// head returns the title of the meeting, and the facts in the head of a
// document: when, where, who invites.
func (p Paper) head(w wording) (title Text, facts []Fact) {
	m := p.Meeting
	add := func(label string, texts ...Text) { facts = append(facts, Fact{label, texts}) }
	when := []Text{{w.LongDate(m.Day.In(registration.Paris)), w.lang}}
	if hours := p.hours(w); hours != "" {
		when = append(when, Text{hours, w.lang})
	}
	add(w.T("paper.when"), when...)
	if where := w.venueTexts(m); len(where) > 0 {
		add(w.T("paper.where"), where...)
	}
	if s, ok := m.Session(p.Session); ok {
		session := []Text{w.written(s.Title)}
		if s.Room != "" {
			session = append(session, Text{s.Room, registration.French})
		}
		add(w.T("paper.session"), session...)
	}
	if len(m.Organisers) > 0 {
		add(w.T("paper.organisers"), Text{w.List(m.Organisers), registration.French})
	}
	if m.Example {
		add(w.T("paper.example"), Text{w.T("meeting.examples"), w.lang})
	}
	return w.written(m.Title), facts
}

// hours says at what time the session, the half-day or the meeting takes
// place, as far as it is known.
func (p Paper) hours(w wording) string {
	switch starts := p.starts(); {
	case p.Session == "" && p.Half == "":
		return w.hours(p.Meeting)
	case p.Session == "" && starts == "":
		return w.T("paper.half." + string(p.Half))
	case starts == "":
		return ""
	case p.Session == "":
		return w.T("paper.half_from", "Half", w.T("paper.half."+string(p.Half)), "From", w.Hour(starts.On(p.Meeting.Day)))
	default:
		return w.Hour(starts.On(p.Meeting.Day))
	}
}

// starts is the hour at which the session or the half-day begins, "" if it is
// not known.
func (p Paper) starts() registration.Hour {
	var first registration.Hour
	for _, it := range p.Meeting.Programme {
		here := it.Half == p.Half
		if p.Session != "" {
			here = it.Session == p.Session
		}
		if here && it.Starts != "" && (first == "" || it.Starts < first) {
			first = it.Starts
		}
	}
	return first
}

// Kind is a kind of document. Its value stands in the address of the
// document; the zero value is no kind.
type Kind string

// The documents.
const (
	SecurityKind    Kind = "liste-securite"
	AttendanceKind  Kind = "emargement"
	BadgesKind      Kind = "badges"
	SignsKind       Kind = "affichettes"
	ArrivalsKind    Kind = "presences"
	CertificateKind Kind = "attestation"
)

// FileName is the name of the PDF file for a document of this kind.
func (k Kind) FileName(m registration.Meeting) string { return fmt.Sprintf("%s-%s.pdf", k, m.Slug) }

// Document is a document that can be printed.
type Document interface {
	// PDF writes the document to w. It returns the error of w, or an error if
	// a text is too long for a QR code.
	PDF(w io.Writer) error
}

var (
	_ Document = List{}
	_ Document = Badges{}
	_ Document = Signs{}
	_ Document = Certificate{}
)

// territory is the official name of a territory, "" for none.
func territory(id string) string {
	t, _ := territoires.Lookup(territoires.PhaseI, territoires.ID(id))
	return t.Name
}
