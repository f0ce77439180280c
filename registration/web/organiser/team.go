package organiser

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

const teamPath = "/organisation/equipe"

// teamPage lists the organisers of the meetings in which this organiser is an
// admin.
type teamPage struct {
	kernel.Layout
	Did    string
	People []member
}

// member is an organiser in words.
type member struct {
	registration.Organiser
	Href   string
	Grants []grantLine
	Self   bool
	Came   string // when they last signed in, or that they never did; "" if it is not known
}

// member puts an organiser into words. It returns false if they share no
// meeting with the admin.
func (s scopes) member(o registration.Organiser) (member, bool) {
	self := s.r.Organiser
	seen := slices.ContainsFunc(o.Grants, func(g registration.Grant) bool {
		return g.Meeting == "" || self.May(registration.RightTeam, g.Meeting)
	})
	return member{Organiser: o, Href: s.r.Path(teamPath, "/", o.ID.String()), Grants: s.lines(o.Grants), Self: o.ID == self.ID}, seen
}

// showTeam answers GET /organisation/equipe.
func showTeam(r *kernel.Request) error {
	s, err := newScopes(r)
	if err != nil {
		return err
	}
	all, err := r.Site.Team.People(r.Context())
	if err != nil {
		return err
	}
	page := teamPage{Layout: r.Layout(r.Words.T("team.title"), kernel.OrganisersSection)}
	if did := r.URL.Query().Get("fait"); r.Words.Has("team.did." + did) {
		page.Did = did
	}
	last, err := r.Site.Team.LastSignIns(r.Context())
	if err != nil {
		return err
	}
	for _, o := range all {
		if m, seen := s.member(o); seen {
			m.Came = came(r, last[o.ID])
			page.People = append(page.People, m)
		}
	}
	return r.Page(http.StatusOK, "team", page)
}

// came says when somebody last signed in, the zero time standing for never. It says
// nothing where the program that mounts the site signs its people in.
func came(r *kernel.Request, at time.Time) string {
	switch {
	case r.Site.HostSignIn != nil:
		return ""
	case at.IsZero():
		return r.Words.T("team.never")
	}
	return r.Words.T("team.came", "When", r.Words.Moment(at))
}

// memberPage is one organiser with what an admin may change, the question
// before an organiser is removed, or the form that invites one.
type memberPage struct {
	kernel.Layout
	kernel.Form
	Member member
	Did    string // what was just done, in words
	Scopes []scope
	Role   registration.Role // to choose in the form
	MayGo  bool              // every grant may be taken away
}

// Roles lists the roles to choose from.
func (p memberPage) Roles() []registration.Role { return registration.Roles() }

// newMemberPage returns the page of the organiser in the address.
func newMemberPage(r *kernel.Request) (memberPage, error) {
	page := memberPage{Form: r.NewForm(url.Values{}), Role: registration.RoleDesk}
	s, err := newScopes(r)
	if err != nil {
		return page, err
	}
	all, err := r.Site.Team.People(r.Context())
	if err != nil {
		return page, err
	}
	i := slices.IndexFunc(all, func(o registration.Organiser) bool { return o.ID.String() == r.PathValue("id") })
	if i < 0 {
		return page, registration.ErrNotFound
	}
	m, seen := s.member(all[i])
	if !seen {
		return page, registration.ErrNotFound
	}
	page.Layout = r.Layout(m.Email, kernel.OrganisersSection)
	page.Member, page.Scopes = m, s.managed(r.Organiser, "")
	if i := slices.IndexFunc(m.Grants, func(g grantLine) bool { return g.Mine }); i >= 0 { // what there is, to begin with
		page.Role, page.Scopes = m.Grants[i].Role, s.managed(r.Organiser, m.Grants[i].Slug)
	}
	page.MayGo = !slices.ContainsFunc(all[i].Grants, func(g registration.Grant) bool { return !r.Organiser.May(registration.RightTeam, g.Meeting) })
	return page, nil
}

