package kernel

import (
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
)

// Layout is the frame of every page. The struct of a page embeds it, so that
// templates reach the words of the visitor's language as methods.
type Layout struct {
	*locale.Words
	Title     string
	Section   string // "organisers" on their pages, "" elsewhere
	NoOther   bool   // the page has no twin in the other language
	SignedIn  bool
	Own       string // address of who is signed in
	OwnRoles  string // the roles of the organiser, in words: those in the meeting of the page or, without one, in all meetings
	OwnUntil  string // the hour at which the organiser's session ends unless they open a page before, "" for sessions of a host
	Script    string // the script that the page loads, "" for none: see [Scripted]
	Rehearsal string // the site's own time, if it is not the real one
	Mailbox   string
	Summary   string // the description of a public page, for search engines and previews of links; "" for other pages
	About     string // a description of another page, for search engines only
	path      string // of this page, without prefix and language
	nowhere   bool   // the page is of an error, and stands under no link of the menu
	request   *Request
}

// Layout returns the frame of a page. The title may be set later; section is ""
// or [OrganisersSection].
func (r *Request) Layout(title, section string) Layout {
	l := Layout{
		Words: r.Words, Title: title, Section: section, Mailbox: r.Site.Mailbox, request: r,
		SignedIn: r.Organiser.ID != registration.ID{},
		path:     strings.TrimPrefix(r.URL.Path, "/en"),
	}
	if l.SignedIn {
		l.Own, l.OwnRoles = r.Organiser.Email, r.roles()
		if !r.Session.Ends.IsZero() {
			l.OwnUntil = r.Words.Hour(r.Session.Ends)
		}
	}
	if r.Site.Rehearsal {
		l.Rehearsal = r.Words.Moment(r.Now)
	}
	if r.URL.RawQuery != "" && r.Method == "GET" {
		l.path += "?" + r.URL.RawQuery
	}
	return l
}

// Rank says at which position of a queue somebody is, in the words of the key.
func (l Layout) Rank(key string, position int) string {
	return l.Within(registration.CountLimit, key, position)
}

// roles names the roles of who is signed in, each once.
func (r *Request) roles() string {
	var names []string
	for _, g := range r.Organiser.Grants {
		if slug := r.PathValue("slug"); slug != "" && g.Meeting != "" && g.Meeting != slug {
			continue
		}
		if name := r.Words.T("site.role." + string(g.Role)); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// Draft returns the address of the settings if the page shows an unpublished
// meeting, "" on every other page.
func (l Layout) Draft() string {
	if !l.request.Draft {
		return ""
	}
	return l.Path("/organisation/rencontres/", l.request.PathValue("slug"), "/reglages")
}

// Path returns the address of a page of this site in the page's language.
func (l Layout) Path(parts ...any) string {
	texts := make([]string, len(parts))
	for i, p := range parts {
		if text, ok := p.(string); ok {
			texts[i] = text
		} else {
			texts[i] = fmt.Sprint(p)
		}
	}
	return l.request.Path(texts...)
}

// Other returns the address of the same page in the other language.
func (l Layout) Other() string {
	if l.Lang() == locale.English {
		return l.request.Site.Prefix + l.path
	}
	return l.request.Site.Prefix + "/en" + l.path
}

// Asset returns the address of a file of the site's own.
func (l Layout) Asset(file string) string {
	return l.request.Site.Prefix + "/assets/" + l.request.Site.assets.version + "/" + file
}

// Here is the full address of the page, for previews of links to it elsewhere.
func (l Layout) Here() string { return l.request.Site.Origin + l.request.Path(l.path) }

// Picture is the address of the picture beside such a link: see [Layout.Here].
func (l Layout) Picture() string { return l.request.Site.Origin + l.Asset("preview.png") }

// Edition puts the version of a notice into words. Most versions are made of the
// day from which the notice holds and a checksum of its text: the words give only
// the day.
func (l Layout) Edition(version string) string {
	d, err := territoires.ParseDate(version[:min(len(version), len(time.DateOnly))])
	if err != nil {
		return version
	}
	return l.Date(d.In(registration.Paris))
}

// piece is a [locale.Part] for templates: its address is of the web, a mailbox
// or a telephone.
type piece struct {
	Text string
	Href template.URL
}

// line is one line of a text of an organiser. Label is what stands before its
// first colon, with the colon, or "".
type line struct {
	Label string
	Parts []piece
}

// Lines returns an organiser's text line by line, with links for the addresses in it.
func (l Layout) Lines(t registration.Localized) []line {
	var list []line
	for _, parts := range locale.Linked(l.Text(t)) {
		var ln line
		if label, rest, ok := strings.Cut(parts[0].Text, ":"); ok && parts[0].Href == "" && len([]rune(label)) <= 40 {
			ln.Label, parts[0].Text = label+":", strings.TrimLeft(rest, " ")
		}
		for _, p := range parts {
			ln.Parts = append(ln.Parts, piece{p.Text, template.URL(p.Href)})
		}
		list = append(list, ln)
	}
	return list
}

// mailbox matches an email address in an escaped text, together with the
// punctuation around it: no line break may part the two.
var mailbox = regexp.MustCompile(`(?:&lt;|\()?[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+(?:&gt;|[.,;:)])*`)

// Whole keeps each address in a text on one line: browsers would break it at
// a hyphen.
func (l Layout) Whole(text string) template.HTML { return whole(text) }

func whole(text string) template.HTML {
	return template.HTML(mailbox.ReplaceAllString(template.HTMLEscapeString(text), `<span class="mailbox">$0</span>`))
}

// Text returns an organiser's text in the page's language, French typography
// included.
func (l Layout) Text(t registration.Localized) string {
	if l.TextLang(t) == locale.French {
		return locale.Typeset(t.FR)
	}
	return t.EN
}

// French returns what is written in French in both languages, such as the lines of
// an address, typeset.
func (l Layout) French(text string) string { return locale.Typeset(text) }

// TextLang is the language of what [Layout.Text] returns: it is French if an
// organiser wrote no English.
func (l Layout) TextLang(t registration.Localized) string {
	if l.Lang() == locale.English && t.EN != "" {
		return locale.English
	}
	return locale.French
}
