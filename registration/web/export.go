package web

import (
	"bufio"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
)

// exportFormat is one of the files that the list can be had as.
type exportFormat struct {
	Format export.Format
	Href   string
}

// Key is the part of the catalogue's keys that names the format.
func (f exportFormat) Key() string { return strings.ReplaceAll(string(f.Format), "-", "_") }

// Formats lists the files of the sign-ups that have the status of the filter.
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

// export answers GET /organisation/rencontres/{slug}/export with a file that
// is written as it is read. A fault while all of it is still in the buffer gets
// a page; one after that cuts the connection, so that nobody takes a part for
// the whole.
func (s *site) export(v *visit) error {
	format, ok := export.ParseFormat(v.URL.Query().Get("format"))
	if !ok {
		return registration.ErrNotFound
	}
	view, err := s.desk.Meeting(v.Context(), v.PathValue("slug"))
	if err != nil {
		return err
	}
	m := view.Meeting
	o := export.Options{Meeting: m}
	if status := v.URL.Query().Get("status"); status != "" {
		o.Status = []registration.Status{registration.Status(status)}
	}
	s.log.InfoContext(v.Context(), "list exported", "organiser", v.organiser.ID, "meeting", m.Slug, "format", format)
	file := &download{ResponseWriter: v.w, format: format, name: format.FileName(m)}
	buffer := bufio.NewWriterSize(file, 32<<10)
	err = export.Write(buffer, format, o, s.desk.Signups(v.Context(), registration.Query{Meeting: m.Slug}))
	switch {
	case err != nil && file.begun:
		s.log.ErrorContext(v.Context(), "export cut", "meeting", m.Slug, "err", err)
		panic(http.ErrAbortHandler)
	case err != nil:
		return err
	}
	v.status = http.StatusOK
	_ = buffer.Flush() // the reader may be gone
	return nil
}

// download sends a file whose headers go out with its first byte.
type download struct {
	http.ResponseWriter
	format export.Format
	name   string
	begun  bool
}

// Write sends a part of the file.
func (d *download) Write(b []byte) (int, error) {
	if !d.begun {
		d.begun = true
		d.Header().Set("Content-Type", d.format.ContentType())
		d.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.name}))
	}
	return d.ResponseWriter.Write(b)
}
