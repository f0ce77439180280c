package validation

import (
	"bytes"
	"cmp"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/territoires"
)

// maxErrors is the most mistakes that are reported of one file.
const maxErrors = 100

// decoder fills structs from JSON like encoding/json, but goes on after a mistake
// and reports the path of each. encoding/json stops at the first mistake, and
// names neither the element of a list nor the field whose text was wrong.
type decoder struct {
	json   *json.Decoder
	data   []byte
	errs   []FieldError
	words  []FieldError // texts that their types refused; the rules may report them in more detail
	depth  int
	broken bool  // reading stopped before the end
	unfit  error // of a field whose type is not read
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
	if tok, ok := d.token(""); ok && tok != json.Delim('{') {
		d.stop("", "type", "object") // not "required" for each field of an object that is not there
	} else if ok {
		d.put("", reflect.ValueOf(x).Elem(), tok)
	}
	if d.broken {
		return
	}
	if _, err := d.json.Token(); !errors.Is(err, io.EOF) {
		d.stop("", "trailing", d.position())
	}
}

// report adds a mistake, and stops reading at [maxErrors].
func (d *decoder) report(path, rule, param string) {
	d.errs = append(d.errs, FieldError{Path: path, Rule: rule, Param: param})
	if len(d.errs) == maxErrors {
		d.broken = true
	}
}

// stop reports a mistake after which the rest cannot be read.
func (d *decoder) stop(path, rule, param string) {
	d.report(path, rule, param)
	d.broken = true
}

// position returns the line and the column, in characters, reached so far.
func (d *decoder) position() string { return d.positionAt(int(d.json.InputOffset())) }

func (d *decoder) positionAt(offset int) string {
	read := d.data[:min(offset, len(d.data))]
	line := bytes.Count(read, []byte("\n"))
	column := utf8.RuneCount(read[bytes.LastIndexByte(read, '\n')+1:]) + 1
	return strconv.Itoa(line+1) + ":" + strconv.Itoa(column)
}

// nextName returns the offset at which the name of the next member begins, once
// the value before it has been read.
func (d *decoder) nextName() int {
	at := int(d.json.InputOffset())
	for at < len(d.data) && strings.IndexByte(" \t\r\n,", d.data[at]) >= 0 {
		at++
	}
	return at
}

// token returns the next token, and false when there is none.
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

var (
	textType = reflect.TypeFor[encoding.TextUnmarshaler]()
	jsonType = reflect.TypeFor[json.Unmarshaler]()
)

// put stores the value that begins with tok.
func (d *decoder) put(path string, v reflect.Value, tok json.Token) {
	text := v.CanAddr() && v.Addr().Type().Implements(textType)
	switch {
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.put(path, v.Elem(), tok)
		return
	case !text && !fits(v.Type()):
		d.unfit = fmt.Errorf("read JSON: %s has type %v, which is not read", cmp.Or(path, "the whole"), v.Type())
		d.broken = true
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
		if text || !number(v, tok.String()) {
			d.report(path, "type", want(v, text))
		}
	default: // null
		d.report(path, "type", want(v, text))
	}
}

// fits reports whether values of a type, other than a pointer, are read from JSON.
func fits(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
	case reflect.Struct:
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return false // encoding/json writes bytes as a text
		}
	default:
		return false
	}
	return !reflect.PointerTo(t).Implements(jsonType)
}

// number stores a number, and returns false if the type does not have it.
func number(v reflect.Value, s string) bool {
	switch {
	case v.CanInt():
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || v.OverflowInt(n) {
			return false
		}
		v.SetInt(n)
	case v.CanUint():
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil || v.OverflowUint(n) {
			return false
		}
		v.SetUint(n)
	case v.CanFloat():
		n, err := strconv.ParseFloat(s, v.Type().Bits())
		if err != nil {
			return false
		}
		v.SetFloat(n)
	default:
		return false
	}
	return true
}

// text stores a string. An empty text for a date or a stage is refused, although
// their types accept it: the only form of an unknown value is a field left out.
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

// parse gives a text to the type of the field. A word that the type does not know
// is stored all the same: the rules of the field refuse it and say more, such as
// which words there are. If no rule does, the mistake is reported from d.words.
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

// ruleOf returns the rule that a wrong text of type t breaks: the tag that checks
// such texts, or the name of the type if there is a sentence for it.
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

// invisible reports control characters other than tabs and line ends, and the
// replacement character, which stands for half a surrogate pair: JSON can escape
// one, UTF-8 cannot encode it.
func invisible(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
}

// object reads the members of an object. It skips the value of a name that is
// unknown or has appeared before, so the first of two values stays.
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

// skipNext skips the next value.
func (d *decoder) skipNext(path string) {
	if tok, ok := d.token(path); ok {
		d.skip(path, tok)
	}
}

// list reads a list element by element, so that memory grows only with what was
// read. An empty list gives nil, as a list that is left out does.
func (d *decoder) list(path string, v reflect.Value) {
	v.SetZero()
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

// skip skips the value that begins with tok.
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

// want names the type of JSON value that a field takes.
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
	case v.CanFloat():
		return "number"
	case v.CanUint():
		return "natural"
	}
	return "integer"
}
