// Package text writes and reads the values of the library that have a text: as
// text, which JSON and YAML use, and as a column of a database. Writing refuses
// the values whose text the parser refuses.
package text

import (
	"database/sql/driver"
	"fmt"
	"strings"
)

// A Value has a text that its parser reads. Its zero value is none.
type Value interface {
	comparable
	fmt.Stringer
}

// Marshal returns the text of v, and an empty text for the zero value. A value
// whose text the parser refuses is an error.
func Marshal[T Value](v T, parse func(string) (T, error)) ([]byte, error) {
	s, err := write(v, parse)
	return []byte(s), err
}

func write[T Value](v T, parse func(string) (T, error)) (string, error) {
	var none T
	if v == none {
		return "", nil
	}
	read, err := parse(v.String())
	if err != nil {
		return "", err
	}
	return read.String(), nil
}

// Unmarshal sets *dst to what the parser reads; an empty text gives the zero
// value. On an error *dst is the zero value.
func Unmarshal[T Value](dst *T, s string, parse func(string) (T, error)) error {
	var none T
	*dst = none
	if s == "" {
		return nil
	}
	v, err := parse(s)
	if err != nil {
		return err
	}
	*dst = v
	return nil
}

// Column returns the value of a text column: NULL for the zero value, an error
// for a value whose text the parser refuses.
func Column[T Value](v T, parse func(string) (T, error)) (driver.Value, error) {
	s, err := write(v, parse)
	if s == "" || err != nil {
		return nil, err
	}
	return s, nil
}

// Scan sets *dst from a text column as [Unmarshal] does; NULL gives the zero
// value.
func Scan[T Value](dst *T, src any, parse func(string) (T, error)) error {
	switch src := src.(type) {
	case string:
		return Unmarshal(dst, src, parse)
	case []byte:
		return Unmarshal(dst, string(src), parse)
	}
	var none T
	*dst = none
	if src == nil {
		return nil
	}
	return fmt.Errorf("cannot read a %T from a column of type %T: want text", none, src)
}

// English reports whether a reader gets English: for a language tag or the name of a
// locale that begins with "en", as en-GB and en_GB.UTF-8 do. Any other gets French.
func English(lang string) bool {
	return len(lang) >= 2 && strings.EqualFold(lang[:2], "en") && (len(lang) == 2 || lang[2] == '-' || lang[2] == '_')
}
