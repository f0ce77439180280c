package attendee

import (
	"net/http"
	"net/url"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// lostLinkPage asks for an address and, once it has it, always says the same.
type lostLinkPage struct {
	kernel.Layout
	kernel.MeetingView
	kernel.Form
	Asked bool
}

// lostLinkForm answers GET /rencontres/{slug}/lien-perdu.
func lostLinkForm(r *kernel.Request) error {
	return showLostLink(r, http.StatusOK, r.NewForm(nil))
}

// showLostLink renders the page.
func showLostLink(r *kernel.Request, status int, f kernel.Form) error {
	view, err := r.Site.Desk.Meeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	page := lostLinkPage{Layout: r.Layout(r.Words.T("attendee.lost.title"), ""), MeetingView: r.MeetingView(view), Form: f, Asked: r.URL.Query().Has("message")}
	if len(f.Errors) > 0 {
		page.Title = r.Words.T("form.error.prefix", "Title", page.Title)
	} else if page.Asked {
		page.Title = r.Words.T("attendee.lost.asked")
	}
	return r.Page(status, "lostlink", page)
}

// askLink answers POST /rencontres/{slug}/lien-perdu.
func askLink(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	if _, ok := registration.AddressKey(values.Get("email")); !ok {
		f := r.NewForm(values)
		f.Add("email", r.Words.T("form.error.email.mailbox"))
		return showLostLink(r, http.StatusUnprocessableEntity, f)
	}
	slug := r.PathValue("slug")
	if err := r.Site.Desk.AskLink(r.Context(), slug, values.Get("email")); err != nil {
		return err
	}
	return r.Redirect("/rencontres/", url.PathEscape(slug), "/lien-perdu?message")
}
