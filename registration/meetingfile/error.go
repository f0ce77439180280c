package meetingfile

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/token"

	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Error lists what is wrong with a file, in the order of the file.
type Error struct{ Problems []Problem }

// Problem is one thing to put right in a file.
type Problem struct {
	Line, Column int    // where, from 1, in characters
	Path         string // the key, such as sessions[1].seats; "" for the file as a whole
	Text         string // a sentence: what to write instead
}

// Error has a line for each problem.
func (e *Error) Error() string {
	var lines []string
	for _, p := range e.Problems {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// String is the problem after its place, as in "line 3, column 7: seats: …".
func (p Problem) String() string {
	where := fmt.Sprintf("line %d, column %d: ", p.Line, p.Column)
	if p.Path != "" {
		where += p.Path + ": "
	}
	return where + p.Text
}

// maxProblems is the most problems that are reported of one file.
const maxProblems = 50

// problems collects what is wrong with a file. It keeps only the first problem of
// each key.
type problems struct {
	list []Problem
	has  map[string]bool // keys with a problem
}

func (l *problems) add(at *token.Position, path, text string) {
	if path != "" && l.has[path] {
		return
	}
	p := Problem{Line: 1, Column: 1, Path: path, Text: text}
	if at != nil {
		p.Line, p.Column = at.Line, at.Column
	}
	if l.has == nil {
		l.has = map[string]bool{}
	}
	l.list, l.has[path] = append(l.list, p), true
}

// err returns nil if nothing is wrong.
func (l problems) err() error {
	if len(l.list) == 0 {
		return nil
	}
	slices.SortStableFunc(l.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return &Error{l.list[:min(len(l.list), maxProblems)]}
}

// within returns the path of the list or mapping that holds the value at path, ""
// for one at the top.
func within(path string) string { return path[:max(0, strings.LastIndexAny(path, ".["))] }

// checked adds the faults that [registration.Meeting.Check] found, each at
// the place of its value. If the value is missing, the place is that of the
// mapping or list in which it should be.
func (l *problems) checked(err error, places map[string]*token.Position) error {
	bad, ok := errors.AsType[*validation.Error](err)
	if !ok {
		return err
	}
	unread := maps.Clone(l.has)
	for _, f := range bad.Fields {
		of := f.Path
		for of != "" && !unread[of] {
			of = within(of)
		}
		if of != "" {
			continue // the value could not be read, so the rules saw another one
		}
		place := f.Path
		for places[place] == nil && place != "" {
			place = within(place)
		}
		l.add(places[place], f.Path, f.Message("en"))
	}
	return nil
}
