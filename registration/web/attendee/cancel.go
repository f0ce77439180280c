package attendee

import (
	"errors"
	"net/http"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// cancellation answers GET /mon-inscription/{token}/annulation.
func cancellation(r *kernel.Request) error {
	page, err := ownPage(r)
	if err != nil {
		return err
	}
	if !cancellable(r, page) {
		return r.Redirect("/mon-inscription/", r.PathValue("token"))
	}
	page.Title = page.T("attendee.cancel.title")
	return r.Page(http.StatusOK, "cancel", page)
}

// cancel answers POST /mon-inscription/{token}/annulation.
func cancel(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	cancel := r.Site.Desk.Cancel
	if values.Get("who") == "me" {
		cancel = r.Site.Desk.CancelAlone
	}
	if _, err := cancel(r.Context(), r.PathValue("token")); err != nil {
		return enoughToday(r, err)
	}
	return r.Redirect("/mon-inscription/", r.PathValue("token"))
}

// enoughToday gives the error of an act that was done too often today its own page.
func enoughToday(r *kernel.Request, err error) error {
	if errors.Is(err, registration.ErrTooMany) {
		return &kernel.Problem{Status: http.StatusTooManyRequests, Key: "enough_today", Next: r.Path("/mon-inscription/", r.PathValue("token")), Err: err}
	}
	return err
}

// cancellable reports whether there is a sign-up left to give back, for a meeting that is
// not cancelled.
func cancellable(r *kernel.Request, page attendeePage) bool {
	return page.Signup.EndedAt.IsZero() && page.Meeting.Phase(r.Now) != registration.PhaseCancelled && page.Status != registration.StatusExpired && r.Now.Before(page.Meeting.Day.AddDays(1).In(registration.Paris))
}

// undo answers POST /mon-inscription/{token}/retablissement.
func undo(r *kernel.Request) error {
	token := r.PathValue("token")
	before, err := linkedPage(r, link.ForManage)
	if err != nil {
		return err
	}
	signup, err := r.Site.Desk.Undo(r.Context(), token)
	next := r.Path("/mon-inscription/", token)
	switch {
	case errors.Is(err, registration.ErrExpired):
		return &kernel.Problem{Status: http.StatusGone, Key: "undo_late", Next: next, Err: err}
	case errors.Is(err, registration.ErrFull), errors.Is(err, registration.ErrAddressTaken), errors.Is(err, registration.ErrClosed):
		return &kernel.Problem{Status: http.StatusConflict, Key: "undo_refused", Next: next, Err: err}
	case err != nil:
		return enoughToday(r, err)
	}
	if had(before.Signup, registration.Seated) && signup.State(registration.MeetingSession) == registration.Queued {
		return redirectDone(r, "retablissement_file")
	}
	return redirectDone(r, "retablissement")
}

// had reports whether a cancellation ended this state of the meeting's own seat.
func had(s registration.Signup, was registration.State) bool {
	return slices.ContainsFunc(s.Places, func(p registration.Place) bool {
		return p.Session == registration.MeetingSession && p.Was == was
	})
}
