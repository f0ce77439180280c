package kernel

import (
	"errors"

	"github.com/territoires-industrie/sdk/registration"
)

// OrganisersSection is the section of pages that only organisers see: see
// [Request.Layout].
const OrganisersSection = "organisers"

// Private is for pages that show or change what belongs to one person: nothing
// keeps a copy, and no search engine lists them.
func Private(next Handler) Handler {
	return func(r *Request) error {
		r.W.Header().Set("Cache-Control", "no-store")
		r.W.Header().Set("X-Robots-Tag", "noindex")
		return next(r)
	}
}

// SignedIn lets only organisers see a page, whatever their role. It sends
// everybody else to the page where organisers sign in.
func SignedIn(next Handler) Handler {
	return Private(func(r *Request) error {
		id, version, ok := r.Site.sessions.read(r.Request)
		if !ok {
			return r.Redirect("/organisation/connexion")
		}
		o, err := r.Site.Desk.Organiser(r.Context(), id, version)
		if errors.Is(err, registration.ErrNotFound) { // signed out everywhere since
			return r.Redirect("/organisation/connexion")
		}
		if err != nil {
			return err
		}
		r.Organiser = o
		return next(r)
	})
}

// ForRole is [SignedIn] for pages that need the rights of a role. It returns
// [ErrForbidden] to organisers who do not have them.
func ForRole(role registration.Role, next Handler) Handler {
	return SignedIn(func(r *Request) error {
		if !r.Organiser.Role.Includes(role) {
			return ErrForbidden
		}
		return next(r)
	})
}
