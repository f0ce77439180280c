package export

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// column is one that only some meetings have: the axes that interest people, and
// one for each question.
type column struct {
	key   string // of JSON, and the header of the standard CSV
	title string // in French
	value func(s registration.Signup) string
	yes   bool // the answer is "yes" or "no"
}

// columns are those of the meeting besides [Columns]: its questions, and then
// those that it no longer asks and somebody answered, which only their ids name.
func (o Options) columns(all iter.Seq2[registration.Signup, error], interests string) ([]column, error) {
	var list []column
	if o.Meeting.Interests {
		list = append(list, column{key: "interests", title: interests, value: func(s registration.Signup) string { return strings.Join(s.Interests, " ") }})
	}
	for _, q := range o.Meeting.Questions {
		list = append(list, answerColumn(q.ID, q.Label.FR, q.Kind == registration.YesNoQuestion))
	}
	unasked := map[string]bool{}
	for s, err := range all {
		if err != nil {
			return nil, err
		}
		for _, id := range o.Meeting.Unasked(s.Answers) {
			unasked[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(unasked)) {
		list = append(list, answerColumn(id, id, false))
	}
	return list, nil
}

// answerColumn is that of the answers to the question id. A question whose id is
// that of another column, which meetings are no longer given, keeps its own.
func answerColumn(id, title string, yes bool) column {
	c := column{key: id, title: title, yes: yes, value: func(s registration.Signup) string { return strings.Join(s.Answers[id], " ") }}
	if slices.Contains(append(Columns(), "interests"), id) {
		c.key = "answers." + id
	}
	return c
}

// keys are the names of all columns.
func keys(more []column) []string {
	list := Columns()
	for _, c := range more {
		list = append(list, c.key)
	}
	return list
}
