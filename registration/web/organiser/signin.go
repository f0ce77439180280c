package organiser

import (
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// signInPage asks for an address, says that mail is on its way, or shows the
// button of a mail's link.
type signInPage struct {
	kernel.Layout
	kernel.Form
	Asked bool
}

// signInForm answers GET /organisation/connexion.
func signInForm(r *kernel.Request) error {
	page := signInPage{Layout: r.Layout(r.Words.T("organiser.signin.title"), kernel.OrganisersSection), Form: r.NewForm(nil)}
	if page.Asked = r.URL.Query().Has("message"); page.Asked {
		page.Title = r.Words.T("organiser.signin.asked")
	}
	return r.Page(http.StatusOK, "signin", page)
}

// askSignIn answers POST /organisation/connexion, the same whoever asks.
func askSignIn(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	email := values.Get("email")
	if _, ok := registration.AddressKey(email); !ok {
		page := signInPage{Layout: r.Layout("", kernel.OrganisersSection), Form: r.NewForm(values)}
		page.Add("email", r.Words.T("form.error.email.mailbox"))
		page.Title = r.Words.T("form.error.prefix", "Title", r.Words.T("organiser.signin.title"))
		return r.Page(http.StatusUnprocessableEntity, "signin", page)
	}
	if err := r.Site.Desk.AskSignIn(r.Context(), email); err != nil {
		return err
	}
	return r.Redirect("/organisation/connexion?message")
}

// signInLink answers GET /organisation/connexion/{token}. It does not use the
// link up: programs that scan mail open it too.
func signInLink(r *kernel.Request) error {
	if err := r.Site.Desk.PeekSignIn(r.Context(), r.PathValue("token")); err != nil {
		return signInProblem(r, err)
	}
	return r.Page(http.StatusOK, "signinlink", signInPage{Layout: r.Layout(r.Words.T("organiser.signin.title"), kernel.OrganisersSection)})
}

// signIn answers POST /organisation/connexion/{token}.
func signIn(r *kernel.Request) error {
	o, err := r.Site.Desk.SignIn(r.Context(), r.PathValue("token"))
	if err != nil {
		return signInProblem(r, err)
	}
	if err := r.SignIn(o); err != nil {
		return err
	}
	r.Site.Log.InfoContext(r.Context(), "organiser signed in", "organiser", o.ID)
	return r.Redirect("/organisation/")
}

// signInProblem is the error of a link that is no good; its page leads to where
// people ask for another.
func signInProblem(r *kernel.Request, err error) error {
	next := r.Path("/organisation/connexion")
	switch {
	case errors.Is(err, registration.ErrNotFound):
		return &kernel.Problem{Status: http.StatusNotFound, Key: "signin_unknown", Next: next, Err: err}
	case errors.Is(err, registration.ErrExpired):
		return &kernel.Problem{Status: http.StatusGone, Key: "signin_expired", Next: next, Err: err}
	}
	return err
}

// signOut answers POST /organisation/deconnexion.
func signOut(r *kernel.Request) error {
	if err := r.SignOut(); err != nil {
		return err
	}
	return r.Redirect("/organisation/connexion")
}
