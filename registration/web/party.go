package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Whom a person brings: the list with a form to add one, and the page to give
// the seat of one back.

// companionsForm answers GET /mon-inscription/{token}/accompagnants.
func (s *site) companionsForm(v *visit) error {
	page, err := v.mendable()
	if page == nil || err != nil {
		return err
	}
	if !page.Lead() {
		return v.redirect("/mon-inscription/", v.PathValue("token"))
	}
	return v.showCompanions(http.StatusOK, page)
}

func (v *visit) showCompanions(status int, page *mendPage) error {
	page.Rows = page.companionRows(1, 0)
	return v.showMend(status, "companions", "mine.companions.title", page)
}

// addCompanion answers POST /mon-inscription/{token}/accompagnants: one row of
// the same fields as in the sign-up form.
func (s *site) addCompanion(v *visit) error {
	values, err := v.form()
	if err != nil {
		return err
	}
	companion := registration.Companion{}
	if list := companions(values); len(list) > 0 {
		companion = list[0]
	}
	_, err = s.desk.AddCompanion(v.Context(), v.PathValue("token"), companion)
	bad, invalid := errors.AsType[*validation.Error](err)
	isFull := errors.Is(err, registration.ErrFull)
	if err == nil {
		return v.back("accompagnant")
	}
	tooMany := errors.Is(err, registration.ErrTooMany)
	if !invalid && !isFull && !tooMany {
		return v.barred(err)
	}
	page, err := v.mendable()
	if page == nil || err != nil {
		return err
	}
	page.values = values
	switch {
	case isFull:
		page.add("companions", v.words.T("signup.error.companions.full"))
		return v.showCompanions(http.StatusConflict, page)
	case tooMany:
		page.add("companions[0].email", v.words.T("signup.error.companions.email.enough"))
		return v.showCompanions(http.StatusTooManyRequests, page)
	}
	for i, e := range bad.Fields {
		if e.Path != "companions" {
			bad.Fields[i].Path = "companions[0]." + e.Path
		}
	}
	page.blame(bad)
	return v.showCompanions(http.StatusUnprocessableEntity, page)
}

// removalPage asks whether a companion's seat goes back.
type removalPage struct {
	linkPage
	Who member
}

// removal answers GET /mon-inscription/{token}/accompagnants/{id}/retrait.
func (s *site) removal(v *visit) error {
	page, err := v.own()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(page.Party, func(m member) bool { return m.ID.String() == v.PathValue("id") })
	if i < 0 || !page.Lead() {
		return registration.ErrNotFound
	}
	if !page.Can || !page.Party[i].Stays() {
		return v.redirect("/mon-inscription/", v.PathValue("token"))
	}
	page.Title = page.T("mine.removal.title")
	return v.page(http.StatusOK, "removal", removalPage{page, page.Party[i]})
}

// removeCompanion answers POST /mon-inscription/{token}/accompagnants/{id}/retrait.
func (s *site) removeCompanion(v *visit) error {
	id, err := uuid.Parse(v.PathValue("id"))
	if err != nil {
		return registration.ErrNotFound
	}
	if _, err := s.desk.RemoveCompanion(v.Context(), v.PathValue("token"), id); err != nil {
		return v.barred(err)
	}
	return v.back("retrait")
}
