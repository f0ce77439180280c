package validation

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/territoires"
)

// maxErrors bounds what is reported of one file.
const maxErrors = 100

// decoder fills structs from JSON like encoding/json, but goes on after a
// mistake and knows the path of each: encoding/json stops at the first one,
// and names neither the element of a list nor the field whose text was wrong.
type decoder struct {
	json   *json.Decoder
	data   []byte
	errs   []FieldError
	words  []FieldError // words that their types do not know, for the rules to say more of
	depth  int
	broken bool // reading stopped before the end
}

func newDecoder(data []byte) *decoder {
	d := &decoder{json: json.NewDecoder(bytes.NewReader(data)), data: data}
	d.json.UseNumber()
	return d
}

// decode fills *x, which must be a struct, and reports in d.errs.
func (d *decoder) decode(x any) {
	if !utf8.Valid(d.data) {
		d.stop("", "utf8", "")
		return
	}
	d.value("", reflect.ValueOf(x).Elem())
	if d.broken {
		return
	}
	if _, err := d.json.Token(); !errors.Is(err, io.EOF) {
		d.stop("", "trailing", d.position())
	}
}

// report adds a mistake; a file that makes too many is not read on.
func (d *decoder) report(path, rule, param string) {
	d.errs = append(d.errs, FieldError{Path: path, Rule: rule, Param: param})
	if len(d.errs) == maxErrors {
		d.broken = true
	}
}

// stop reports a mistake after which nothing can be made of the rest.
func (d *decoder) stop(path, rule, param string) {
	d.report(path, rule, param)
	d.broken = true
}

// position is the line and the column, in characters, that reading has come to.
func (d *decoder) position() string { return d.positionAt(int(d.json.InputOffset())) }

func (d *decoder) positionAt(offset int) string {
	read := d.data[:min(offset, len(d.data))]
	line := bytes.Count(read, []byte("\n"))
	column := utf8.RuneCount(read[bytes.LastIndexByte(read, '\n')+1:]) + 1
	return strconv.Itoa(line+1) + ":" + strconv.Itoa(column)
}

// nextName is where the name of a member begins, when reading has come to the end
// of the value before it.
func (d *decoder) nextName() int {
	at := int(d.json.InputOffset())
	for at < len(d.data) && strings.IndexByte(" \t\r\n,", d.data[at]) >= 0 {
		at++
	}
	return at
}

// token returns the next token and false when there is none.
func (d *decoder) token(path string) (json.Token, bool) {
	if d.broken {
		return nil, false
	}
	tok, err := d.json.Token()
	if err != nil {
		d.stop(path, "json", d.position())
		return nil, false
	}
	switch tok {
	case json.Delim('{'), json.Delim('['):
		if d.depth++; d.depth > MaxJSONDepth {
			d.stop(path, "depth", strconv.Itoa(MaxJSONDepth))
			return nil, false
		}
	case json.Delim('}'), json.Delim(']'):
		d.depth--
	}
	return tok, true
}

