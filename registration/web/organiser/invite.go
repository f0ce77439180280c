package organiser

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/ticket"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// newInvitePage returns the form that invites somebody, with what was typed.
func newInvitePage(r *kernel.Request, values url.Values) (memberPage, error) {
	page := memberPage{
		Layout: r.Layout(r.Words.T("team.invite.title"), kernel.OrganisersSection), Form: r.NewForm(values), Role: registration.RoleDesk,
	}
	if role, ok := registration.ParseRole(values.Get("role")); ok {
		page.Role = role
	}
	s, err := newScopes(r)
	chosen := values.Get("meeting")
	if values == nil && len(s.meetings) > 0 { // the least that is likely to be meant
		chosen = s.meetings[0].Slug
	}
	page.Scopes = s.managed(r.Organiser, chosen)
	return page, err
}

// inviteForm answers GET /organisation/equipe/invitation.
func inviteForm(r *kernel.Request) error {
	kept, err := r.SavedForm()
	if err != nil {
		return err
	}
	page, err := newInvitePage(r, kept)
	if err != nil {
		return err
	}
	if kept != nil {
		page.Did = r.Words.T("team.again")
	}
	return r.Page(http.StatusOK, "invite", page)
}

// invite answers POST /organisation/equipe/invitation.
func invite(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	meeting := values.Get("meeting")
	c, err := r.Site.Team.Invite(r.Context(), values.Get("email"), registration.Role(values.Get("role")), meeting)
	if errors.Is(err, team.ErrAddress) {
		page, err := newInvitePage(r, values)
		if err != nil {
			return err
		}
		page.Add("email", r.Words.T("form.error.email.mailbox"))
		page.Title = r.Words.T("form.error.prefix", "Title", page.Title)
		return r.Page(http.StatusUnprocessableEntity, "invite", page)
	}
	if err != nil {
		return teamProblem(r, err)
	}
	if !c.New {
		return changed(r, c, meeting)
	}
	return r.Redirect(teamPath, "?fait=invitation")
}

// signInsPage lists the people to whom a one-time sign-in link can be shown,
// or shows one.
type signInsPage struct {
	kernel.Layout
	People []member
	For    string // the address of the person whose link is shown, "" if none is
	Link   string
	QR     template.HTML
	Until  string
}

// chooseSignIn answers GET /organisation/connexions.
func chooseSignIn(r *kernel.Request) error {
	page, err := newSignInsPage(r)
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, "signins", page)
}

func newSignInsPage(r *kernel.Request) (signInsPage, error) {
	page := signInsPage{Layout: r.Layout(r.Words.T("team.show.title"), kernel.OrganisersSection)}
	s, err := newScopes(r)
	if err != nil {
		return page, err
	}
	all, err := r.Site.Team.People(r.Context())
	for _, o := range all {
		if team.MayShow(r.Organiser, o) && o.ID != r.Organiser.ID {
			m, _ := s.member(o)
			page.People = append(page.People, m)
		}
	}
	return page, err
}

// showSignIn answers POST /organisation/connexions: the page shows a link
// that signs somebody in once. The link itself is not stored.
func showSignIn(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	page, err := newSignInsPage(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(page.People, func(m member) bool { return m.ID.String() == values.Get("id") })
	if i < 0 {
		return teamProblem(r, registration.ErrNotFound)
	}
	token, until, err := r.Site.Team.Show(r.Context(), page.People[i].ID)
	if err != nil {
		return teamProblem(r, err)
	}
	page.For, page.Until = page.People[i].Email, r.Words.Hour(until)
	page.Link = r.Site.Origin + r.Path("/organisation/connexion/", token)
	svg, err := ticket.SVG(page.Link)
	page.QR = template.HTML(svg) // our own drawing of the link
	page.NoOther = true
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, "signins", page)
}
