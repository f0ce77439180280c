package print

import (
	"io"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// Certificate says that one person was there.
type Certificate struct {
	Title string
	// Name and Organisation are those of the person. If the fonts lack a
	// letter of the name, the PDF has an empty line to write it on.
	Name, Organisation string
	Meeting            Text
	Before             string // the sentence before the name
	After              []Fact // the paragraphs after the name; some have no label
	Signed             string // the day
	Signature          string // who signs

	paper Paper
}

// NewCertificate returns the certificate of a person. It returns false if no
// arrival of the person is recorded.
func NewCertificate(p Paper, s registration.Signup) (Certificate, bool) {
	var halves []string
	w := wordingIn(p.Language)
	for _, h := range []registration.HalfDay{registration.Morning, registration.Afternoon} {
		if !p.arrival(s, h).IsZero() {
			halves = append(halves, w.T("paper.half."+string(h)))
		}
	}
	if s.Status() != registration.StatusPresent || s.Erased() || len(halves) == 0 {
		return Certificate{}, false
	}
	m, day := p.Meeting, p.Meeting.Day.In(registration.Paris)
	after := []Fact{{"", []Text{{w.T("paper.certificate.took_part", "Meeting", w.text(m.Title), "Day", w.LongDate(day)), w.lang}}}}
	if where := w.venueTexts(m); len(where) > 0 {
		after = append(after, Fact{w.T("paper.certificate.place"), where})
	}
	before := w.T("paper.certificate.we_unnamed")
	if len(m.Organisers) > 0 {
		before = w.T("paper.certificate.we", "Organisers", w.List(m.Organisers))
	}
	return Certificate{
		Title: w.T("paper.certificate.title"), Name: strings.TrimSpace(s.GivenName + " " + s.FamilyName), Organisation: s.Organisation,
		Meeting: w.written(m.Title), Before: before,
		After:  append(after, Fact{w.T("paper.certificate.arrived"), []Text{{w.List(halves), w.lang}}}),
		Signed: w.T("paper.certificate.done", "Day", w.Date(p.At)), Signature: w.T("paper.certificate.signature"), paper: p,
	}, true
}

// PDF implements [Document].
func (c Certificate) PDF(out io.Writer) error {
	t := newSheet(wordingIn(c.paper.Language), c.Title+" – "+c.Meeting.Text, portrait, c.paper.At)
	t.AddPage()
	const left, width = 30.0, 210 - 2*30.0
	body := style{"sans", 12, ink}
	y := t.paragraph(style{"serif", 12, muted}, left, 32, width, c.Meeting.Text)
	t.setPen(ink, 0.6)
	t.Line(left, y+3, left+width, y+3)
	y = t.paragraph(style{"serif", 30, ink}, left, y+16, width, c.Title) + 12
	y = t.paragraph(body, left, y, width, c.Before) + 8
	y = t.certifiedPerson(c, left, y, width) + 8
	for _, f := range c.After {
		y = t.paragraph(body, left, y, width, strings.TrimSpace(f.Label+" "+f.value())) + 5
	}
	y = t.paragraph(body, left, y+10, width, c.Signed) + 4
	t.paragraph(body, left, y, width, c.Signature)
	if c.paper.Meeting.Example {
		t.paragraph(noteStyle, left, 270, width, t.words.T("meeting.examples"))
	}
	return t.Output(out)
}

// certifiedPerson writes name and organisation, the name as large as it fits
// on two lines.
func (t *sheet) certifiedPerson(c Certificate, x, y, width float64) float64 {
	s := style{"serif", 22, ink}
	if Drawable(c.Name) {
		for s.size > 12 && len(t.wrap(s, c.Name, width)) > 2 {
			s.size--
		}
		y = t.paragraph(s, x, y, width, c.Name)
	} else {
		t.setPen(line, 0.25)
		y += s.leading()
		t.Line(x, y, x+width, y)
		y = t.paragraph(noteStyle, x, y+1, width, t.words.T("paper.certificate.by_hand")) + 2
	}
	return t.paragraph(style{"sans", 12, ink}, x, y+1, width, c.Organisation)
}
