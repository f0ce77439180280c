package registration

import (
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/territoires/validation"
)

// QuestionKind is how a question is answered. The zero value is none.
type QuestionKind string

// The kinds of questions.
const (
	TextQuestion    QuestionKind = "text"
	ChoiceQuestion  QuestionKind = "choice"  // one of the options
	ChoicesQuestion QuestionKind = "choices" // any of them
	YesNoQuestion   QuestionKind = "yesno"   // answered "yes" or "no"
)

// PhotographsQuestion is the id of a question of the kind [YesNoQuestion] that
// asks whether somebody may be photographed: badges show who answered no.
const PhotographsQuestion = "photographies"

// Question is one that the organiser of a meeting asks besides.
type Question struct {
	ID       string       `json:"id" yaml:"id"` // of the form's field and the export's column, kept for good
	Kind     QuestionKind `json:"kind" yaml:"kind"`
	Label    Localized    `json:"label" yaml:"label"`
	Hint     Localized    `json:"hint,omitzero" yaml:"hint,omitempty"`
	Options  []Option     `json:"options,omitempty" yaml:"options,omitempty"`
	Required bool         `json:"required,omitempty" yaml:"required,omitempty"`
	// RetentionDays is how long answers are kept after the meeting's day; 0
	// means as long as the rest of the sign-up: see [Desk.Forget].
	RetentionDays int `json:"retention_days,omitempty" yaml:"retention_days,omitempty"`
	// Closed says that nobody is asked any more; the answers there are stay.
	Closed bool `json:"closed,omitempty" yaml:"closed,omitempty"`
}

// Option is one answer to choose.
type Option struct {
	ID    string    `json:"id" yaml:"id"`
	Label Localized `json:"label" yaml:"label"`
	// Closed says that nobody can choose it any more; who has chosen it keeps it.
	Closed bool `json:"closed,omitempty" yaml:"closed,omitempty"`
}

// Answers are what a person answered, by the question's id.
type Answers map[string][]string

// maxAnswer is the longest answer to a question, in characters.
const maxAnswer = 1000

// clean returns the answers to the questions that m asks, trimmed and in NFC,
// without empty ones. Fields that belong to no question are dropped.
func (a Answers) clean(m Meeting) Answers {
	var out Answers
	for _, q := range m.Questions {
		if q.Closed {
			continue
		}
		for _, text := range a[q.ID] {
			if text = cleanLine(text); text != "" {
				if out == nil {
					out = Answers{}
				}
				out[q.ID] = append(out[q.ID], text)
			}
		}
	}
	return out
}

// keep returns a with those of the answers given before that no form asks for:
// to questions that have been closed or taken out since.
func (a Answers) keep(before Answers, m Meeting) Answers {
	kept := maps.Clone(before)
	maps.DeleteFunc(kept, func(id string, _ []string) bool {
		return slices.ContainsFunc(m.Questions, func(q Question) bool { return q.ID == id && !q.Closed })
	})
	if len(kept) == 0 {
		return a
	}
	maps.Copy(kept, a)
	return kept
}

// Unasked lists the answers to questions that the meeting does not know any
// more, by id.
func (m Meeting) Unasked(a Answers) []string {
	var ids []string
	for id := range a {
		if !slices.ContainsFunc(m.Questions, func(q Question) bool { return q.ID == id }) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// check returns what is wrong with clean answers; paths are answers.ID. An
// option that has been closed stays a choice for who chose it before.
func (a Answers) check(m Meeting, before Answers) []validation.FieldError {
	var all []validation.FieldError
	for _, q := range m.Questions {
		if q.Closed {
			continue
		}
		if rule, param := q.broken(a[q.ID], before[q.ID]); rule != "" {
			all = append(all, validation.FieldError{Path: "answers." + q.ID, Rule: rule, Param: param})
		}
	}
	return all
}

// broken returns the rule that an answer breaks, "" if none.
func (q Question) broken(answer, before []string) (rule, param string) {
	if len(answer) == 0 {
		if q.Required {
			return "required", ""
		}
		return "", ""
	}
	if q.Kind != ChoicesQuestion && len(answer) > 1 {
		return "single", ""
	}
	for _, text := range answer {
		switch {
		case q.Kind == TextQuestion && !isLine(text):
			return "line", ""
		case q.Kind == TextQuestion && utf8.RuneCountInString(text) > maxAnswer:
			return "max", strconv.Itoa(maxAnswer)
		case q.Kind == YesNoQuestion && text != "yes" && text != "no":
			return "oneof", "yes no"
		case (q.Kind == ChoiceQuestion || q.Kind == ChoicesQuestion) && !q.has(text, before):
			return "option", ""
		}
	}
	return "", ""
}

func (q Question) has(option string, before []string) bool {
	return slices.ContainsFunc(q.Options, func(o Option) bool {
		return o.ID == option && (!o.Closed || slices.Contains(before, option))
	})
}
