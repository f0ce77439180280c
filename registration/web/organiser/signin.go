package organiser

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// signInPage asks for an address, says that a mail is on its way, or has the
// button to which a link in a mail leads.
type signInPage struct {
	kernel.Layout
	kernel.Form
	Asked bool
	Again bool   // somebody who is signed in has to sign in again, for an act that needs it
	Kept  bool   // what was typed before the session ended is kept
	Next  string // path of the page to go to afterwards, "" for the first one
	For   string // address of the person whom the link signs in
	Now   string // address of the person who is signed in, if it is not the one that the link is for
}

// AskAgain is the address of the page that sends another link.
func (p signInPage) AskAgain() string {
	if p.Next == "" {
		return p.Path("/organisation/connexion")
	}
	return p.Path("/organisation/connexion?suite=", url.QueryEscape(p.Next))
}

// newSignInPage returns the page. next is the page to go to afterwards; an address
// of another site is ignored.
func newSignInPage(r *kernel.Request, values url.Values, next string) signInPage {
	page := signInPage{Layout: r.Layout(r.Words.T("organiser.signin.title"), kernel.OrganisersSection), Form: r.NewForm(values)}
	if kernel.OwnPath(next) {
		page.Next = next
	}
	return page
}

// signInForm answers GET /organisation/connexion.
func signInForm(r *kernel.Request) error {
	query := r.URL.Query()
	page := newSignInPage(r, nil, query.Get("suite"))
	if page.Asked = query.Has("message"); page.Asked {
		page.Title = r.Words.T("organiser.signin.asked")
	} else if page.Next != "" && r.Identified() {
		page.Again, page.Values = true, url.Values{"email": {r.Organiser.Email}}
	}
	page.Kept = !page.Asked && query.Has("garde")
	return r.Page(http.StatusOK, "signin", page)
}

// askSignIn answers POST /organisation/connexion. The answer does not depend on
// whether an organiser has the address.
func askSignIn(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	email, page := values.Get("email"), newSignInPage(r, values, values.Get("suite"))
	if _, ok := address.Key(email); !ok {
		page.Add("email", r.Words.T("form.error.email.mailbox"))
		page.Title = r.Words.T("form.error.prefix", "Title", r.Words.T("organiser.signin.title"))
		return r.Page(http.StatusUnprocessableEntity, "signin", page)
	}
	next := page.Next
	if r.Words.Lang() == locale.English && !strings.HasPrefix(next, "/en/") { // the mail is in the language of the page that its link leads to
		next = "/en" + cmp.Or(next, "/organisation/")
	}
	err = r.Site.Team.AskSignIn(r.Context(), email, next, kernel.Network(r.Request))
	if errors.Is(err, team.ErrTooMany) {
		return &kernel.Problem{Status: http.StatusTooManyRequests, Key: "signin_limit", Next: page.AskAgain(), Err: err}
	}
	if err != nil {
		return err
	}
	if page.Next == "" {
		return r.Redirect("/organisation/connexion?message")
	}
	return r.Redirect("/organisation/connexion?message&suite=", url.QueryEscape(page.Next))
}

// signInLink answers GET /organisation/connexion/{token}. It does not use up
// the link, because programs that scan mail open it too.
func signInLink(r *kernel.Request) error {
	o, err := r.Site.Team.Peek(r.Context(), r.PathValue("token"))
	if err != nil {
		return signInProblem(r, err)
	}
	page := newSignInPage(r, nil, "")
	if page.For = o.Email; r.Identified() && r.Organiser.ID != o.ID {
		page.Now = r.Organiser.Email
	}
	return r.Page(http.StatusOK, "signinlink", page)
}

// signIn answers POST /organisation/connexion/{token}.
func signIn(r *kernel.Request) error {
	next, err := r.SignIn(r.PathValue("token"))
	if err != nil {
		return signInProblem(r, err)
	}
	r.Site.Log.InfoContext(r.Context(), "organiser signed in", "event", "signed_in", "organiser", r.Session.Organiser)
	return r.Return(next)
}

// signInProblem returns the error of a link that does not work. Its page has a link
// to the page that sends another one.
func signInProblem(r *kernel.Request, err error) error {
	next := r.Path("/organisation/connexion")
	switch {
	case errors.Is(err, registration.ErrNotFound):
		r.Site.Log.InfoContext(r.Context(), "sign-in link refused", "event", "signin_unknown")
		return &kernel.Problem{Status: http.StatusNotFound, Key: "signin_unknown", Next: next, Err: err}
	case errors.Is(err, registration.ErrExpired):
		return &kernel.Problem{Status: http.StatusGone, Key: "signin_expired", Next: next, Err: err}
	}
	return err
}

// signOut answers POST /organisation/deconnexion.
func signOut(r *kernel.Request) error {
	if host := r.Site.HostSignIn; host != nil {
		return r.Away(host.SignOutURL())
	}
	if err := r.SignOut(); err != nil {
		return err
	}
	return r.Redirect("/organisation/connexion")
}
