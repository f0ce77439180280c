package attendee

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// A transfer moves a sign-up to another address: a new one of the same person, or
// that of a colleague who comes instead. The owner of the new address confirms it.

// transferFields are the fields of both kinds of transfer.
var transferFields = url.Values{"email": nil, "given_name": nil, "family_name": nil}

// transferShown is what the forms of both kinds of transfer carry.
func transferShown(s registration.Signup) formSnapshot {
	was := url.Values{}
	if t := s.Transfer; t.Waits() {
		was = url.Values{"email": {t.Email}, "given_name": {t.GivenName}, "family_name": {t.FamilyName}}
	}
	return formSnapshot{s.Revision, was}
}

// addressForm answers GET /mon-inscription/{token}/adresse.
func addressForm(r *kernel.Request) error {
	return transferForm(r, func(page *editPage) error { return showAddress(r, http.StatusOK, page) })
}

// replacementForm answers GET /mon-inscription/{token}/remplacement.
func replacementForm(r *kernel.Request) error {
	return transferForm(r, func(page *editPage) error { return showReplacement(r, http.StatusOK, page) })
}

// transferForm shows an empty form to somebody whose sign-up can move.
func transferForm(r *kernel.Request, show func(*editPage) error) error {
	page, err := newEditPage(r)
	if page == nil || err != nil {
		return err
	}
	if !page.CanMove() {
		return r.Redirect("/mon-inscription/", r.PathValue("token"))
	}
	page.Values, page.formSnapshot = url.Values{}, transferShown(page.Signup)
	return show(page)
}

// CanMove reports whether the sign-up can move to another address.
func (p attendeePage) CanMove() bool {
	return p.Editable && p.Signup.Email != "" && !p.Signup.AddressConfirmedAt.IsZero()
}

// WaitsAt is the last part of the path of the page about the pending transfer.
func (p attendeePage) WaitsAt() string {
	if p.Signup.Transfer.Replaces() {
		return "remplacement"
	}
	return "adresse"
}

// Colleague returns the fields for the colleague who comes instead.
// Autocompletion is off: browsers would fill in the visitor's own data.
func (p editPage) Colleague() []kernel.Input {
	var list []kernel.Input
	for _, name := range []string{"given_name", "family_name", "email"} {
		in := p.Input(name)
		in.Autocomplete = "off"
		list = append(list, in)
	}
	return list
}

func showAddress(r *kernel.Request, status int, page *editPage) error {
	return showEditPage(r, status, "address", "attendee.address.title", page)
}

func showReplacement(r *kernel.Request, status int, page *editPage) error {
	return showEditPage(r, status, "replacement", "attendee.replacement.title", page)
}

// changeAddress answers POST /mon-inscription/{token}/adresse.
func changeAddress(r *kernel.Request) error {
	return askTransfer(r, "adresse", showAddress, func(d *registration.Desk, values url.Values) (registration.Signup, error) {
		return d.ChangeAddress(r.Context(), r.PathValue("token"), values.Get("email"))
	})
}

// replace answers POST /mon-inscription/{token}/remplacement.
func replace(r *kernel.Request) error {
	return askTransfer(r, "remplacement", showReplacement, func(d *registration.Desk, values url.Values) (registration.Signup, error) {
		return d.Replace(r.Context(), r.PathValue("token"), registration.Companion{
			GivenName: values.Get("given_name"), FamilyName: values.Get("family_name"), Email: values.Get("email"),
		})
	})
}

// askTransfer asks for a transfer, or withdraws the pending one.
func askTransfer(r *kernel.Request, did string, show func(*kernel.Request, int, *editPage) error, ask func(*registration.Desk, url.Values) (registration.Signup, error)) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	if values.Has("withdraw") {
		if _, err := r.Site.Desk.WithdrawTransfer(r.Context(), r.PathValue("token")); err != nil {
			return changeRefused(r, err)
		}
		return redirectDone(r, "retrait-adresse")
	}
	f := r.NewForm(values)
	if !f.SuggestAddresses() {
		// Who sends the form twice reads the same answer twice, and no second mail leaves.
		reload := func() (*editPage, error) {
			page, err := reloadWith(r, transferShown)()
			if page != nil && err == nil && page.Signup.Transfer.Waits() && page.formSnapshot.same(formSnapshot{Was: values}, transferFields) {
				return nil, redirectDone(r, did)
			}
			return page, err
		}
		_, stale, err := save(r, values, did, reload, func(d *registration.Desk) (registration.Signup, error) { return ask(d, values) })
		bad, invalid := errors.AsType[*validation.Error](err)
		switch {
		case stale != nil:
			return show(r, http.StatusConflict, stale)
		case err == nil:
			return redirectDone(r, did)
		case errors.Is(err, registration.ErrTooMany):
			f.Add("email", r.Words.T("form.error.email.enough"))
			return showTransferAgain(r, http.StatusTooManyRequests, show, f)
		case !invalid:
			return changeRefused(r, err)
		}
		f.AddErrors(bad)
	}
	return showTransferAgain(r, http.StatusUnprocessableEntity, show, f)
}

