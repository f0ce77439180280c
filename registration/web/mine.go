package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// member is somebody who comes with the person of a page.
type member struct {
	registration.Signup
	Status registration.Status
}

// invited is how somebody who brings others reads of those with an address of
// their own, until these have answered: see [registration.Signup.Invited].
const invited registration.Status = "invited"

// Stays reports whether m still belongs to the party.
func (m member) Stays() bool { return m.EndedAt.IsZero() || m.Invited() }

// Leads reports whether others come with m rather than the other way round.
func (m member) Leads() bool { return m.ID == m.Party }

// mine answers GET /mon-inscription/{token}: everything about one's sign-up.
func (s *site) mine(v *visit) error {
	page, err := v.own()
	if err != nil {
		return err
	}
	page.Title = page.T("mine.title")
	if did := v.URL.Query().Get("fait"); v.words.Has("mine.did." + did) {
		page.Did = did
	}
	return v.page(http.StatusOK, "mine", page)
}

// own returns the whole page of the person who holds the link.
func (v *visit) own() (linkPage, error) {
	page, err := v.read(link.ForManage)
	if err != nil {
		return linkPage{}, err
	}
	if err := v.places(&page); err != nil {
		return linkPage{}, err
	}
	return page, v.company(&page)
}

// places tells where the sign-up stands in each session and what it can answer.
func (v *visit) places(page *linkPage) (err error) {
	s := page.Signup
	for _, session := range page.Meeting.Sessions {
		switch s.State(session.ID) {
		case registration.Seated:
			page.Places = append(page.Places, session)
		case registration.Queued:
			q := queued{Session: session}
			if s.State(registration.MeetingSession) == registration.Seated { // who waits for the meeting waits there first
				if q.Position, err = v.site.desk.Position(v.Context(), s, session.ID); err != nil {
					return err
				}
			}
			page.Queues = append(page.Queues, q)
		case registration.Offered:
			page.Offers = append(page.Offers, session)
		}
	}
	if page.Status == registration.StatusWaitlisted {
		if page.Position, err = v.site.desk.Position(v.Context(), s, registration.MeetingSession); err != nil {
			return err
		}
	}
	for _, p := range s.Places {
		if p.State == registration.Offered && v.now.Before(p.Until) {
			page.Offer = v.words.Moment(p.Until)
		}
	}
	if end := s.EndedAt.Add(registration.UndoFor); page.Status == registration.StatusCancelled && v.now.Before(end) {
		page.Undoable = v.words.Moment(end)
	}
	return nil
}

// company tells who comes with the person and what they may still change. A
// companion reads who brings them; the others are not theirs to know.
func (v *visit) company(page *linkPage) error {
	all, err := v.site.desk.Party(v.Context(), page.Signup)
	if err != nil {
		return err
	}
	lead := page.Signup.ID == page.Signup.Party
	active := 0
	for _, p := range all {
		if p.ID == page.Signup.ID || p.FamilyName == "" || !lead && p.ID != p.Party { // without a name: erased
			continue
		}
		m := member{p, p.Status()}
		if m.Stays() {
			active++
		}
		if p.Invited() {
			if m.Status = invited; !page.Signup.EndedAt.IsZero() {
				m.Status = page.Status
			}
		}
		page.Party = append(page.Party, m)
	}
	m := page.Meeting
	page.Can = v.cancellable(*page)
	page.Mends = page.Can && !m.Frozen(v.now) && m.Phase(v.now) != registration.PhaseCancelled
	page.Brings = page.Mends && lead && active < m.Companions && m.Phase(v.now) == registration.PhaseOpen
	return nil
}

// Lead reports whether the person may bring others or does.
func (p linkPage) Lead() bool {
	return p.Signup.ID == p.Signup.Party && (p.Meeting.Companions > 0 || len(p.Party) > 0)
}

// Company reports whether others lose their places with the person's own.
func (p linkPage) Company() bool {
	return p.Lead() && slices.ContainsFunc(p.Party, member.Stays)
}

// Invites reports whether somebody has not answered an invitation.
func (p linkPage) Invites() bool {
	return slices.ContainsFunc(p.Party, func(m member) bool { return m.Status == invited })
}

// back returns to the person's page, which says what was done.
func (v *visit) back(did string) error {
	return v.redirect("/mon-inscription/", v.PathValue("token"), "?fait=", did)
}

// barred leads from a change that can no longer be made to the page that says
// where the sign-up stands.
func (v *visit) barred(err error) error {
	mine := v.path("/mon-inscription/", v.PathValue("token"))
	v.meetingOfLink()
	switch {
	case errors.Is(err, registration.ErrExpired), errors.Is(err, registration.ErrCancelled):
		return &problem{http.StatusGone, "frozen", mine, err}
	case errors.Is(err, registration.ErrClosed):
		return &problem{http.StatusConflict, "frozen", mine, err}
	}
	return err
}
