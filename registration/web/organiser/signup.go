package organiser

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/print"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// signupPage is one sign-up as organisers see it: what the site knows of it,
// what has happened, and what an organiser may do. The forms of acts embed
// it. The person's own links are never on it.
type signupPage struct {
	kernel.PersonPage
	Did     string // what was just done, as the catalogue names it; "" if nothing
	Not     string // why an act was not possible, as a key of the catalogue; "" for none
	Facts   []kernel.Fact
	History []event
	MayAct  bool // the organiser may act on sign-ups
	HasLink bool // the person has a link that can be revoked
	now     time.Time

	LastMail *event // the last mail to the person, nil if there was none
	Refused  *event // the last mail that the person's server refused
}

// Address is the address of the sign-up's page, with parts behind it.
func (p signupPage) Address(parts ...any) string {
	return p.Path(append([]any{signupPath(p.Meeting.Slug, p.Signup.Code)}, parts...)...)
}

// Name is the name of the person, "" once their data is erased.
func (p signupPage) Name() string {
	return strings.TrimSpace(p.Signup.GivenName + " " + p.Signup.FamilyName)
}

// showTicket answers GET
// /organisation/rencontres/{slug}/inscriptions/{code}/billet with the ticket
// as PDF, to be printed for somebody without an address.
func showTicket(r *kernel.Request) error {
	page, err := newSignupPage(r)
	if err != nil {
		return err
	}
	if !page.Signup.Expected() {
		return r.Redirect(signupPath(page.Meeting.Slug, page.Signup.Code), "?empeche=", page.obstacle("billet"))
	}
	var b bytes.Buffer
	t := print.Ticket{Meeting: page.Meeting, Signup: page.Signup, Address: r.Site.Origin + r.Site.Prefix + "/accueil/" + page.Signup.Code}
	if err := print.Tickets(&b, r.Lang, t); err != nil {
		return err
	}
	return r.Download("application/pdf", "billet-"+page.Signup.Code+".pdf", b.Bytes())
}

func signupPath(slug, code string) string {
	return "/organisation/rencontres/" + url.PathEscape(slug) + "/inscriptions/" + code
}

// Write is the address of the form for a message to the person, "" if they
// cannot be reached.
func (p signupPage) Write() string {
	if !p.MayAct || p.Signup.Email == "" || p.Signup.AddressConfirmedAt.IsZero() {
		return ""
	}
	return p.Path(outboxPath(p.Meeting.Slug), "/message?codes=", p.Signup.Code)
}

// newSignupPage returns the page of the sign-up in the address.
func newSignupPage(r *kernel.Request) (signupPage, error) {
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), r.PathValue("slug"))
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
	facts := alone.Facts()
	for _, said := range []string{"given_name", "family_name", "status", "sessions", "created_at", "confirmed_at", "present_at"} { // above, or in the history
		facts = slices.DeleteFunc(facts, func(f kernel.Fact) bool { return f.Label == page.T("words.column."+said) })
	}
	return signupPage{
		PersonPage: page, Facts: facts,
		MayAct: r.Organiser.May(registration.RightAct, view.Meeting.Slug), HasLink: signup.Email != "", now: r.Now,
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
	for _, e := range page.History {
		if e.mail {
			page.LastMail = &e
		}
		if e.refused {
			page.Refused = &e
		}
	}
	if page.Refused != nil { // the page says it only once, beside what to do about it
		if page.LastMail.at.Equal(page.Refused.at) && page.LastMail.What == page.Refused.What {
			page.LastMail = nil
		}
		for i, e := range page.History {
			if e.refused && e.at.Equal(page.Refused.at) && e.What == page.Refused.What {
				page.History[i].Reply = ""
			}
		}
	}
	if page.Title = page.Name(); page.Title == "" {
		page.Title = page.T("organiser.list.erased")
	}
	if did := r.URL.Query().Get("fait"); r.Words.Has("organiser.did." + did) {
		page.Did = did
	}
	if not := r.URL.Query().Get("empeche"); r.Words.Has("organiser.obstacle." + not) {
		page.Not = not
	}
	return r.Page(http.StatusOK, "signup", page)
}
