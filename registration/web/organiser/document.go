package organiser

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/print"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/ticket"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// paperPage shows a document as a web page with the same content as its PDF, to be
// read on a screen, read aloud or printed.
type paperPage struct {
	kernel.Layout
	kernel.MeetingView
	PDF         string // the address of the PDF
	List        *print.List
	Badges      *print.Badges
	Signs       *print.Signs
	Certificate *print.Certificate
}

// Documents is the path of the page that lists the documents.
func (p paperPage) Documents() string { return p.Path(documentsPath(p.Meeting.Slug)) }

// Across reports whether the PDF is in landscape.
func (p paperPage) Across() bool { return p.Signs != nil || p.List != nil && p.List.Wide }

// QR is the QR code of an address of this site.
func (p paperPage) QR(address string) (template.HTML, error) {
	svg, err := ticket.SVG(address)
	return template.HTML(svg), err
}

// showDocument answers GET /organisation/rencontres/{slug}/documents/{file},
// where file is the kind of a document with .pdf or .html behind it.
func showDocument(r *kernel.Request) error {
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	kind, ext, _ := strings.Cut(r.PathValue("file"), ".")
	order, err := orderOf(r, view.Meeting, print.Kind(kind))
	if err != nil || ext != "pdf" && ext != "html" {
		return registration.ErrNotFound
	}
	document, _, err := print.Make(r.Context(), r.Site.Desk, order)
	if err != nil {
		return err
	}
	if err := r.Site.Team.Note(r.Context(), team.ActExported, view.Meeting.Slug, kind+"."+ext); err != nil {
		return err
	}
	r.Site.Log.InfoContext(r.Context(), "document made", "event", "export", "organiser", r.Organiser.ID, "meeting", view.Meeting.Slug, "document", kind, "format", ext)
	if ext == "pdf" {
		var b bytes.Buffer
		if err := document.PDF(&b); err != nil {
			return err
		}
		return r.Download("application/pdf", order.Kind.FileName(view.Meeting), b.Bytes())
	}
	return showPaper(r, view, kind, document)
}

// orderOf reads from the address which document is asked for. It returns
// ErrNotFound if there is no such document.
func orderOf(r *kernel.Request, m registration.Meeting, kind print.Kind) (print.Order, error) {
	query := r.URL.Query()
	o := print.Order{
		Paper: print.Paper{Meeting: m, Language: r.Lang, At: r.Now, Session: registration.SessionID(query.Get("session"))},
		Kind:  kind, New: query.Has("nouveaux"),
		Address: func(code string) string { return r.Site.Origin + r.Site.Prefix + "/accueil/" + code },
	}
	if half := query.Get("demi-journee"); half != "" {
		for h, name := range halfDayNames {
			if name == half {
				o.Half = h
			}
		}
		if o.Half == "" {
			return o, registration.ErrNotFound
		}
	}
	var ok bool
	if o.Format, ok = print.ParseFormat(query.Get("format")); !ok {
		return o, registration.ErrNotFound
	}
	if code := query.Get("code"); code != "" {
		if o.Code, ok = registration.ParseCode(code); !ok {
			return o, registration.ErrNotFound
		}
	}
	if roll := query.Get("tirage"); roll != "" && o.Roll.Scan(roll) != nil {
		return o, registration.ErrNotFound
	}
	return o, nil
}

// showPaper answers with a document as a page.
func showPaper(r *kernel.Request, view registration.View, kind string, document print.Document) error {
	page := paperPage{Layout: r.Layout("", kernel.OrganisersSection), MeetingView: r.MeetingView(view)}
	address := url.URL{Path: r.Path(documentsPath(view.Meeting.Slug), "/", kind, ".pdf"), RawQuery: r.URL.RawQuery}
	page.PDF = address.String()
	switch d := document.(type) {
	case print.List:
		page.List, page.Title = &d, d.Title
	case print.Badges:
		page.Badges, page.Title = &d, d.Title
	case print.Signs:
		page.Signs, page.Title = &d, d.Title
	case print.Certificate:
		page.Certificate, page.Title = &d, d.Title
	}
	return r.Page(http.StatusOK, "paper", page)
}
