package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// signUpPage is the form, empty or as it was sent with what is wrong with it.
type signUpPage struct {
	layout
	meetingView
	form
	Choices     []choice
	Territories []territory
	Suggestions []suggestion // for a territory that is not in the list
	HeldUntil   string       // when a seat asked for now would go back
	Form        string       // tells when the form was shown: registration.Trace
}

// Controllers are those who decide what the data is for; the organisers, unless
// the notice names others.
func (p signUpPage) Controllers() []string {
	if c := p.Meeting.Notice.Controllers; len(c) > 0 {
		return c
	}
	return p.Meeting.Organisers
}

// choice is a session that can be ticked.
type choice struct {
	registration.Session
	Seats   seats
	Checked bool
}

// signUpForm answers GET /rencontres/{slug}/inscription.
func (s *site) signUpForm(v *visit) error {
	view, err := s.desk.Meeting(v.Context(), v.PathValue("slug"))
	if err != nil {
		return err
	}
	if err := v.unavailable(view); err != nil {
		return err
	}
	return v.showForm(http.StatusOK, view, form{values: url.Values{"language": {string(v.lang)}}, words: v.words})
}

// signUp answers POST /rencontres/{slug}/inscription.
func (s *site) signUp(v *visit) error {
	values, err := v.form()
	if err != nil {
		return err
	}
	slug := v.PathValue("slug")
	values.Set("territory", named(values["territory"])) // also what the form shows again
	r := request(values)
	if r.Language == "" { // a form without the question is in the page's language
		r.Language = v.lang
	}
	r.Trace = registration.Trace{Form: values.Get("form"), Trap: values.Get("website"), Network: network(v.Request)}
	receipt, err := s.desk.SignUp(v.Context(), slug, r)
	if err == nil {
		return v.redirect("/rencontres/", url.PathEscape(slug), "/inscription/message/", v.sealSent(r.Email, receipt.HeldUntil))
	}
	return v.refused(slug, values, err)
}

// request reads the fields of the form, whatever they hold.
func request(values url.Values) registration.Request {
	r := registration.Request{
		GivenName: values.Get("given_name"), FamilyName: values.Get("family_name"), Email: values.Get("email"),
		Organisation: values.Get("organisation"), Function: values.Get("function"),
		Category: registration.Category(values.Get("category")), Territory: values.Get("territory"),
		Language: registration.Language(values.Get("language")), Privacy: values.Get("privacy") != "",
	}
	for _, id := range values["sessions"] {
		if id != "" {
			r.Sessions = append(r.Sessions, registration.SessionID(id))
		}
	}
	return r
}

// refused shows the form again with what was typed when the visitor can mend
// it, and otherwise why the meeting takes nobody.
func (v *visit) refused(slug string, values url.Values, err error) error {
	bad, invalid := errors.AsType[*territoires.ValidationError](err)
	full, isFull := errors.AsType[*registration.FullError](err)
	closed := errors.Is(err, registration.ErrNotOpen) || errors.Is(err, registration.ErrClosed)
	if !invalid && !isFull && !closed {
		return err
	}
	view, viewErr := v.site.desk.Meeting(v.Context(), slug)
	if viewErr != nil {
		return viewErr
	}
	f := form{values: values, words: v.words}
	switch {
	case invalid:
		f.blame(bad)
		return v.showForm(http.StatusUnprocessableEntity, view, f)
	case isFull && full.Session != registration.Whole:
		session, _ := view.Meeting.Session(full.Session)
		f.add("sessions", v.words.T("signup.error.sessions.full", "Title", v.layout("", "").Text(session.Title)))
		return v.showForm(http.StatusConflict, view, f)
	case isFull: // a seat may have come back since: what counts is the answer
		view.State = registration.ViewFull
	}
	if reason := v.unavailable(view); reason != nil {
		return reason
	}
	return err
}

// showForm renders the form.
func (v *visit) showForm(status int, view registration.View, f form) error {
	page := signUpPage{layout: v.layout("", ""), meetingView: v.view(view), form: f, Territories: territories()}
	page.HeldUntil = v.words.Moment(view.Meeting.HoldUntil(v.now))
	// A form that comes back with a mistake stays the one that was shown first.
	if page.Form = f.values.Get("form"); page.Form == "" {
		page.Form = v.site.desk.FormToken()
	}
	page.Title = v.words.T("signup.title")
	if page.Waits() {
		page.Title = v.words.T("meeting.wait")
	}
	if f.Error("territory") != "" {
		page.Suggestions = suggestions(f.Value("territory"))
	}
	if len(f.Errors) > 0 {
		page.Title = v.words.T("signup.error.prefix", "Title", page.Title)
	}
	page.NoOther = status != http.StatusOK
	for _, session := range view.Meeting.Sessions {
		page.Choices = append(page.Choices, choice{
			Session: session, Seats: newSeats(view.In(session.ID)),
			Checked: slices.Contains(f.values["sessions"], string(session.ID)),
		})
	}
	return v.page(status, "signup", page)
}

// sentPage tells the visitor to look at their mail.
type sentPage struct {
	layout
	meetingView
	Email     string
	HeldUntil string
}

// sealSent hides what the next page shows in that page's own address: no
// cookie, nothing stored, and nothing in it that a log or a proxy could read.
func (v *visit) sealSent(email string, until time.Time) string {
	return v.site.keys.Seal("sent", fmt.Sprintf("%d %s", until.Unix(), strings.TrimSpace(email)))
}

// sent answers GET /rencontres/{slug}/inscription/message/{seal}.
func (s *site) sent(v *visit) error {
	text, err := s.keys.Unseal("sent", v.PathValue("seal"))
	if err != nil {
		return registration.ErrNotFound
	}
	view, err := s.desk.Meeting(v.Context(), v.PathValue("slug"))
	if err != nil {
		return err
	}
	var until int64
	if _, err := fmt.Sscanf(text, "%d ", &until); err != nil {
		return registration.ErrNotFound
	}
	_, email, _ := strings.Cut(text, " ")
	return v.page(http.StatusOK, "sent", sentPage{
		layout: v.layout(v.words.T("signup.sent.title"), ""), meetingView: v.view(view),
		Email: email, HeldUntil: v.words.Moment(time.Unix(until, 0)),
	})
}
