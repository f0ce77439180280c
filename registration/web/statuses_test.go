package web

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// TestEveryErrorHasItsWords: a page of an error is never one of keys.
func TestEveryErrorHasItsWords(t *testing.T) {
	t.Parallel()
	keys := []string{"s413", "s429", "s500", "expired", "signup_cancelled", "signin_unknown", "signin_expired", "offer_ended", "undo_late", "undo_refused", "frozen", "decision_full"}
	for _, s := range statuses {
		keys = append(keys, fmt.Sprintf("s%d", s.status))
	}
	for _, state := range []registration.ViewState{registration.ViewBefore, registration.ViewFull, registration.ViewClosed, registration.ViewPast, registration.ViewCancelled} {
		keys = append(keys, string(state))
	}
	for _, key := range []string{"errors.again429.title", "errors.again429.text", "errors.again503.title", "errors.again503.text", "errors.kept.title", "errors.kept.again", "errors.kept.button", "errors.kept.lost"} {
		if !locale.For("fr").Has(key) || !locale.For("en").Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
	for _, key := range keys {
		for _, part := range []string{"title", "text", "link"} {
			if k := "errors." + key + "." + part; !locale.For("fr").Has(k) || !locale.For("en").Has(k) {
				t.Errorf("no words for %s", k)
			}
		}
	}
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
		{&problem{status: http.StatusGone, err: registration.ErrNotFound}, http.StatusGone},
		{&http.MaxBytesError{}, http.StatusRequestEntityTooLarge},
		{errForbidden, http.StatusForbidden},
		{registration.ErrAddressTaken, http.StatusInternalServerError},
		{&validation.Error{}, http.StatusInternalServerError},
	} {
		if got := statusOf(tt.err); got != tt.want {
			t.Errorf("statusOf(%v) = %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestFieldsOfTheForm(t *testing.T) {
	t.Parallel()
	for _, name := range fields {
		if name == "answers" { // the organiser's own words
			continue
		}
		if w := locale.For("fr"); !w.Has("signup.label."+name) && !w.Has("signup.group."+name) {
			t.Errorf("no label for %s", name)
		}
	}
	f := form{words: locale.For("fr")}
	f.blame(&validation.Error{Fields: []validation.FieldError{{Path: "privacy", Rule: "required"}, {Path: "email", Rule: "mailbox"}, {Path: "email", Rule: "max"}, {Path: "sessions[3]", Rule: "new-rule"},
		{Path: "answers.diet", Rule: "required"}, {Path: "companions[1].email", Rule: "mailbox"}, {Path: "companions", Rule: "max", Param: "0"}}})
	var order []string
	for _, e := range f.Errors {
		order = append(order, e.Field)
	}
	if got, want := fmt.Sprint(order), "[email companions[1].email companions sessions answers.diet privacy]"; got != want {
		t.Errorf("blamed %s, want %s", got, want)
	}
	if f.Error("companions") != f.words.T("signup.error.companions.none") || f.Errors[1].ID() != "companions-1-email" {
		t.Errorf("sentences %v", f.Errors)
	}
	if f.Error("sessions") == "" || f.Error("email") != f.words.T("signup.error.email.mailbox") {
		t.Errorf("sentences %v", f.Errors)
	}
}

// TestEveryActHasItsWords: the history of a sign-up is never one of keys.
func TestEveryActHasItsWords(t *testing.T) {
	t.Parallel()
	for _, act := range []registration.Act{registration.ActSignedUp, registration.ActKnown, registration.ActConfirmed, registration.ActDisavowed,
		registration.ActCancelled, registration.ActExpired, registration.ActChanged, registration.ActUndone, registration.ActOffered,
		registration.ActAccepted, registration.ActDeclined, registration.ActOfferEnded, registration.ActApproved, registration.ActRefused,
		registration.ActReissued, registration.ActErased, registration.ActForgotten} {
		if k := "organisation.act." + string(act); !locale.For("fr").Has(k) || !locale.For("en").Has(k) {
			t.Errorf("no words for %s", k)
		}
	}
}
