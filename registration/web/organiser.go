package web

import (
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
)

const organisers = "organisers" // the section of their pages

// signedIn is for organisers' pages: who is not signed in is led to where they
// can be.
func (s *site) signedIn(next answer) answer {
	return s.private(func(v *visit) error {
		id, version, ok := s.sessions.read(v.Request)
		if !ok {
			return v.redirect("/organisation/connexion")
		}
		o, err := s.desk.Organiser(v.Context(), id, version)
		if errors.Is(err, registration.ErrNotFound) { // signed out everywhere since
			return v.redirect("/organisation/connexion")
		}
		if err != nil {
			return err
		}
		v.organiser = o
		return next(v)
	})
}

// signInPage asks for an address, says that mail is on its way, or shows the
// button of a mail's link.
type signInPage struct {
	layout
	form
	Asked bool
}

// signInForm answers GET /organisation/connexion.
func (s *site) signInForm(v *visit) error {
	page := signInPage{layout: v.layout(v.words.T("organisation.signin.title"), organisers), form: form{words: v.words}}
	if page.Asked = v.URL.Query().Has("message"); page.Asked {
		page.Title = v.words.T("organisation.signin.asked")
	}
	return v.page(http.StatusOK, "signin", page)
}

// askSignIn answers POST /organisation/connexion, the same whoever asks.
func (s *site) askSignIn(v *visit) error {
	values, err := v.form()
	if err != nil {
		return err
	}
	email := values.Get("email")
	if _, ok := registration.AddressKey(email); !ok {
		page := signInPage{layout: v.layout("", organisers), form: form{values: values, words: v.words}}
		page.add("email", v.words.T("signup.error.email.mailbox"))
		page.Title = v.words.T("signup.error.prefix", "Title", v.words.T("organisation.signin.title"))
		return v.page(http.StatusUnprocessableEntity, "signin", page)
	}
	if err := s.desk.AskSignIn(v.Context(), email); err != nil {
		return err
	}
	return v.redirect("/organisation/connexion?message")
}

// signInLink answers GET /organisation/connexion/{token}. It does not use the
// link up: programs that scan mail open it too.
func (s *site) signInLink(v *visit) error {
	if err := s.desk.PeekSignIn(v.Context(), v.PathValue("token")); err != nil {
		return v.badSignIn(err)
	}
	return v.page(http.StatusOK, "signin_link", signInPage{layout: v.layout(v.words.T("organisation.signin.title"), organisers)})
}

// signIn answers POST /organisation/connexion/{token}.
func (s *site) signIn(v *visit) error {
	o, err := s.desk.SignIn(v.Context(), v.PathValue("token"))
	if err != nil {
		return v.badSignIn(err)
	}
	if err := s.sessions.start(v.w, v.Request, o); err != nil {
		return err
	}
	s.log.InfoContext(v.Context(), "organiser signed in", "organiser", o.ID)
	return v.redirect("/organisation/")
}

// badSignIn leads from a link that is no good to where one asks for another.
func (v *visit) badSignIn(err error) error {
	next := v.path("/organisation/connexion")
	switch {
	case errors.Is(err, registration.ErrNotFound):
		return &problem{http.StatusNotFound, "signin_unknown", next, err}
	case errors.Is(err, registration.ErrExpired):
		return &problem{http.StatusGone, "signin_expired", next, err}
	}
	return err
}

// signOut answers POST /organisation/deconnexion.
func (s *site) signOut(v *visit) error {
	if err := s.sessions.end(v.w, v.Request); err != nil {
		return err
	}
	return v.redirect("/organisation/connexion")
}
