package attendee

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// signUpPage is the sign-up form: empty, or as it was sent, with its errors.
type signUpPage struct {
	kernel.Layout
	kernel.MeetingView
	kernel.Form
	Sessions    []kernel.Choice
	Questions   []kernel.Question
	Rows        []kernel.CompanionRow
	Territories template.HTML
	Suggestions []kernel.Suggestion // for a territory that is not in the list
	HeldUntil   string              // when a seat asked for now would go back
	Token       string              // says when the form was shown: see [registration.BotSignals]
}

// signUpForm answers GET /rencontres/{slug}/inscription.
func signUpForm(r *kernel.Request, view registration.View) error {
	if err := unavailable(r, view); err != nil {
		return err
	}
	return showForm(r, http.StatusOK, view, r.NewForm(url.Values{"language": {string(r.Lang)}}))
}

// signUp answers POST /rencontres/{slug}/inscription.
func signUp(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	slug := r.PathValue("slug")
	values.Set("territory", kernel.NamedTerritory(values["territory"])) // also what the form shows again
	if values.Has("remove") {
		return withoutRow(r, values)
	}
	kernel.Companions(values) // renumbers what is asked about
	f := r.NewForm(values)
	if f.SuggestAddresses() {
		view, err := findMeeting(r)
		if err != nil {
			return err
		}
		if err := unavailable(r, view); err != nil {
			return err
		}
		return showForm(r, http.StatusUnprocessableEntity, view, f)
	}
	fields := kernel.SignUpFields(values)
	if fields.Language == "" { // a form without the question is in the page's language
		fields.Language = r.Lang
	}
	fields.Signals = registration.BotSignals{Form: values.Get("form"), Honeypot: values.Get("website"), Network: kernel.Network(r.Request)}
	receipt, err := r.Site.Desk.SignUp(r.Context(), slug, fields)
	if err == nil {
		return r.Redirect("/rencontres/", url.PathEscape(slug), "/inscription/message/", sealSent(r, fields.Address(), receipt))
	}
	if errors.Is(err, registration.ErrNotFound) {
		return try(r, fields, f)
	}
	return showRefused(r, slug, values, err)
}

// triedPage says that the form of a draft works. Nothing was stored.
type triedPage struct {
	kernel.Layout
	kernel.MeetingView
}

// try answers the form of a draft that an organiser tries out. It stores nothing
// and sends no mail.
func try(r *kernel.Request, fields registration.Request, f kernel.Form) error {
	view, err := findMeeting(r)
	if err != nil {
		return err
	}
	err = r.Site.Desk.Try(r.Context(), view.Meeting.Slug, fields)
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		f.AddErrors(bad)
		return showForm(r, http.StatusUnprocessableEntity, view, f)
	}
	if err != nil {
		return err
	}
	page := triedPage{r.Layout(r.Words.T("signup.tried.title"), ""), r.MeetingView(view)}
	page.NoOther = true
	return r.Page(http.StatusOK, "tried", page)
}

// withoutRow shows the form as it was sent, without one of the companions.
func withoutRow(r *kernel.Request, values url.Values) error {
	view, err := findMeeting(r)
	if err != nil {
		return err
	}
	if err := unavailable(r, view); err != nil {
		return err
	}
	kernel.RemoveCompanion(values, values.Get("remove"))
	return showForm(r, http.StatusOK, view, r.NewForm(values))
}

// showRefused shows the form again, with what was typed, if the visitor can correct
// it or submit it once more. Otherwise it shows why the meeting takes nobody.
func showRefused(r *kernel.Request, slug string, values url.Values, err error) error {
	bad, invalid := errors.AsType[*validation.Error](err)
	full, isFull := errors.AsType[*registration.FullError](err)
	closed := errors.Is(err, registration.ErrNotOpen) || errors.Is(err, registration.ErrClosed)
	status := kernel.StatusOf(err)
	again := status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
	if !invalid && !isFull && !closed && !again {
		return err
	}
	view, viewErr := findMeeting(r)
	if viewErr != nil {
		return viewErr
	}
	f := r.NewForm(values)
	if !invalid && status != http.StatusServiceUnavailable {
		values.Del("form") // it is used up, and the next one is shown in its place
	}
	switch {
	case invalid:
		f.AddErrors(bad)
		return showForm(r, http.StatusUnprocessableEntity, view, f)
	case isFull && full.Session != registration.MeetingSession:
		session, _ := view.Meeting.Session(full.Session)
		f.Add("sessions", r.Words.T("form.error.sessions.full", "Title", r.Layout("", "").Text(session.Title)))
		return showForm(r, http.StatusConflict, view, f)
	case isFull: // a seat may have come back since: what counts is the answer
		view.State = registration.ViewFull
	}
	if reason := unavailable(r, view); reason != nil {
		return reason
	}
	if again {
		f.Notice = "again503"
		r.LogFailure(status, err)
		if met, ok := errors.AsType[*registration.LimitError](err); ok {
			f.Notice = "again_" + string(met.Limit)
		}
		return showForm(r, status, view, f)
	}
	return err
}

// showForm renders the form.
func showForm(r *kernel.Request, status int, view registration.View, f kernel.Form) error {
	page := signUpPage{Layout: r.Layout("", ""), MeetingView: r.MeetingView(view), Form: f, Territories: kernel.DrawnTerritories()}
	page.About = page.Text(view.Meeting.Title) + ", " + page.LongDate
	until, err := r.Site.Desk.HoldUntil(r.Context(), view)
	if err != nil {
		return err
	}
	page.HeldUntil = r.Words.Moment(until)
	// A form that is shown again after a mistake keeps its first token.
	if page.Token = f.Values.Get("form"); page.Token == "" {
		desk := r.Site.Desk
		page.Token = r.Seal(func() string { return desk.FormToken(until) })
	}
	page.Title = r.Words.T("signup.title")
	if page.ForQueue() {
		page.Title = r.Words.T("meeting.wait")
	}
	if f.Error("territory") != "" {
		page.Suggestions = kernel.Suggestions(f.Value("territory"))
	}
	if len(f.Errors) > 0 || f.Notice != "" {
		page.Title = r.Words.T("form.error.prefix", "Title", page.Title)
	}
	page.NoOther = r.Method != http.MethodGet
	page.Sessions, page.Questions = r.SessionChoices(view, f, registration.Signup{}), r.Questions(view.Meeting, f)
	page.Rows = f.CompanionInputs(max(kernel.CompanionRows(f.Values), view.Meeting.Companions))
	return r.Page(status, "signup", page)
}
