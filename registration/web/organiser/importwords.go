package organiser

import (
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// faults says what is wrong with a row of the file: one sentence for each
// wrong cell, with what it contains and what it may contain.
func (p *pendingPage) faults(l registration.ImportLine) (all []string) {
	var told []string
	for _, e := range l.Wrong {
		column, _, _ := strings.Cut(e.Path, "[")
		if slices.Contains(told, column) {
			continue
		}
		told = append(told, column)
		if e.Rule == "full" {
			session, _ := p.Meeting.Session(registration.SessionID(e.Param))
			all = append(all, p.T("import.full."+column, "Title", p.Text(session.Title)))
			continue
		}
		all = append(all, p.T("import.fault", "Column", p.columnTitle(column), "Text", p.fault(l.Row.Request, column, e)))
	}
	return all
}

// fault is the sentence about one cell.
func (p *pendingPage) fault(q registration.Request, column string, e validation.FieldError) string {
	kind, id, answer := strings.Cut(column, ".")
	cell := map[string]string{
		"given_name": q.GivenName, "family_name": q.FamilyName, "email": q.Email, "organisation": q.Organisation, "function": q.Function,
		"category": string(q.Category), "territory": q.Territory, "language": string(q.Language), "interests": strings.Join(q.Interests, ", "),
	}[column]
	if answer {
		cell = strings.Join(q.Answers[id], ", ")
	}
	if column == "sessions" {
		cell = p.unknownSession(q.Sessions)
	}
	rule := e.Rule
	switch {
	case answer && rule == "oneof" && slices.ContainsFunc(registration.Consents(), func(c registration.Question) bool { return c.ID == id }):
		rule = "consent"
	case kind == "territory": // too long is none either
		rule = "territory"
	}
	if text := []rune(cell); len(text) > 60 {
		cell = string(text[:60]) + "…"
	}
	for _, key := range []string{"import.error." + kind + "." + rule, "import.error." + rule} {
		if p.Has(key) {
			return p.T(key, "Cell", cell, "Max", e.Param, "Choices", p.choicesOf(kind, id))
		}
	}
	return e.Message(p.Lang())
}

// unknownSession is the first of these sessions that cannot be chosen, or all
// of them if each can be chosen.
func (p *pendingPage) unknownSession(ids []registration.SessionID) string {
	var titles []string
	for _, id := range ids {
		s, ok := p.Meeting.Session(id)
		if !ok {
			return string(id)
		}
		if s.Closed {
			return p.Text(s.Title)
		}
		titles = append(titles, p.Text(s.Title))
	}
	return p.Layout.List(titles)
}

// choicesOf lists what may stand in a cell.
func (p *pendingPage) choicesOf(kind, id string) string {
	var list []string
	switch kind {
	case "category":
		for _, c := range p.Choices {
			list = append(list, c.Label)
		}
	case "sessions":
		for _, s := range p.Meeting.Sessions {
			if !s.Closed {
				list = append(list, p.Text(s.Title))
			}
		}
	case "interests":
		for _, a := range territoires.Axes(territoires.PhaseI) {
			list = append(list, string(a))
		}
	case "answers":
		for _, q := range p.Meeting.Questions {
			for _, o := range q.Options {
				if q.ID == id && !o.Closed {
					list = append(list, p.Text(o.Label))
				}
			}
		}
	}
	for i := range list {
		list[i] = p.T("import.quoted", "Text", list[i])
	}
	return p.Layout.List(list)
}

// columnTitle is the title of a column in the file, or our own.
func (p *pendingPage) columnTitle(name string) string {
	for i, column := range p.List.Columns {
		if column != "" && p.List.Header[i] != "" && (column == name || "answers."+column == name || column == "companion_of" && name == "companions") {
			return p.List.Header[i]
		}
	}
	return locale.Typeset(export.Options{Meeting: p.Meeting}.TitleIn(strings.TrimPrefix(name, "answers."), p.Words))
}

// langOf is the language of the field into which a column is read, "" for
// that of the page.
func (p *pendingPage) langOf(name string) string {
	if id, ok := strings.CutPrefix(name, "session:"); ok {
		s, _ := p.Meeting.Session(registration.SessionID(id))
		return p.TextLang(s.Title)
	}
	for _, q := range p.Meeting.Questions {
		if name == q.ID || name == "answers."+q.ID {
			return p.TextLang(q.Label)
		}
	}
	return ""
}

// Unread lists the columns of the file that are not imported.
func (p pendingPage) Unread() string {
	var titles []string
	for i, column := range p.List.Columns {
		if column == "" && p.List.Header[i] != "" {
			titles = append(titles, p.T("import.quoted", "Text", p.List.Header[i]))
		}
	}
	return p.Layout.List(titles)
}

// consent counts the consents that a row gives or refuses.
func (p *pendingPage) consent(answers registration.Answers) {
	if p.answered == nil {
		p.answered = map[string]int{}
	}
	for _, c := range registration.Consents() {
		for _, answer := range answers[c.ID] {
			p.answered[c.ID+" "+answer]++
		}
	}
}

// consentEffect says what an import records about a consent.
type consentEffect struct{ Question, Lang, Text string }

// consentEffects says which consents the import would record. It records only those
// in the file.
func (p *pendingPage) consentEffects() (list []consentEffect) {
	for _, q := range p.Meeting.Questions {
		if q.Closed || q.Kind != registration.YesNoQuestion || !slices.ContainsFunc(registration.Consents(), func(c registration.Question) bool { return c.ID == q.ID }) {
			continue
		}
		yes, no := p.answered[q.ID+" yes"], p.answered[q.ID+" no"]
		key := "import.consent"
		if yes+no == 0 {
			key = "import.no_consent"
		}
		text := p.T(key, "Yes", p.Number(yes), "No", p.Number(no), "None", p.Number(p.New-yes-no))
		list = append(list, consentEffect{p.Text(q.Label), p.TextLang(q.Label), text})
	}
	return list
}
