package attendee

import (
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
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
	if _, err := r.Site.Desk.Cancel(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	return r.Redirect("/mon-inscription/", r.PathValue("token"))
}

// cancellable reports whether there is a sign-up left to give back.
func cancellable(r *kernel.Request, page attendeePage) bool {
	return page.Signup.EndedAt.IsZero() && page.Status != registration.StatusExpired && r.Now.Before(page.Meeting.Day.AddDays(1).In(registration.Paris))
}

// undo answers POST /mon-inscription/{token}/retablissement.
func undo(r *kernel.Request) error {
	token := r.PathValue("token")
	_, err := r.Site.Desk.Undo(r.Context(), token)
	next := r.Path("/mon-inscription/", token)
	switch {
	case errors.Is(err, registration.ErrExpired):
		return &kernel.Problem{Status: http.StatusGone, Key: "undo_late", Next: next, Err: err}
	case errors.Is(err, registration.ErrFull), errors.Is(err, registration.ErrAddressTaken), errors.Is(err, registration.ErrClosed):
		return &kernel.Problem{Status: http.StatusConflict, Key: "undo_refused", Next: next, Err: err}
	case err != nil:
		return err
	}
	return r.Redirect("/mon-inscription/", token, "?fait=retablissement")
}