// showMember answers GET /organisation/equipe/{id}.
func showMember(r *kernel.Request) error {
	page, err := newMemberPage(r)
	if err != nil {
		return err
	}
	kept, err := r.SavedForm()
	if err != nil {
		return err
	}
	if role, ok := registration.ParseRole(kept.Get("role")); ok {
		page.Role, page.Did = role, r.Words.T("team.again")
		for i := range page.Scopes {
			page.Scopes[i].Chosen = page.Scopes[i].Slug == kept.Get("meeting")
		}
	}
	if query := r.URL.Query(); query.Has("fait") {
		page.Did = changeInWords(r, query)
	}
	return r.Page(http.StatusOK, "member", page)
}

// changeInWords says which role an organiser had before a change, and has after
// it.
func changeInWords(r *kernel.Request, query url.Values) string {
	if query.Get("fait") == "deconnexion" {
		return r.Words.T("team.did.deconnexion")
	}
	word := func(name string) string {
		if role, ok := registration.ParseRole(query.Get(name)); ok {
			return r.Words.T("site.role." + string(role))
		}
		return r.Words.T("team.no_role")
	}
	return r.Words.T("team.did.droits", "Was", word("avant"), "Now", word("role"))
}

// setRole answers POST /organisation/equipe/{id}.
func setRole(r *kernel.Request) error {
	page, err := newMemberPage(r)
	if err != nil {
		return err
	}
	values, err := r.Posted()
	if err != nil {
		return err
	}
	g := registration.Grant{Meeting: values.Get("meeting"), Role: registration.Role(values.Get("role"))}
	c, err := r.Site.Team.SetRole(r.Context(), page.Member.ID, g)
	if err != nil {
		return teamProblem(r, err)
	}
	return changed(r, c, g.Meeting)
}

// changed redirects to the page of the organiser, which says what their roles
// were.
func changed(r *kernel.Request, c team.Changed, meeting string) error {
	was := registration.Organiser{Grants: c.Was}
	query := url.Values{"fait": {"droits"}, "avant": {string(was.Role(meeting))}, "role": {string(c.Organiser.Role(meeting))}}
	return r.Redirect(teamPath, "/", c.Organiser.ID.String(), "?", query.Encode())
}

// teamProblem returns the error of a change of the team that was refused.
func teamProblem(r *kernel.Request, err error) error {
	switch next := r.Path(teamPath); {
	case errors.Is(err, team.ErrForbidden):
		return r.Forbidden(registration.RightTeam)
	case errors.Is(err, team.ErrLastAdmin):
		return &kernel.Problem{Status: http.StatusConflict, Key: "last_admin", Next: next, Err: err}
	case errors.Is(err, team.ErrRole), errors.Is(err, team.ErrMeeting):
		return &kernel.Problem{Status: http.StatusUnprocessableEntity, Key: "grant_unknown", Next: next, Err: err}
	case errors.Is(err, registration.ErrNotFound):
		return &kernel.Problem{Status: http.StatusNotFound, Key: "member_gone", Next: next, Err: err}
	}
	return err
}

// removeForm answers GET /organisation/equipe/{id}/retrait.
func removeForm(r *kernel.Request) error {
	page, err := newMemberPage(r)
	if err != nil {
		return err
	}
	if !page.MayGo {
		return r.Forbidden(registration.RightTeam)
	}
	page.Title = r.Words.T("team.remove.title")
	return r.Page(http.StatusOK, "remove", page)
}

// remove answers POST /organisation/equipe/{id}/retrait. If the form names a meeting
// ("" for all meetings), it removes the organiser's grant for that meeting.
// Otherwise it removes the organiser.
func remove(r *kernel.Request) error {
	page, err := newMemberPage(r)
	if err != nil {
		return err
	}
	values, err := r.Posted()
	if err != nil {
		return err
	}
	c, err := r.Site.Team.Remove(r.Context(), page.Member.ID, values["meeting"]...)
	if err != nil {
		return teamProblem(r, err)
	}
	if len(c.Organiser.Grants) > 0 {
		return changed(r, c, values.Get("meeting"))
	}
	return r.Redirect(teamPath, "?fait=retrait")
}

// signOutMember answers POST /organisation/equipe/{id}/deconnexion.
func signOutMember(r *kernel.Request) error {
	page, err := newMemberPage(r)
	if err != nil {
		return err
	}
	if err := r.Site.Team.SignOut(r.Context(), page.Member.ID); err != nil {
		return teamProblem(r, err)
	}
	return r.Redirect(teamPath, "/", page.Member.ID.String(), "?fait=deconnexion")
}