func (d *decoder) value(path string, v reflect.Value) {
	if tok, ok := d.token(path); ok {
		d.put(path, v, tok)
	}
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

// put stores the value that begins with tok.
func (d *decoder) put(path string, v reflect.Value, tok json.Token) {
	text := v.CanAddr() && v.Addr().Type().Implements(textType)
	switch {
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.put(path, v.Elem(), tok)
		return
	case tok == json.Delim('{') && v.Kind() == reflect.Struct && !text:
		d.object(path, v)
		return
	case tok == json.Delim('[') && v.Kind() == reflect.Slice:
		d.list(path, v)
		return
	}
	switch tok := tok.(type) {
	case json.Delim:
		d.report(path, "type", want(v, text))
		d.skip(path, tok)
	case string:
		d.text(path, v, tok, text)
	case bool:
		if v.Kind() != reflect.Bool {
			d.report(path, "type", want(v, text))
			return
		}
		v.SetBool(tok)
	case json.Number:
		n, err := strconv.ParseInt(tok.String(), 10, 64)
		if !v.CanInt() || text || err != nil || v.OverflowInt(n) {
			d.report(path, "type", want(v, text))
			return
		}
		v.SetInt(n)
	default: // null
		d.report(path, "type", want(v, text))
	}
}

// text stores a string. An empty text for a date or a stage is refused, though
// their types would take it: what is unknown is left out, in one way only.
func (d *decoder) text(path string, v reflect.Value, s string, text bool) {
	switch {
	case text:
		d.parse(path, v, s)
	case v.Kind() != reflect.String:
		d.report(path, "type", want(v, text))
	case strings.ContainsFunc(s, invisible):
		d.report(path, "text", "")
	default:
		v.SetString(s)
	}
}

// parse hands a text to its type. A word that the type does not know is kept as
// it is, for the rules of the field to refuse: they say more, such as which words
// there are, or of which phase. It is reported here if none of them does.
func (d *decoder) parse(path string, v reflect.Value, s string) {
	rule := ruleOf(v.Type())
	err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s))
	unknown, ok := errors.AsType[interface {
		error
		Unknown() bool
	}](err)
	switch {
	case s == "":
		d.report(path, rule, "")
	case ok && unknown.Unknown() && v.Kind() == reflect.String:
		v.SetString(s)
		d.words = append(d.words, FieldError{Path: path, Rule: rule, Cause: causeOf(err)})
	case err != nil:
		d.report(path, rule, "")
		d.errs[len(d.errs)-1].Cause = causeOf(err)
	}
}

// ruleOf names the rule that a text of a type breaks, after the tag that checks
// the same, or after the type, if there is a sentence for that.
func ruleOf(t reflect.Type) string {
	if t == reflect.TypeFor[territoires.ID]() {
		return "territory"
	}
	f := FieldError{Rule: snake(t.Name())}
	if _, known := french[f.Rule]; !known && f.parseErrorOf() == nil {
		return "word"
	}
	return f.Rule
}

// invisible reports control characters, and the mark that stands for half a
// surrogate pair, which JSON can escape and UTF-8 cannot hold.
func invisible(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) && r != '\n' && r != '\t'
}

// object goes on after a name that is unknown or doubled, and passes over its
// value; the first of two values stays.
func (d *decoder) object(path string, v reflect.Value) {
	fields, seen := fieldsOf(v.Type()), map[string]bool{}
	for {
		begins := d.nextName()
		tok, ok := d.token(path)
		name, isName := tok.(string)
		if !ok || !isName {
			return // the end of the object
		}
		index, known := fields[name]
		if !known {
			d.report(path, "unknown", d.positionAt(begins))
			d.skipNext(path)
			continue
		}
		below := join(path, name)
		if seen[name] {
			d.report(below, "duplicate", "")
			d.skipNext(below)
			continue
		}
		seen[name] = true
		d.value(below, v.FieldByIndex(index))
	}
}

// skipNext passes over a value.
func (d *decoder) skipNext(path string) {
	if tok, ok := d.token(path); ok {
		d.skip(path, tok)
	}
}

// list appends element by element, so that memory grows with what was read
// and not with what a file promises. An empty list stays nil, as if left out.
func (d *decoder) list(path string, v reflect.Value) {
	for i := 0; ; i++ {
		below := at(path, i)
		tok, ok := d.token(below)
		if !ok || tok == json.Delim(']') {
			return
		}
		if i == MaxJSONList {
			d.stop(path, "max", strconv.Itoa(MaxJSONList))
			d.errs[len(d.errs)-1].Kind = "slice"
			return
		}
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		d.put(below, v.Index(i), tok)
	}
}

// skip passes over the value that begins with tok.
func (d *decoder) skip(path string, tok json.Token) {
	if tok != json.Delim('{') && tok != json.Delim('[') {
		return
	}
	for outside := d.depth - 1; d.depth > outside; {
		if _, ok := d.token(path); !ok {
			return
		}
	}
}

// want names what JSON value a field takes.
func want(v reflect.Value, text bool) string {
	switch {
	case text || v.Kind() == reflect.String:
		return "string"
	case v.Kind() == reflect.Struct:
		return "object"
	case v.Kind() == reflect.Slice:
		return "list"
	case v.Kind() == reflect.Bool:
		return "boolean"
	}
	return "integer"
}
