package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
)

// form is what was typed into the sign-up form and what is wrong with it.
type form struct {
	Errors []fieldError // in the order of the form, one for each field
	values url.Values
	words  *locale.Words
}

// fieldError is one sentence beside one field.
type fieldError struct{ Field, Text string }

// fields lists the fields in the order of the form.
var fields = []string{"given_name", "family_name", "email", "organisation", "function", "category", "territory", "sessions", "language", "privacy"}

// blame turns the errors of validation into sentences.
func (f *form) blame(bad *territoires.ValidationError) {
	for _, e := range bad.Fields {
		name, _, _ := strings.Cut(e.Path, "[") // an element stands for its list
		if key := "signup.error." + name + "." + e.Rule; f.words.Has(key) {
			f.add(name, f.words.T(key))
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
	slices.SortStableFunc(f.Errors, func(a, b fieldError) int {
		return slices.Index(fields, a.Field) - slices.Index(fields, b.Field)
	})
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
	Name, Label, Hint, Error, Value string
	Type, Autocomplete, List        string
	Optional                        string // the word for it, "" if the field is required
	Plain                           bool   // no spelling correction: a name, an address
	Described                       string // ids of what describes it
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
	in.Name, in.Label, in.Value, in.Error = name, f.words.T("signup.label."+name), f.Value(name), f.Error(name)
	if f.words.Has("signup.hint." + name) {
		in.Hint = f.words.T("signup.hint." + name)
	}
	if in.Optional != "" {
		in.Optional = f.words.T("signup.optional")
	}
	in.Described = described(name, in.Hint != "", in.Error != "")
	return in
}

// Described returns the ids of a group's hint and error.
func (f form) Described(name string) string {
	return described(name, f.words.Has("signup.hint."+name), f.Error(name) != "")
}

func described(name string, hint, wrong bool) string {
	var ids []string
	if hint {
		ids = append(ids, name+"-hint")
	}
	if wrong {
		ids = append(ids, name+"-error")
	}
	return strings.Join(ids, " ")
}

// Categories lists what brings people to the meeting.
func (f form) Categories() []registration.Category { return registration.Categories() }
