package desk

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// checkIn answers GET /accueil/{code}, the address in a ticket's QR code.
func checkIn(r *kernel.Request) error {
	view, signup, err := find(r, r.URL.Query().Get("rencontre"))
	if errors.Is(err, registration.ErrNotFound) {
		return notFound(r)
	}
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
	if !page.Today {
		views, err := meetings(r)
		if err != nil {
			return err
		}
		if today(r, views[0].Meeting) { // the code belongs to another meeting than that of this door
			page.Todo = r.Words.T("desk.todo.elsewhere", "Meeting", page.Text(view.Meeting.Title), "Day", page.LongDate)
		}
	}
	return r.Page(http.StatusOK, "checkin", page)
}

// find returns the sign-up with this code. If several meetings have given the
// code, the sign-up is that of the meeting named in the address, otherwise
// that of today, otherwise the latest.
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

// notFound answers with the page for a code that nobody has. It says what may be
// wrong and what to do.
func notFound(r *kernel.Request) error {
	page, views, err := newSearchPage(r, r.URL.Query().Get("rencontre"))
	if err != nil {
		return err
	}
	page.Query = r.PathValue("code")
	if page.Why, err = nobody(r, views, page.Meeting, page.Query, true); err != nil {
		return err
	}
	return r.Page(http.StatusNotFound, "search", page)
}

// record answers POST /accueil/{code}: it records an arrival or undoes one.
func record(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	view, signup, err := find(r, values.Get("rencontre"))
	if errors.Is(err, registration.ErrNotFound) && byScript(r) {
		return r.JSON(http.StatusNotFound, answer{State: "refused", Text: r.Words.T("desk.code_unknown")})
	}
	if err != nil {
		return err
	}
	session := registration.SessionID(values.Get("session"))
	switch values.Get("arrival") {
	case "in":
		return arrive(r, view, signup, values)
	case "out":
		if err = r.Site.Desk.UndoArrival(r.Context(), view.Meeting.Slug, signup.ID, session, registration.HalfDay(values.Get("half"))); err == nil {
			return done(r, view, signup, "out", values)
		}
		if errors.Is(err, registration.ErrNotFound) { // taken back already
			return done(r, view, signup, "nothing", values)
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
	var err error
	if in.Ago, err = ago(values); err != nil {
		return err
	}
	was, again, err := r.Site.Desk.Arrive(r.Context(), view.Meeting.Slug, signup.ID, in)
	if err != nil {
		return refused(r, view, signup, err)
	}
	if values.Get("group") == "yes" {
		if err := arriveGroup(r, view, signup, in); err != nil {
			return err
		}
		return done(r, view, signup, "group", values)
	}
	if !again || sameArrival(r, was, in) {
		return done(r, view, signup, "in", values)
	}
	// The button was pressed twice, or at two desks. Nothing has changed, and
	// the page says when and where the arrival was.
	if byScript(r) {
		return tell(r, view, signup, "already", nil)
	}
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

// done redirects to the page on which the button was pressed: the search page or
// the person's page. That page says what was recorded.
func done(r *kernel.Request, view registration.View, signup registration.Signup, did string, values url.Values) error {
	if byScript(r) {
		return tell(r, view, signup, did, nil)
	}
	slug := url.QueryEscape(view.Meeting.Slug)
	if values.Get("from") == "search" {
		return r.Redirect("/accueil/?rencontre=", slug, "&fait=", did, "&code=", signup.Code)
	}
	return r.Redirect("/accueil/", signup.Code, "?fait=", did, "&rencontre=", slug)
}

// refused answers with the page that says why nothing was recorded, and what to do.
func refused(r *kernel.Request, view registration.View, signup registration.Signup, err error) error {
	if byScript(r) {
		return tell(r, view, signup, "refused", err)
	}
	switch {
	case errors.Is(err, registration.ErrNotToday):
		return notToday(r, view.Meeting)
	case errors.Is(err, registration.ErrTooOld):
		return &kernel.Problem{Status: http.StatusConflict, Key: "too_old", Next: r.Path("/accueil/", signup.Code), Err: err}
	}
	no, ok := errors.AsType[*registration.NoSeatError](err)
	if !ok {
		return err
	}
	page, err := personPage(r, view, signup)
	if err != nil {
		return err
	}
	page.refuse(r, no)
	return r.Page(http.StatusConflict, "checkin", page)
}

// refuse adds that nothing was recorded, and what to do. The person may have lost
// their seat after the page was loaded.
func (p *checkInPage) refuse(r *kernel.Request, no *registration.NoSeatError) {
	p.Refused = no
	do := r.Words.T("desk.ask")
	if no.May {
		do = r.Words.T("desk.may_admit")
	}
	switch {
	case no.Session != registration.MeetingSession && p.HasSeat:
		p.Todo = r.Words.T("desk.todo.no_session", "Do", do)
	case p.Todo == "":
		p.Todo = r.Words.T("desk.todo.confirmed", "Do", do)
	}
}
