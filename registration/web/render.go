package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
)

//go:embed templates
var templates embed.FS

// parsePages returns one template set per page: the layout, the parts that
// pages share, and the page itself, named after its file.
func parsePages() (map[string]*template.Template, error) {
	shared, err := template.ParseFS(templates, "templates/layout.html", "templates/parts/*.html")
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(templates, "templates/pages/*.html")
	if err != nil {
		return nil, err
	}
	pages := map[string]*template.Template{}
	for _, file := range files {
		set, err := template.Must(shared.Clone()).ParseFS(templates, file)
		if err != nil {
			return nil, err
		}
		pages[strings.TrimSuffix(path.Base(file), ".html")] = set
	}
	return pages, nil
}

// layout is what every page shows around its own part; the struct of each page
// embeds it, and so has the words of the visitor's language as methods.
type layout struct {
	*locale.Words
	Title     string
	Section   string // "organisers" on their pages, "" elsewhere
	NoOther   bool   // the page has no twin in the other language
	SignedIn  bool
	Rehearsal string // the site's own time, if it is not the real one
	Mailbox   string
	path      string // of this page, without prefix and language
	visit     *visit
}

// layout returns the frame of a page; title and section may be empty.
func (v *visit) layout(title, section string) layout {
	l := layout{
		Words: v.words, Title: title, Section: section, Mailbox: v.site.mailbox, visit: v,
		SignedIn: v.organiser.ID != registration.ID{},
		path:     strings.TrimPrefix(v.URL.Path, "/en"),
	}
	if v.site.rehearsal {
		l.Rehearsal = v.words.Moment(v.now)
	}
	if v.URL.RawQuery != "" && v.Method == "GET" {
		l.path += "?" + v.URL.RawQuery
	}
	return l
}

// Path returns the address of a page of this site in the page's language.
func (l layout) Path(parts ...any) string { return l.visit.path(fmt.Sprint(joined(parts)...)) }

// joined keeps Sprint from putting spaces between operands.
func joined(parts []any) []any {
	for i, p := range parts {
		parts[i] = fmt.Sprint(p)
	}
	return parts
}

// Other returns the address of the same page in the other language.
func (l layout) Other() string {
	if l.Lang() == locale.English {
		return l.visit.site.prefix + l.path
	}
	return l.visit.site.prefix + "/en" + l.path
}

// Asset returns the address of a file of the site's own.
func (l layout) Asset(file string) string {
	return l.visit.site.prefix + "/assets/" + l.visit.site.assets.version + "/" + file
}

// Text returns an organiser's text in the page's language, French typography
// included.
func (l layout) Text(t registration.Localized) string {
	if l.TextLang(t) == locale.French {
		return locale.Typeset(t.FR)
	}
	return t.EN
}

// TextLang is the language that Text answers in: an organiser may have written
// French only.
func (l layout) TextLang(t registration.Localized) string {
	if l.Lang() == locale.English && t.EN != "" {
		return locale.English
	}
	return locale.French
}

// page renders a page to a buffer and sends it whole.
func (v *visit) page(status int, name string, data any) error {
	var b bytes.Buffer
	if err := v.site.pages[name].ExecuteTemplate(&b, "layout.html", data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Header().Set("Content-Language", string(v.lang))
	wait(v.w.Header(), status)
	v.status = status
	v.w.WriteHeader(status)
	_, _ = v.w.Write(b.Bytes()) // the reader may be gone
	return nil
}
