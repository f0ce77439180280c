package kernel

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// What was typed into a form is not lost when the form is refused: the error page
// shows it in words and, if that may help, has a button that submits it once more.
// What was typed is never in an address or a log.

// Field is a field that was posted.
type Field struct{ Name, Value string }

// fieldsOf lists the fields by name, those of one name in the order in which they
// were sent.
func fieldsOf(values url.Values) []Field {
	var list []Field
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			list = append(list, Field{name, value})
		}
	}
	return list
}

// resubmittable reports whether sending the form once more may succeed.
func (p errorPage) resubmittable() bool {
	return slices.Contains([]string{"s429", "s500", "s503", "before", "full"}, p.Key)
}

// postedFacts puts into words what was posted.
func (r *Request) postedFacts() []Fact { return r.ValueFacts(r.posted) }

// ValueFacts puts the values of a form into words: the fields of attendees' forms
// and, if r.FormMeeting is set, its sessions and questions.
func (r *Request) ValueFacts(values url.Values) []Fact {
	l, f := r.Layout("", ""), r.NewForm(values)
	list := l.typedLines(f, "given_name", "family_name", "email")
	add := func(label string, lines ...string) {
		if slices.ContainsFunc(lines, func(s string) bool { return s != "" }) {
			list = append(list, Fact{Label: label, Lines: lines})
		}
	}
	chosen := func(label string, key string) {
		if key += f.Value(label); r.Words.Has(key) {
			add(l.T("form.label."+label), l.T(key))
		}
	}
	chosen("category", "words.category.")
	list = append(list, l.typedLines(f, "organisation", "function")...)
	add(l.T("form.label.territory"), TerritoryName(f.Value("territory")))
	for i := range CompanionRows(values) {
		field := func(name string) string { return f.Value(companionName(i, name)) }
		add(l.T("form.label.companion", "Number", i+1), strings.TrimSpace(field("given_name")+" "+field("family_name")), field("email"))
	}
	var m registration.Meeting
	if r.FormMeeting != nil {
		m = *r.FormMeeting
	}
	var titles []string
	for _, id := range ChosenSessions(values) {
		if s, ok := m.Session(id); ok {
			titles = append(titles, l.Text(s.Title))
		}
	}
	add(l.T("words.column.sessions"), titles...)
	if chosen := values["interests"]; len(chosen) > 0 {
		list = append(list, axesFact(l.T("form.label.interests"), chosen))
	}
	for _, q := range m.Questions {
		if a := l.answered(q, values["answers."+q.ID]); a != nil {
			list = append(list, Fact{Label: l.Text(q.Label), Lang: l.TextLang(q.Label), Lines: a, LinesLang: l.optionLang(q)})
		}
	}
	chosen("language", "words.language.")
	return list
}

// typedLines puts lines of text into words.
func (l Layout) typedLines(f Form, names ...string) (list []Fact) {
	for _, name := range names {
		if text := f.Value(name); text != "" {
			list = append(list, Fact{Label: l.T("form.label." + name), Lines: []string{text}})
		}
	}
	return list
}
