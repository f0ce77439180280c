package attendee

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// lostLinkPage asks for an address and, once it has it, always says the same.
type lostLinkPage struct {
	kernel.Layout
	kernel.Form
	Meeting registration.Meeting // the zero value for a visitor who came from no meeting
	Asked   bool
}

// Action is where the form goes.
func (p lostLinkPage) Action() string {
	if p.Meeting.Slug == "" {
		return p.Path("/lien-perdu")
	}
	return p.Path("/rencontres/", p.Meeting.Slug, "/lien-perdu")
}

// lostLinkForm answers GET /rencontres/{slug}/lien-perdu, and GET /lien-perdu for
// somebody whose link does not tell the meeting.
func lostLinkForm(r *kernel.Request) error {
	return showLostLink(r, http.StatusOK, r.NewForm(nil))
}

// showLostLink renders the page.
func showLostLink(r *kernel.Request, status int, f kernel.Form) error {
	page := lostLinkPage{Layout: r.Layout(r.Words.T("attendee.lost.title"), ""), Form: f, Asked: r.URL.Query().Has("message")}
	if slug := r.PathValue("slug"); slug != "" {
		view, err := r.Site.Desk.Meeting(r.Context(), slug)
		if err != nil {
			return err
		}
		page.Meeting = view.Meeting
	}
	if len(f.Errors) > 0 {
		page.Title = r.Words.T("form.error.prefix", "Title", page.Title)
	} else if page.Asked {
		page.Title = r.Words.T("attendee.lost.asked")
	}
	return r.Page(status, "lostlink", page)
}

// askLink answers POST /rencontres/{slug}/lien-perdu and POST /lien-perdu.
func askLink(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	if _, ok := address.Key(values.Get("email")); !ok {
		f := r.NewForm(values)
		f.Add("email", r.Words.T("form.error.email.mailbox"))
		return showLostLink(r, http.StatusUnprocessableEntity, f)
	}
	slug := r.PathValue("slug")
	err = r.Site.Desk.AskLink(r.Context(), slug, values.Get("email"), kernel.Network(r.Request))
	if errors.Is(err, registration.ErrTooMany) {
		return &kernel.Problem{Status: http.StatusTooManyRequests, Key: "links_network", Err: err}
	}
	if err != nil {
		return err
	}
	if slug == "" {
		return r.Redirect("/lien-perdu?message")
	}
	return r.Redirect("/rencontres/", url.PathEscape(slug), "/lien-perdu?message")
}

// linked wraps a page behind a mail's link of this purpose: for a link that
// does not work, the error page has a link to the page that sends a new one, unless
// the sign-up is erased.
func linked(p link.Purpose, next kernel.Handler) kernel.Handler {
	return kernel.Private(func(r *kernel.Request) error {
		err := next(r)
		if !errors.Is(err, registration.ErrNotFound) {
			return err
		}
		if errors.Is(err, registration.ErrErased) { // no other link could be sent
			return &kernel.Problem{Status: http.StatusNotFound, Key: "erased", Err: err}
		}
		if p != link.ForTransfer {
			if _, _, bad := r.Site.Desk.Read(r.Context(), p, r.PathValue("token")); !errors.Is(bad, registration.ErrNotFound) {
				return err // the link is good, what it asks for is not there
			}
		}
		return badLink(r)
	})
}

// badLink answers what begins like a mail's link and is none: the error page leads to
// the page that sends a new one.
func badLink(r *kernel.Request) error {
	return &kernel.Problem{Status: http.StatusNotFound, Key: "bad_link", Next: r.Path("/lien-perdu"), Err: registration.ErrNotFound}
}
