package kernel

import (
	"context"
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

// Errors of requests, for handlers to return.
var (
	ErrMalformed = errors.New("web: malformed form") // 422
	ErrForbidden = errors.New("web: forbidden")      // 403

	errCrossSite = errors.New("web: request from another site")
	errMethod    = errors.New("web: method not allowed")
)

// retryAfter is how long a caller should wait before it tries again, in seconds.
const retryAfter = "10"

// statuses maps errors to HTTP statuses. The first that matches counts; an error
// that is not listed is a fault of the site: 500.
var statuses = []struct {
	err    error
	status int
}{
	{registration.ErrUnavailable, http.StatusServiceUnavailable},
	{registration.ErrUnsure, http.StatusServiceUnavailable},
	{registration.ErrBroken, http.StatusServiceUnavailable},
	{registration.ErrNotFound, http.StatusNotFound},
	{registration.ErrTooMany, http.StatusTooManyRequests},
	{registration.ErrExpired, http.StatusGone},
	{registration.ErrCancelled, http.StatusGone},
	{registration.ErrFull, http.StatusConflict},
	{registration.ErrNotOpen, http.StatusConflict},
	{registration.ErrClosed, http.StatusConflict},
	{errCrossSite, http.StatusForbidden},
	{ErrForbidden, http.StatusForbidden},
	{team.ErrForbidden, http.StatusForbidden},
	{errMethod, http.StatusMethodNotAllowed},
	{ErrMalformed, http.StatusUnprocessableEntity},
	// A visitor who went away reads nothing; a deadline means that we were slow.
	{context.Canceled, http.StatusServiceUnavailable},
	{context.DeadlineExceeded, http.StatusServiceUnavailable},
}

// StatusOf returns the HTTP status of the page that a handler's error gets.
func StatusOf(err error) int {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p.Status
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

// Problem is an error with an error page of its own: the words under errors.KEY of
// the catalogue, and a link to what the visitor can do next.
type Problem struct {
	Status int
	Key    string // of the words errors.KEY.title, .text and .link
	Next   string // address of the link, "" for the home page
	Err    error
}

// Error returns the key and the error behind the page, for the log.
func (p *Problem) Error() string { return "web: " + p.Key + ": " + p.Err.Error() }

// Unwrap returns the error behind the page.
func (p *Problem) Unwrap() error { return p.Err }
