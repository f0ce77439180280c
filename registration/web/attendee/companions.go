package attendee

import (
	"errors"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// The people that somebody brings: the list with a form to add one, and the page
// that gives the seat of one back.

// companionsForm answers GET /mon-inscription/{token}/accompagnants.
func companionsForm(r *kernel.Request) error {
	page, err := newEditPage(r)
	if page == nil || err != nil {
		return err
	}
	if !page.IsLead() {
		return r.Redirect("/mon-inscription/", r.PathValue("token"))
	}
	return showCompanions(r, http.StatusOK, page)
}

func showCompanions(r *kernel.Request, status int, page *editPage) error {
	page.Rows = page.CompanionInputs(1, 0)
	return showEditPage(r, status, "companions", "person.companions", page)
}

// addCompanion answers POST /mon-inscription/{token}/accompagnants: one row of
// the same fields as in the sign-up form.
func addCompanion(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	companion := registration.Companion{}
	if list := kernel.Companions(values); len(list) > 0 {
		companion = list[0]
	}
	_, err = r.Site.Desk.AddCompanion(r.Context(), r.PathValue("token"), companion)
	bad, invalid := errors.AsType[*validation.Error](err)
	isFull := errors.Is(err, registration.ErrFull)
	if err == nil {
		return redirectDone(r, "accompagnant")
	}
	tooMany := errors.Is(err, registration.ErrTooMany)
	if !invalid && !isFull && !tooMany {
		return changeRefused(r, err)
	}
	page, err := newEditPage(r)
	if page == nil || err != nil {
		return err
	}
	page.Values = values
	switch {
	case isFull:
		page.Add("companions", r.Words.T("form.error.companions.full"))
		return showCompanions(r, http.StatusConflict, page)
	case tooMany:
		page.Add("companions[0].email", r.Words.T("form.error.companions.email.enough"))
		return showCompanions(r, http.StatusTooManyRequests, page)
	}
	for i, e := range bad.Fields {
		if e.Path != "companions" {
			bad.Fields[i].Path = "companions[0]." + e.Path
		}
	}
	page.AddErrors(bad)
	return showCompanions(r, http.StatusUnprocessableEntity, page)
}

// removalPage asks whether a companion's seat goes back.
type removalPage struct {
	attendeePage
	Who kernel.Member
}

// removal answers GET /mon-inscription/{token}/accompagnants/{id}/retrait.
func removal(r *kernel.Request) error {
	page, err := ownPage(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(page.Party, func(m kernel.Member) bool { return m.ID.String() == r.PathValue("id") })
	if i < 0 || !page.IsLead() {
		return registration.ErrNotFound
	}
	if !page.Possible || !page.Party[i].Active() {
		return r.Redirect("/mon-inscription/", r.PathValue("token"))
	}
	page.Title = page.T("attendee.removal.title")
	return r.Page(http.StatusOK, "removal", removalPage{page, page.Party[i]})
}

// removeCompanion answers POST /mon-inscription/{token}/accompagnants/{id}/retrait.
func removeCompanion(r *kernel.Request) error {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return registration.ErrNotFound
	}
	if _, err := r.Site.Desk.RemoveCompanion(r.Context(), r.PathValue("token"), id); err != nil {
		return changeRefused(r, err)
	}
	return redirectDone(r, "retrait")
}
