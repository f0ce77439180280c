package sample

import (
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"fmt"
	"testing"
)

// Stored has the methods of every type that documents and tables store.
type Stored interface {
	comparable
	fmt.Stringer
	encoding.TextMarshaler
	driver.Valuer
	Valid() bool
}

// readable is the pointer to a stored type, which reads it back.
type readable[T any] interface {
	*T
	encoding.TextUnmarshaler
	Scan(any) error
}

// CheckStored fails t unless the right values come back from JSON and from a
// database, the zero value is written as an empty text and as NULL, and the wrong
// values are refused both when they are written and when they are read.
func CheckStored[T Stored, P readable[T]](t *testing.T, right, wrong []T) {
	t.Helper()
	for _, v := range right {
		if !v.Valid() {
			t.Errorf("%T %v is not valid", v, v)
		}
		stored[T, P](t, v)
	}
	var zero T
	if zero.Valid() {
		t.Errorf("the zero %T is valid", zero)
	}
	stored[T, P](t, zero)
	if column, err := zero.Value(); column != nil || err != nil {
		t.Errorf("the zero %T is stored as %v, %v; want NULL", zero, column, err)
	}
	for _, v := range wrong {
		if v.Valid() || v.String() == "" {
			t.Errorf("%T %q is valid or prints as nothing", v, v)
		}
		if b, err := v.MarshalText(); err == nil {
			t.Errorf("%T %v is written as %q", v, v, b)
		}
		if b, err := json.Marshal(v); err == nil {
			t.Errorf("%T %v is written as the JSON %s", v, v, b)
		}
		if column, err := v.Value(); err == nil || column != nil {
			t.Errorf("%T %v is stored as %v", v, v, column)
		}
		refused[T, P](t, v.String())
	}
	refused[T, P](t, "\x00 nothing bears this name")
}

func stored[T Stored, P readable[T]](t *testing.T, v T) {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("%T %v: %v", v, v, err)
	}
	var fromJSON, fromColumn T
	if err := json.Unmarshal(b, &fromJSON); err != nil || fromJSON != v {
		t.Errorf("%T %v comes back from JSON as %v, %v", v, v, fromJSON, err)
	}
	column, err := v.Value()
	if err != nil {
		t.Fatalf("%T %v: %v", v, v, err)
	}
	if err := P(&fromColumn).Scan(column); err != nil || fromColumn != v {
		t.Errorf("%T %v comes back from a column as %v, %v", v, v, fromColumn, err)
	}
}

// refused fails t unless reading the text gives the zero value and an error that
// says whether it is malformed or unknown.
func refused[T Stored, P readable[T]](t *testing.T, text string) {
	t.Helper()
	var zero, v T
	err := P(&v).UnmarshalText([]byte(text))
	if err == nil || v != zero {
		t.Errorf("%T: %q is read as %v, %v", v, text, v, err)
	}
	cause, ok := err.(interface {
		Malformed() bool
		Unknown() bool
	})
	if !ok || cause.Malformed() == cause.Unknown() {
		t.Errorf("%T: the error of %q is neither malformed nor unknown, or both: %v", v, text, err)
	}
	if err := P(&v).Scan(text); err == nil || v != zero {
		t.Errorf("%T: %q is read from a column as %v, %v", v, text, v, err)
	}
}

// CheckLabels fails t unless every value of a closed list has a label in French
// and in English, no two have the same, and a wrong value has none.
func CheckLabels[T interface {
	comparable
	Label(lang string) string
}](t *testing.T, values []T, wrong T) {
	t.Helper()
	for _, lang := range []string{"fr", "en"} {
		seen := map[string]T{}
		for _, v := range values {
			label := v.Label(lang)
			if other, taken := seen[label]; label == "" || taken {
				t.Errorf("%T %v and %v are both %q in %q", v, v, other, label, lang)
			}
			seen[label] = v
		}
		if label := wrong.Label(lang); label != "" {
			t.Errorf("%T %v, which there is not, is called %q", wrong, wrong, label)
		}
	}
}
