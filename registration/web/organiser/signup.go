package organiser

import (
	"net/http"
	"net/url"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// signupPage is one sign-up as organisers see it: what the site knows, what has
// happened and what an organiser may do; or a question before one of these
// acts. It never has the person's own links.
type signupPage struct {
	kernel.PersonPage
	Did     string // what was just done, as the catalogue names it; "" if nothing
	Facts   []kernel.Fact
	History []event
	MayAct  bool // the organiser may act on sign-ups
	HasLink bool // the person has a link that can be replaced
}

// Address is the address of the sign-up's page, with parts after it.
func (p signupPage) Address(parts ...any) string {
	return p.Path(append([]any{signupPath(p.Meeting.Slug, p.Signup.Code)}, parts...)...)
}

func signupPath(slug, code string) string {
	return "/organisation/rencontres/" + url.PathEscape(slug) + "/inscriptions/" + code
}

// MayDecide reports whether the organiser can approve or refuse.
func (p signupPage) MayDecide() bool { return p.MayAct && p.Status == registration.StatusApproval }

// MayReissue reports whether the organiser can replace the person's links.
func (p signupPage) MayReissue() bool { return p.MayAct && p.HasLink }

// newSignupPage returns the page of the sign-up that the address names.
func newSignupPage(r *kernel.Request) (signupPage, error) {
	view, err := r.Site.Desk.Meeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return signupPage{}, err
	}
	code, ok := registration.ParseCode(r.PathValue("code"))
	if !ok {
		return signupPage{}, registration.ErrNotFound
	}
	signup, err := r.Site.Desk.ByCode(r.Context(), view.Meeting.Slug, code)
	if err != nil {
		return signupPage{}, err
	}
	page, err := r.PersonForOrganisers(view, signup)
	alone := page
	alone.Party = nil // it has a place of its own
	return signupPage{
		PersonPage: page, Facts: alone.Facts(),
		MayAct: r.Organiser.May(registration.RightAct, view.Meeting.Slug), HasLink: signup.Email != "",
	}, err
}

// showSignup answers GET /organisation/rencontres/{slug}/inscriptions/{code}.
func showSignup(r *kernel.Request) error {
	page, err := newSignupPage(r)
	if err != nil {
		return err
	}
	if page.History, err = history(r, page); err != nil {
		return err
	}
	page.Title = page.T("organiser.signup.title")
	if did := r.URL.Query().Get("fait"); r.Words.Has("organiser.did." + did) {
		page.Did = did
	}
	return r.Page(http.StatusOK, "signup", page)
}

// showQuestion renders the page that asks whether to act on the sign-up. If the
// act is not possible it leads back to the sign-up.
func showQuestion(r *kernel.Request, name string, possible func(signupPage) bool) error {
	page, err := newSignupPage(r)
	if err != nil {
		return err
	}
	if !possible(page) {
		return r.Redirect(signupPath(page.Meeting.Slug, page.Signup.Code))
	}
	page.Title = page.T("organiser." + name + ".title")
	return r.Page(http.StatusOK, name, page)
}

// reissueForm answers GET /organisation/rencontres/{slug}/inscriptions/{code}/lien.
func reissueForm(r *kernel.Request) error { return showQuestion(r, "reissue", signupPage.MayReissue) }

// reissue answers POST /organisation/rencontres/{slug}/inscriptions/{code}/lien.
func reissue(r *kernel.Request) error {
	page, err := newSignupPage(r)
	if err != nil {
		return err
	}
	if !page.MayReissue() {
		return r.Redirect(signupPath(page.Meeting.Slug, page.Signup.Code))
	}
	if err := r.Site.Desk.Reissue(r.Context(), page.Meeting.Slug, page.Signup.ID); err != nil {
		return err
	}
	r.Site.Log.InfoContext(r.Context(), "links reissued", "organiser", r.Organiser.ID, "signup", page.Signup.ID)
	return r.Redirect(signupPath(page.Meeting.Slug, page.Signup.Code), "?fait=lien")
}
