package organiser

import (
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// accountPage is the organiser's own page: their rights, their sessions, and
// the daily digest.
type accountPage struct {
	kernel.Layout
	Did       string // key of the sentence that says what was just done, "" for none
	Email     string
	Grants    []grantLine
	Sessions  []sessionLine
	Hosted    bool // the program that mounts the site signs its people in itself
	Digest    bool
	HasDigest bool // there may be something to tell
}

type sessionLine struct {
	Key, Device, Since, Seen string
	Here                     bool // this browser's
}

// showAccount answers GET /organisation/sessions.
func showAccount(r *kernel.Request) error {
	o := r.Organiser
	page := accountPage{
		Layout: r.Layout(r.Words.T("account.title"), kernel.OrganisersSection), Email: o.Email, Hosted: r.Site.HostSignIn != nil,
		Digest: o.Digest, HasDigest: o.MayAnywhere(registration.RightRead),
	}
	if did := r.URL.Query().Get("fait"); r.Words.Has("account.did." + did) {
		page.Did = did
	}
	scopes, err := newScopes(r)
	if err != nil {
		return err
	}
	page.Grants = scopes.lines(o.Grants)
	all, err := r.Site.Team.Sessions(r.Context(), o)
	if err != nil {
		return err
	}
	for _, s := range all {
		line := sessionLine{Key: s.Key, Device: s.Device, Since: r.Words.Moment(s.Since), Seen: r.Words.Moment(s.Seen), Here: s.Key == r.Session.Key}
		if line.Device == "" {
			line.Device = r.Words.T("account.device")
		}
		page.Sessions = append(page.Sessions, line)
	}
	return r.Page(http.StatusOK, "account", page)
}

// endSession answers POST /organisation/sessions: one's own sessions only.
func endSession(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	switch key := values.Get("session"); key {
	case "":
		return kernel.ErrMalformed
	case "all":
		err = r.Site.Team.SignOut(r.Context(), r.Organiser.ID)
	default:
		err = r.Site.Team.End(r.Context(), r.Organiser.ID, key)
	}
	if err != nil {
		return err
	}
	return r.Redirect("/organisation/sessions?fait=session")
}

// setDigest answers POST /organisation/recapitulatif.
func setDigest(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	on := values.Get("digest") == "yes"
	if err := r.Site.Team.SetDigest(r.Context(), r.Organiser.ID, on); err != nil {
		return err
	}
	if on {
		return r.Redirect("/organisation/sessions?fait=recapitulatif")
	}
	return r.Redirect("/organisation/sessions?fait=sans-recapitulatif")
}
