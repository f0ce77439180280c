package organiser

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// networksPage shows from which networks the unconfirmed sign-ups of a meeting
// come. It asks before the sign-ups of one network are released.
type networksPage struct {
	kernel.Layout
	kernel.MeetingView
	All    []networkRow
	Chosen *networkRow // to be released; nil for the list
	Did    string      // what has just been done, in words; "" for nothing
}

// networkRow is a network, named by a label: nobody sees its address.
type networkRow struct {
	registration.NetworkHolds
	When string // from its first sign-up to its last
}

// between says when the first and the last sign-up from a network came.
func between(r *kernel.Request, first, last time.Time) string {
	w := r.Words
	day := w.LongDate(first)
	switch {
	case w.Moment(first) == w.Moment(last):
		return w.T("organiser.networks.at", "When", w.Moment(first))
	case day == w.LongDate(last):
		return w.T("organiser.networks.between_hours", "Day", day, "Since", w.Hour(first), "Until", w.Hour(last))
	}
	return w.T("organiser.networks.between", "Since", w.Moment(first), "Until", w.Moment(last))
}

func networksPath(slug string) string {
	return "/organisation/rencontres/" + url.PathEscape(slug) + "/reseaux"
}

// Address is the address of this page, with parts behind it.
func (p networksPage) Address(parts ...any) string {
	return p.Path(append([]any{networksPath(p.Meeting.Slug)}, parts...)...)
}

// showNetworks answers GET /organisation/rencontres/{slug}/reseaux, with ?reseau=
// for one of them.
func showNetworks(r *kernel.Request) error {
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	all, err := r.Site.Desk.NetworkHolds(r.Context(), view.Meeting.Slug)
	if err != nil {
		return err
	}
	page := networksPage{Layout: r.Layout(r.Words.T("organiser.networks.title"), kernel.OrganisersSection), MeetingView: r.MeetingView(view)}
	for _, n := range all {
		page.All = append(page.All, networkRow{n, between(r, n.First, n.Last)})
	}
	query := r.URL.Query()
	if i := slices.IndexFunc(all, func(n registration.NetworkHolds) bool { return n.Network == query.Get("reseau") }); i >= 0 {
		page.Chosen = &page.All[i]
		page.Title = r.Words.T("organiser.networks.release_title", "Label", all[i].Label())
	}
	if query.Get("fait") == "liberation" {
		page.Did = r.Words.T("organiser.networks.did")
	}
	return r.Page(http.StatusOK, "networks", page)
}

// releaseNetwork answers POST /organisation/rencontres/{slug}/reseaux.
func releaseNetwork(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	n, err := r.Site.Desk.ReleaseNetwork(r.Context(), view.Meeting.Slug, values.Get("reseau"))
	if err != nil {
		return err
	}
	r.Site.Log.InfoContext(r.Context(), "unconfirmed sign-ups of a network released", "event", "network_released",
		"organiser", r.Organiser.ID, "meeting", view.Meeting.Slug, "signups", n)
	return r.Redirect(networksPath(view.Meeting.Slug), "?fait=liberation")
}
