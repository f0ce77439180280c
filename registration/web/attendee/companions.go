package attendee

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

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
	page.Rows = page.CompanionInputs(1)
	return showEditPage(r, status, "companions", "person.companions", page)
}

// addCompanion answers POST /mon-inscription/{token}/accompagnants: one row of
// the same fields as in the sign-up form.
func addCompanion(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	f := r.NewForm(values)
	kernel.Companions(values) // renumbers what is asked about
	if f.SuggestAddresses() {
		page, err := newEditPage(r)
		if page == nil || err != nil {
			return err
		}
		page.Form = f
		return showCompanions(r, http.StatusUnprocessableEntity, page)
	}
	companion := registration.Companion{}
	if list := kernel.Companions(values); len(list) > 0 {
		companion = list[0]
	}
	receipt, err := r.Site.Desk.AddCompanion(r.Context(), r.PathValue("token"), companion)
	bad, invalid := errors.AsType[*validation.Error](err)
	isFull := errors.Is(err, registration.ErrFull)
	if err == nil && receipt.Silent {
		return redirectDone(r, "accompagnant-sans-message")
	}
	if err == nil {
		return redirectDone(r, "accompagnant", strings.TrimSpace(companion.GivenName+" "+companion.FamilyName))
	}
	met, tooMany := errors.AsType[*registration.LimitError](err)
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
	case tooMany && met.Limit == registration.LimitDay:
		page.Add("companions", r.Words.T("form.error.companions.today"))
		return showCompanions(r, http.StatusTooManyRequests, page)
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

// renamePage is the form in which a lead corrects the name of a companion.
type renamePage struct {
	*editPage
	Who kernel.Member
}

// Named returns the fields for the companion's given and family name.
func (p renamePage) Named() []kernel.Input { return p.Colleague()[:2] }

// companionForm answers GET /mon-inscription/{token}/accompagnants/{id}/modification.
func companionForm(r *kernel.Request) error {
	page, who, err := renamedCompanion(r)
	if page == nil || err != nil {
		return err
	}
	page.Values = page.Was
	return showRename(r, http.StatusOK, page, who)
}

// companionShown is what the form carries of a companion.
func companionShown(p registration.Signup) formSnapshot {
	return formSnapshot{p.Revision, url.Values{"given_name": {p.GivenName}, "family_name": {p.FamilyName}}}
}

// renamedCompanion returns the page and the companion in its path. It returns
// [registration.ErrNotFound] if the lead may not correct that name.
func renamedCompanion(r *kernel.Request) (*editPage, kernel.Member, error) {
	page, err := newEditPage(r)
	if page == nil || err != nil {
		return nil, kernel.Member{}, err
	}
	who, err := page.companion(r)
	if err != nil {
		return nil, kernel.Member{}, err
	}
	page.formSnapshot = companionShown(who.Signup)
	return page, who, nil
}

// companion returns the companion in the path. It returns [registration.ErrNotFound] if
// the visitor does not speak for them.
func (p *editPage) companion(r *kernel.Request) (kernel.Member, error) {
	i := slices.IndexFunc(p.Party, func(m kernel.Member) bool { return m.ID.String() == r.PathValue("id") })
	if i < 0 || !p.IsLead() || !p.Party[i].NamedByLead() {
		return kernel.Member{}, registration.ErrNotFound
	}
	return p.Party[i], nil
}

func showRename(r *kernel.Request, status int, page *editPage, who kernel.Member) error {
	page.Title = page.T("attendee.rename.title")
	if len(page.Errors) > 0 || page.Notice != "" {
		page.Title = page.T("form.error.prefix", "Title", page.Title)
	}
	page.NoOther = r.Method != http.MethodGet
	return r.Page(status, "rename", renamePage{page, who})
}

// renameCompanion answers POST /mon-inscription/{token}/accompagnants/{id}/modification.
func renameCompanion(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return registration.ErrNotFound
	}
	var who kernel.Member
	reload := func() (page *editPage, err error) {
		page, who, err = renamedCompanion(r)
		return page, err
	}
	did, stale, err := save(r, values, "accompagnant-nom", reload, func(d *registration.Desk) (registration.Signup, error) {
		return d.RenameCompanion(r.Context(), r.PathValue("token"), id, values.Get("given_name"), values.Get("family_name"))
	})
	bad, invalid := errors.AsType[*validation.Error](err)
	switch {
	case stale != nil:
		return showRename(r, http.StatusConflict, stale, who)
	case err == nil:
		return redirectDone(r, did)
	case !invalid:
		return changeRefused(r, err)
	}
	page, err := reload()
	if page == nil || err != nil {
		return err
	}
	page.Values, page.formSnapshot = values, postedShown(values)
	page.AddErrors(bad)
	return showRename(r, http.StatusUnprocessableEntity, page, who)
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
	if !page.CanRemove || !page.Party[i].Active() {
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
