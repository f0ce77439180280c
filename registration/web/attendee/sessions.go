package attendee

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// sessionsForm answers GET /mon-inscription/{token}/sessions.
func sessionsForm(r *kernel.Request) error {
	page, err := newEditPage(r)
	if page == nil || err != nil {
		return err
	}
	page.formSnapshot = sessionsShown(page.Signup)
	page.Values = page.Was
	return showSessions(r, http.StatusOK, page)
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
	page.Sessions = r.SessionChoices(view, page.Form, page.Signup)
	return showEditPage(r, status, "sessions", "attendee.sessions.title", page)
}

// chooseSessions answers POST /mon-inscription/{token}/sessions.
func chooseSessions(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	did, stale, err := save(r, values, "sessions", reloadWith(r, sessionsShown), func(d *registration.Desk) (registration.Signup, error) {
		return d.ChooseSessions(r.Context(), r.PathValue("token"), kernel.ChosenSessions(values))
	})
	if stale != nil {
		return showSessions(r, http.StatusConflict, stale)
	}
	bad, invalid := errors.AsType[*validation.Error](err)
	full, isFull := errors.AsType[*registration.FullError](err)
	if err == nil {
		return redirectDone(r, did)
	}
	if !invalid && !isFull {
		return changeRefused(r, err)
	}
	page, err := newEditPage(r)
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
