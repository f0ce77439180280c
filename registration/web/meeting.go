package web

import (
	"net/http"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// homePage lists the published meetings.
type homePage struct {
	layout
	Meetings []meetingView
}

// meetingPage is all that a site says of one meeting.
type meetingPage struct {
	layout
	meetingView
	Halves []half
}

// half is the programme of a half-day.
type half struct {
	Half  registration.HalfDay
	Items []item
}

// item is a line of the programme; Seats is nil for one that is not chosen
// apart.
type item struct {
	registration.Item
	Hour  string
	Room  string
	Seats *seats
}

// meetingView is a meeting in the words of a page.
type meetingView struct {
	registration.View
	Weekday, Date, Month string // of the day, and its year
	Year                 int
	LongDate             string
	Hours                string // "" while they are unknown
	Opens, Closes        string
	Seats                seats
}

// seats is how full a session is, for the sentence and its bar.
type seats struct {
	Used      int // held, confirmed and offered
	Free, All int
	Unlimited bool
	Taken     float64 // in percent
}

func newSeats(o registration.Occupancy) seats {
	if o.Seats == registration.Unlimited {
		return seats{Unlimited: true}
	}
	s := seats{Used: o.Taken, Free: o.Free(), All: int(o.Seats), Taken: 100}
	if s.All > 0 {
		s.Taken = 100 * float64(s.All-s.Free) / float64(s.All)
	}
	return s
}

// Takes reports whether people can sign up, for a seat or for the queue.
func (m meetingView) Takes() bool { return takes(m.View) }

// Waits reports whether who signs up now waits for a seat.
func (m meetingView) Waits() bool { return m.State == registration.ViewFull && m.Meeting.Queue }

func takes(v registration.View) bool {
	return v.State == registration.ViewOpen || v.State == registration.ViewFull && v.Meeting.Queue
}

// view puts a meeting into words.
func (v *visit) view(view registration.View) meetingView {
	m, day := view.Meeting, view.Meeting.Day.In(registration.Paris)
	mv := meetingView{
		View: view, Weekday: v.words.Weekday(day), Date: v.words.DayNumber(day), Month: v.words.Month(day),
		Year: m.Day.Year, LongDate: v.words.LongDate(day), Seats: newSeats(view.In(registration.MeetingSession)),
		Opens: v.opening(m.OpensAt), Closes: v.closing(m.ClosesAt),
	}
	switch {
	case m.Starts != "" && m.Ends != "":
		mv.Hours = v.words.T("meeting.from_to", "From", v.hour(m, m.Starts), "To", v.hour(m, m.Ends))
	case m.Starts != "":
		mv.Hours = v.words.T("meeting.from", "From", v.hour(m, m.Starts))
	}
	return mv
}

func (v *visit) hour(m registration.Meeting, h registration.Hour) string {
	if h == "" {
		return ""
	}
	return v.words.Hour(h.On(m.Day))
}

// opening says when something begins: the day alone if it is at midnight.
func (v *visit) opening(t time.Time) string {
	if t.Equal(territoires.DateOf(t, registration.Paris).In(registration.Paris)) {
		return v.words.LongDate(t)
	}
	return v.words.Moment(t)
}

// closing says until when something lasts: through the day before, if it ends
// at midnight, which people read as the wrong day.
func (v *visit) closing(t time.Time) string {
	if t.Equal(territoires.DateOf(t, registration.Paris).In(registration.Paris)) {
		return v.words.T("meeting.through", "Day", v.words.LongDate(t.Add(-time.Minute)))
	}
	return v.words.Moment(t)
}

// home answers GET /.
func (s *site) home(v *visit) error {
	views, err := s.desk.Meetings(v.Context())
	if err != nil {
		return err
	}
	page := homePage{layout: v.layout(v.words.T("site.name"), "")}
	for _, view := range views {
		page.Meetings = append(page.Meetings, v.view(view))
	}
	return v.page(http.StatusOK, "home", page)
}

// meeting answers GET /rencontres/{slug}.
func (s *site) meeting(v *visit) error {
	view, err := s.desk.Meeting(v.Context(), v.PathValue("slug"))
	if err != nil {
		return err
	}
	page := meetingPage{layout: v.layout("", ""), meetingView: v.view(view)}
	page.Title = page.Text(view.Meeting.Title)
	for _, h := range []registration.HalfDay{registration.Morning, registration.Afternoon} {
		if items := v.programme(view, h); len(items) > 0 {
			page.Halves = append(page.Halves, half{h, items})
		}
	}
	return v.page(http.StatusOK, "meeting", page)
}

// programme returns the lines of a half-day.
func (v *visit) programme(view registration.View, h registration.HalfDay) []item {
	var items []item
	for _, p := range view.Meeting.Programme {
		if p.Half != h {
			continue
		}
		it := item{Item: p, Hour: v.hour(view.Meeting, p.Starts)}
		if session, ok := view.Meeting.Session(p.Session); ok {
			taken := newSeats(view.In(session.ID))
			it.Room, it.Seats = session.Room, &taken
		}
		items = append(items, it)
	}
	return items
}

// unavailable is why a meeting takes no sign-up now, nil if it does. Its page
// leads back to the meeting, which says what it knows.
func (v *visit) unavailable(view registration.View) error {
	errs := map[registration.ViewState]error{
		registration.ViewBefore:    registration.ErrNotOpen,
		registration.ViewFull:      registration.ErrFull,
		registration.ViewClosed:    registration.ErrClosed,
		registration.ViewPast:      registration.ErrClosed,
		registration.ViewCancelled: registration.ErrClosed,
	}
	err, ok := errs[view.State]
	if !ok || takes(view) {
		return nil
	}
	v.meeting = view.Meeting
	return &problem{http.StatusConflict, string(view.State), v.path("/rencontres/", view.Meeting.Slug), err}
}
