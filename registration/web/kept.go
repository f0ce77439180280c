package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration/link"
)

// What was typed into a form is not lost because the form could not be taken:
// the page that says so shows it again and, where that may help, sends it
// again as it was. It is on the page alone, never in an address or a log.

// pair is a field that was posted.
type pair struct{ Name, Value string }

// pairs lists the fields in an order of their own, those of one name in that
// in which they were sent.
func pairs(values url.Values) []pair {
	var list []pair
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			list = append(list, pair{name, value})
		}
	}
	return list
}

// repeatable reports whether the form that an error page answers may be taken
// if it is sent once more.
func (p errorPage) repeatable() bool {
	return slices.Contains([]string{"s429", "s500", "s503", "before", "full"}, p.Key)
}

// kept puts into words what was posted: what attendees' forms ask and, once the
// meeting is known, its sessions and questions.
func (v *visit) kept() []known {
	l, f := v.layout("", ""), form{values: v.posted, words: v.words}
	list := l.fields(f, "given_name", "family_name", "email")
	add := func(label string, lines ...string) {
		if slices.ContainsFunc(lines, func(s string) bool { return s != "" }) {
			list = append(list, known{Label: label, Lines: lines})
		}
	}
	chosen := func(label string, key string) {
		if key += f.Value(label); v.words.Has(key) {
			add(l.T("signup.label."+label), l.T(key))
		}
	}
	chosen("category", "words.category.")
	list = append(list, l.fields(f, "organisation", "function")...)
	add(l.T("signup.label.territory"), territoryName(f.Value("territory")))
	for i := range rows(v.posted) {
		field := func(name string) string { return f.Value(companionName(i, name)) }
		add(l.T("signup.label.companion", "Number", i+1), strings.TrimSpace(field("given_name")+" "+field("family_name")), field("email"))
	}
	var titles []string
	for _, id := range chosenSessions(v.posted) {
		if s, ok := v.meeting.Session(id); ok {
			titles = append(titles, l.Text(s.Title))
		}
	}
	add(l.T("words.column.sessions"), titles...)
	add(l.T("signup.label.interests"), v.posted["interests"]...)
	for _, q := range v.meeting.Questions {
		if a := l.answered(q, v.posted["answers."+q.ID]); a != nil {
			list = append(list, known{Label: l.Text(q.Label), Lang: l.TextLang(q.Label), Lines: a, LinesLang: l.optionLang(q)})
		}
	}
	chosen("language", "words.language.")
	return list
}

// fields puts lines of text into words.
func (l layout) fields(f form, names ...string) (list []known) {
	for _, name := range names {
		if text := f.Value(name); text != "" {
			list = append(list, known{Label: l.T("signup.label." + name), Lines: []string{text}})
		}
	}
	return list
}

// meetingOfLink finds the meeting of the sign-up whose form was refused, for
// the words of its sessions and questions.
func (v *visit) meetingOfLink() {
	if _, m, err := v.site.desk.Read(v.Context(), link.ForManage, v.PathValue("token")); err == nil {
		v.meeting = m
	}
}

// wait tells programs when to come again.
func wait(h http.Header, status int) {
	switch status {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", retryAfter)
	case http.StatusTooManyRequests:
		h.Set("Retry-After", "3600")
	}
}
