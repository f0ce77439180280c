package attendee

import (
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// homePage lists the published meetings.
type homePage struct {
	kernel.Layout
	Meetings []kernel.MeetingView
}

// meetingPage is the public page of one meeting.
type meetingPage struct {
	kernel.Layout
	kernel.MeetingView
	HalfDays []halfDay
}

// halfDay is the programme of a half-day.
type halfDay struct {
	Half  registration.HalfDay
	Items []item
}

// item is a line of the programme. Seats is nil for a line without a session,
// and for a closed session.
type item struct {
	registration.Item
	Hour  string
	Room  string
	Seats *kernel.Seats
}

// home answers GET /.
func home(r *kernel.Request, views []registration.View) error {
	page := homePage{Layout: r.Layout(r.Words.T("site.name"), "")}
	page.Summary = page.T("meeting.home_text")
	for _, view := range views {
		page.Meetings = append(page.Meetings, r.MeetingView(view))
	}
	return r.Page(http.StatusOK, "home", page)
}

// findMeeting returns the meeting of the address. A draft is found by its
// organisers alone. They see it as people will while sign-ups are open, and
// nothing caches it.
func findMeeting(r *kernel.Request) (registration.View, error) {
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), r.PathValue("slug"))
	if err != nil || view.Meeting.Published {
		return view, err
	}
	if !r.Identified() || !r.Organiser.Knows(view.Meeting.Slug) {
		return registration.View{}, registration.ErrNotFound
	}
	if view.State == registration.ViewBefore || view.State == registration.ViewClosed || view.State == registration.ViewPast {
		view.State = registration.ViewOpen
	}
	r.Draft = true
	return view, kernel.Private(func(*kernel.Request) error { return nil })(r)
}

// published returns the handler of a page of a meeting. The page of a published
// meeting is cached. That of a draft is not, and only its organisers see it.
func published(show func(*kernel.Request, registration.View) error) kernel.Handler {
	kept := kernel.Cached(kernel.MeetingOfPath, func(r *kernel.Request, views []registration.View) error { return show(r, views[0]) })
	return func(r *kernel.Request) error {
		err := kept(r)
		if !errors.Is(err, registration.ErrNotFound) {
			return err
		}
		view, err := findMeeting(r)
		if err != nil {
			return err
		}
		return show(r, view)
	}
}

// showMeeting answers GET /rencontres/{slug}.
func showMeeting(r *kernel.Request, view registration.View) error {
	page := meetingPage{Layout: r.Layout("", ""), MeetingView: r.MeetingView(view)}
	page.Title, page.Summary = page.Text(view.Meeting.Title), page.Text(view.Meeting.Summary)
	if page.Summary != "" {
		page.Summary = page.LongDate + ". " + page.Summary
	}
	for _, h := range []registration.HalfDay{registration.Morning, registration.Afternoon} {
		if items := itemsOf(r, view, h); len(items) > 0 {
			page.HalfDays = append(page.HalfDays, halfDay{h, items})
		}
	}
	return r.Page(http.StatusOK, "meeting", page)
}

// itemsOf returns the programme of a half-day.
func itemsOf(r *kernel.Request, view registration.View, h registration.HalfDay) []item {
	var items []item
	for _, p := range view.Meeting.Programme {
		if p.Half != h {
			continue
		}
		it := item{Item: p, Hour: r.Hour(view.Meeting, p.Starts)}
		if session, ok := view.Meeting.Session(p.Session); ok {
			it.Room = session.Room
			if taken := kernel.NewSeats(view.In(session.ID)); !session.Closed {
				it.Seats = &taken
			}
		}
		items = append(items, it)
	}
	return items
}

// unavailable returns why a meeting takes no sign-up now, or nil if it does.
// The error's page leads to the page of the meeting.
func unavailable(r *kernel.Request, view registration.View) error {
	errs := map[registration.ViewState]error{
		registration.ViewBefore:    registration.ErrNotOpen,
		registration.ViewFull:      registration.ErrFull,
		registration.ViewClosed:    registration.ErrClosed,
		registration.ViewPast:      registration.ErrClosed,
		registration.ViewCancelled: registration.ErrClosed,
	}
	err, ok := errs[view.State]
	if !ok || kernel.TakesSignUps(view) {
		return nil
	}
	r.FormMeeting = &view.Meeting
	return &kernel.Problem{Status: http.StatusConflict, Key: string(view.State), Next: r.Path("/rencontres/", view.Meeting.Slug), Err: err}
}
