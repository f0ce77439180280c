package organiser

import (
	"slices"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// scopes names the meetings that a grant is for.
type scopes struct {
	r        *kernel.Request
	meetings []registration.Meeting
}

func newScopes(r *kernel.Request) (scopes, error) {
	all, err := r.Site.Team.Meetings(r.Context())
	return scopes{r, all}, err
}

// meeting returns a meeting, or a zero one if it does not exist (any more).
func (s scopes) meeting(slug string) registration.Meeting {
	if i := slices.IndexFunc(s.meetings, func(m registration.Meeting) bool { return m.Slug == slug }); i >= 0 {
		return s.meetings[i]
	}
	return registration.Meeting{Slug: slug}
}

// scope is what a grant can be for: one meeting, or all.
type scope struct {
	Slug, Label string
	Lang        string // of the label
	Chosen      bool
}

// label is the name of a scope, with its language.
func (s scopes) label(slug string) scope {
	words := s.r.Words
	i := slices.IndexFunc(s.meetings, func(m registration.Meeting) bool { return m.Slug == slug })
	switch {
	case slug == "":
		return scope{Label: words.T("team.everywhere"), Lang: words.Lang()}
	case i < 0:
		return scope{Slug: slug, Label: slug, Lang: words.Lang()}
	}
	m, layout := s.meetings[i], s.r.Layout("", "")
	return scope{
		Slug: slug, Lang: layout.TextLang(m.Title),
		Label: words.T("settings.of", "Label", layout.Text(m.Title), "Name", words.LongDate(m.Day.In(registration.Paris))),
	}
}

// managed lists the scopes in which the organiser may change grants. The scope of
// all meetings, if it is among them, comes first.
func (s scopes) managed(o registration.Organiser, chosen string) (list []scope) {
	slugs := []string{""}
	for _, m := range s.meetings {
		slugs = append(slugs, m.Slug)
	}
	for _, slug := range slugs {
		if o.May(registration.RightTeam, slug) {
			c := s.label(slug)
			c.Chosen = slug == chosen
			list = append(list, c)
		}
	}
	return list
}

// grantLine is a grant in words.
type grantLine struct {
	scope
	Role registration.Role
	Mine bool // the organiser may change it
}

// lines puts grants into words. It leaves out those in meetings that the
// organiser may not know of.
func (s scopes) lines(grants []registration.Grant) (list []grantLine) {
	for _, g := range grants {
		if g.Meeting == "" || s.r.Organiser.Knows(g.Meeting) {
			list = append(list, grantLine{s.label(g.Meeting), g.Role, s.r.Organiser.May(registration.RightTeam, g.Meeting)})
		}
	}
	return list
}
