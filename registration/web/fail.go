package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/territoires-industrie/sdk/registration"
)

var (
	errCrossSite = errors.New("web: request from another site")
	errMalformed = errors.New("web: malformed form")
	errMethod    = errors.New("web: method not allowed")
	errForbidden = errors.New("web: forbidden")
)

// retryAfter is how long a caller should wait before it tries again, in seconds.
const retryAfter = "10"

// statuses maps errors to what a visitor gets; the first that matches counts.
// What is not listed is a fault of ours: 500.
var statuses = []struct {
	err    error
	status int
}{
	{registration.ErrUnavailable, http.StatusServiceUnavailable},
	{registration.ErrNotFound, http.StatusNotFound},
	{registration.ErrTooMany, http.StatusTooManyRequests},
	{registration.ErrExpired, http.StatusGone},
	{registration.ErrCancelled, http.StatusGone},
	{registration.ErrFull, http.StatusConflict},
	{registration.ErrNotOpen, http.StatusConflict},
	{registration.ErrClosed, http.StatusConflict},
	{errCrossSite, http.StatusForbidden},
	{errForbidden, http.StatusForbidden},
	{errMethod, http.StatusMethodNotAllowed},
	{errMalformed, http.StatusUnprocessableEntity},
	// A visitor who went away reads nothing; a deadline means that we were slow.
	{context.Canceled, http.StatusServiceUnavailable},
	{context.DeadlineExceeded, http.StatusServiceUnavailable},
}

func statusOf(err error) int {
	if p, ok := errors.AsType[*problem](err); ok {
		return p.status
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	for _, s := range statuses {
		if errors.Is(err, s.err) {
			return s.status
		}
	}
	return http.StatusInternalServerError
}

// problem is an error whose page says more than its status does: the words
// under errors.KEY, and a link to what the visitor can do next.
type problem struct {
	status int
	key    string
	next   string // address of the link, "" for the home page
	err    error
}

func (p *problem) Error() string { return "web: " + p.key + ": " + p.err.Error() }
func (p *problem) Unwrap() error { return p.err }

// errorPage says what happened, what to do, and gives a way on.
type errorPage struct {
	layout
	Key   string // the words are errors.KEY.title, .text and .link
	Next  string
	Kept  []known // what was posted, in words
	Again []pair  // the same to be posted again; nil where that would not help
}

// fail answers with the page of an error. The visitor reads our words, never
// the error's; the log has the error, which carries no personal data.
func (v *visit) fail(pattern string, err error) {
	status := statusOf(err)
	if status >= http.StatusInternalServerError && v.Context().Err() == nil {
		v.site.log.ErrorContext(v.Context(), "request failed", "route", pattern, "status", status, "err", err)
	} else if status == http.StatusForbidden {
		v.site.log.WarnContext(v.Context(), "request refused", "route", pattern, "err", err)
	}
	v.w.Header().Set("Cache-Control", "no-store")
	page := errorPage{layout: v.layout("", ""), Key: "s" + strconv.Itoa(status), Next: v.path("/")}
	if p, ok := errors.AsType[*problem](err); ok {
		page.Key = p.key
		if p.next != "" {
			page.Next = p.next
		}
	}
	page.Title = v.words.T("errors." + page.Key + ".title")
	if len(v.posted) > 0 {
		page.Kept, page.NoOther = v.kept(), true
		if page.repeatable() {
			page.Again = pairs(v.posted)
		}
	}
	page.path = "/" // in the other language too: an address that nobody minted is not repeated
	if err := v.page(status, "error", page); err != nil {
		v.site.log.ErrorContext(v.Context(), "error page failed", "err", err)
		http.Error(v.w, http.StatusText(status), status)
	}
}
