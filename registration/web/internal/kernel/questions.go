package kernel

import (
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
)

// Question is one of the organiser's own: a line of text or a choice.
type Question struct {
	Input  *Input
	Choice *Choice
}

// Questions puts the organiser's questions into the form, and their labels into the
// summary of its errors.
func (r *Request) Questions(m registration.Meeting, f Form) []Question {
	var list []Question
	l := r.Layout("", "")
	for _, q := range m.Questions {
		if q.Closed {
			continue
		}
		name, optional, until := "answers."+q.ID, "", r.answerKeptUntil(m, q)
		if !q.Required {
			optional = "yes"
		}
		f.nameQuestion(name, l.Text(q.Label), l.TextLang(q.Label))
		if q.Kind == registration.TextQuestion {
			in := f.Filled(Input{
				Label: l.Text(q.Label), LabelLang: l.TextLang(q.Label), Hint: l.Text(q.Hint), HintLang: l.TextLang(q.Hint), KeptUntil: until,
				Type: "text", Autocomplete: "off", Optional: optional,
			}, name)
			list = append(list, Question{Input: &in})
			continue
		}
		g := f.chosen(Choice{
			Label: l.Text(q.Label), LabelLang: l.TextLang(q.Label), Hint: l.Text(q.Hint), HintLang: l.TextLang(q.Hint), KeptUntil: until,
			Optional: optional, Many: q.Kind == registration.ChoicesQuestion, Options: r.answers(q, f.Values[name]),
		}, name)
		list = append(list, Question{Choice: &g})
	}
	return list
}

// answerKeptUntil says until when the answers to a question are kept, "" if as long
// as the rest.
func (r *Request) answerKeptUntil(m registration.Meeting, q registration.Question) string {
	day, _ := m.AnswersKeptUntil(q)
	if rest, ends := m.KeptUntil(); q.RetentionDays == 0 || ends && rest == day {
		return ""
	}
	return r.Words.T("form.kept", "Day", r.Words.Date(day.In(registration.Paris)))
}

// answers lists the options of a question. A question that need not be
// answered gets an option for no answer, because a browser cannot clear a
// radio button. A closed option is shown only to those who chose it.
func (r *Request) answers(q registration.Question, chosen []string) []Option {
	var list []Option
	l := r.Layout("", "")
	for _, o := range q.Options {
		if o.Closed && !slices.Contains(chosen, o.ID) {
			continue
		}
		list = append(list, Option{Value: o.ID, Label: l.Text(o.Label), Lang: l.TextLang(o.Label)})
	}
	if q.Kind == registration.YesNoQuestion {
		list = []Option{{Value: "yes", Label: l.T("form.yes")}, {Value: "no", Label: l.T("form.no")}}
	}
	if !q.Required && q.Kind != registration.ChoicesQuestion {
		list = append(list, Option{Label: l.T("form.no_answer"), Checked: strings.Join(chosen, "") == ""})
	}
	return list
}

// answered returns the answer to a question in words.
func (l Layout) answered(q registration.Question, given []string) []string {
	var lines []string
	for _, a := range given {
		if q.Kind == registration.YesNoQuestion && (a == "yes" || a == "no") {
			a = l.T("form." + a)
		}
		for _, o := range q.Options {
			if o.ID == a {
				a = l.Text(o.Label)
			}
		}
		lines = append(lines, a)
	}
	return lines
}

// optionLang is the language of the options of a question, "" if it has none.
func (l Layout) optionLang(q registration.Question) string {
	if len(q.Options) == 0 {
		return ""
	}
	for _, o := range q.Options {
		if l.TextLang(o.Label) == locale.French {
			return locale.French
		}
	}
	return l.Lang()
}
