package kernel

import (
	"html/template"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// Fact is one thing that a site knows of a person.
type Fact struct {
	Label, Lang string // the language of an organiser's question, "" for that of the page
	Lines       []string
	KeptUntil   string // the day until which it is kept, "" if as long as the rest
	LinesLang   string // the language of an organiser's words, "" for the person's and ours
}

// Whole returns a line as [Layout.Whole] does.
func (f Fact) Whole(line string) template.HTML { return whole(line) }

// Facts is all that the site knows of the person, in words and in the order
// of the form.
func (p PersonPage) Facts() []Fact {
	var list []Fact
	add := func(label string, lines ...string) {
		if strings.Join(lines, "") != "" {
			list = append(list, Fact{Label: label, Lines: lines})
		}
	}
	s := p.Signup
	column := func(name string, lines ...string) { add(p.T("words.column."+name), lines...) }
	column("given_name", s.GivenName)
	column("family_name", s.FamilyName)
	column("email", s.Email)
	if s.Category != "" {
		column("category", p.T("words.category."+string(s.Category)))
	}
	column("organisation", s.Organisation)
	column("function", s.Function)
	column("territory", p.Territory)
	if len(s.Interests) > 0 {
		list = append(list, axesFact(p.T("words.column.interests"), s.Interests))
	}
	for _, q := range p.Meeting.Questions {
		if a := p.answered(q, s.Answers[q.ID]); a != nil {
			list = append(list, Fact{p.Text(q.Label), p.TextLang(q.Label), a, p.request.answerKeptUntil(p.Meeting, q), p.optionLang(q)})
		}
	}
	for _, id := range p.Meeting.Unasked(s.Answers) {
		list = append(list, Fact{Label: p.T("person.unasked", "ID", id), Lines: s.Answers[id],
			KeptUntil: p.T("form.kept", "Day", p.Words.Date(p.Meeting.Day.In(registration.Paris)))})
	}
	if t := s.Transfer; t.Waits() {
		add(p.T("person.transfer"), strings.TrimSpace(t.GivenName+" "+t.FamilyName), t.Email)
	}
	column("sessions", p.placeLines()...)
	column("language", p.T("words.language."+string(s.Language)))
	column("code", p.GroupedCode())
	column("status", p.T("words.status."+string(p.Status)))
	var company, arrivals []string
	for _, m := range p.Party {
		if !m.IsLead() {
			name := m.GivenName + " " + m.FamilyName
			if m.NamedByLead() && m.Email != "" { // the address is theirs since they confirmed it
				name += ", " + m.Email
			}
			company = append(company, name)
		}
	}
	for _, a := range s.Arrivals {
		arrivals = append(arrivals, p.Moment(a.At))
	}
	add(p.T("person.companions"), company...)
	for _, t := range []struct {
		name string
		at   time.Time
	}{{"created_at", s.CreatedAt}, {"confirmed_at", s.AddressConfirmedAt}} {
		if !t.at.IsZero() {
			column(t.name, p.Moment(t.at))
		}
	}
	column("present_at", arrivals...)
	if s.Source != "" {
		column("source", p.T("words.source."+string(s.Source)))
	}
	notice := p.T("person.notice")
	if s.Source != "" { // a companion has not read on the form how long the answer is kept
		notice = p.T("person.notice_then")
	}
	add(notice, p.Edition(s.NoticeVersion))
	if day, ends := p.Meeting.KeptUntil(); ends {
		add(p.T("person.kept"), p.Words.Date(day.In(registration.Paris)))
	}
	return list
}

// placeLines names the sessions and how the person stands in each.
func (p PersonPage) placeLines() []string {
	var lines []string
	for _, pl := range p.Signup.Places {
		if session, ok := p.Meeting.Session(pl.Session); ok {
			lines = append(lines, p.T("person.place", "Title", p.Text(session.Title), "State", p.T("person.state."+string(pl.State))))
		}
	}
	return lines
}