// showTransferAgain shows a form with what was typed and what is wrong with it.
func showTransferAgain(r *kernel.Request, status int, show func(*kernel.Request, int, *editPage) error, f kernel.Form) error {
	page, err := newEditPage(r)
	if page == nil || err != nil {
		return err
	}
	page.Form, page.formSnapshot = f, postedShown(f.Values)
	return show(r, status, page)
}

// transferPage is the page for the owner of the new address. Until they confirm, it
// shows no more of the sign-up than the mail did.
type transferPage struct {
	kernel.PersonPage
	keys    *link.Keyring
	Done    bool
	DoneKey string // ends the key of the words that say so: "address" for the same person, "text" for a colleague
}

// ManageToken is the token of the link to the sign-up, for its new owner.
func (p transferPage) ManageToken() string {
	return p.keys.Token(link.ForManage, p.Signup.ID, p.Signup.Version)
}

// Name is the name of the person whose place it is.
func (p transferPage) Name() string { return p.Signup.GivenName + " " + p.Signup.FamilyName }

// transfer answers GET /nouvelle-adresse/{token} and GET /remplacement/{token}.
func transfer(r *kernel.Request) error {
	signup, m, err := r.Site.Desk.ReadTransfer(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	page := transferPage{PersonPage: r.Person("", registration.View{Meeting: m}, signup), keys: r.Site.Keys, Done: !signup.Transfer.Waits()}
	if closed := m.Frozen(r.Now) || m.Phase(r.Now) == registration.PhaseCancelled || !signup.EndedAt.IsZero(); closed && !page.Done {
		return transferClosed(r, http.StatusConflict, signup, registration.ErrClosed)
	}
	switch {
	case page.Done:
		page.Title, page.DoneKey = page.T("attendee.transfer.done"), "text"
		if strings.HasPrefix(strings.TrimPrefix(r.URL.Path, "/en"), "/nouvelle-adresse/") {
			page.DoneKey = "address"
		}
	case signup.Transfer.Replaces():
		page.Title = page.T("attendee.transfer.replace")
	default:
		page.Title = page.T("attendee.transfer.address")
	}
	return r.Page(http.StatusOK, "transfer", page)
}

// acceptTransfer answers POST /nouvelle-adresse/{token} and POST
// /remplacement/{token}.
func acceptTransfer(r *kernel.Request) error {
	signup, err := r.Site.Desk.AcceptTransfer(r.Context(), r.PathValue("token"))
	switch {
	case errors.Is(err, registration.ErrAddressTaken):
		return &kernel.Problem{Status: http.StatusConflict, Key: "transfer_taken", Next: r.Path("/lien-perdu"), Err: err}
	case errors.Is(err, registration.ErrClosed):
		return transferClosed(r, http.StatusConflict, signup, err)
	case errors.Is(err, registration.ErrCancelled), errors.Is(err, registration.ErrExpired):
		return transferClosed(r, http.StatusGone, signup, err)
	case err != nil:
		return err
	}
	// Back to the same address, whatever its language and path.
	return r.Redirect(strings.TrimPrefix(r.URL.EscapedPath(), "/en"))
}

// transferClosed is the error of a transfer that can no longer be made, with a link to
// the meeting.
func transferClosed(r *kernel.Request, status int, signup registration.Signup, err error) error {
	next := ""
	if signup.Meeting != "" {
		next = r.Path("/rencontres/", url.PathEscape(signup.Meeting))
	}
	return &kernel.Problem{Status: status, Key: "transfer_closed", Next: next, Err: err}
}
