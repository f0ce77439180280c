package organiser

import (
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// homePage lists the meetings with their sign-ups in numbers.
type homePage struct {
	kernel.Layout
	Meetings []countedMeeting
	MayShow  bool // a one-time sign-in, to somebody
	Drafts   []draftLink
	MayAdd   bool // meetings
}

type countedMeeting struct {
	kernel.MeetingView
	MayRead bool
	counts  map[registration.Status]int
}

// Count returns how many sign-ups have the status.
func (c countedMeeting) Count(status string) int { return c.counts[registration.Status(status)] }

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
		counted := countedMeeting{r.MeetingView(view), r.Organiser.May(registration.RightRead, view.Meeting.Slug), nil}
		if counted.MayRead {
			if counted.counts, err = r.Site.Desk.StatusCounts(r.Context(), view.Meeting.Slug); err != nil {
				return err
			}
		}
		page.Meetings = append(page.Meetings, counted)
	}
	return r.Page(http.StatusOK, "home", page)
}
