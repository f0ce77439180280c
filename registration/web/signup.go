package web

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// signUpPage is the form, empty or as it was sent with what is wrong with it.
type signUpPage struct {
	layout
	meetingView
	form
	Sessions    []group
	Questions   []question
	Rows        []companionRow
	More        bool // another companion may come
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

// signUpForm answers GET /rencontres/{slug}/inscription.
func (s *site) signUpForm(v *visit) error {
	view, err := s.desk.Meeting(v.Context(), v.PathValue("slug"))
	if err != nil {
		return err
	}
	if err := v.unavailable(view); err != nil {
		return err
	}
	return v.showForm(http.StatusOK, view, form{values: url.Values{"language": {string(v.lang)}}, words: v.words}, 0)
}

// signUp answers POST /rencontres/{slug}/inscription.
func (s *site) signUp(v *visit) error {
	values, err := v.form()
	if err != nil {
		return err
	}
	slug := v.PathValue("slug")
	values.Set("territory", named(values["territory"])) // also what the form shows again
	if values.Has("add") {
		return v.anotherRow(slug, values)
	}
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

// anotherRow shows the form as it was sent, with room for one more companion.
func (v *visit) anotherRow(slug string, values url.Values) error {
	view, err := v.site.desk.Meeting(v.Context(), slug)
	if err != nil {
		return err
	}
	if err := v.unavailable(view); err != nil {
		return err
	}
	return v.showForm(http.StatusOK, view, form{values: values, words: v.words}, min(rows(values)+1, view.Meeting.Companions))
}

// request reads the fields of the form, whatever they hold.
func request(values url.Values) registration.Request {
	return registration.Request{
		GivenName: values.Get("given_name"), FamilyName: values.Get("family_name"), Email: values.Get("email"),
		Organisation: values.Get("organisation"), Function: values.Get("function"),
		Category: registration.Category(values.Get("category")), Territory: values.Get("territory"),
		Language: registration.Language(values.Get("language")), Privacy: values.Get("privacy") != "",
		Sessions: chosenSessions(values), Companions: companions(values), Answers: answers(values), Interests: values["interests"],
	}
}

// chosenSessions reads the field sessions, and those of the hours of which one
// session is chosen: sessions.0, sessions.1 and so on.
func chosenSessions(values url.Values) []registration.SessionID {
	var list []registration.SessionID
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if name != "sessions" && !strings.HasPrefix(name, "sessions.") {
			continue
		}
		for _, id := range values[name] {
			if id != "" {
				list = append(list, registration.SessionID(id))
			}
		}
	}
	return list
}

// answers reads the fields answers.ID; the Desk knows which questions there are.
func answers(values url.Values) registration.Answers {
	list := registration.Answers{}
	for name, texts := range values {
		if id, ok := strings.CutPrefix(name, "answers."); ok {
			list[id] = texts
		}
	}
	return list
}

// refused shows the form again with what was typed when the visitor can mend
// it or send it once more, and otherwise why the meeting takes nobody.
func (v *visit) refused(slug string, values url.Values, err error) error {
	bad, invalid := errors.AsType[*validation.Error](err)
	full, isFull := errors.AsType[*registration.FullError](err)
	closed := errors.Is(err, registration.ErrNotOpen) || errors.Is(err, registration.ErrClosed)
	status := statusOf(err)
	again := status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
	if !invalid && !isFull && !closed && !again {
		return err
	}
	view, viewErr := v.site.desk.Meeting(v.Context(), slug)
	if viewErr != nil {
		return viewErr
	}
	f := form{values: values, words: v.words}
	if !invalid && status != http.StatusServiceUnavailable {
		values.Del("form") // it is used up, and the next one is shown in its place
	}
	switch {
	case invalid:
		f.blame(bad)
		return v.showForm(http.StatusUnprocessableEntity, view, f, 0)
	case isFull && full.Session != registration.Whole:
		session, _ := view.Meeting.Session(full.Session)
		f.add("sessions", v.words.T("signup.error.sessions.full", "Title", v.layout("", "").Text(session.Title)))
		return v.showForm(http.StatusConflict, view, f, 0)
	case isFull: // a seat may have come back since: what counts is the answer
		view.State = registration.ViewFull
	}
	if reason := v.unavailable(view); reason != nil {
		return reason
	}
	if again {
		f.Notice = "again" + strconv.Itoa(status)
		return v.showForm(status, view, f, 0)
	}
	return err
}

// showForm renders the form. The companion number added, if not 0, is a new one.
func (v *visit) showForm(status int, view registration.View, f form, added int) error {
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
	if len(f.Errors) > 0 || f.Notice != "" {
		page.Title = v.words.T("signup.error.prefix", "Title", page.Title)
	}
	page.NoOther = v.Method != http.MethodGet
	page.Sessions, page.Questions = v.sessionGroups(view, f, registration.Signup{}), v.questions(view.Meeting, f)
	page.Rows = f.companionRows(max(rows(f.values), added), added)
	page.More = len(page.Rows) < view.Meeting.Companions
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
