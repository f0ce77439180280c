package print

import (
	"embed"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
)

// wording is the words of papers in one language.
type wording struct {
	*locale.Words
	lang registration.Language
}

//go:embed catalogue
var catalogueFiles embed.FS

var catalogue = locale.With(catalogueFiles)

func wordingIn(l registration.Language) wording { return wording{catalogue.For(string(l)), l} }

// text is a text of the organisers in the language of the paper, in French if
// there is no other, with French typography.
func (s wording) text(text registration.Localized) string {
	if s.lang == registration.English && text.EN != "" {
		return text.EN
	}
	return locale.Typeset(text.FR)
}

// venueLines is the venue with address and room, in several lines.
func (s wording) venueLines(m registration.Meeting) string {
	var lines []string
	for _, t := range s.venueTexts(m) {
		lines = append(lines, t.Text)
	}
	return strings.Join(lines, "\n")
}

// sessions lists the sessions in which the person has a seat, one on each
// line.
func (s wording) sessions(p Ticket) string {
	var titles []string
	for _, session := range p.Meeting.Sessions {
		if p.Signup.State(session.ID) == registration.Seated {
			titles = append(titles, s.text(session.Title))
		}
	}
	return strings.Join(titles, "\n")
}

// hours says when the meeting begins and ends, as far as it is known.
func (s wording) hours(m registration.Meeting) string {
	if m.Starts == "" {
		return ""
	}
	from := s.Hour(m.Starts.On(m.Day))
	if m.Ends == "" {
		return s.T("meeting.from", "From", from)
	}
	return s.T("meeting.from_to", "From", from, "To", s.Hour(m.Ends.On(m.Day)))
}

// written is like text, with the language that the text is in.
func (s wording) written(text registration.Localized) Text {
	if s.lang == registration.English && text.EN != "" {
		return Text{text.EN, registration.English}
	}
	return Text{locale.Typeset(text.FR), registration.French}
}

// venueTexts is the venue with address and room, each with its language.
func (s wording) venueTexts(m registration.Meeting) []Text {
	var list []Text
	if name := s.written(m.Venue.Name); name.Text != "" {
		list = append(list, name)
	}
	for _, text := range append(slices.Clone(m.Venue.Lines), m.Venue.Room) {
		if text != "" {
			list = append(list, Text{locale.Typeset(text), registration.French})
		}
	}
	return list
}
