package web

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/territoires-industrie/sdk/registration"
)

// One person's sign-up as organisers see it: what the site knows, what has
// happened, and what an organiser may do about it. No link of the person's own
// is in these pages.

// recordPage is the page of one sign-up, or asks about one act on it.
type recordPage struct {
	linkPage
	Facts   []known
	History []past
	Acts    bool // the organiser may act on sign-ups
	Links   bool // the person has a link that can be replaced
}

// past is one line of the history.
type past struct{ When, What string }

// Path of the page, of which further parts may follow.
func (p recordPage) Record(parts ...any) string {
	return p.Path(append([]any{recordPath(p.Meeting.Slug, p.Signup.Code)}, parts...)...)
}

func recordPath(slug, code string) string {
	return "/organisation/rencontres/" + url.PathEscape(slug) + "/inscriptions/" + code
}

// Decides reports whether the organiser can approve or refuse.
func (p recordPage) Decides() bool { return p.Acts && p.Status == registration.StatusApproval }

// Reissues reports whether the organiser can replace the person's links.
func (p recordPage) Reissues() bool { return p.Acts && p.Links }

// recorded returns the page of the sign-up that the address names.
func (v *visit) recorded() (recordPage, error) {
	view, err := v.site.desk.Meeting(v.Context(), v.PathValue("slug"))
	if err != nil {
		return recordPage{}, err
	}
	code, ok := registration.ParseCode(v.PathValue("code"))
	if !ok {
		return recordPage{}, registration.ErrNotFound
	}
	signup, err := v.site.desk.ByCode(v.Context(), view.Meeting.Slug, code)
	if err != nil {
		return recordPage{}, err
	}
	page, err := v.attendee(view, signup)
	alone := page
	alone.Party = nil // it has a place of its own
	return recordPage{
		linkPage: page, Facts: alone.facts(),
		Acts: v.organiser.Role.Includes(registration.RoleOrganiser), Links: signup.Email != "",
	}, err
}

// record answers GET /organisation/rencontres/{slug}/inscriptions/{code}.
func (s *site) record(v *visit) error {
	page, err := v.recorded()
	if err != nil {
		return err
	}
	all, err := s.desk.History(v.Context(), page.Signup)
	if err != nil {
		return err
	}
	for _, e := range all {
		page.History = append(page.History, past{v.words.Moment(e.At), v.words.T("organisation.act." + string(e.Kind))})
	}
	page.Title = page.T("organisation.record.title")
	if did := v.URL.Query().Get("fait"); v.words.Has("organisation.did." + did) {
		page.Did = did
	}
	return v.page(http.StatusOK, "record", page)
}

// acting is for pages that ask whether to act on a sign-up, and for the act.
func (s *site) acting(next answer) answer {
	return s.signedIn(func(v *visit) error {
		if !v.organiser.Role.Includes(registration.RoleOrganiser) {
			return errForbidden
		}
		return next(v)
	})
}

// ask renders the page that asks about an act which is possible, and leads back
// to the sign-up from one that is not.
func (v *visit) ask(name string, possible func(recordPage) bool) error {
	page, err := v.recorded()
	if err != nil {
		return err
	}
	if !possible(page) {
		return v.redirect(recordPath(page.Meeting.Slug, page.Signup.Code))
	}
	page.Title = page.T("organisation." + name + ".title")
	return v.page(http.StatusOK, name, page)
}

// reissueForm answers GET /organisation/rencontres/{slug}/inscriptions/{code}/lien.
func (s *site) reissueForm(v *visit) error { return v.ask("reissue", recordPage.Reissues) }

// reissue answers POST /organisation/rencontres/{slug}/inscriptions/{code}/lien.
func (s *site) reissue(v *visit) error {
	page, err := v.recorded()
	if err != nil {
		return err
	}
	if !page.Reissues() {
		return v.redirect(recordPath(page.Meeting.Slug, page.Signup.Code))
	}
	if err := s.desk.Reissue(v.Context(), page.Meeting.Slug, page.Signup.ID); err != nil {
		return err
	}
	s.log.InfoContext(v.Context(), "links reissued", "organiser", v.organiser.ID, "signup", page.Signup.ID)
	return v.redirect(recordPath(page.Meeting.Slug, page.Signup.Code), "?fait=lien")
}

// decisionForm answers GET /organisation/rencontres/{slug}/inscriptions/{code}/decision.
func (s *site) decisionForm(v *visit) error { return v.ask("decision", recordPage.Decides) }

// decide answers POST /organisation/rencontres/{slug}/inscriptions/{code}/decision.
// What another organiser has decided meanwhile stays.
func (s *site) decide(v *visit) error {
	values, err := v.form()
	if err != nil {
		return err
	}
	verdict := values.Get("answer")
	if verdict != "approve" && verdict != "refuse" {
		return errMalformed
	}
	page, err := v.recorded()
	if err != nil {
		return err
	}
	record := recordPath(page.Meeting.Slug, page.Signup.Code)
	err = s.desk.Decide(v.Context(), page.Meeting.Slug, page.Signup.ID, verdict == "approve")
	switch {
	case errors.Is(err, registration.ErrNotFound): // it does not wait any more
		return v.redirect(record)
	case errors.Is(err, registration.ErrFull):
		return &problem{http.StatusConflict, "decision_full", v.path(record), err}
	case err != nil:
		return err
	}
	s.log.InfoContext(v.Context(), "sign-up decided", "organiser", v.organiser.ID, "signup", page.Signup.ID, "answer", verdict)
	return v.redirect(record, "?fait=decision")
}
