package desk

import (
	"embed"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

//go:embed templates catalogue
var files embed.FS

// Part returns the pages of this package, for the site to mount.
func Part() kernel.Part {
	door := kernel.Needs(registration.RightDesk)
	return kernel.Part{Files: files, Routes: []kernel.Route{
		door.Get("/accueil/{$}", search),
		door.Post("/accueil/{$}", walkIn),
		door.Get("/accueil/{code}", checkIn),
		door.Post("/accueil/{code}", record),
	}}
}

// searchPage is where the desk looks for people. It is empty until somebody
// searches, so that nobody reads the list over a shoulder.
type searchPage struct {
	kernel.Layout
	kernel.MeetingView
	kernel.Form
	Others  []kernel.MeetingView // other meetings at whose door one may stand
	Today   bool
	Query   string // what was searched for
	Short   bool   // the search is too short to be one
	People  []registration.Entry
	More    bool // there are others: search more closely
	Counts  []doorCount
	Refused *registration.NoSeatError // of the walk-in; nil otherwise
}

// doorCount is how many came to a session in a half-day.
type doorCount struct {
	Title, Half string
	Arrived     int
	Seats       int // with a seat
}

// leastLetters is how many letters make a search.
const leastLetters = 2

// meetings returns the published meetings at whose door one may stand: that of
// today first, then the latest.
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
	return territoires.DateOf(r.Now, registration.Paris) == m.Day
}

// search answers GET /accueil/.
func search(r *kernel.Request) error {
	page, err := newSearchPage(r, r.URL.Query().Get("rencontre"))
	if err != nil {
		return err
	}
	page.Query = strings.TrimSpace(r.URL.Query().Get("q"))
	switch {
	case page.Query == "":
	case utf8.RuneCountInString(page.Query) < leastLetters:
		page.Short = true
	default:
		page.People, page.More, err = r.Site.Desk.Find(r.Context(), page.Meeting.Slug, page.Query)
		if _, ok := errors.AsType[*validation.Error](err); ok {
			err = nil // too long to be anybody's name: nobody is found
		}
	}
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, "search", page)
}

func newSearchPage(r *kernel.Request, slug string) (searchPage, error) {
	page := searchPage{Layout: r.Layout(r.Words.T("desk.title"), kernel.OrganisersSection), Form: r.NewForm(nil)}
	views, err := meetings(r)
	if err != nil {
		return page, err
	}
	at := max(0, slices.IndexFunc(views, func(v registration.View) bool { return v.Meeting.Slug == slug }))
	if len(views) == 0 || slug != "" && views[at].Meeting.Slug != slug {
		return page, registration.ErrNotFound
	}
	page.MeetingView, page.Today = r.MeetingView(views[at]), today(r, views[at].Meeting)
	for i, v := range views {
		if i != at {
			page.Others = append(page.Others, r.MeetingView(v))
		}
	}
	return page, page.count(r)
}

// count adds how many came, by session and half-day.
func (p *searchPage) count(r *kernel.Request) error {
	if !p.Today {
		return nil
	}
	list, err := r.Site.Desk.Attendance(r.Context(), p.Meeting.Slug)
	for _, a := range list {
		c := doorCount{Title: r.Words.T("desk.entrance"), Arrived: a.Arrived, Seats: p.In(a.Session).Taken}
		if s, ok := p.Meeting.Session(a.Session); ok {
			c.Title = s.Title.In(r.Lang)
		}
		if a.Half != "" {
			c.Half = r.Words.T("desk.half." + string(a.Half))
		}
		p.Counts = append(p.Counts, c)
	}
	return err
}

// walkIn answers POST /accueil/: somebody who has not signed up.
func walkIn(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	page, err := newSearchPage(r, values.Get("rencontre"))
	if err != nil {
		return err
	}
	if !page.Today {
		return notToday(r, page.Meeting)
	}
	signup, err := r.Site.Desk.Admit(r.Context(), page.Meeting.Slug, registration.WalkIn{
		GivenName: values.Get("given_name"), FamilyName: values.Get("family_name"), Organisation: values.Get("organisation"),
		CheckIn: registration.CheckIn{By: r.Organiser.ID, Beyond: values.Get("admit") == "yes"},
	})
	page.Values = values
	bad, invalid := errors.AsType[*validation.Error](err)
	no, full := errors.AsType[*registration.NoSeatError](err)
	switch {
	case err == nil:
		return done(r, page.Meeting, signup, "walkin")
	case invalid:
		page.AddErrors(bad)
		page.Title = r.Words.T("form.error.prefix", "Title", r.Words.T("desk.title"))
		return r.Page(http.StatusUnprocessableEntity, "search", page)
	case full:
		page.Refused = no
		return r.Page(http.StatusConflict, "search", page)
	case errors.Is(err, registration.ErrNotToday):
		return notToday(r, page.Meeting)
	}
	return err
}

// notToday is the error of an arrival on another day than the meeting's.
func notToday(r *kernel.Request, m registration.Meeting) error {
	return &kernel.Problem{
		Status: http.StatusConflict, Key: "not_today", Next: r.Path("/accueil/?rencontre=", url.QueryEscape(m.Slug)), Err: registration.ErrNotToday,
	}
}
