package web

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/territoires-industrie/sdk/registration"
)

// What a person can do from their own page besides cancelling: answer an offer,
// take a cancellation back, have their data erased, and get a lost link again.

// answerOffer answers POST /mon-inscription/{token}/proposition: the seat that
// is offered is taken or passed on.
func (s *site) answerOffer(v *visit) error {
	values, err := v.form()
	if err != nil {
		return err
	}
	token := v.PathValue("token")
	switch values.Get("answer") {
	case "accept":
		_, err = s.desk.Accept(v.Context(), token)
	case "decline":
		_, err = s.desk.Decline(v.Context(), token)
	default:
		err = errMalformed
	}
	if errors.Is(err, registration.ErrExpired) {
		return &problem{http.StatusGone, "offer_ended", v.path("/mon-inscription/", token), err}
	}
	if err != nil {
		return err
	}
	return v.redirect("/mon-inscription/", token)
}

// undo answers POST /mon-inscription/{token}/retablissement.
func (s *site) undo(v *visit) error {
	token := v.PathValue("token")
	_, err := s.desk.Undo(v.Context(), token)
	mine := v.path("/mon-inscription/", token)
	switch {
	case errors.Is(err, registration.ErrExpired):
		return &problem{http.StatusGone, "undo_late", mine, err}
	case errors.Is(err, registration.ErrFull), errors.Is(err, registration.ErrAddressTaken), errors.Is(err, registration.ErrClosed):
		return &problem{http.StatusConflict, "undo_refused", mine, err}
	case err != nil:
		return err
	}
	return v.redirect("/mon-inscription/", token, "?fait=retablissement")
}

// erasure answers GET /mon-inscription/{token}/effacement.
func (s *site) erasure(v *visit) error {
	page, err := v.own()
	if err != nil {
		return err
	}
	page.Title = page.T("mine.erase.title")
	return v.page(http.StatusOK, "erase", page)
}

// erase answers POST /mon-inscription/{token}/effacement. The link is no good
// afterwards, so the page that says that it is done has an address of its own.
func (s *site) erase(v *visit) error {
	if err := s.desk.Erase(v.Context(), v.PathValue("token")); err != nil {
		return err
	}
	return v.redirect("/effacement")
}

// erased answers GET /effacement.
func (s *site) erased(v *visit) error {
	return v.page(http.StatusOK, "erased", homePage{layout: v.layout(v.words.T("mine.erase.done"), "")})
}

// lostPage asks for an address and, once it has it, always says the same.
type lostPage struct {
	layout
	meetingView
	form
	Asked bool
}

// lostForm answers GET /rencontres/{slug}/lien-perdu.
func (s *site) lostForm(v *visit) error {
	return v.lost(http.StatusOK, form{words: v.words})
}

// lost renders the page.
func (v *visit) lost(status int, f form) error {
	view, err := v.site.desk.Meeting(v.Context(), v.PathValue("slug"))
	if err != nil {
		return err
	}
	page := lostPage{layout: v.layout(v.words.T("mine.lost.title"), ""), meetingView: v.view(view), form: f, Asked: v.URL.Query().Has("message")}
	if len(f.Errors) > 0 {
		page.Title = v.words.T("signup.error.prefix", "Title", page.Title)
	} else if page.Asked {
		page.Title = v.words.T("mine.lost.asked")
	}
	return v.page(status, "lost", page)
}

// askLink answers POST /rencontres/{slug}/lien-perdu.
func (s *site) askLink(v *visit) error {
	values, err := v.form()
	if err != nil {
		return err
	}
	if _, ok := registration.AddressKey(values.Get("email")); !ok {
		f := form{values: values, words: v.words}
		f.add("email", v.words.T("signup.error.email.mailbox"))
		return v.lost(http.StatusUnprocessableEntity, f)
	}
	slug := v.PathValue("slug")
	if err := s.desk.AskLink(v.Context(), slug, values.Get("email")); err != nil {
		return err
	}
	return v.redirect("/rencontres/", url.PathEscape(slug), "/lien-perdu?message")
}
