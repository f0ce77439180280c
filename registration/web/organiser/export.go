package organiser

import (
	"io"
	"net/url"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// exportFormat is one of the files that the list can be had as.
type exportFormat struct {
	Format export.Format
	Href   string
}

// Key is the part of keys of the catalogue that names the format.
func (f exportFormat) Key() string { return strings.ReplaceAll(string(f.Format), "-", "_") }

// Formats lists the files that can be downloaded, with the status of the filter
// in their addresses.
func (p listPage) Formats() []exportFormat {
	var list []exportFormat
	for _, f := range export.Formats() {
		query := url.Values{"format": {string(f)}}
		if p.Filter.Status != "" {
			query.Set("status", string(p.Filter.Status))
		}
		href := p.Path("/organisation/rencontres/", p.Meeting.Slug, "/export?", query.Encode())
		list = append(list, exportFormat{f, href})
	}
	return list
}

// exportList answers GET /organisation/rencontres/{slug}/export with a file that
// is written as the sign-ups are read.
func exportList(r *kernel.Request) error {
	format, ok := export.ParseFormat(r.URL.Query().Get("format"))
	if !ok {
		return registration.ErrNotFound
	}
	view, err := r.Site.Desk.Meeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	m := view.Meeting
	o := export.Options{Meeting: m}
	if status := r.URL.Query().Get("status"); status != "" {
		o.Status = []registration.Status{registration.Status(status)}
	}
	if err := r.Site.Team.Note(r.Context(), team.ActExported, m.Slug, string(format)); err != nil {
		return err
	}
	r.Site.Log.InfoContext(r.Context(), "list exported", "event", "export", "organiser", r.Organiser.ID, "meeting", m.Slug, "format", format)
	return r.Stream(format.ContentType(), format.FileName(m), func(w io.Writer) error {
		return export.Write(w, format, o, r.Site.Desk.Signups(r.Context(), registration.Query{Meeting: m.Slug}))
	})
}
