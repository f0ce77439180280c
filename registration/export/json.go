package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"
)

// writeJSON writes an array with an object on each line, keys in the order of
// the columns. Every value is a string, except sessions, which is a list of
// strings.
func writeJSON(w io.Writer, more []column, rows iter.Seq2[row, error]) error {
	names := keys(more)
	var b bytes.Buffer
	separator := "["
	for r, err := range rows {
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		b.WriteString(separator + "\n")
		separator = ","
		if err := object(&b, names, r); err != nil {
			return err
		}
		if _, err := b.WriteTo(w); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	if separator == "[" {
		b.WriteString("[")
	} else {
		b.WriteString("\n")
	}
	b.WriteString("]\n")
	_, err := b.WriteTo(w)
	return err
}

func object(b *bytes.Buffer, keys []string, r row) error {
	for i, text := range r.values() {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		var value any = text
		if keys[i] == "sessions" {
			value = append([]string{}, r.Sessions()...)
		}
		if err := pair(b, keys[i], value); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	b.WriteString("}")
	return nil
}

func pair(b *bytes.Buffer, key string, value any) error {
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false) // names are written as people have them
	if err := enc.Encode(value); err != nil {
		return err
	}
	_, err := fmt.Fprintf(b, "%q:%s", key, strings.TrimSuffix(text.String(), "\n"))
	return err
}
