package attendee

import (
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// The pages behind the links of the mail that asks for confirmation. Each GET
// shows a button, because programs that scan mail open links; each POST acts and
// redirects to the GET, which then says that it is done, even after a second
// POST.

// confirmation answers GET /confirmation/{token}.
func confirmation(r *kernel.Request) error {
	page, err := linkedPage(r, link.ForConfirm)
	if err != nil {
		return err
	}
	switch {
	case page.Status == registration.StatusExpired:
		return signUpOver(r, "expired", page.Signup, registration.ErrExpired)
	case page.Status == registration.StatusCancelled:
		return signUpOver(r, "signup_cancelled", page.Signup, registration.ErrCancelled)
	case page.Standing == "refused", !page.Signup.AddressConfirmedAt.IsZero() && !page.awaited():
		return r.Redirect("/mon-inscription/", page.ManageToken())
	case page.Standing == "meeting_cancelled":
		return &kernel.Problem{Status: http.StatusConflict, Key: "cancelled", Next: r.Path("/rencontres/", page.Meeting.Slug), Err: registration.ErrClosed}
	case !page.Signup.AddressConfirmedAt.IsZero():
		page.Title = page.T("attendee.confirm." + page.Outcome())
		return r.Page(http.StatusOK, "confirmed", page)
	}
	if err := addParty(r, &page); err != nil {
		return err
	}
	page.Title = page.T("attendee.confirm.title" + page.KeySuffix())
	return r.Page(http.StatusOK, "confirm", page)
}

// confirm answers POST /confirmation/{token}.
func confirm(r *kernel.Request) error {
	signup, err := r.Site.Desk.Confirm(r.Context(), r.PathValue("token"))
	switch {
	case errors.Is(err, registration.ErrExpired):
		return signUpOver(r, "expired", signup, err)
	case errors.Is(err, registration.ErrCancelled):
		return signUpOver(r, "signup_cancelled", signup, err)
	case errors.Is(err, registration.ErrClosed): // the meeting is cancelled, or the sign-up is refused
		return confirmation(r)
	case err != nil:
		return err
	}
	return r.Redirect("/confirmation/", r.PathValue("token"))
}

// signUpOver is the error of a sign-up that has ended, with a link to sign up again.
func signUpOver(r *kernel.Request, key string, signup registration.Signup, err error) error {
	next := ""
	if signup.Meeting != "" {
		next = r.Path("/rencontres/", signup.Meeting)
	}
	return &kernel.Problem{Status: http.StatusGone, Key: key, Next: next, Err: err}
}

// disavowal answers GET /pas-moi/{token}: « ce n’est pas moi ».
func disavowal(r *kernel.Request) error {
	page, err := linkedPage(r, link.ForDisavow)
	if err != nil {
		return err
	}
	page.Possible = page.Signup.EndedAt.IsZero()
	page.Title = page.T("attendee.disavow.title")
	if !page.Possible {
		page.Title = page.T("attendee.disavow.done")
	}
	return r.Page(http.StatusOK, "disavow", page)
}

// disavow answers POST /pas-moi/{token}.
func disavow(r *kernel.Request) error {
	if err := r.Site.Desk.Disavow(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	return r.Redirect("/pas-moi/", r.PathValue("token"))
}
