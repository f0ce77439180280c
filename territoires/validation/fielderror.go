package validation

import (
	"strings"

	"github.com/territoires-industrie/sdk/territoires/internal/text"
)

// Error lists every field that broke a rule. It never contains what was typed, be
// it a value, a name or the key of a map (see [Translate] for keys that are
// numbers), so it may be logged and sent back.
type Error struct {
	Fields []FieldError `json:"fields"` // in the order of the struct, no mistake twice; never empty
}

// Error lists paths and rules in English, on one line. What a person should
// read is [FieldError.Message].
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("territoires: invalid: ")
	for i, f := range e.Fields {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(f.Error())
	}
	return b.String()
}

// Unwrap returns the field errors one by one.
func (e *Error) Unwrap() []error {
	out := make([]error, len(e.Fields))
	for i, f := range e.Fields {
		out[i] = f
	}
	return out
}

// Find returns the error of the field at path, and false when that field is
// right.
func (e *Error) Find(path string) (FieldError, bool) {
	for _, f := range e.Fields {
		if f.Path == path {
			return f, true
		}
	}
	return FieldError{}, false
}

// FieldError says which field broke which rule. It does not contain the value.
type FieldError struct {
	Path  string `json:"path"`            // "contract.signatories[2].deliberation", in JSON names; for an unknown name, the path of the object around it
	Rule  string `json:"rule"`            // the tag: "siren", "required" (also of notblank), "max" …
	Param string `json:"param,omitempty"` // the parameter of the tag: "80" for max=80
	Cause string `json:"cause,omitempty"` // what a parser found wrong, as sirene.Cause, cog.Cause and territoires.Cause name it: "checksum"
	Kind  string `json:"kind,omitempty"`  // of the field, as package reflect names it: whether max counts characters ("string"), elements ("slice") or units
}

var (
	_ error = (*Error)(nil)
	_ error = FieldError{}
)

// Error gives path and rule, as in "contract.title: max=80".
func (f FieldError) Error() string {
	if f.Param == "" {
		return f.Path + ": " + f.Rule
	}
	return f.Path + ": " + f.Rule + "=" + f.Param
}

// Name returns the last name in the path, without index: "deliberation".
func (f FieldError) Name() string {
	name := f.Path[strings.LastIndexByte(f.Path, '.')+1:]
	name, _, _ = strings.Cut(name, "[")
	return name
}

// Message says in one sentence what the person who filled the field in should do:
// in English for a language tag that begins with "en", in French for any other.
func (f FieldError) Message(lang string) string {
	if e := f.parseErrorOf(); e != nil {
		return e.Message(lang)
	}
	say := french
	if text.English(lang) {
		say = english
	}
	if text, ok := say[f.ruleKey()]; ok {
		return strings.ReplaceAll(text, "{}", f.paramText())
	}
	return say["*"]
}

// ruleKey returns the key of the sentence. For min, max, len and after it depends
// on the kind of the field. For a rule with a phase the sentence names the phase,
// since both phases use the same identifiers.
func (f FieldError) ruleKey() string {
	rule := f.Rule
	switch f.Rule {
	case "gte":
		rule = "min"
	case "lte":
		rule = "max"
	case "type":
		return "type " + f.Param
	case "territory", "axis":
		if f.Param != "" {
			return f.Rule + " phase"
		}
	}
	switch rule {
	case "min", "max", "len":
		switch f.Kind {
		case "string":
			return rule + " text"
		case "slice", "array", "map":
			return rule + " list"
		}
	case "after":
		if strings.HasPrefix(f.Kind, "int") {
			return "after number"
		}
	}
	if strings.HasPrefix(rule, "required") {
		return "required"
	}
	return rule
}

// paramText returns the parameter as sentences show it: the values of oneof as a
// list.
func (f FieldError) paramText() string {
	if f.Rule == "oneof" {
		return strings.Join(strings.Fields(f.Param), ", ")
	}
	return f.Param
}
