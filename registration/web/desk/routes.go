package desk

import (
	"embed"
	"net/http"
	"net/url"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires"
)

//go:embed templates catalogue
var files embed.FS

// Part returns the pages of this package, for the site to mount.
func Part() kernel.Part {
	door := kernel.Needs(registration.RightDesk)
	return kernel.Part{Files: files, Routes: []kernel.Route{
		door.Get("/accueil/{$}", kernel.Scripted(search)),
		door.Post("/accueil/{$}", kernel.Scripted(walkIn)),
		door.Get("/accueil/noms", kernel.Scripted(new(namesLog).names)),
		door.Get("/accueil/{code}", kernel.Scripted(checkIn)),
		door.Post("/accueil/{code}", kernel.Scripted(record)),
	}}
}

// meetings returns the published meetings in which the organiser has the right of
// the desk: today's first, then the others, the latest first.
func meetings(r *kernel.Request) ([]registration.View, error) {
	all, err := r.Site.Desk.Meetings(r.Context())
	all = slices.DeleteFunc(all, func(v registration.View) bool { return !r.Organiser.May(registration.RightDesk, v.Meeting.Slug) })
	slices.SortStableFunc(all, func(a, b registration.View) int {
		switch at, bt := today(r, a.Meeting), today(r, b.Meeting); {
		case at && !bt:
			return -1
		case bt && !at:
			return 1
		}
		return 0
	})
	return all, err
}

func today(r *kernel.Request, m registration.Meeting) bool {
	return m.TakesPlaceOn(territoires.DateOf(r.Now, registration.Paris))
}

// here returns the index in views of the meeting of this door: the one with the
// slug or, without a slug, the first. It returns [registration.ErrNotFound] if
// there is none.
func here(views []registration.View, slug string) (int, error) {
	at := max(0, slices.IndexFunc(views, func(v registration.View) bool { return v.Meeting.Slug == slug }))
	if len(views) == 0 || slug != "" && views[at].Meeting.Slug != slug {
		return 0, registration.ErrNotFound
	}
	return at, nil
}

// otherDay says why arrivals are not recorded.
func otherDay(r *kernel.Request, m registration.Meeting) string {
	key := "desk.not_today"
	if m.Day.Before(territoires.DateOf(r.Now, registration.Paris)) {
		key = "desk.past"
	}
	if !m.CancelledAt.IsZero() {
		key = "desk.called_off"
	}
	return r.Words.T(key, "Day", r.Words.LongDate(m.Day.In(registration.Paris)))
}

// notToday is the error of an arrival in a meeting that does not take place
// today.
func notToday(r *kernel.Request, m registration.Meeting) error {
	key := "not_today"
	if m.Day.Before(territoires.DateOf(r.Now, registration.Paris)) {
		key = "last_night" // of a page that was left open
	}
	if !m.CancelledAt.IsZero() {
		key = "called_off"
	}
	return &kernel.Problem{
		Status: http.StatusConflict, Key: key, Next: r.Path("/accueil/?rencontre=", url.QueryEscape(m.Slug)), Err: registration.ErrNotToday,
	}
}
