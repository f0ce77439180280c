package web

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// What a person changes in their own sign-up: what they said of themselves, and
// the sessions they chose. Each GET shows the form as things stand; each POST
// changes all that it says or, with a sentence beside the field, nothing.

// mendPage is one of these forms.
type mendPage struct {
	linkPage
	form
	Sessions    []group
	Questions   []question
	Rows        []companionRow
	Territories []territory
	Suggestions []suggestion
}

// mendable returns the page of a form, or nil after it led a visitor who can
// change nothing any more to the page that says so.
func (v *visit) mendable() (*mendPage, error) {
	page, err := v.own()
	if err != nil {
		return nil, err
	}
	if !page.Mends {
		return nil, v.redirect("/mon-inscription/", v.PathValue("token"))
	}
	return &mendPage{linkPage: page, form: form{words: v.words}}, nil
}

// showMend renders a form; the title is a key of the catalogue.
func (v *visit) showMend(status int, name, title string, page *mendPage) error {
	page.Title = page.T(title)
	if len(page.Errors) > 0 {
		page.Title = page.T("signup.error.prefix", "Title", page.Title)
	}
	page.NoOther = v.Method != http.MethodGet
	return v.page(status, name, page)
}

// editForm answers GET /mon-inscription/{token}/modification.
func (s *site) editForm(v *visit) error {
	page, err := v.mendable()
	if page == nil || err != nil {
		return err
	}
	page.values = said(page.Signup)
	return v.showEdit(http.StatusOK, page)
}

// said is what a sign-up says, as its form would have sent it.
func said(s registration.Signup) url.Values {
	values := url.Values{
		"given_name": {s.GivenName}, "family_name": {s.FamilyName}, "organisation": {s.Organisation}, "function": {s.Function},
		"category": {string(s.Category)}, "territory": {s.Territory}, "language": {string(s.Language)}, "interests": s.Interests,
	}
	if t, ok := territoires.Lookup(territoires.PhaseI, territoires.ID(s.Territory)); ok {
		values.Set("territory", officialName(t))
	}
	for id, texts := range s.Answers {
		values["answers."+id] = texts
	}
	return values
}

func (v *visit) showEdit(status int, page *mendPage) error {
	page.Questions, page.Territories = v.questions(page.Meeting, page.form), territories()
	if page.Error("territory") != "" {
		page.Suggestions = suggestions(page.Value("territory"))
	}
	return v.showMend(status, "edit", "mine.edit.title", page)
}

// edit answers POST /mon-inscription/{token}/modification.
func (s *site) edit(v *visit) error {
	values, err := v.form()
	if err != nil {
		return err
	}
	values.Set("territory", named(values["territory"]))
	r := request(values)
	if r.Language == "" {
		r.Language = v.lang
	}
	_, err = s.desk.Edit(v.Context(), v.PathValue("token"), r)
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		page, err := v.mendable()
		if page == nil || err != nil {
			return err
		}
		page.values = values
		page.blame(bad)
		return v.showEdit(http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return v.barred(err)
	}
	return v.back("modification")
}

// sessionsForm answers GET /mon-inscription/{token}/sessions.
func (s *site) sessionsForm(v *visit) error {
	page, err := v.mendable()
	if page == nil || err != nil {
		return err
	}
	page.values = url.Values{}
	for _, p := range page.Signup.Places {
		if p.Session != registration.Whole && !p.State.Ended() {
			page.values.Add("sessions", string(p.Session))
		}
	}
	return v.showSessions(http.StatusOK, page)
}

func (v *visit) showSessions(status int, page *mendPage) error {
	view, err := v.site.desk.Meeting(v.Context(), page.Meeting.Slug)
	if err != nil {
		return err
	}
	page.Sessions = v.sessionGroups(view, page.form, page.Signup)
	return v.showMend(status, "sessions", "mine.sessions.title", page)
}

// chooseSessions answers POST /mon-inscription/{token}/sessions.
func (s *site) chooseSessions(v *visit) error {
	values, err := v.form()
	if err != nil {
		return err
	}
	_, err = s.desk.ChooseSessions(v.Context(), v.PathValue("token"), chosenSessions(values))
	bad, invalid := errors.AsType[*validation.Error](err)
	full, isFull := errors.AsType[*registration.FullError](err)
	if err == nil {
		return v.back("sessions")
	}
	if !invalid && !isFull {
		return v.barred(err)
	}
	page, err := v.mendable()
	if page == nil || err != nil {
		return err
	}
	page.values = values
	if invalid {
		page.blame(bad)
		return v.showSessions(http.StatusUnprocessableEntity, page)
	}
	session, _ := page.Meeting.Session(full.Session)
	page.add("sessions", v.words.T("signup.error.sessions.full", "Title", page.Text(session.Title)))
	return v.showSessions(http.StatusConflict, page)
}
