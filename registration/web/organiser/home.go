package organiser

import (
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// homePage lists the meetings with what each wants, and their sign-ups in numbers.
type homePage struct {
	kernel.Layout
	Meetings []countedMeeting
	MayShow  bool // a one-time sign-in, to somebody
	Drafts   []draftLink
	MayAdd   bool // meetings
}

type countedMeeting struct {
	kernel.MeetingView
	wanted
	MayRead  bool
	overview registration.Overview
}

// Count returns how many sign-ups have the status.
func (c countedMeeting) Count(status string) int {
	return c.overview.Count(registration.GroupAll, "", registration.Status(status))
}

// Wanted is what a meeting wants, with the words of the page.
func (p homePage) Wanted(m countedMeeting) wantedBlock { return wantedBlock{p.Layout, m.wanted} }

// wantedBlock is what the template "wanted" shows.
type wantedBlock struct {
	kernel.Layout
	wanted
}

// home answers GET /organisation/.
func home(r *kernel.Request) error {
	views, err := r.Site.Desk.Meetings(r.Context())
	if err != nil {
		return err
	}
	page := homePage{Layout: r.Layout(r.Words.T("organiser.title"), kernel.OrganisersSection), MayShow: r.Site.HostSignIn == nil && r.Organiser.MayAnywhere(registration.RightAct)}
	if page.Drafts, err = drafts(r); err != nil {
		return err
	}
	page.MayAdd = r.Organiser.MayEverywhere(registration.RightAct)
	for _, view := range views {
		if !r.Organiser.Knows(view.Meeting.Slug) {
			continue
		}
		counted := countedMeeting{MeetingView: r.MeetingView(view), MayRead: r.Organiser.May(registration.RightRead, view.Meeting.Slug)}
		if counted.MayRead {
			if counted.overview, err = r.Site.Desk.Overview(r.Context(), view.Meeting.Slug); err != nil {
				return err
			}
			counted.wanted = newWanted(r, page.Layout, counted.overview)
		}
		page.Meetings = append(page.Meetings, counted)
	}
	return r.Page(http.StatusOK, "home", page)
}
