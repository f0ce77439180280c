package web

import (
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
)

// doorPage says who carries a short code.
type doorPage struct {
	linkPage
}

// door answers GET /accueil/{code}, the address in a ticket's QR code: for who
// welcomes people, and nobody else.
func (s *site) door(v *visit) error {
	if !v.organiser.Role.Includes(registration.RoleDesk) {
		return errForbidden
	}
	code, ok := registration.ParseCode(v.PathValue("code"))
	if !ok {
		return registration.ErrNotFound
	}
	views, err := s.desk.Meetings(v.Context())
	if err != nil {
		return err
	}
	for _, view := range views { // codes of two meetings may be the same: the latest day counts
		signup, err := s.desk.ByCode(v.Context(), view.Meeting.Slug, code)
		if errors.Is(err, registration.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		page, err := v.attendee(view, signup)
		if err != nil {
			return err
		}
		page.Title = v.words.T("organisation.door.title")
		return v.page(http.StatusOK, "door", doorPage{page})
	}
	return registration.ErrNotFound
}

// attendee returns what organisers read of a person: everything but the links.
func (v *visit) attendee(view registration.View, signup registration.Signup) (linkPage, error) {
	page := linkPage{
		layout: v.layout("", organisers), meetingView: v.view(view), Signup: signup,
		Status: signup.Status(), Territory: territoryName(signup.Territory), Regions: regionsIn(signup.Territory),
	}
	if err := v.places(&page); err != nil {
		return page, err
	}
	all, err := v.site.desk.Party(v.Context(), signup)
	for _, p := range all {
		if p.ID != signup.ID && p.FamilyName != "" {
			page.Party = append(page.Party, member{p, p.Status()})
		}
	}
	return page, err
}
