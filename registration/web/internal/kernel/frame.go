package kernel

import (
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// Subject is the meeting that a page of organisers is about. The frame of the
// page names it and links to its pages.
type Subject struct {
	Title     registration.Localized
	Day, Href string // the day in words; the address of the meeting's first page, "" for none
	Draft     bool   // it is not published
	Pages     []NavLink
}

// NavLink is a link of the frame.
type NavLink struct {
	Text, Href string
	Current    string // the value of aria-current: "page" on that page itself, "true" on pages below it, "" elsewhere
}

// About says which meeting the page of an organiser is about.
// [Request.MeetingView] calls it for the meeting of the address.
func (r *Request) About(m registration.Meeting) { r.about = &m }

// Subject returns the meeting that the page is about, nil for none, with those of
// its pages that the organiser may open.
func (l Layout) Subject() *Subject {
	if l.request.about == nil || l.Section != OrganisersSection {
		return nil
	}
	return l.SubjectOf(*l.request.about)
}

// SubjectOf returns a meeting with those of its pages that the organiser may open.
func (l Layout) SubjectOf(m registration.Meeting) *Subject {
	r, base, o := l.request, "/organisation/rencontres/"+m.Slug, l.request.Organiser
	s := &Subject{Title: m.Title, Draft: !m.Published}
	if m.Broken != "" {
		s.Pages = []NavLink{l.navLink("site.pages.settings", base+"/reglages", base+"/reglages/")}
		return s
	}
	s.Day = r.Words.LongDate(m.Day.In(registration.Paris))
	add := func(right registration.Right, name, href string, under ...string) {
		if o.May(right, m.Slug) {
			s.Pages = append(s.Pages, l.navLink("site.pages."+name, href, under...))
		}
	}
	add(registration.RightRead, "overview", base+"/apercu")
	add(registration.RightRead, "signups", base, base+"/inscriptions/", base+"/plusieurs", base+"/reseaux")
	add(registration.RightRead, "messages", base+"/courrier", base+"/courrier/")
	add(registration.RightRead, "documents", base+"/documents", base+"/documents/")
	add(registration.RightRead, "statistics", base+"/statistiques")
	add(registration.RightAct, "import", base+"/import", base+"/import/")
	add(registration.RightAct, "settings", base+"/reglages", base+"/reglages/")
	if m.Published {
		add(registration.RightDesk, "desk", "/accueil/?rencontre="+m.Slug, "/accueil/")
	}
	if len(s.Pages) > 0 {
		s.Href = s.Pages[0].Href
	}
	return s
}

// Menu lists where a visitor goes from any page.
func (l Layout) Menu() []NavLink {
	return []NavLink{l.navLink("site.meetings", "/", "/rencontres/"), l.navLink("site.territories", "/programme"), l.navLink("site.registration", "/lien-perdu", "/mon-inscription/")}
}

// OwnPages lists the pages that belong to no meeting, for the organiser who is
// signed in. On a page about a meeting, the door is among that meeting's pages
// instead.
func (l Layout) OwnPages() []NavLink {
	const at = "/organisation/"
	list := []NavLink{l.navLink("site.meetings", at, at+"creation")}
	if l.request.Organiser.MayAnywhere(registration.RightDesk) && l.Subject() == nil {
		list = append(list, l.navLink("site.desk", "/accueil/", "/accueil/"))
	}
	if l.request.Organiser.MayAnywhere(registration.RightTeam) {
		list = append(list, l.navLink("site.team", at+"equipe", at+"equipe/"), l.navLink("site.audit", at+"journal"))
	}
	return append(list, l.navLink("site.account", at+"sessions"), l.navLink("site.pages.guide", at+"guide"))
}

// navLink returns a link of the frame to a page of the site. A page whose address
// begins with one of under counts as below that page.
func (l Layout) navLink(key, href string, under ...string) NavLink {
	w := NavLink{Text: l.T(key), Href: l.request.Path(href)}
	if l.nowhere {
		return w
	}
	path, _, _ := strings.Cut(l.path, "?")
	own, _, _ := strings.Cut(href, "?")
	if path == own {
		w.Current = "page"
		return w
	}
	for _, u := range under {
		if strings.HasPrefix(path, u) {
			w.Current = "true"
		}
	}
	return w
}
