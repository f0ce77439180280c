package desk

import (
	"embed"
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

//go:embed templates catalogue
var files embed.FS

// Part returns the pages of this package, for the site to mount.
func Part() kernel.Part {
	door := kernel.Needs(registration.RightDesk)
	return kernel.Part{Files: files, Routes: []kernel.Route{
		door.Get("/accueil/{code}", checkIn),
	}}
}

// checkInPage says who carries a short code.
type checkInPage struct {
	kernel.PersonPage
}

// checkIn answers GET /accueil/{code}. Two meetings may have given the same code:
// the one with the latest day counts.
func checkIn(r *kernel.Request) error {
	code, ok := registration.ParseCode(r.PathValue("code"))
	if !ok {
		return registration.ErrNotFound
	}
	views, err := r.Site.Desk.Meetings(r.Context())
	if err != nil {
		return err
	}
	for _, view := range views {
		if !r.Organiser.May(registration.RightDesk, view.Meeting.Slug) {
			continue
		}
		signup, err := r.Site.Desk.ByCode(r.Context(), view.Meeting.Slug, code)
		if errors.Is(err, registration.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		page, err := r.PersonForOrganisers(view, signup)
		if err != nil {
			return err
		}
		page.Title = r.Words.T("desk.title")
		return r.Page(http.StatusOK, "checkin", checkInPage{page})
	}
	return registration.ErrNotFound
}
