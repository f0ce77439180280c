package desk

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// checkInPage is one person as the desk sees them: who they are, how they stand,
// whether they have arrived, and the buttons that record it.
type checkInPage struct {
	kernel.Layout
	kernel.MeetingView
	Signup   registration.Signup
	Status   registration.Status
	Today    bool // arrivals are recorded
	Half     registration.HalfDay
	Sessions []registration.Session // with a seat
	Arrivals []arrival
	Arrived  bool // at the entrance, in this half-day
	Party    []kernel.Member
	Group    bool // others of the party with a seat have not arrived
	Did      string
	Refused  *registration.NoSeatError // why nothing was recorded; nil otherwise
}

// arrival is one line of who came when.
type arrival struct{ Hour, Half, Session string }

// HasSeat reports whether the person has a seat that counts.
func (p checkInPage) HasSeat() bool {
	return p.Signup.State(registration.MeetingSession) == registration.Seated && !p.Signup.AddressConfirmedAt.IsZero()
}

// ArrivedAt reports whether the person has arrived at a session's door in this
// half-day.
func (p checkInPage) ArrivedAt(id registration.SessionID) bool {
	for _, a := range p.Signup.Arrivals {
		if a.Session == id && a.Half == p.Half {
			return true
		}
	}
	return false
}

// checkIn answers GET /accueil/{code}, the address in a ticket's QR code.
func checkIn(r *kernel.Request) error {
	view, signup, err := find(r, r.URL.Query().Get("rencontre"))
	if err != nil {
		return err
	}
	page, err := personPage(r, view, signup)
	if err != nil {
		return err
	}
	if did := r.URL.Query().Get("fait"); r.Words.Has("desk.did." + did) {
		page.Did = did
	}
	return r.Page(http.StatusOK, "checkin", page)
}

// find returns the sign-up that a code names. Two meetings may have given the
// same code: the one that is named counts, otherwise that of today, otherwise
// the latest.
func find(r *kernel.Request, slug string) (registration.View, registration.Signup, error) {
	code, ok := registration.ParseCode(r.PathValue("code"))
	if !ok {
		return registration.View{}, registration.Signup{}, registration.ErrNotFound
	}
	views, err := meetings(r)
	if err != nil {
		return registration.View{}, registration.Signup{}, err
	}
	for _, view := range views {
		if slug != "" && view.Meeting.Slug != slug {
			continue
		}
		signup, err := r.Site.Desk.ByCode(r.Context(), view.Meeting.Slug, code)
		if errors.Is(err, registration.ErrNotFound) {
			continue
		}
		return view, signup, err
	}
	return registration.View{}, registration.Signup{}, registration.ErrNotFound
}

// personPage is the page of a person whom the desk has found.
func personPage(r *kernel.Request, view registration.View, signup registration.Signup) (checkInPage, error) {
	page := checkInPage{
		Layout: r.Layout(r.Words.T("desk.title"), kernel.OrganisersSection), MeetingView: r.MeetingView(view),
		Signup: signup, Status: signup.Status(), Today: today(r, view.Meeting), Half: registration.HalfAt(r.Now),
	}
	if name := signup.GivenName + " " + signup.FamilyName; name != " " {
		page.Title = name
	}
	for _, s := range view.Meeting.Sessions {
		if signup.State(s.ID) == registration.Seated {
			page.Sessions = append(page.Sessions, s)
		}
	}
	for _, a := range signup.Arrivals {
		page.Arrivals = append(page.Arrivals, words(r, view.Meeting, a))
	}
	page.Arrived = page.ArrivedAt(registration.MeetingSession)
	all, err := r.Site.Desk.Party(r.Context(), signup)
	for _, p := range all {
		if p.ID == signup.ID || p.Erased() {
			continue
		}
		page.Party = append(page.Party, kernel.Member{Signup: p, Status: p.Status()})
		page.Group = page.Group || p.State(registration.MeetingSession) == registration.Seated && len(p.Arrivals) == 0
	}
	return page, err
}

// words says when and where somebody arrived.
func words(r *kernel.Request, m registration.Meeting, a registration.Arrival) arrival {
	line := arrival{Hour: r.Words.Hour(a.At)}
	if a.Half != "" {
		line.Half = r.Words.T("desk.half." + string(a.Half))
	}
	if s, ok := m.Session(a.Session); ok {
		line.Session = s.Title.In(r.Lang)
	}
	return line
}

// record answers POST /accueil/{code}: an arrival, or one that is taken back.
func record(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	view, signup, err := find(r, values.Get("rencontre"))
	if err != nil {
		return err
	}
	session := registration.SessionID(values.Get("session"))
	switch values.Get("arrival") {
	case "in":
		return arrive(r, view, signup, values)
	case "out":
		if err = r.Site.Desk.LeaveAgain(r.Context(), view.Meeting.Slug, signup.ID, session); err == nil {
			return done(r, view.Meeting, signup, "out")
		}
	default:
		return kernel.ErrMalformed
	}
	return refused(r, view, signup, err)
}

// arrive records that the person came and, if the form says so, the others of
// the party who have a seat.
func arrive(r *kernel.Request, view registration.View, signup registration.Signup, values url.Values) error {
	in := registration.CheckIn{
		Half: registration.HalfDay(values.Get("half")), Session: registration.SessionID(values.Get("session")),
		By: r.Organiser.ID, Beyond: values.Get("admit") == "yes",
	}
	_, again, err := r.Site.Desk.Arrive(r.Context(), view.Meeting.Slug, signup.ID, in)
	if err != nil {
		return refused(r, view, signup, err)
	}
	if values.Get("group") == "yes" {
		if err := arriveGroup(r, view, signup, in); err != nil {
			return err
		}
		return done(r, view.Meeting, signup, "group")
	}
	if !again {
		return done(r, view.Meeting, signup, "in")
	}
	// Pressed again, or at another desk: nothing has changed, and the page says
	// when and where it was.
	_, signup, err = find(r, view.Meeting.Slug)
	if err != nil {
		return err
	}
	page, err := personPage(r, view, signup)
	if err != nil {
		return err
	}
	page.Did = "already"
	return r.Page(http.StatusOK, "checkin", page)
}

// arriveGroup records the arrival of the others of a party who have a seat.
func arriveGroup(r *kernel.Request, view registration.View, lead registration.Signup, in registration.CheckIn) error {
	in.Beyond = false
	all, err := r.Site.Desk.Party(r.Context(), lead)
	if err != nil {
		return err
	}
	for _, p := range all {
		_, _, err := r.Site.Desk.Arrive(r.Context(), view.Meeting.Slug, p.ID, in)
		if _, ok := errors.AsType[*registration.NoSeatError](err); err != nil && !ok {
			return err
		}
	}
	return nil
}

// done leads back to the person, whose page says what was recorded.
func done(r *kernel.Request, m registration.Meeting, signup registration.Signup, did string) error {
	return r.Redirect("/accueil/", signup.Code, "?fait=", did, "&rencontre=", url.QueryEscape(m.Slug))
}

// refused is the page that says why nothing was recorded, and what to do.
func refused(r *kernel.Request, view registration.View, signup registration.Signup, err error) error {
	if errors.Is(err, registration.ErrNotToday) {
		return notToday(r, view.Meeting)
	}
	no, ok := errors.AsType[*registration.NoSeatError](err)
	if !ok {
		return err
	}
	page, err := personPage(r, view, signup)
	if err != nil {
		return err
	}
	page.Refused = no
	return r.Page(http.StatusConflict, "checkin", page)
}
