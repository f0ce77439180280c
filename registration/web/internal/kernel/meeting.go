package kernel

import (
	"net/url"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
)

// MeetingView is a meeting in the words of a page.
type MeetingView struct {
	registration.View
	Weekday, Date, Month string // of the meeting's day, as is Year
	Year                 int
	LongDate             string
	Hours                string // "" while they are unknown
	Opens, Closes        string
	Today                bool // it is the day of the meeting, which takes place
	Seats                Seats
}

// Seats is how full a session is.
type Seats struct {
	Used      int // held, confirmed and offered
	Free, All int
	Unlimited bool
	Taken     float64 // in percent
}

// NewSeats returns how full a session is for somebody who comes now.
func NewSeats(o registration.Occupancy) Seats {
	if o.Seats == registration.Unlimited {
		return Seats{Unlimited: true}
	}
	s := Seats{Used: o.Taken, Free: o.Open(), All: int(o.Seats), Taken: 100}
	if s.All > 0 {
		s.Taken = 100 * float64(s.All-s.Free) / float64(s.All)
	}
	return s
}

// TakesSignUps reports whether people can sign up, for a seat or for the queue.
func (m MeetingView) TakesSignUps() bool { return TakesSignUps(m.View) }

// ForQueue reports whether somebody who signs up now has to wait for a seat.
func (m MeetingView) ForQueue() bool { return m.State == registration.ViewFull && m.KeepsQueue }

// TakesSignUps reports whether people can sign up, for a seat or for the queue.
func TakesSignUps(v registration.View) bool {
	return v.State == registration.ViewOpen || v.State == registration.ViewFull && v.KeepsQueue
}

// MeetingView puts a meeting into words. If it is the meeting in the address,
// the page is about it: see [Request.About].
func (r *Request) MeetingView(view registration.View) MeetingView {
	if view.Meeting.Slug == r.PathValue("slug") {
		r.About(view.Meeting)
	}
	m, day := view.Meeting, view.Meeting.Day.In(registration.Paris)
	mv := MeetingView{
		View: view, Weekday: r.Words.Weekday(day), Date: r.Words.DayNumber(day), Month: r.Words.Month(day),
		Year: m.Day.Year, LongDate: r.Words.LongDate(day), Seats: NewSeats(view.In(registration.MeetingSession)),
		Opens: Opening(r.Words, m.OpensAt), Closes: Closing(r.Words, m.ClosesAt),
	}
	mv.KeepsQueue = m.KeepsQueue(r.Now)
	phase := m.Phase(r.Now)
	mv.Today = !r.Now.Before(day) && phase != registration.PhasePast && phase != registration.PhaseCancelled
	switch {
	case m.Starts != "" && m.Ends != "":
		mv.Hours = r.Words.T("meeting.from_to", "From", r.Hour(m, m.Starts), "To", r.Hour(m, m.Ends))
	case m.Starts != "":
		mv.Hours = r.Words.T("meeting.from", "From", r.Hour(m, m.Starts))
	}
	return mv
}

// MapAddress is the address of a map that shows the venue. It contains only
// the postal address.
func (m MeetingView) MapAddress() string {
	q := url.Values{"query": {strings.Join(m.Meeting.Venue.Lines, ", ")}}
	return "https://www.openstreetmap.org/search?" + q.Encode()
}

// Hour returns an hour of the meeting's day in words, "" for none.
func (r *Request) Hour(m registration.Meeting, h registration.Hour) string {
	if h == "" {
		return ""
	}
	return r.Words.Hour(h.On(m.Day))
}

// Opening says when something begins. If that is at midnight it names only
// the day.
func Opening(w *locale.Words, t time.Time) string {
	if t.Equal(territoires.DateOf(t, registration.Paris).In(registration.Paris)) {
		return w.LongDate(t)
	}
	return w.Moment(t)
}

// Closing says until when something lasts. If it ends at midnight, Closing names
// the day before: people take midnight for the end of that day.
func Closing(w *locale.Words, t time.Time) string {
	if t.Equal(territoires.DateOf(t, registration.Paris).In(registration.Paris)) {
		return w.T("meeting.through", "Day", w.LongDate(t.Add(-time.Minute)))
	}
	return w.Moment(t)
}
