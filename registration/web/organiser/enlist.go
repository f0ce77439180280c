package organiser

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// enlistPage is the form in which an organiser signs up somebody who telephones.
type enlistPage struct {
	actPage
	Known string // the page of the person who has the address already, "" for nobody
	Rows  []kernel.CompanionRow
	Token string // of this form, so that it signs up once if it is sent twice
}

// enlistRows is how many companions the form has fields for. More can be
// added to the sign-up afterwards.
const enlistRows = 3

// Typed reports whether companions were typed. If so, their fields are not folded
// away.
func (p enlistPage) Typed() bool { return kernel.CompanionRows(p.Values) > 0 }

// enlistForm answers GET /organisation/rencontres/{slug}/inscriptions/nouvelle.
func enlistForm(r *kernel.Request) error {
	kept, err := r.SavedForm()
	if err != nil {
		return err
	}
	if kept == nil {
		return showEnlist(r, http.StatusOK, url.Values{"language": {string(registration.French)}}, nil)
	}
	kept.Set("territory", kernel.NamedTerritory(kept["territory"]))
	return showEnlist(r, http.StatusOK, kept, func(p *enlistPage) error {
		p.Restored = true
		return nil
	})
}

// showEnlist renders the form. If refused is not nil, it says what was wrong.
func showEnlist(r *kernel.Request, status int, values url.Values, refused func(*enlistPage) error) error {
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	var page enlistPage
	page.PersonPage = r.Person(kernel.OrganisersSection, view, registration.Signup{})
	page.Form, page.Act = r.NewFormOfOther(values), "nouvelle"
	page.Token = cmp.Or(values.Get("form"), r.Site.Desk.FormToken(time.Time{}))
	if refused != nil {
		if err := refused(&page); err != nil {
			return err
		}
	}
	page.ask("given_name", "family_name")
	in := page.Input("email")
	in.Optional, in.Hint = page.T("form.optional"), page.Say("email")
	in.Described = "email-hint"
	if in.Error != "" {
		in.Described += " email-error"
	}
	page.Asked = append(page.Asked, kernel.Question{Input: &in})
	for i := range view.Meeting.Questions {
		view.Meeting.Questions[i].Required = false
	}
	page.fillAnswers(r, view.Meeting)
	for _, c := range r.SessionChoices(view, page.Form, registration.Signup{}) {
		page.choose(c)
	}
	if n := view.Meeting.Companions; n > 0 {
		page.Rows = page.CompanionInputs(max(min(n, enlistRows), kernel.CompanionRows(values)))
	}
	full := view.In(registration.MeetingSession).Free() == 0
	switch {
	case !full:
		page.Effects = append(page.Effects, page.Say("seat"))
	case view.KeepsQueue:
		page.Effects = append(page.Effects, page.Say("queue"))
	default:
		page.Effects = append(page.Effects, page.Say("full"))
	}
	page.Effects = append(page.Effects, page.Say("mail"), page.Say("no_address"))
	page.Title = page.Say("title")
	if len(page.Errors) > 0 {
		page.Title = page.T("form.error.prefix", "Title", page.Title)
	}
	page.NoOther = r.Method != http.MethodGet
	return r.Page(status, "enlist", page)
}

// enlist answers POST /organisation/rencontres/{slug}/inscriptions/nouvelle.
func enlist(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	values.Set("territory", kernel.NamedTerritory(values["territory"]))
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	slug := view.Meeting.Slug
	fields := kernel.SignUpFields(values)
	fields.Signals.Form = values.Get("form")
	s, err := r.Site.Desk.Enlist(r.Context(), slug, fields)
	bad, invalid := errors.AsType[*validation.Error](err)
	full, isFull := errors.AsType[*registration.FullError](err)
	switch {
	case err == nil:
		r.Site.Log.InfoContext(r.Context(), "act done", "act", "nouvelle", "organiser", r.Organiser.ID, "signup", s.ID)
		return r.Redirect(signupPath(slug, s.Code), "?fait=nouvelle")
	case invalid:
		return showEnlist(r, http.StatusUnprocessableEntity, values, func(p *enlistPage) error {
			p.AddErrors(bad)
			return nil
		})
	case errors.Is(err, registration.ErrAddressTaken):
		return showEnlist(r, http.StatusConflict, values, func(p *enlistPage) error {
			p.Add("email", p.T("organiser.act.taken"))
			page, err := r.Site.Desk.List(r.Context(), slug, registration.Filter{Words: values.Get("email")}, registration.Paging{Limit: 100})
			key, _ := address.Key(values.Get("email"))
			for _, e := range page.Entries { // the search finds longer addresses too, and sign-ups that have ended
				if err == nil && e.AddressKey == key && e.EndedAt.IsZero() {
					p.Known = r.Path(signupPath(slug, e.Code))
				}
			}
			return nil
		})
	case isFull && full.Session != registration.MeetingSession:
		return showEnlist(r, http.StatusConflict, values, func(p *enlistPage) error {
			session, _ := p.Meeting.Session(full.Session)
			p.Add("sessions", p.T("form.error.sessions.full", "Title", p.Text(session.Title)))
			return nil
		})
	case isFull:
		return &kernel.Problem{Status: http.StatusConflict, Key: "enlist_full", Next: r.Path("/organisation/rencontres/", url.PathEscape(slug)), Err: err}
	}
	return err
}
