package attendee

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// sessionsForm answers GET /mon-inscription/{token}/sessions and, for a companion
// without an address, GET /mon-inscription/{token}/accompagnants/{id}/sessions.
func sessionsForm(r *kernel.Request) error {
	page, err := newSessionsPage(r)
	if page == nil || err != nil {
		return err
	}
	page.Values = page.Was
	return showSessions(r, http.StatusOK, page)
}

// newSessionsPage returns the page of the sessions of the visitor or of the companion in
// the path: see [newEditPage].
func newSessionsPage(r *kernel.Request) (*editPage, error) {
	page, err := newEditPage(r)
	if page == nil || err != nil {
		return nil, err
	}
	if r.PathValue("id") != "" {
		who, err := page.companion(r)
		if err != nil || who.Email != "" {
			return nil, cmp.Or(err, registration.ErrNotFound)
		}
		page.Who, page.Form = &who, r.NewFormOfOther(nil)
	}
	page.formSnapshot = sessionsShown(page.chooser())
	return page, nil
}

// chooser is the sign-up whose sessions are chosen.
func (p *editPage) chooser() registration.Signup {
	if p.Who != nil {
		return p.Who.Signup
	}
	return p.Signup
}

// sessionsShown is what the form of sessions carries.
func sessionsShown(s registration.Signup) formSnapshot {
	ids := []string{}
	for _, p := range s.Places {
		if p.Session != registration.MeetingSession && !p.State.Ended() {
			ids = append(ids, string(p.Session))
		}
	}
	return formSnapshot{s.Revision, url.Values{"sessions": ids}}
}

func showSessions(r *kernel.Request, status int, page *editPage) error {
	view, err := r.Site.Desk.Meeting(r.Context(), page.Meeting.Slug)
	if err != nil {
		return err
	}
	page.Sessions = r.SessionChoices(view, page.Form, page.chooser())
	if page.Who != nil {
		return showEditPage(r, status, "sessions", "attendee.sessions.of", page, "Name", page.Who.GivenName+" "+page.Who.FamilyName)
	}
	return showEditPage(r, status, "sessions", "attendee.sessions.title", page)
}

// chooseSessions answers POST /mon-inscription/{token}/sessions and, for a companion
// without an address, POST /mon-inscription/{token}/accompagnants/{id}/sessions.
func chooseSessions(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	token, chosen := r.PathValue("token"), kernel.ChosenSessions(values)
	done := "sessions"
	act := func(d *registration.Desk) (registration.Signup, error) {
		return d.ChooseSessions(r.Context(), token, chosen)
	}
	var who registration.Signup
	if of := r.PathValue("id"); of != "" {
		id, err := uuid.Parse(of)
		if err != nil {
			return registration.ErrNotFound
		}
		done, act = "accompagnant-sessions", func(d *registration.Desk) (_ registration.Signup, err error) {
			who, err = d.ChooseSessionsOf(r.Context(), token, id, chosen)
			return who, err
		}
	}
	did, stale, err := save(r, values, done, func() (*editPage, error) { return newSessionsPage(r) }, act)
	if stale != nil {
		return showSessions(r, http.StatusConflict, stale)
	}
	bad, invalid := errors.AsType[*validation.Error](err)
	full, isFull := errors.AsType[*registration.FullError](err)
	if err == nil {
		if r.PathValue("id") == "" {
			return redirectDone(r, did)
		}
		return redirectDone(r, did, who.GivenName+" "+who.FamilyName)
	}
	if !invalid && !isFull {
		return changeRefused(r, err)
	}
	page, err := newSessionsPage(r)
	if page == nil || err != nil {
		return err
	}
	page.Values, page.formSnapshot = values, postedShown(values)
	if invalid {
		page.AddErrors(bad)
		return showSessions(r, http.StatusUnprocessableEntity, page)
	}
	session, _ := page.Meeting.Session(full.Session)
	page.Add("sessions", r.Words.T("form.error.sessions.full", "Title", page.Text(session.Title)))
	return showSessions(r, http.StatusConflict, page)
}
