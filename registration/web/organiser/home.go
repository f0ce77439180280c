package organiser

import (
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// homePage lists the meetings, with what needs attention and how many
// sign-ups each has.
type homePage struct {
	kernel.Layout
	Meetings []countedMeeting
	MayShow  bool // may show somebody a one-time sign-in link
	Drafts   []draftLink
	MayAdd   bool // may add meetings
}

type countedMeeting struct {
	kernel.MeetingView
	attention
	MayRead  bool
	overview registration.Overview
}

// Count returns how many sign-ups have the status.
func (c countedMeeting) Count(status string) int {
	return c.overview.Count(registration.GroupAll, "", registration.Status(status))
}

// Attention is what needs attention in a meeting, with the words of the page.
func (p homePage) Attention(m countedMeeting) attentionBlock {
	return attentionBlock{p.Layout, m.attention}
}

// attentionBlock is the data of the template "attention".
type attentionBlock struct {
	kernel.Layout
	attention
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
			counted.attention = newAttention(r, page.Layout, counted.overview)
		}
		page.Meetings = append(page.Meetings, counted)
	}
	return r.Page(http.StatusOK, "home", page)
}
