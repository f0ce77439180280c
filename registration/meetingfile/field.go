package meetingfile

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// Field is one value of a configuration, for which a form has one control.
type Field struct {
	Key  string // without indices: sessions.title.fr
	Kind Kind
}

// Kind is the type of the value of a field.
type Kind string

// The kinds of fields.
const (
	Text     Kind = "text"
	Lines    Kind = "lines"   // a list of lines
	Choices  Kind = "choices" // a list of words, some of a few
	Bool     Kind = "bool"
	Number   Kind = "number"
	Seats    Kind = "seats" // a number, or -1 for no limit
	Day      Kind = "day"
	Hour     Kind = "hour"
	Instant  Kind = "instant"
	Duration Kind = "duration"
	List     Kind = "list" // of elements that have fields themselves
)

// kindOf returns the kind of field for a Go type. It returns "" for a struct:
// each of its fields is a field of the form.
func kindOf(t reflect.Type) Kind {
	switch reflect.New(t).Interface().(type) {
	case *time.Time:
		return Instant
	case *time.Duration:
		return Duration
	case *territoires.Date:
		return Day
	case *registration.Hour:
		return Hour
	case *registration.Seats:
		return Seats
	case *[]string:
		return Lines
	}
	switch t.Kind() {
	case reflect.Struct:
		return ""
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			return Choices
		}
		return List
	case reflect.Bool:
		return Bool
	case reflect.String:
		return Text
	}
	return Number
}

// Fields lists the fields of a configuration in the order of the file. A list
// comes before the fields of its elements.
func Fields() []Field { return slices.Clone(allFields()) }

var allFields = sync.OnceValue(func() []Field { return fieldsBelow("", reflect.TypeFor[registration.Meeting]()) })

func fieldsBelow(key string, t reflect.Type) (list []Field) {
	kind := kindOf(t)
	if kind != "" {
		list = append(list, Field{key, kind})
	}
	if kind == List {
		t = t.Elem()
	} else if kind != "" {
		return list
	}
	for i := range t.NumField() {
		if name := keyOf(t.Field(i)); name != "-" {
			list = append(list, fieldsBelow(strings.TrimPrefix(key+"."+name, "."), t.Field(i).Type)...)
		}
	}
	return list
}

// FieldOf returns the field at a path such as sessions[0].title.fr. There may
// be ids in the brackets in place of numbers.
func FieldOf(path string) (Field, bool) {
	key := strings.Builder{}
	depth := 0
	for _, r := range path {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case depth == 0:
			key.WriteRune(r)
		}
	}
	for _, f := range allFields() {
		if f.Key == key.String() {
			return f, true
		}
	}
	return Field{}, false
}

// Unit returns the unit to which a path belongs. A unit is what is compared
// and merged as one: a list with all its rows, or a field outside of lists.
func Unit(path string) string {
	unit, _, _ := strings.Cut(path, "[")
	return unit
}

// Present returns the units of which the form contains a value.
func Present(values Values) (list []string) {
	for name := range values {
		if _, ok := FieldOf(name); ok && !slices.Contains(list, Unit(name)) {
			list = append(list, Unit(name))
		}
	}
	return slices.DeleteFunc(unitKeys(allFields()), func(key string) bool { return !slices.Contains(list, key) })
}

func unitKeys(all []Field) (keys []string) {
	for _, f := range topLevel(all) {
		keys = append(keys, f.Key)
	}
	return keys
}

// Units returns the units that keys name. A key names one unit, or all units
// below it: venue stands for venue.room and the others that begin with venue.
func Units(keys []string) (list []Field) {
	for _, f := range topLevel(allFields()) {
		if slices.ContainsFunc(keys, func(key string) bool { return f.Key == key || strings.HasPrefix(f.Key, key+".") }) {
			list = append(list, f)
		}
	}
	return list
}

// Elements returns the fields that an element of a list has. A list in the
// element is one field: the fields of its own elements are left out.
func Elements(list string) []Field {
	var below []Field
	for _, f := range allFields() {
		if strings.HasPrefix(f.Key, list+".") {
			below = append(below, f)
		}
	}
	return topLevel(below)
}

// topLevel leaves out the fields that belong to the elements of a list.
func topLevel(all []Field) (list []Field) {
	within := ""
	for _, f := range all {
		if within != "" && strings.HasPrefix(f.Key, within) {
			continue
		}
		if f.Kind == List {
			within = f.Key + "."
		}
		list = append(list, f)
	}
	return list
}

// unitValue returns the value of a unit in a meeting.
func unitValue(m *registration.Meeting, unit string) reflect.Value {
	v := reflect.ValueOf(m).Elem()
	for name := range strings.SplitSeq(unit, ".") {
		v = v.Field(fieldsOf(v.Type())[name])
	}
	return v
}

// element returns the path of an element of a list.
func element(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
