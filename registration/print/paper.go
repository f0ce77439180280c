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

// Fact is a line of a document's head.
type Fact struct{ Label, Value string }

// head returns the meeting's title, and in the lines of a head when it is, where,
// and who invites.
func (p Paper) head() (title string, facts []Fact) {
	w := wordingIn(p.Language)
	m, day := p.Meeting, p.Meeting.Day.In(registration.Paris)
	when := w.LongDate(day)
	if hours := p.hours(w); hours != "" {
		when += ", " + hours
	}
	facts = append(facts, Fact{w.T("paper.when"), when}, Fact{w.T("paper.where"), strings.ReplaceAll(w.place(m), "\n", ", ")})
	if s, ok := m.Session(p.Session); ok {
		value := w.text(s.Title)
		if s.Room != "" {
			value += " (" + s.Room + ")"
		}
		facts = append(facts, Fact{w.T("paper.session"), value})
	}
	if len(m.Organisers) > 0 {
		facts = append(facts, Fact{w.T("paper.organisers"), w.List(m.Organisers)})
	}
	if m.Example {
		facts = append(facts, Fact{w.T("paper.example"), w.T("meeting.examples")})
	}
	return w.text(m.Title), facts
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

var _, _, _, _ Document = List{}, Badges{}, Signs{}, Certificate{}

// territory is the official name of a territory, "" for none.
func territory(id string) string {
	t, _ := territoires.Lookup(territoires.PhaseI, territoires.ID(id))
	return t.Name
}
