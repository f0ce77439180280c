package web

import (
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
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
	Position  int                    // in the queue of the meeting, 0 outside it
	Offer     string                 // until when the seat that is offered waits for an answer, "" if none is
	Undoable  string                 // until when a cancellation can be taken back, "" if it cannot
	Territory string
	Can       bool // what the page offers can still be done
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

// ConfirmToken, ManageToken and DisavowToken are of the links to the other
// pages of the same sign-up: who holds one of them reads the mailbox that gets
// them all.
func (p linkPage) ConfirmToken() string { return p.token(registration.ForConfirm) }

// ManageToken: see [linkPage.ConfirmToken].
func (p linkPage) ManageToken() string { return p.token(registration.ForManage) }

// DisavowToken: see [linkPage.ConfirmToken].
func (p linkPage) DisavowToken() string { return p.token(registration.ForDisavow) }

func (p linkPage) token(to registration.Purpose) string {
	return p.visit.site.keys.Token(to, p.Signup.ID, p.Signup.Version)
}

// SpacedCode is the short code in two groups, to be read aloud.
func (p linkPage) SpacedCode() string {
	half := len(p.Signup.Code) / 2
	return p.Signup.Code[:half] + "\u00a0" + p.Signup.Code[half:]
}

// read returns the page of the sign-up that a link names.
func (v *visit) read(p registration.Purpose) (linkPage, error) {
	signup, m, err := v.site.desk.Read(v.Context(), p, v.PathValue("token"))
	if err != nil {
		return linkPage{}, err
	}
	page := linkPage{
		layout: v.layout("", ""), meetingView: v.view(registration.View{Meeting: m}), Signup: signup,
		Status: signup.Status(), HeldUntil: v.words.Moment(signup.HeldUntil),
		Territory: territoryName(signup.Territory),
	}
	// A visitor learns that a hold is over before its seat has been released.
	if page.Status == registration.StatusPending && signup.Lapsed(v.now) {
		page.Status = registration.StatusExpired
	}
	return page, v.places(&page)
}

// places tells where the sign-up stands in each queue and what it can answer.
func (v *visit) places(page *linkPage) (err error) {
	s := page.Signup
	for _, session := range page.Meeting.Sessions {
		switch s.State(session.ID) {
		case registration.Seated:
			page.Places = append(page.Places, session)
		case registration.Queued:
			n, err := v.site.desk.Position(v.Context(), s, session.ID)
			if err != nil {
				return err
			}
			page.Queues = append(page.Queues, queued{session, n})
		}
	}
	if page.Status == registration.StatusWaitlisted {
		if page.Position, err = v.site.desk.Position(v.Context(), s, registration.Whole); err != nil {
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

// confirmation answers GET /confirmation/{token}.
func (s *site) confirmation(v *visit) error {
	page, err := v.read(registration.ForConfirm)
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
	page.Title = page.T("mine.confirm.title")
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
	page, err := v.read(registration.ForDisavow)
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

// mine answers GET /mon-inscription/{token}: everything about one's sign-up.
func (s *site) mine(v *visit) error {
	page, err := v.read(registration.ForManage)
	if err != nil {
		return err
	}
	page.Title, page.Can = page.T("mine.title"), v.cancellable(page)
	return v.page(http.StatusOK, "mine", page)
}

// cancellation answers GET /mon-inscription/{token}/annulation.
func (s *site) cancellation(v *visit) error {
	page, err := v.read(registration.ForManage)
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
	return page.Signup.EndedAt.IsZero() && page.Status != registration.StatusExpired && v.now.Before(page.Meeting.Day.Next().Midnight())
}
