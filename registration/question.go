package registration

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
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
}

// Option is one answer to choose.
type Option struct {
	ID    string    `json:"id" yaml:"id"`
	Label Localized `json:"label" yaml:"label"`
}

// Answers are what a person answered, by the question's id.
type Answers map[string][]string

// maxAnswer is the longest answer to a question, in characters.
const maxAnswer = 1000

// clean returns the answers to the questions of m, trimmed and in NFC, without
// empty ones. Fields that belong to no question are dropped.
func (a Answers) clean(m Meeting) Answers {
	var out Answers
	for _, q := range m.Questions {
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

// check returns what is wrong with clean answers; paths are answers.ID.
func (a Answers) check(m Meeting) []validation.FieldError {
	var all []validation.FieldError
	for _, q := range m.Questions {
		if rule, param := q.broken(a[q.ID]); rule != "" {
			all = append(all, validation.FieldError{Path: "answers." + q.ID, Rule: rule, Param: param})
		}
	}
	return all
}

// broken returns the rule that an answer breaks, "" if none.
func (q Question) broken(answer []string) (rule, param string) {
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
		case (q.Kind == ChoiceQuestion || q.Kind == ChoicesQuestion) && !q.has(text):
			return "option", ""
		}
	}
	return "", ""
}

func (q Question) has(option string) bool {
	return slices.ContainsFunc(q.Options, func(o Option) bool { return o.ID == option })
}

// check returns what is wrong with the question itself.
func (q Question) check() error {
	switch q.Kind {
	case TextQuestion, YesNoQuestion:
	case ChoiceQuestion, ChoicesQuestion:
		if len(q.Options) == 0 {
			return fmt.Errorf("question %s has no options", q.ID)
		}
	default:
		return fmt.Errorf("question %s: kind %q: want text, choice, choices or yesno", q.ID, q.Kind)
	}
	if q.RetentionDays < 0 {
		return fmt.Errorf("question %s: retention of %d days", q.ID, q.RetentionDays)
	}
	if q.ID == "" || strings.Trim(q.ID, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		return fmt.Errorf("question %q: an id is made of a-z, 0-9 and _", q.ID)
	}
	return nil
}
