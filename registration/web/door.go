package web

import (
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
		for signup, err := range s.desk.Signups(v.Context(), registration.Query{Meeting: view.Meeting.Slug, Code: code}) {
			if err != nil {
				return err
			}
			return v.showDoor(view, signup)
		}
	}
	return registration.ErrNotFound
}

func (v *visit) showDoor(view registration.View, signup registration.Signup) error {
	page := linkPage{
		layout: v.layout(v.words.T("organisation.door.title"), organisers), meetingView: v.view(view), Signup: signup,
		Status: signup.Status(), Territory: territoryName(signup.Territory), Regions: regionsIn(signup.Territory),
	}
	if err := v.places(&page); err != nil {
		return err
	}
	all, err := v.site.desk.Party(v.Context(), signup)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.ID != signup.ID && p.FamilyName != "" {
			page.Party = append(page.Party, member{p, p.Status()})
		}
	}
	return v.page(http.StatusOK, "door", doorPage{page})
}
