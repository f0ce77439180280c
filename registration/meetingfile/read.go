package meetingfile

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// Read reads the configuration of one meeting. A time without a zone is in
// Paris time. Read guesses nothing. Its error is an [*Error] that lists what is
// wrong: a file that cannot be parsed, unknown keys, values of the wrong form,
// and the faults that [registration.Meeting.Check] finds.
func Read(b []byte) (registration.Meeting, error) {
	var m registration.Meeting
	body, p := parse(b)
	switch {
	case p != nil:
		return m, &Error{[]Problem{*p}}
	case body == nil:
		return m, &Error{[]Problem{{1, 1, "", "the file is empty: rencontre meeting show prints what one looks like"}}}
	}
	if _, ok := pairsOf(body); !ok {
		return m, &Error{[]Problem{{1, 1, "", "write keys and values here, such as: slug: 2019-06-12-paris"}}}
	}
	r := reader{places: map[string]*token.Position{}}
	r.value("", body, reflect.ValueOf(&m).Elem())
	if err := r.checked(m.Check(), r.places); err != nil {
		return registration.Meeting{}, err
	}
	if err := r.err(); err != nil {
		return registration.Meeting{}, err
	}
	return m, nil
}

// reader reads the values of a parsed file into a meeting.
type reader struct {
	problems
	places map[string]*token.Position // where each value stands, by its path
}

// value reads the node n into v. A key without a value counts as left out.
func (r *reader) value(path string, n ast.Node, v reflect.Value) {
	at := n.GetToken().Position
	r.places[path] = at
	if _, empty := n.(*ast.NullNode); empty {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		switch v.Interface().(type) {
		case time.Time, territoires.Date:
		default:
			r.mapping(path, n, v)
			return
		}
	case reflect.Slice:
		r.list(path, n, v)
		return
	}
	text, plain, ok := scalar(n)
	if !ok {
		r.add(at, path, "write one value here, not a list or a mapping")
		return
	}
	if wrong := setValue(v, text, plain); wrong != "" {
		r.add(at, path, advice[wrong])
	}
}

func (r *reader) mapping(path string, n ast.Node, v reflect.Value) {
	pairs, ok := pairsOf(n)
	if !ok {
		r.add(n.GetToken().Position, path, "write keys and values here, such as: "+example(v.Type()))
		return
	}
	if len(pairs) > 0 { // the parser gives a mapping the place of its first colon
		r.places[path] = pairs[0].Key.GetToken().Position
	}
	fields, given := fieldsOf(v.Type()), map[string]bool{}
	for _, p := range pairs {
		key := p.Key.GetToken()
		below := strings.TrimPrefix(path+"."+key.Value, ".")
		i, known := fields[key.Value]
		switch {
		case !known:
			r.add(key.Position, "", fmt.Sprintf("%s is not a key that is known here; known are: %s", quoted(key.Value), keysOf(v.Type())))
			continue
		case given[key.Value]:
			r.add(key.Position, "", quoted(key.Value)+" is there already, further up: keep one of the two")
			continue
		}
		given[key.Value] = true
		r.value(below, p.Value, v.Field(i))
	}
	// Zero is a valid number of seats, so a missing one cannot mean zero.
	if _, needed := fields["seats"]; needed && (!given["seats"] || isNull(pairs, "seats")) {
		below := strings.TrimPrefix(path+".seats", ".")
		at := r.places[below]
		if at == nil {
			at = r.places[path]
		}
		r.add(at, below, "write how many seats there are: 0 or more, or -1 for no limit")
	}
}

func (r *reader) list(path string, n ast.Node, v reflect.Value) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		r.add(n.GetToken().Position, path, "write a list here: a line for each element, beginning with a hyphen and a space")
		return
	}
	for i, e := range s.Values {
		below := fmt.Sprintf("%s[%d]", path, i)
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		if e == nil {
			r.add(s.Start.Position, below, "this element of the list is empty: fill it in or remove it")
			continue
		}
		r.value(below, e, v.Index(i))
	}
}

// pairsOf returns the pairs of a mapping.
func pairsOf(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

func isNull(pairs []*ast.MappingValueNode, name string) bool {
	for _, p := range pairs {
		if _, empty := p.Value.(*ast.NullNode); empty && p.Key.GetToken().Value == name {
			return true
		}
	}
	return false
}

// scalar returns the text of a single value and whether it stands without
// quotes. For a list or a mapping ok is false.
func scalar(n ast.Node) (text string, plain, ok bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		t := n.GetToken().Type
		return n.Value, t != token.SingleQuoteType && t != token.DoubleQuoteType, true
	case *ast.LiteralNode:
		return n.Value.Value, false, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true, true
	}
	return "", false, false
}

var integer = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,8})$`)

// advice says what to write in place of a wrong value, by the rule that
// [setValue] returns.
var advice = map[string]string{
	"instant": wantInstant,
	"skipped": "clocks in Paris go forward in that night and never show this hour: write another one",
	"doubled": "clocks in Paris go back in that night and show this hour twice: add +02:00 for the first or +01:00 for the second",
	"period":  "write a duration above zero with its unit, such as 48h or 90m",
	"date":    "write a day of the calendar, such as 2019-06-12",
	"hour":    "write an hour from 00:00 to 23:59, such as 09:30",
	"bool":    "write true or false, without quotes",
	"number":  "write a whole number in digits, without quotes and without zeros in front, such as 50",
}

// setValue stores a single value. If the text does not fit it returns the
// rule that it breaks, a key of [advice].
func setValue(v reflect.Value, text string, plain bool) (wrong string) {
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		*p, wrong = instant(text)
		return wrong
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if *p = d; err != nil || d <= 0 {
			return "period"
		}
		return ""
	case *territoires.Date:
		if err := p.UnmarshalText([]byte(text)); err != nil || text == "" {
			return "date"
		}
		return ""
	case *registration.Hour:
		if err := p.UnmarshalText([]byte(text)); err != nil {
			return "hour"
		}
		return ""
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		if !plain || text != "true" && text != "false" {
			return "bool"
		}
		v.SetBool(text == "true")
	default: // numbers
		n, err := strconv.Atoi(text)
		if !plain || !integer.MatchString(text) || err != nil {
			return "number"
		}
		v.SetInt(int64(n))
	}
	return ""
}

// quoted quotes a key of the file for a message, shortened and with control
// characters escaped.
func quoted(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return strconv.Quote(s)
}

// fieldsOf returns the index of each field of a struct, by its key in the
// file.
func fieldsOf(t reflect.Type) map[string]int {
	m := map[string]int{}
	for i := range t.NumField() {
		if key := keyOf(t.Field(i)); key != "-" {
			m[key] = i
		}
	}
	return m
}

func keyOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name
}

// keysOf lists the keys of a struct.
func keysOf(t reflect.Type) string {
	var list []string
	for i := range t.NumField() {
		if key := keyOf(t.Field(i)); key != "-" {
			list = append(list, key)
		}
	}
	return strings.Join(list, ", ")
}

func example(t reflect.Type) string { return "{" + keyOf(t.Field(0)) + ": …}" }
