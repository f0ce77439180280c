package kernel

import (
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

// PersonPage is what pages show of one sign-up, whoever reads them. Pages that
// show more embed it.
type PersonPage struct {
	Layout
	MeetingView
	Signup    registration.Signup
	Status    registration.Status
	Places    []registration.Session // sessions with a seat
	Queues    []Queued               // sessions in whose queue the person waits
	Offers    []registration.Session // sessions in which a seat is offered
	Position  int                    // in the queue of the meeting, 0 outside it
	Offer     string                 // until when the seat that is offered waits for an answer, "" if none is
	Territory string
	Regions   string
	Party     []Member // the others of the party, as far as the page may show them
}

// Queued is a session with the person's place in its queue.
type Queued struct {
	registration.Session
	Position int
}

// GroupedCode is the short code in two groups, to be read aloud.
func (p PersonPage) GroupedCode() string { return ticket.Grouped(p.Signup.Code) }

// Member is somebody who comes with the person of a page.
type Member struct {
	registration.Signup
	Status registration.Status
}

// Active reports whether m still belongs to the party. An invitation that is not
// answered yet is enough.
func (m Member) Active() bool { return m.EndedAt.IsZero() || m.Invited() }

// IsLead reports whether m brings the others of the party.
func (m Member) IsLead() bool { return m.ID == m.Party }

// AddPlaces adds where the sign-up stands in each session and the offer that it
// can answer.
func (r *Request) AddPlaces(page *PersonPage) (err error) {
	s := page.Signup
	for _, session := range page.Meeting.Sessions {
		switch s.State(session.ID) {
		case registration.Seated:
			page.Places = append(page.Places, session)
		case registration.Queued:
			q := Queued{Session: session}
			if s.State(registration.MeetingSession) == registration.Seated { // who waits for the meeting waits there first
				if q.Position, err = r.Site.Desk.Position(r.Context(), s, session.ID); err != nil {
					return err
				}
			}
			page.Queues = append(page.Queues, q)
		case registration.Offered:
			page.Offers = append(page.Offers, session)
		}
	}
	if page.Status == registration.StatusWaitlisted {
		if page.Position, err = r.Site.Desk.Position(r.Context(), s, registration.MeetingSession); err != nil {
			return err
		}
	}
	for _, p := range s.Places {
		if p.State == registration.Offered && r.Now.Before(p.Until) {
			page.Offer = r.Words.Moment(p.Until)
		}
	}
	return nil
}

// Person returns what pages say of a sign-up, without asking the Desk. view may
// lack the numbers of seats.
func (r *Request) Person(section string, view registration.View, s registration.Signup) PersonPage {
	return PersonPage{
		Layout: r.Layout("", section), MeetingView: r.MeetingView(view), Signup: s,
		Status: s.Status(), Territory: TerritoryName(s.Territory), Regions: regionsIn(s.Territory),
	}
}

// PersonForOrganisers returns what organisers see of a person: everything but the
// person's links.
func (r *Request) PersonForOrganisers(view registration.View, signup registration.Signup) (PersonPage, error) {
	page := r.Person(OrganisersSection, view, signup)
	if err := r.AddPlaces(&page); err != nil {
		return page, err
	}
	all, err := r.Site.Desk.Party(r.Context(), signup)
	for _, p := range all {
		if p.ID != signup.ID && p.FamilyName != "" {
			page.Party = append(page.Party, Member{p, p.Status()})
		}
	}
	return page, err
}
