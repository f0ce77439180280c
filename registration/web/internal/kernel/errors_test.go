package kernel

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// TestEveryStatusHasItsWords: a page of an error is never one of keys.
func TestEveryStatusHasItsWords(t *testing.T) {
	t.Parallel()
	words := locale.With(sharedFiles)
	keys := []string{"errors.resubmit.title", "errors.resubmit.again", "errors.resubmit.button", "errors.resubmit.lost"}
	for _, status := range append([]int{413, 429, 500}, statusList()...) {
		for _, part := range []string{"title", "text", "link"} {
			keys = append(keys, fmt.Sprintf("errors.s%d.%s", status, part))
		}
	}
	for _, key := range keys {
		if !words.For("fr").Has(key) || !words.For("en").Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
}

func statusList() (list []int) {
	for _, s := range statuses {
		list = append(list, s.status)
	}
	return list
}

func TestStatusOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err  error
		want int
	}{
		{fmt.Errorf("sign up: %w", registration.ErrUnavailable), http.StatusServiceUnavailable},
		{fmt.Errorf("both: %w, %w", registration.ErrNotFound, registration.ErrUnavailable), http.StatusServiceUnavailable},
		{registration.ErrNotFound, http.StatusNotFound},
		{registration.ErrExpired, http.StatusGone},
		{registration.ErrCancelled, http.StatusGone},
		{&registration.FullError{Session: "x"}, http.StatusConflict},
		{&Problem{Status: http.StatusGone, Err: registration.ErrNotFound}, http.StatusGone},
		{&http.MaxBytesError{}, http.StatusRequestEntityTooLarge},
		{ErrForbidden, http.StatusForbidden},
		{registration.ErrAddressTaken, http.StatusInternalServerError},
		{&validation.Error{}, http.StatusInternalServerError},
	} {
		if got := StatusOf(tt.err); got != tt.want {
			t.Errorf("StatusOf(%v) = %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestFieldsOfTheForm(t *testing.T) {
	t.Parallel()
	words := locale.With(sharedFiles).For("fr")
	for _, name := range fields {
		if name == "answers" || name == "companions" { // the organiser's own words; a label for each
			continue
		}
		if !words.Has("form.label." + name) {
			t.Errorf("no label for %s", name)
		}
	}
	f := Form{words: words}
	f.AddErrors(&validation.Error{Fields: []validation.FieldError{{Path: "privacy", Rule: "required"}, {Path: "email", Rule: "mailbox"}, {Path: "email", Rule: "max"}, {Path: "sessions[3]", Rule: "new-rule"},
		{Path: "answers.diet", Rule: "required"}, {Path: "companions[1].email", Rule: "mailbox"}, {Path: "companions", Rule: "max", Param: "0"}}})
	var order []string
	for _, e := range f.Errors {
		order = append(order, e.Field)
	}
	if got, want := fmt.Sprint(order), "[email companions[1].email companions sessions answers.diet privacy]"; got != want {
		t.Errorf("blamed %s, want %s", got, want)
	}
	if f.Error("companions") != f.words.T("form.error.companions.none") || f.Errors[1].ID() != "companions-1-email" {
		t.Errorf("sentences %v", f.Errors)
	}
	if f.Error("sessions") == "" || f.Error("email") != f.words.T("form.error.email.mailbox") {
		t.Errorf("sentences %v", f.Errors)
	}
}
