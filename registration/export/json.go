package export

import (
	"bufio"
	"encoding/json"
	"io"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/registration"
)

// writeJSON writes an array with one object on each line. The keys are in the
// order of the columns. Every value is a string, except sessions, which is a
// list of strings.
func writeJSON(w io.Writer, t *table, all iter.Seq2[registration.Entry, error]) error {
	out := bufio.NewWriterSize(w, 32<<10)
	keys := make([]string, len(t.columns))
	for i, c := range t.columns {
		keys[i] = string(quote(nil, c.name)) + ":"
	}
	var line []byte
	separator := "["
	for e, err := range all {
		if err != nil {
			return err
		}
		line = append(append(line[:0], separator...), "\n{"...)
		separator = ","
		r := t.row(e)
		for i, c := range t.columns {
			if i > 0 {
				line = append(line, ',')
			}
			line = c.json(append(line, keys[i]...), r)
		}
		if _, err := out.Write(append(line, '}')); err != nil {
			return err
		}
	}
	end := "\n]\n"
	if separator == "[" {
		end = "[]\n"
	}
	if _, err := out.WriteString(end); err != nil {
		return err
	}
	return out.Flush()
}

// json appends the value of the column.
func (c column) json(line []byte, r *row) []byte {
	switch {
	case c.list != nil:
		line = append(line, '[')
		for i, text := range c.list(r) {
			if i > 0 {
				line = append(line, ',')
			}
			line = quote(line, text)
		}
		return append(line, ']')
	case c.at != nil:
		line = append(line, '"')
		if at := c.at(r); !at.IsZero() {
			line = at.In(registration.Paris).AppendFormat(line, time.RFC3339)
		}
		return append(line, '"')
	}
	return quote(line, c.text(r))
}

// quote appends a JSON string. Unlike encoding/json it does not escape < >
// and &, which names may contain.
func quote(line []byte, text string) []byte {
	for i := range len(text) {
		if b := text[i]; b < ' ' || b == '"' || b == '\\' {
			return encoded(line, text)
		}
	}
	if !utf8.ValidString(text) {
		return encoded(line, text)
	}
	return append(append(append(line, '"'), text...), '"')
}

func encoded(line []byte, text string) []byte {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil { // a string
		panic("export: " + err.Error())
	}
	return append(line, strings.TrimSuffix(b.String(), "\n")...)
}
