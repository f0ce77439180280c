package attendee

import (
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// siteMapPage links to every public page and, for somebody who is signed in, to
// the organisers' pages of their meetings.
type siteMapPage struct {
	kernel.Layout
	Meetings []kernel.MeetingView
	Known    []*kernel.Subject // meetings of who is signed in, with their pages
}

// siteMap answers GET /plan-du-site.
func siteMap(r *kernel.Request, views []registration.View) error {
	if r.Identified() {
		return kernel.Private(func(r *kernel.Request) error { return showSiteMap(r, views) })(r)
	}
	return showSiteMap(r, views)
}

func showSiteMap(r *kernel.Request, views []registration.View) error {
	page := siteMapPage{Layout: r.Layout(r.Words.T("site.map"), "")}
	page.About = page.T("sitemap.summary")
	for _, view := range views {
		page.Meetings = append(page.Meetings, r.MeetingView(view))
	}
	if !page.SignedIn {
		return r.Page(http.StatusOK, "sitemap", page)
	}
	all, err := r.Site.Team.Meetings(r.Context())
	if err != nil {
		return err
	}
	for _, m := range all {
		if s := page.SubjectOf(m); len(s.Pages) > 0 {
			page.Known = append(page.Known, s)
		}
	}
	return r.Page(http.StatusOK, "sitemap", page)
}
