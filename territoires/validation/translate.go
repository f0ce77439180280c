package validation

import (
	"errors"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
)

// Translate turns the errors of validator/v10 into a [*Error]. Those of
// validator/v10 contain the values that people typed, which must not reach a log.
// An [*Error] contains none of them; the key of a map is written * in its path.
// Other errors, and nil, are returned as they are.
//
// Only an error of a rule of [AddRule] tells which struct was validated. Without
// one, an index of a list cannot be told from the key of a map that is a number of
// up to six digits or begins with such a number and a bracket: that key stays in
// the path. What is in brackets behind any other key is left out of it.
//
// It is for programs with a validator of their own, see [Register]. Paths are in
// JSON names if that validator uses them.
func Translate(err error) error { return translate(err, nil) }

// translate sorts the errors by the struct type that was validated: of or, if an
// error of a rule across fields has one, the type in that error. Without a type it
// keeps the validator's order.
func translate(err error, of reflect.Type) error {
	found, ok := errors.AsType[validator.ValidationErrors](err)
	if !ok {
		return err
	}
	for _, f := range found {
		if r, ok := f.Value().(root); ok {
			of = r.Type
		}
	}
	fields, name := make([]FieldError, len(found)), ""
	for i, f := range found {
		fields[i] = fieldError(f)
		name, fields[i].Path = cutRoot(f, of)
	}
	fields = arrange(of, fields)
	for i, f := range fields {
		fields[i].Path = join(snake(name), withoutKeys(f.Path))
	}
	return &Error{Fields: fields}
}

func fieldError(f validator.FieldError) FieldError {
	out := FieldError{Rule: f.Tag(), Param: f.Param()}
	if _, ok := f.Value().(root); ok {
		return out // of a rule across fields
	}
	if out.Kind = f.Kind().String(); f.Tag() == "notblank" {
		out.Rule = "required"
	}
	if check := rules[f.Tag()]; check != nil && f.Kind() == reflect.String {
		if text := reflect.ValueOf(f.Value()).String(); text != "" {
			out.Cause = causeOf(check(text, f.Param()))
		}
	}
	return out
}

// cutRoot removes the name of the type that was validated from a namespace, if the
// type has a name.
func cutRoot(f validator.FieldError, of reflect.Type) (name, rest string) {
	ns := f.Namespace()
	if of != nil {
		if of.Name() == "" {
			return "", ns
		}
		return of.Name(), strings.TrimPrefix(ns, of.Name()+".")
	}
	depth := 0 // of the brackets of type arguments
	for i, r := range ns {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case r == '.' && depth == 0:
			if !strings.HasPrefix(f.StructNamespace(), ns[:i+1]) {
				return "", ns // a field of an unnamed struct
			}
			return ns[:i], ns[i+1:]
		}
	}
	return "", ns
}

// snake turns the name of a Go type into snake case, as JSON names are written:
// ActionSheet is action_sheet. Type arguments are left out.
func snake(name string) string {
	name, _, _ = strings.Cut(name, "[")
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i > 0 && !upperAt(name, i-1) {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

func upperAt(s string, i int) bool { return s[i] >= 'A' && s[i] <= 'Z' }

// withoutKeys replaces by * what is in brackets, except indexes: from the first
// bracket that has none to the last, since a key may contain brackets too.
func withoutKeys(path string) string {
	for at := 0; ; {
		open := strings.IndexAny(path[at:], "[]")
		if open < 0 {
			return path
		}
		open += at
		step, _ := cutStep(path[open:])
		last := strings.LastIndexByte(path, ']') + 1
		switch {
		case path[open] == ']': // of a key that began with an index
			open = strings.IndexByte(path, '[')
			return path[:max(open, 0)] + "[*]" + path[last:]
		case !isIndex(step):
			return path[:open] + "[*]" + path[max(last, open+len(step)):]
		}
		at = open + len(step)
	}
}

// isIndex reports whether a step is an index of a list, or the key of a map that
// has been replaced.
func isIndex(step string) bool {
	n := strings.TrimSuffix(strings.TrimPrefix(step, "["), "]")
	if n == "*" || n == "0" {
		return true
	}
	return n != "" && len(n) <= 6 && n[0] != '0' && strings.Trim(n, "0123456789") == ""
}
