package attendee

import (
	"errors"
	"html/template"
	"net/http"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// attendeePage is the page of the attendee's own sign-up, and the data of the
// pages that it leads to.
type attendeePage struct {
	kernel.PersonPage
	keys            *link.Keyring
	HeldUntil       string
	Undoable        string        // until when a cancellation can be undone, "" if it cannot
	Possible        bool          // what the page offers can still be done
	Editable        bool          // what was said can still be changed
	CanAddCompanion bool          // another companion may come
	CanRemove       bool          // companions may be taken out, even by a lead who does not come
	Standing        string        // ends the keys of the words that say where the sign-up stands now
	Again           bool          // the sign-up has expired, and the meeting takes others
	PartSeats       int           // free seats if they are fewer than the party waits for, otherwise 0
	Did             string        // what was just done, as the catalogue names it; "" if nothing
	DidTo           string        // to whom
	QR              template.HTML // of the ticket, drawn here from an address of this site; "" without a ticket
	InvitedUntil    string        // when the next invitation that nobody has answered ends, "" if there is none
	InvitationOver  bool          // one has ended
	Calendars       calendars     // where the meeting can be added to a calendar on the web
}

// Outcome is what the confirmation led to: the end of a key of the catalogue.
func (p attendeePage) Outcome() string {
	switch p.Status {
	case registration.StatusWaitlisted, registration.StatusApproval, registration.StatusOffered:
		return string(p.Status)
	}
	return "done"
}

// HoldsSeat reports whether a seat of the meeting is held for the person, not a
// place in its queue.
func (p attendeePage) HoldsSeat() bool {
	return p.Signup.State(registration.MeetingSession).TakesSeat()
}

// KeySuffix ends the keys of words that differ for somebody without a seat:
// "_queue" in the queue, "_request" for who waits for an organiser's
// decision, and "" for everybody else.
func (p attendeePage) KeySuffix() string {
	switch {
	case p.HoldsSeat():
		return ""
	case p.Signup.State(registration.MeetingSession) == registration.Queued:
		return "_queue"
	}
	return "_request"
}

// standing returns [attendeePage.Standing]: the status, or something else for a
// meeting that is cancelled, takes place today or is over, so that no page
// promises a seat in it.
func standing(status registration.Status, m registration.Meeting, now time.Time) string {
	switch status {
	case registration.StatusCancelled, registration.StatusRefused, registration.StatusExpired:
		return string(status)
	}
	switch m.Phase(now) {
	case registration.PhaseCancelled:
		return "meeting_cancelled"
	case registration.PhasePast:
		if status == registration.StatusPresent {
			return "attended"
		}
		return "past"
	}
	if !now.Before(m.Day.In(registration.Paris)) && status == registration.StatusConfirmed {
		return "today"
	}
	return string(status)
}

// Mark is the status whose shape and colour go with the words of [attendeePage.Standing].
func (p attendeePage) Mark() registration.Status {
	if p.Standing == "meeting_cancelled" {
		return registration.StatusCancelled
	}
	return p.Status
}

// awaited reports whether the person has a seat in a meeting that is still to come, or
// waits for one.
func (p attendeePage) awaited() bool {
	return p.HasTicket() || slices.Contains([]string{"waitlisted", "approval", "offered"}, p.Standing)
}

// HasTicket reports whether the person's ticket is good for something.
func (p attendeePage) HasTicket() bool {
	return slices.Contains([]string{"confirmed", "present", "today"}, p.Standing)
}

// WithoutLink lists the companions with a seat whose ticket only the lead can show:
// they gave no address.
func (p attendeePage) WithoutLink() []kernel.Member {
	return slices.DeleteFunc(slices.Clone(p.Party), func(m kernel.Member) bool {
		return m.IsLead() || m.Email != "" || m.Status != registration.StatusConfirmed
	})
}

// LedOnly lists the companions without an address, whose sessions the lead chooses.
func (p attendeePage) LedOnly() []kernel.Member {
	return slices.DeleteFunc(slices.Clone(p.Party), func(m kernel.Member) bool { return m.IsLead() || m.Email != "" || !m.NamedByLead() })
}

// Waiting lists the companions who wait for a seat with the person, and those who were
// invited and have not answered: see [registration.Signup.Invited].
func (p attendeePage) Waiting() []kernel.Member {
	return slices.DeleteFunc(slices.Clone(p.Party), func(m kernel.Member) bool {
		return m.State(registration.MeetingSession) != registration.Queued && !m.Invited()
	})
}

// GroupSize is how many people wait for a seat, including the person.
func (p attendeePage) GroupSize() int { return 1 + len(p.Waiting()) }

// ConfirmedWith names the companions without an address of their own: they are
// confirmed together with the person.
func (p attendeePage) ConfirmedWith() []string { return p.companions(false) }

// InvitedWith names the companions with an address of their own: they get a mail.
func (p attendeePage) InvitedWith() []string { return p.companions(true) }

func (p attendeePage) companions(withAddress bool) (names []string) {
	for _, m := range p.Party {
		if !m.IsLead() && m.Active() && (m.Email != "") == withAddress {
			names = append(names, m.GivenName+" "+m.FamilyName)
		}
	}
	return names
}

// ConfirmToken is the token of the link that confirms the address. Whoever holds
// one link of a sign-up may see the others: they all went to the same mailbox.
func (p attendeePage) ConfirmToken() string { return p.token(link.ForConfirm) }

// ManageToken is the token of the link to the attendee's page.
func (p attendeePage) ManageToken() string { return p.token(link.ForManage) }

// DisavowToken is the token of the link for somebody who never signed up.
func (p attendeePage) DisavowToken() string { return p.token(link.ForDisavow) }

func (p attendeePage) token(to link.Purpose) string {
	return p.keys.Token(to, p.Signup.ID, p.Signup.Version)
}

// linkedPage returns the page of the sign-up whose link was opened, without its
// places and its party.
func linkedPage(r *kernel.Request, p link.Purpose) (attendeePage, error) {
	signup, m, err := r.Site.Desk.Read(r.Context(), p, r.PathValue("token"))
	if err != nil {
		return attendeePage{}, err
	}
	page := attendeePage{
		PersonPage: r.Person("", registration.View{Meeting: m}, signup), keys: r.Site.Keys, HeldUntil: r.Words.Moment(signup.HeldUntil),
	}
	// A visitor learns that a hold is over before its seat has been released.
	if page.Status == registration.StatusPending && signup.HoldExpired(r.Now) {
		page.Status = registration.StatusExpired
	}
	page.Standing = standing(page.Status, m, r.Now)
	return page, nil
}

// invited is the status that a lead sees for a companion with an address of their
// own until the companion has answered: see [registration.Signup.Invited].
const invited registration.Status = "invited"

// showAttendee answers GET /mon-inscription/{token}: everything about one's sign-up.
func showAttendee(r *kernel.Request) error {
	page, err := ownPage(r)
	if err != nil {
		return err
	}
	page.Title = page.T("attendee.title")
	if did := r.URL.Query().Get("fait"); r.Words.Has("attendee.did." + did) {
		page.Did, page.DidTo = did, page.T("attendee.somebody")
		if name, err := r.Site.Keys.Unseal("did", r.URL.Query().Get("qui")); err == nil {
			page.DidTo = name
		}
	}
	if page.HasTicket() {
		if page.QR, err = drawQR(r, page.Signup.Code); err != nil {
			return err
		}
		page.Calendars = calendarsOn(r, page)
	}
	return r.Page(http.StatusOK, "attendee", page)
}

// ownPage returns the whole page of the person who holds the link.
func ownPage(r *kernel.Request) (attendeePage, error) {
	page, err := linkedPage(r, link.ForManage)
	if err != nil {
		return attendeePage{}, err
	}
	if err := r.AddPlaces(&page.PersonPage); err != nil {
		return attendeePage{}, err
	}
	if end := page.Signup.EndedAt.Add(registration.UndoFor); page.Status == registration.StatusCancelled && r.Now.Before(end) {
		page.Undoable = r.Words.Moment(end)
	}
	if err := addParty(r, &page); err != nil {
		return attendeePage{}, err
	}
	return page, addSeats(r, &page)
}

// addSeats adds what the seats that are left allow the person: to sign up again,
// or to come with a part of the party.
func addSeats(r *kernel.Request, page *attendeePage) error {
	mayPart := page.Status == registration.StatusWaitlisted && page.Signup.ID == page.Signup.Party && page.KeepsQueue
	if !mayPart && page.Status != registration.StatusExpired {
		return nil
	}
	view, err := r.Site.Desk.Meeting(r.Context(), page.Meeting.Slug)
	if errors.Is(err, registration.ErrNotFound) { // not published
		return nil
	}
	page.Again = !mayPart && kernel.TakesSignUps(view)
	if free := view.In(registration.MeetingSession).Open(); mayPart && free <= len(page.Waiting()) {
		page.PartSeats = free
	}
	return err
}

// addParty adds the rest of the party, and what the person may still change. A
// companion sees only who brings them, not the other companions.
func addParty(r *kernel.Request, page *attendeePage) error {
	all, err := r.Site.Desk.Party(r.Context(), page.Signup)
	if err != nil {
		return err
	}
	lead := page.Signup.ID == page.Signup.Party
	active, next := 0, time.Time{}
	for _, p := range all {
		if p.ID == page.Signup.ID || p.FamilyName == "" || !lead && p.ID != p.Party { // without a name: erased
			continue
		}
		m := kernel.Member{Signup: p, Status: p.Status()}
		if m.Active() {
			active++
		}
		if p.Invited() {
			if m.Status = invited; !page.Signup.EndedAt.IsZero() {
				m.Status = page.Status
			} else if until := invitedUntil(page.Meeting, page.Signup, p); !page.Signup.AddressConfirmedAt.IsZero() && r.Now.Before(until) {
				if next.IsZero() || until.Before(next) {
					next, page.InvitedUntil = until, r.Words.Moment(until)
				}
			} else if !page.Signup.AddressConfirmedAt.IsZero() {
				page.InvitationOver = true
			}
		}
		page.Party = append(page.Party, m)
	}
	m := page.Meeting
	page.Possible = cancellable(r, *page)
	page.Editable = page.Possible && !m.Frozen(r.Now) && m.Phase(r.Now) != registration.PhaseCancelled
	page.CanRemove = lead && m.Phase(r.Now) != registration.PhaseCancelled && r.Now.Before(m.Day.AddDays(1).In(registration.Paris))
	page.CanAddCompanion = page.Editable && lead && active < m.Companions && m.Phase(r.Now) == registration.PhaseOpen
	return nil
}

// IsLead reports whether the person brings companions, or may bring some. It is
// false for a companion.
func (p attendeePage) IsLead() bool {
	return p.Signup.ID == p.Signup.Party && (p.Meeting.Companions > 0 || len(p.Party) > 0)
}

// HasCompanions reports whether others lose their places when the person
// cancels.
func (p attendeePage) HasCompanions() bool {
	return p.IsLead() && slices.ContainsFunc(p.Party, kernel.Member.Active)
}

// invitedUntil is when the invitation of a companion ends. It is reckoned from what is
// the same whether the companion was signed up already or not: nobody must learn that.
func invitedUntil(m registration.Meeting, lead, companion registration.Signup) time.Time {
	if until := m.HoldUntil(companion.CreatedAt); until.After(lead.HeldUntil) {
		return until // invited after the lead had confirmed
	}
	return lead.HeldUntil
}

// redirectDone redirects to the attendee's page, which says what was done and, if a
// name is given, to whom. The name is sealed in the URL, because logs keep URLs.
func redirectDone(r *kernel.Request, did string, to ...string) error {
	for _, name := range to {
		did += "&qui=" + r.Site.Keys.Seal("did", name)
	}
	return r.Redirect("/mon-inscription/", r.PathValue("token"), "?fait=", did)
}

// changeRefused returns the error of a change that can no longer be made. Its
// error page has a link to the attendee's page.
func changeRefused(r *kernel.Request, err error) error {
	next := r.Path("/mon-inscription/", r.PathValue("token"))
	findFormMeeting(r)
	switch {
	case errors.Is(err, errAnswered):
		return nil
	case errors.Is(err, registration.ErrExpired), errors.Is(err, registration.ErrCancelled):
		return &kernel.Problem{Status: http.StatusGone, Key: "frozen", Next: next, Err: err}
	case errors.Is(err, registration.ErrClosed):
		return &kernel.Problem{Status: http.StatusConflict, Key: "frozen", Next: next, Err: err}
	}
	return err
}

// findFormMeeting finds the meeting of the sign-up whose form was refused, for the
// words of its sessions and questions.
func findFormMeeting(r *kernel.Request) {
	if _, m, err := r.Site.Desk.Read(r.Context(), link.ForManage, r.PathValue("token")); err == nil {
		r.FormMeeting = &m
	}
}
