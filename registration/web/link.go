package web

import (
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

// The pages behind the links of a mail. Each GET shows what its button would
// do; each POST does it and leads back to the GET, which then says that it is
// done. Doing it twice says the same.

// linkPage is the page of somebody's sign-up.
type linkPage struct {
	layout
	meetingView
	Signup    registration.Signup
	Status    registration.Status
	HeldUntil string
	Places    []registration.Session // sessions with a seat
	Queues    []queued               // sessions in whose queue the person waits
	Offers    []registration.Session // sessions in which a seat is offered
	Position  int                    // in the queue of the meeting, 0 outside it
	Offer     string                 // until when the seat that is offered waits for an answer, "" if none is
	Undoable  string                 // until when a cancellation can be taken back, "" if it cannot
	Territory string
	Regions   string
	Party     []member // who comes with the person, as far as the page tells
	Can       bool     // what the page offers can still be done
	Mends     bool     // what was said can still be changed
	Brings    bool     // another companion may come
	Did       string   // what was just done, as the catalogue names it; "" if nothing
}

// queued is a session with the person's place in its queue.
type queued struct {
	registration.Session
	Position int
}

// After is what a confirmation led to, as the catalogue names it.
func (p linkPage) After() string {
	switch p.Status {
	case registration.StatusWaitlisted, registration.StatusApproval, registration.StatusOffered:
		return string(p.Status)
	}
	return "done"
}

// Holds reports whether a seat is held for the person; who waits holds a place.
func (p linkPage) Holds() bool { return p.Signup.State(registration.MeetingSession).TakesSeat() }

// Asks ends the keys of words for somebody who asks for a seat and has none yet.
func (p linkPage) Asks() string {
	if p.Holds() {
		return ""
	}
	return "_request"
}

// ConfirmToken, ManageToken and DisavowToken are of the links to the other
// pages of the same sign-up: who holds one of them reads the mailbox that gets
// them all.
func (p linkPage) ConfirmToken() string { return p.token(link.ForConfirm) }

// ManageToken: see [linkPage.ConfirmToken].
func (p linkPage) ManageToken() string { return p.token(link.ForManage) }

// DisavowToken: see [linkPage.ConfirmToken].
func (p linkPage) DisavowToken() string { return p.token(link.ForDisavow) }

func (p linkPage) token(to link.Purpose) string {
	return p.visit.site.keys.Token(to, p.Signup.ID, p.Signup.Version)
}

// GroupedCode is the short code in two groups, to be read aloud.
func (p linkPage) GroupedCode() string { return ticket.Grouped(p.Signup.Code) }

// read returns the page of the sign-up that a link names.
func (v *visit) read(p link.Purpose) (linkPage, error) {
	signup, m, err := v.site.desk.Read(v.Context(), p, v.PathValue("token"))
	if err != nil {
		return linkPage{}, err
	}
	page := linkPage{
		layout: v.layout("", ""), meetingView: v.view(registration.View{Meeting: m}), Signup: signup,
		Status: signup.Status(), HeldUntil: v.words.Moment(signup.HeldUntil),
		Territory: territoryName(signup.Territory), Regions: regionsIn(signup.Territory),
	}
	// A visitor learns that a hold is over before its seat has been released.
	if page.Status == registration.StatusPending && signup.HoldExpired(v.now) {
		page.Status = registration.StatusExpired
	}
	return page, nil
}

// confirmation answers GET /confirmation/{token}.
func (s *site) confirmation(v *visit) error {
	page, err := v.read(link.ForConfirm)
	if err != nil {
		return err
	}
	switch {
	case page.Status == registration.StatusExpired:
		return v.again("expired", page.Signup, registration.ErrExpired)
	case page.Status == registration.StatusCancelled:
		return v.again("signup_cancelled", page.Signup, registration.ErrCancelled)
	case !page.Signup.AddressConfirmedAt.IsZero():
		page.Title = page.T("mine.confirm." + page.After())
		return v.page(http.StatusOK, "confirmed", page)
	}
	page.Title = page.T("mine.confirm.title" + page.Asks())
	return v.page(http.StatusOK, "confirm", page)
}

// confirm answers POST /confirmation/{token}.
func (s *site) confirm(v *visit) error {
	signup, err := s.desk.Confirm(v.Context(), v.PathValue("token"))
	switch {
	case errors.Is(err, registration.ErrExpired):
		return v.again("expired", signup, err)
	case errors.Is(err, registration.ErrCancelled):
		return v.again("signup_cancelled", signup, err)
	case errors.Is(err, registration.ErrClosed):
		return &problem{http.StatusConflict, "cancelled", "", err}
	case err != nil:
		return err
	}
	return v.redirect("/confirmation/", v.PathValue("token"))
}

// again is the error of a sign-up that is over, with a way to sign up again.
func (v *visit) again(key string, signup registration.Signup, err error) error {
	next := ""
	if signup.Meeting != "" {
		next = v.path("/rencontres/", signup.Meeting)
	}
	return &problem{http.StatusGone, key, next, err}
}

// disavowal answers GET /pas-moi/{token}: « ce n’est pas moi ».
func (s *site) disavowal(v *visit) error {
	page, err := v.read(link.ForDisavow)
	if err != nil {
		return err
	}
	page.Can = page.Signup.EndedAt.IsZero()
	page.Title = page.T("mine.disavow.title")
	if !page.Can {
		page.Title = page.T("mine.disavow.done")
	}
	return v.page(http.StatusOK, "disavow", page)
}

// disavow answers POST /pas-moi/{token}.
func (s *site) disavow(v *visit) error {
	if err := s.desk.Disavow(v.Context(), v.PathValue("token")); err != nil {
		return err
	}
	return v.redirect("/pas-moi/", v.PathValue("token"))
}

// cancellation answers GET /mon-inscription/{token}/annulation.
func (s *site) cancellation(v *visit) error {
	page, err := v.own()
	if err != nil {
		return err
	}
	if !v.cancellable(page) {
		return v.redirect("/mon-inscription/", v.PathValue("token"))
	}
	page.Title = page.T("mine.cancel.title")
	return v.page(http.StatusOK, "cancel", page)
}

// cancel answers POST /mon-inscription/{token}/annulation.
func (s *site) cancel(v *visit) error {
	if _, err := s.desk.Cancel(v.Context(), v.PathValue("token")); err != nil {
		return err
	}
	return v.redirect("/mon-inscription/", v.PathValue("token"))
}

// cancellable reports whether there is a sign-up left to give back.
func (v *visit) cancellable(page linkPage) bool {
	return page.Signup.EndedAt.IsZero() && page.Status != registration.StatusExpired && v.now.Before(page.Meeting.Day.AddDays(1).In(registration.Paris))
}
