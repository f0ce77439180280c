package print

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// Paper is what every document says of itself.
type Paper struct {
	Meeting  registration.Meeting
	Language registration.Language
	At       time.Time              // when it is made
	Half     registration.HalfDay   // "" for the whole day
	Session  registration.SessionID // "" for the meeting; then Half does not count
}

// Fact is a line of a document's head: a label, and texts that stand one after
// the other with commas between.
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

// head returns the meeting's title, and in the lines of a head when it is, where,
// and who invites.
func (p Paper) head(w wording) (title Text, facts []Fact) {
	m := p.Meeting
	add := func(label string, texts ...Text) { facts = append(facts, Fact{label, texts}) }
	when := []Text{{w.LongDate(m.Day.In(registration.Paris)), w.lang}}
	if hours := p.hours(w); hours != "" {
		when = append(when, Text{hours, w.lang})
	}
	add(w.T("paper.when"), when...)
	add(w.T("paper.where"), w.where(m)...)
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

// hours says from when to when the paper's part of the day lasts, as far as it is
// known.
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

// starts is the hour of the session, or the first of the half-day; "" if it is
// unknown.
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

// Kind is a document, by the name that its address has. The zero value is none.
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

// FileName is a safe name for the PDF of a document of this kind.
func (k Kind) FileName(m registration.Meeting) string { return fmt.Sprintf("%s-%s.pdf", k, m.Slug) }

// Document is a document that can be printed.
type Document interface {
	// PDF writes the document. It returns the error of w, or that of a text too
	// long for a code.
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
