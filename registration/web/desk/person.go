package desk

import (
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/ticket"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// person is a person in a list at the door.
type person struct {
	Signup    registration.Signup
	Status    registration.Status
	HasSeat   bool                 // a seat with a confirmed address
	Hour      string               // of the first arrival on this half-day, "" for none
	OtherHalf registration.HalfDay // the only half-day on which the person is expected, if it is not this one
	Half      registration.HalfDay
}

func newPerson(r *kernel.Request, m registration.Meeting, s registration.Signup) person {
	p := person{
		Signup: s, Status: s.Status(), Half: registration.HalfDayAt(r.Now),
		HasSeat: s.State(registration.MeetingSession) == registration.Seated && !s.AddressConfirmedAt.IsZero(),
	}
	if a, ok := p.arrival(registration.MeetingSession); ok {
		p.Hour = r.Words.Hour(a.At)
	}
	if halves := m.HalfDays(); slices.Contains(halves, p.Half) && !s.ExpectedIn(m, p.Half) {
		for _, h := range halves {
			if s.ExpectedIn(m, h) {
				p.OtherHalf = h
			}
		}
	}
	return p
}

// arrival returns the arrival in a session on this half-day.
func (p person) arrival(id registration.SessionID) (registration.Arrival, bool) {
	for _, a := range p.Signup.Arrivals {
		if a.Session == id && a.Half == p.Half {
			return a, true
		}
	}
	return registration.Arrival{}, false
}

// ArrivedAt reports whether the person has arrived in a session on this
// half-day.
func (p person) ArrivedAt(id registration.SessionID) bool {
	_, ok := p.arrival(id)
	return ok
}

// GroupedCode is the code as the ticket writes it.
func (p person) GroupedCode() string { return ticket.Grouped(p.Signup.Code) }

// Name is given and family name.
func (p person) Name() string {
	return strings.TrimSpace(p.Signup.GivenName + " " + p.Signup.FamilyName)
}

// checkInPage is the page of one person at the desk: who they are, whether
// they have a seat, whether they have arrived, and the buttons that record
// it.
type checkInPage struct {
	kernel.Layout
	kernel.MeetingView
	person
	Todo     string                 // what to do, in one sentence; "" for nothing special
	Today    bool                   // arrivals are recorded
	OtherDay string                 // why they are not on another day
	Sessions []registration.Session // with a seat
	Arrivals []string               // who recorded which, in words
	Party    []kernel.Member
	Group    bool // others of the party have a seat and have not arrived on this half-day
	Did      string
	Refused  *registration.NoSeatError // why nothing was recorded; nil otherwise
}

// MayAdmit reports whether the desk may let the person in although they have
// no seat.
func (p checkInPage) MayAdmit() bool {
	return !p.HasSeat && p.Meeting.Door == registration.DoorBeyond && !p.Signup.Erased()
}

// personPage is the page of a person whom the desk has found.
func personPage(r *kernel.Request, view registration.View, s registration.Signup) (checkInPage, error) {
	r.About(view.Meeting)
	page := checkInPage{
		Layout: r.Layout(r.Words.T("desk.title"), kernel.OrganisersSection), MeetingView: r.MeetingView(view),
		person: newPerson(r, view.Meeting, s), Today: today(r, view.Meeting), OtherDay: otherDay(r, view.Meeting),
	}
	if page.Name() != "" {
		page.Title = page.Name()
	}
	for _, session := range view.Meeting.Sessions {
		if s.State(session.ID) == registration.Seated {
			page.Sessions = append(page.Sessions, session)
		}
	}
	if err := page.addArrivals(r); err != nil {
		return page, err
	}
	all, err := r.Site.Desk.Party(r.Context(), s)
	var lead registration.Signup
	for _, p := range all {
		if p.ID == p.Party {
			lead = p
		}
		if p.ID == s.ID || p.Erased() {
			continue
		}
		page.Party = append(page.Party, kernel.Member{Signup: p, Status: p.Status()})
		other := newPerson(r, view.Meeting, p)
		page.Group = page.Group || other.HasSeat && !other.ArrivedAt(registration.MeetingSession)
	}
	page.Todo = page.todo(r, lead)
	return page, err
}

// todo says in one sentence what is special about a person, and what to do.
func (p checkInPage) todo(r *kernel.Request, lead registration.Signup) string {
	do := r.Words.T("desk.ask")
	if p.MayAdmit() {
		do = r.Words.T("desk.may_admit")
	}
	first := newPerson(r, p.Meeting, lead)
	switch {
	case p.Signup.Erased():
		return r.Words.T("desk.todo.erased", "Do", do)
	case !p.HasSeat:
		return r.Words.T("desk.todo."+string(p.Status), "Do", do)
	case p.OtherHalf != "":
		return r.Words.T("desk.todo.other_half", "Half", r.Words.T("desk.half."+string(p.OtherHalf)))
	case p.Signup.ID != p.Signup.Party && !p.ArrivedAt(registration.MeetingSession) && !first.ArrivedAt(registration.MeetingSession) && first.Name() != "":
		return r.Words.T("desk.todo.companion", "Lead", first.Name())
	}
	return ""
}

// addArrivals says when and where the person arrived, and who recorded it.
func (p *checkInPage) addArrivals(r *kernel.Request) error {
	if len(p.Signup.Arrivals) == 0 {
		return nil
	}
	team, err := r.Site.Team.People(r.Context())
	if err != nil {
		return err
	}
	for _, a := range p.Signup.Arrivals {
		place, by := r.Words.T("desk.at_entrance"), r.Words.T("desk.by_somebody")
		if s, ok := p.Meeting.Session(a.Session); ok {
			place = p.Text(s.Title)
		}
		for _, o := range team {
			if o.ID == a.By {
				by = o.Email
			}
		}
		if a.By == r.Organiser.ID {
			by = r.Words.T("desk.by_you")
		}
		p.Arrivals = append(p.Arrivals, r.Words.T("desk.arrived_at", "Hour", r.Words.Hour(a.At), "Half", r.Words.T("desk.half."+string(a.Half)), "Place", place, "By", by))
	}
	return nil
}
