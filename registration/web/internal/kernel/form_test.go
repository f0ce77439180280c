package kernel

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"
)

// TestErrorsInOrder: errors stand in the order of the form's fields, and those of the
// same field in the order in which they were found.
func TestErrorsInOrder(t *testing.T) {
	t.Parallel()
	var f Form
	for _, name := range []string{"privacy", "companions[1].email", "email", "file", "companions[0].email", "email", "given_name"} {
		f.Add(name, "wrong")
	}
	var got []string
	for _, e := range f.Errors {
		got = append(got, e.Field)
	}
	if want := []string{"file", "given_name", "email", "companions[1].email", "companions[0].email", "privacy"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestManyErrors: a form with thousands of wrong fields, which anybody can send, takes
// no minutes.
func TestManyErrors(t *testing.T) {
	t.Parallel()
	f := Form{Values: url.Values{}}
	begun := time.Now()
	for i := range 10_000 {
		f.Add(fmt.Sprintf("questions[%d].label.fr", i), "wrong")
	}
	if took := time.Since(begun); len(f.Errors) != 10_000 || took > 20*time.Second {
		t.Errorf("%d errors took %v", len(f.Errors), took)
	}
}
