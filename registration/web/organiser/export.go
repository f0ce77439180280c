package organiser

import (
	"errors"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// exportFormat is a format in which the list can be downloaded.
type exportFormat struct {
	Format export.Format
	Href   string
}

// Key is how keys of the catalogue name the format.
func (f exportFormat) Key() string { return strings.ReplaceAll(string(f.Format), "-", "_") }

// Formats lists the formats. Each file has the rows of the list on the screen
// and the columns that were chosen.
func (p listPage) Formats() []exportFormat {
	var list []exportFormat
	for _, f := range export.Formats() {
		with := []string{"format", string(f)}
		if columns := p.savedColumns(); len(columns) > 0 {
			with = append(with, "columns", strings.Join(columns, ","))
		}
		list = append(list, exportFormat{f, p.Path("/organisation/rencontres/", p.Meeting.Slug, "/export?", p.Query.with(with...))})
	}
	return list
}

// savedColumns are the columns that the organiser chose, as far as this
// meeting has them.
func (p listPage) savedColumns() []string {
	all := p.Export.All()
	var list []string
	for _, c := range p.SavedColumns {
		if slices.Contains(all, c) {
			list = append(list, c)
		}
	}
	return list
}

// Columns are the columns to choose from, as boxes.
func (p listPage) Columns() (template.HTML, error) {
	chosen := p.savedColumns()
	if len(chosen) == 0 {
		chosen = p.Export.Default()
	}
	var list []kernel.Option
	for _, c := range p.Export.All() {
		o := kernel.Option{Value: c, Label: locale.Typeset(p.Export.Title(c)), Lang: "fr", Checked: slices.Contains(chosen, c)}
		if key := "words.column." + c; p.Has(key) {
			o.Label, o.Lang = p.T(key), ""
		}
		if key := "words." + strings.ReplaceAll(c, ":", "."); strings.HasPrefix(c, "arrived:") && p.Has(key) {
			o.Label, o.Lang = p.T(key), ""
		}
		list = append(list, o)
	}
	return p.drawCached("columns", choice{Options: list})
}

// Back is the query of this list's address. The form sends it, so that the next
// page can lead back to the same list.
func (p listPage) Back() string { return p.Query.with() }

// chooseColumns answers POST /organisation/rencontres/{slug}/colonnes: it
// stores which columns this organiser wants in files.
func chooseColumns(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	page, err := newListPage(r)
	if err != nil {
		return err
	}
	var chosen []string
	for _, c := range page.Export.All() { // in their order, and none but these
		if slices.Contains(values["columns"], c) {
			chosen = append(chosen, c)
		}
	}
	if values.Get("go") == "default" || slices.Equal(chosen, page.Export.Default()) {
		chosen = nil
	}
	if err := r.Site.Desk.SaveColumns(r.Context(), r.Organiser.ID, chosen); err != nil {
		return err
	}
	back, err := url.ParseQuery(values.Get("back"))
	if err != nil {
		return kernel.ErrMalformed
	}
	back.Set("fait", "colonnes")
	return r.Redirect("/organisation/rencontres/"+page.Meeting.Slug, "?"+back.Encode()+"#export")
}

// exportList answers GET /organisation/rencontres/{slug}/export with a file
// of the list with the same filter and order. It writes each row as soon as
// it is read.
func exportList(r *kernel.Request) error {
	format, ok := export.ParseFormat(r.URL.Query().Get("format"))
	if !ok {
		return registration.ErrNotFound
	}
	view, err := r.Site.Desk.ListView(r.Context(), r.PathValue("slug"))
	if err != nil {
		return slowList(r, err)
	}
	m, query := view.Meeting, newListQuery(view.Meeting, r.URL.Query())
	o := export.Options{Meeting: m}
	for _, list := range r.URL.Query()["columns"] {
		o.Columns = append(o.Columns, strings.FieldsFunc(list, func(c rune) bool { return c == ',' || c == ' ' })...)
	}
	if o.Removed, err = r.Site.Desk.RemovedQuestions(r.Context(), m); err != nil {
		return slowList(r, err)
	}
	if err := errors.Join(query.Check(m), o.Check()); err != nil {
		return refused(r, err)
	}
	// A person gets a page that says that nobody matches, a program a file
	// without rows.
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		list, err := r.Site.Desk.List(r.Context(), m.Slug, query.Filter, registration.Paging{Limit: 1})
		if err == nil && len(list.Entries) == 0 { // of what fails the file's own reading tells
			return &kernel.Problem{Status: http.StatusUnprocessableEntity, Key: "list_nobody", Next: r.Path("/organisation/rencontres/" + m.Slug), Err: registration.ErrNotFound}
		}
	}
	all := r.Site.Desk.Export(r.Context(), m.Slug, query.Filter, query.Order, string(format))
	err = r.Stream(format.ContentType(), format.FileName(m), func(w io.Writer) error { return export.Write(w, format, o, all) })
	if err == nil {
		r.Site.Log.InfoContext(r.Context(), "list exported", "event", "export", "organiser", r.Organiser.ID, "meeting", m.Slug, "format", format)
		return nil
	}
	return refused(r, err)
}

// refused answers with the page that says why no file could be made.
func refused(r *kernel.Request, err error) error {
	key := "list_wrong"
	if _, ok := errors.AsType[*export.UnknownColumnError](err); ok {
		key = "columns_wrong"
	} else if _, ok := errors.AsType[*validation.Error](err); !ok {
		return slowList(r, err)
	}
	return &kernel.Problem{Status: http.StatusUnprocessableEntity, Key: key, Next: r.Path("/organisation/rencontres/" + r.PathValue("slug")), Err: err}
}
