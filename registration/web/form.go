package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// form is what was typed into the sign-up form and what is wrong with it.
type form struct {
	Errors []fieldError // in the order of the form, one for each field
	Notice string       // why the form comes back though nothing in it is wrong, as errors.NOTICE in the catalogue; "" if it does not
	values url.Values
	words  *locale.Words
}

// fieldError is one sentence beside one field.
type fieldError struct{ Field, Text string }

// ID is of the control that the sentence is about.
func (e fieldError) ID() string { return fieldID(e.Field) }

// fieldID is the id of the control of a field, or of the first of a group:
// companions-0-email for companions[0].email.
func fieldID(name string) string {
	return strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(name)
}

// fields lists the fields in the order of the form; those with an index or a
// point in their names stand where the name before it does.
var fields = []string{"given_name", "family_name", "email", "category", "organisation", "function", "territory",
	"companions", "sessions", "interests", "answers", "language", "privacy"}

// order is the place of a field in the form.
func order(name string) int {
	return slices.Index(fields, name[:len(name)-len(strings.TrimLeft(name, letters))])
}

const letters = "abcdefghijklmnopqrstuvwxyz_"

// blame turns the errors of validation into sentences.
func (f *form) blame(bad *validation.Error) {
	for _, e := range bad.Fields {
		name, index, _ := strings.Cut(e.Path, "[")
		_, rest, _ := strings.Cut(index, "]")
		kind := name + rest // companions.email
		if name == "companions" {
			name = e.Path // the others' elements stand for their list
		} else if strings.HasPrefix(name, "answers.") {
			kind = "answers"
		}
		if e.Param == "0" { // of a list that must be empty
			e.Rule = "none"
		}
		if key := "signup.error." + kind + "." + e.Rule; f.words.Has(key) {
			f.add(name, f.words.T(key, "Max", e.Param))
		} else {
			f.add(name, e.Message(f.words.Lang()))
		}
	}
}

// add keeps the first sentence for a field.
func (f *form) add(name, text string) {
	if f.Error(name) != "" {
		return
	}
	f.Errors = append(f.Errors, fieldError{name, text})
	slices.SortStableFunc(f.Errors, func(a, b fieldError) int { return order(a.Field) - order(b.Field) })
}

// Error returns the sentence beside a field, "" if there is none.
func (f form) Error(name string) string {
	i := slices.IndexFunc(f.Errors, func(e fieldError) bool { return e.Field == name })
	if i < 0 {
		return ""
	}
	return f.Errors[i].Text
}

// Value returns what was typed into a field.
func (f form) Value(name string) string { return f.values.Get(name) }

// input is a line of text to fill in.
type input struct {
	ID, Name, Label, Hint, Error, Value string
	LabelLang, HintLang                 string // of an organiser's texts, "" for our own
	Type, Autocomplete, List            string
	Kept                                string // until when the answer is kept, "" if as long as the rest
	Optional                            string // the word for it, "" if the field is required
	Plain                               bool   // no spelling correction: a name, an address
	Focus                               bool   // where one goes on writing
	Described                           string // ids of what describes it
}

// inputs has what differs between the lines of text.
var inputs = map[string]input{
	"given_name":   {Type: "text", Autocomplete: "given-name", Plain: true},
	"family_name":  {Type: "text", Autocomplete: "family-name", Plain: true},
	"email":        {Type: "email", Autocomplete: "email", Plain: true},
	"organisation": {Type: "text", Autocomplete: "organization", Optional: "yes"},
	"function":     {Type: "text", Autocomplete: "organization-title", Optional: "yes"},
	"territory":    {Type: "text", Autocomplete: "off", List: "territories", Optional: "yes", Plain: true},
}

// Input returns the line of text of a field, in the words of the page.
func (f form) Input(name string) input {
	in := inputs[name]
	in.Label = f.words.T("signup.label." + name)
	if f.words.Has("signup.hint." + name) {
		in.Hint = f.words.T("signup.hint." + name)
	}
	return f.filled(in, name)
}

// filled returns in with what was typed into it and what is wrong with that.
func (f form) filled(in input, name string) input {
	in.ID, in.Name, in.Value, in.Error = fieldID(name), name, f.Value(name), f.Error(name)
	if in.Optional != "" {
		in.Optional = f.words.T("signup.optional")
	}
	in.Described = described(in.ID, in.Hint != "", in.Kept != "", in.Error != "")
	return in
}

func described(id string, hint, kept, wrong bool) string {
	var ids []string
	if hint {
		ids = append(ids, id+"-hint")
	}
	if kept {
		ids = append(ids, id+"-kept")
	}
	if wrong {
		ids = append(ids, id+"-error")
	}
	return strings.Join(ids, " ")
}
