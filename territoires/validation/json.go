package validation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// The limits on a JSON text that [ReadJSON] reads.
const (
	MaxJSONSize  = 1 << 20 // bytes
	MaxJSONDepth = 12      // objects and lists inside one another
	MaxJSONList  = 1000    // elements of a list; the tags of a field may set a lower limit
)

// ReadJSON fills the struct that into points to from one JSON object, strictly,
// and then checks it. For a text with mistakes it returns a [*Error] that lists
// all of them, in the order of the struct: of form (malformed JSON, unknown or
// doubled names, wrong types, null, trailing data, too large or too deep) and of
// content. A text that is no object has that one mistake. Other errors are those of r, and of an into that does not point to a
// struct. A byte order mark before the object is ignored. A list takes the place of
// one that the struct already holds; other fields that the text leaves out stay.
//
// Fields are texts, numbers, booleans, structs, lists, pointers to these, and types
// that read a text. A value for a field of another type (a map, an array, an
// interface, bytes, a type with a method UnmarshalJSON) is an error that is no
// [*Error]. The fields of an embedded pointer are unknown.
//
// For an unknown name, the path is that of the object around it, and the
// parameter is the line and column at which the name begins. The name itself was
// typed, so it stays out of the error.
//
// The struct is checked by [Validate], or by check if it is not nil; the paths of
// its errors must begin at the JSON object. A field that could not be read looks
// empty, so rules about it are not reported. A rule about the whole, whose path is
// empty, is reported only if the text has no mistake of form.
func ReadJSON(r io.Reader, into any, check func() error) error {
	if v := reflect.ValueOf(into); v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("read JSON into %T: want a pointer to a struct", into)
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxJSONSize+1))
	if err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	if len(data) > MaxJSONSize {
		return &Error{Fields: []FieldError{{Rule: "size", Param: "1"}}}
	}
	dec := newDecoder(bytes.TrimPrefix(data, []byte("\ufeff")))
	dec.decode(into)
	if dec.unfit != nil {
		return dec.unfit
	}
	t := reflect.TypeOf(into).Elem()
	if !dec.broken {
		if check == nil {
			check = func() error { return withoutRoot(Validate(into), t) }
		}
		err := check()
		if _, ok := errors.AsType[*Error](err); err != nil && !ok {
			return err
		}
		dec.errs = merge(dec.errs, err)
		for _, f := range dec.words {
			if !slices.ContainsFunc(dec.errs, func(g FieldError) bool { return g.Path == f.Path }) {
				dec.errs = append(dec.errs, f)
			}
		}
	}
	if dec.errs != nil {
		return &Error{Fields: arrange(t, dec.errs)}
	}
	return nil
}

// withoutRoot removes the name of the type, if it has one, from the paths of an
// error of [Validate].
func withoutRoot(err error, t reflect.Type) error {
	bad, ok := errors.AsType[*Error](err)
	if !ok || t.Name() == "" {
		return err
	}
	for i, f := range bad.Fields {
		_, bad.Fields[i].Path, _ = strings.Cut(f.Path, ".")
	}
	return err
}

// merge adds to the mistakes of form the rules that the document breaks. It leaves
// out rules about a field that could not be read, since it only looks empty. A rule
// across fields may still be reported just because one of its fields was not read.
func merge(form []FieldError, err error) []FieldError {
	bad, ok := errors.AsType[*Error](err)
	if !ok {
		return form
	}
	unread := form
	for _, f := range bad.Fields {
		if f.Path == "" && len(unread) > 0 {
			continue
		}
		if !slices.ContainsFunc(unread, func(g FieldError) bool { return g.Rule != "unknown" && covers(f.Path, g.Path) }) {
			form = append(form, f)
		}
	}
	return form
}

// covers reports whether path is other or is below it.
func covers(path, other string) bool {
	rest, ok := strings.CutPrefix(path, other)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
