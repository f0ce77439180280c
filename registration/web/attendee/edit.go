package attendee

import (
	"errors"
	"html/template"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// editPage is a form in which people change their own sign-up: their answers,
// their sessions or their companions. A POST saves the whole form. If a field is
// wrong, it saves nothing and shows the form again with a sentence beside it.
type editPage struct {
	attendeePage
	kernel.Form
	Sessions     []kernel.Choice
	Questions    []kernel.Question
	Rows         []kernel.CompanionRow
	Territories  template.HTML
	Suggestions  []kernel.Suggestion
	Who          *kernel.Member // the companion whom the form is about, nil for the visitor
	formSnapshot                // what the form carries to be compared
	Changes      []kernel.Fact  // what was changed elsewhere since the form was shown
}

// newEditPage returns the page of an empty form. If the visitor can change nothing
// any more, it redirects to the attendee's page and returns nil and no error.
func newEditPage(r *kernel.Request) (*editPage, error) {
	page, err := ownPage(r)
	if err != nil {
		return nil, err
	}
	if !page.Editable {
		return nil, r.Redirect("/mon-inscription/", r.PathValue("token"))
	}
	return &editPage{attendeePage: page, Form: r.NewForm(nil)}, nil
}

// showEditPage renders a form; the title is a key of the catalogue, and args are what it
// names.
func showEditPage(r *kernel.Request, status int, name, title string, page *editPage, args ...any) error {
	page.Title = page.T(title, args...)
	if len(page.Errors) > 0 || page.Notice != "" {
		page.Title = page.T("form.error.prefix", "Title", page.Title)
	}
	page.NoOther = r.Method != http.MethodGet
	return r.Page(status, name, page)
}

// editForm answers GET /mon-inscription/{token}/modification.
func editForm(r *kernel.Request) error {
	page, err := newEditPage(r)
	if page == nil || err != nil {
		return err
	}
	page.Values = kernel.SignUpValues(page.Signup)
	page.formSnapshot = answersShown(page.Signup)
	return showAnswers(r, http.StatusOK, page)
}

// answersShown is what the form of answers carries.
func answersShown(s registration.Signup) formSnapshot {
	return formSnapshot{s.Revision, kernel.SignUpValues(s)}
}

func showAnswers(r *kernel.Request, status int, page *editPage) error {
	page.Questions, page.Territories = r.Questions(page.Meeting, page.Form), kernel.DrawnTerritories()
	if page.Error("territory") != "" {
		page.Suggestions = kernel.Suggestions(page.Value("territory"))
	}
	return showEditPage(r, status, "edit", "attendee.edit.title", page)
}

// edit answers POST /mon-inscription/{token}/modification.
func edit(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	values.Set("territory", kernel.NamedTerritory(values["territory"]))
	fields := kernel.SignUpFields(values)
	if fields.Language == "" {
		fields.Language = r.Lang
	}
	did, stale, err := save(r, values, "modification", reloadWith(r, answersShown), func(d *registration.Desk) (registration.Signup, error) {
		return d.Edit(r.Context(), r.PathValue("token"), fields)
	})
	if stale != nil {
		return showAnswers(r, http.StatusConflict, stale)
	}
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		page, err := newEditPage(r)
		if page == nil || err != nil {
			return err
		}
		page.Values, page.formSnapshot = values, postedShown(values)
		page.AddErrors(bad)
		return showAnswers(r, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return changeRefused(r, err)
	}
	return redirectDone(r, did)
}
