package kernel

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Form is what was typed into a form and what is wrong with it. Get one from
// [Request.NewForm].
type Form struct {
	Errors []FieldError // in the order of the form, one for each field
	Notice string       // why the form is shown again although no field is wrong: a key below errors, or ""
	Values url.Values   // what was typed, by the names of the fields
	// OfOther says that somebody fills in the form for somebody else:
	// labels and sentences then speak of the person.
	OfOther     bool
	words       *locale.Words
	texts       map[string]string // of Errors, by field
	suggestions map[string]string // addresses that were probably meant, by field: see [Form.SuggestAddresses]
}

// NewForm returns the form with what was typed, nil for an empty one.
func (r *Request) NewForm(values url.Values) Form { return Form{Values: values, words: r.Words} }

// NewFormOfOther returns the form with what was typed about somebody else.
func (r *Request) NewFormOfOther(values url.Values) Form {
	return Form{Values: values, OfOther: true, words: r.Words}
}

// key returns the key of a text of forms: form.other.KEY in a form about
// somebody else, if the catalogue has it.
func (f Form) key(key string) string {
	if f.OfOther && f.words.Has("form.other."+key) {
		return "form.other." + key
	}
	return "form." + key
}

// FieldError is one sentence beside one field.
type FieldError struct {
	Field, Text string
	Of, OfLang  string // the question or companion that the sentence does not name, and its language, "" for that of the page
}

// ID is the id of the control that the sentence is about.
func (e FieldError) ID() string { return fieldID(e.Field) }

// fieldID is the id of the control of a field, or of the first of a group:
// companions-0-email for companions[0].email.
func fieldID(name string) string { return idReplacer.Replace(name) }

var idReplacer = strings.NewReplacer("[", "-", "]", "", ".", "-")

// fields lists the fields in the order of the form. Only the name before the
// first bracket or point counts: companions for companions[0].email.
var fields = []string{"given_name", "family_name", "email", "category", "organisation", "function", "territory",
	"companions", "sessions", "interests", "answers", "language", "privacy"}

// order is the place of a field in the form.
func order(name string) int {
	return slices.Index(fields, name[:len(name)-len(strings.TrimLeft(name, letters))])
}

const letters = "abcdefghijklmnopqrstuvwxyz_"

// AddErrors adds a sentence for each error of validation, beside its field.
func (f *Form) AddErrors(bad *validation.Error) {
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
		if name == "territory" {
			if commune := outside(f.Value(name)); commune != "" {
				f.Add(name, f.words.T("form.error.territory.outside", "Name", commune))
			}
		}
		if key := f.key("error." + kind + "." + e.Rule); f.words.Has(key) {
			f.Add(name, f.words.T(key, "Max", e.Param))
		} else {
			f.Add(name, e.Message(f.words.Lang()))
		}
	}
}

// Add adds a sentence beside a field, unless it has one already.
func (f *Form) Add(name, text string) {
	if f.Error(name) != "" {
		return
	}
	at, place := len(f.Errors), order(name)
	for at > 0 && order(f.Errors[at-1].Field) > place {
		at--
	}
	e := FieldError{Field: name, Text: text}
	if m := companionField.FindStringSubmatch(name); m != nil && CompanionRows(f.Values) > 1 {
		row, _ := strconv.Atoi(m[1]) // digits only
		e.Of = f.words.T("form.label.companion", "Number", row+1)
	}
	f.Errors = slices.Insert(f.Errors, at, e)
	if f.texts == nil {
		f.texts = map[string]string{}
	}
	f.texts[name] = text
}

// nameQuestion says in the summary which question an error is about.
func (f Form) nameQuestion(name, label, lang string) {
	for i, e := range f.Errors {
		if e.Field == name {
			f.Errors[i].Of, f.Errors[i].OfLang = label, lang
		}
	}
}

// SuggestAddresses looks for addresses in the form that are probably mistyped,
// and reports whether it found any. The form then asks about each of them. If
// Values has the answer to an earlier question, SuggestAddresses corrects the
// address in Values or keeps it, as the visitor chose.
func (f *Form) SuggestAddresses() bool {
	f.suggestions = map[string]string{}
	names := []string{"email"}
	for i := range CompanionRows(f.Values) {
		names = append(names, companionName(i, "email"))
	}
	for _, name := range names {
		typed := f.Values.Get(name)
		meant, odd := address.Suggest(typed)
		switch answer := f.Values.Get("meant." + name); {
		case !odd || answer == typed:
		case answer == meant:
			f.Values.Set(name, meant)
		default:
			f.suggestions[name] = meant
			f.Add(name, f.words.T("form.error.email.meant", "Address", meant))
		}
	}
	return len(f.suggestions) > 0
}

// Error returns the sentence beside a field, "" if there is none.
func (f Form) Error(name string) string { return f.texts[name] }

// Value returns what was typed into a field.
func (f Form) Value(name string) string { return f.Values.Get(name) }

// Input is a line of text to fill in, as the template "input" shows it.
type Input struct {
	ID, Name, Label, Hint, Error, Value string
	LabelLang, HintLang                 string // of an organiser's texts, "" for our own
	Type, Autocomplete, List            string
	KeptUntil                           string // until when the answer is kept, "" if as long as the rest
	Optional                            string // the word that says that the field may stay empty, "" if it is required
	Rows                                int    // of a field with several lines, 0 for ten
	Plain                               bool   // no spelling correction: a name, an address
	Described                           string // ids of the hint and the error
	Meant                               string // the address that was probably meant, "" if none is suggested
	MeantYes, MeantNo                   string // the answers to that question
}

// inputs has the type, autocompletion and other attributes of each field.
var inputs = map[string]Input{
	"given_name":   {Type: "text", Autocomplete: "given-name", Plain: true},
	"family_name":  {Type: "text", Autocomplete: "family-name", Plain: true},
	"email":        {Type: "email", Autocomplete: "email", Plain: true},
	"organisation": {Type: "text", Autocomplete: "organization", Optional: "yes"},
	"function":     {Type: "text", Autocomplete: "organization-title", Optional: "yes"},
	"territory":    {Type: "text", Autocomplete: "off", List: "territories", Optional: "yes", Plain: true},
}

// Input returns the line of text of a field, in the words of the page.
func (f Form) Input(name string) Input {
	in := inputs[name]
	in.Label = f.words.T(f.key("label." + name))
	if key := f.key("hint." + name); f.words.Has(key) {
		in.Hint = f.words.T(key)
	}
	return f.Filled(in, name)
}

// Filled returns in as the input of a field, with what was typed into it and
// the error.
func (f Form) Filled(in Input, name string) Input {
	in.ID, in.Name, in.Value, in.Error = fieldID(name), name, f.Value(name), f.Error(name)
	if f.OfOther {
		in.Autocomplete = "off" // a browser would fill in the organiser's own
	}
	if in.Optional != "" {
		in.Optional = f.words.T("form.optional")
	}
	if in.Meant = f.suggestions[name]; in.Meant != "" {
		in.MeantYes = f.words.T("form.meant.yes", "Address", in.Meant)
		if _, ok := address.Parse(in.Value); ok {
			in.MeantNo = f.words.T("form.meant.no", "Address", in.Value)
		}
	}
	in.Described = described(in.ID, in.Hint != "", in.KeptUntil != "", in.Error != "")
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
