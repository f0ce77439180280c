package organiser

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// pendingList is what is stored of a file until its import is confirmed or an
// hour has passed.
type pendingList struct {
	export.List
	Columns  []string              `json:"columns"`
	Category registration.Category `json:"category"`
	Pass     bool                  `json:"pass,omitempty"`
}

func saveList(r *kernel.Request, p registration.PendingImport, l pendingList) error {
	var content bytes.Buffer
	e := json.NewEncoder(&content)
	e.SetEscapeHTML(false) // it would make six bytes of each < and &
	if err := e.Encode(l); err != nil {
		return err
	}
	p.Content = content.Bytes()
	id, err := r.Site.Desk.SaveImport(r.Context(), p)
	if err != nil {
		return err
	}
	return r.Redirect(importPath(p.Meeting), "?liste="+id.String())
}

func pendingOf(r *kernel.Request, text string) (p registration.PendingImport, l pendingList, err error) {
	var id registration.ID
	if id.UnmarshalText([]byte(text)) != nil {
		return p, l, registration.ErrNotFound
	}
	if p, err = r.Site.Desk.PendingImport(r.Context(), r.PathValue("slug"), id); err != nil {
		return p, l, err
	}
	return p, l, json.Unmarshal(p.Content, &l)
}

// pendingPage shows what an import of a list would do.
type pendingPage struct {
	importPage
	ID        string
	KeptUntil string // the hour until which the list waits
	List      pendingList
	Columns   []listColumn
	Choices   []kernel.Option // categories
	Unnamed   bool            // no column has the names: nothing was tried
	New       int             // people who would be signed up
	Effects   []string
	Consents  []consentEffect
	Wrong     []string // sentences
	More      int      // of them that are not shown
	Skipped   []string
	Examples  []registration.Signup
	answered  map[string]int // consents given and refused, by question and answer
}

// listColumn is one column of a file, with the field into which it is read.
type listColumn struct {
	Name, Title, Example string
	Options              []kernel.Option
}

// How many sentences and people a page names at most.
const (
	maxWrong    = 50
	maxExamples = 5
)

// showPending previews the import of a list and shows what it would do. It stores
// nothing.
func showPending(r *kernel.Request, p registration.PendingImport, l pendingList) (err error) {
	page := pendingPage{ID: p.ID.String(), KeptUntil: r.Words.Hour(p.At.Add(registration.PendingFor)), List: l}
	page.Form = r.NewForm(nil)
	if page.Layout, page.MeetingView, err = importLayout(r); err != nil {
		return err
	}
	page.choose()
	page.Unnamed = !slices.Contains(l.Columns, "family_name") || !slices.Contains(l.Columns, "given_name")
	if page.Unnamed {
		page.Title = page.T("import.unnamed")
		return r.Page(http.StatusOK, "importlist", page)
	}
	lines, err := page.importRows(r, r.Site.Desk.Preview(&registration.Effects{}), registration.ImportOptions{})
	if err != nil && !errors.Is(err, registration.ErrWrongRows) {
		return err
	}
	page.report(lines)
	return r.Page(http.StatusOK, "importlist", page)
}

// choose fills the form in which the organiser says what each column
// contains.
func (p *pendingPage) choose() {
	o := export.Options{Meeting: p.Meeting}
	for i, title := range p.List.Header {
		c := listColumn{Name: "column." + strconv.Itoa(i), Title: title}
		if title == "" {
			c.Title = p.T("import.untitled", "Number", i+1)
		}
		for _, row := range p.List.Rows {
			if c.Example = row.Cells[i]; c.Example != "" {
				break
			}
		}
		if text := []rune(c.Example); len(text) > 60 {
			c.Example = string(text[:60]) + "…"
		}
		for _, name := range o.ImportFields() {
			c.Options = append(c.Options, kernel.Option{Value: name, Label: locale.Typeset(o.TitleIn(name, p.Words)), Lang: p.langOf(name), Checked: name == p.List.Columns[i]})
		}
		p.Columns = append(p.Columns, c)
	}
	for _, c := range registration.Categories() {
		if !p.Meeting.OffersCategory(c, "") {
			continue
		}
		p.Choices = append(p.Choices, kernel.Option{Value: string(c), Label: p.T("words.category." + string(c)), Checked: c == p.List.Category})
	}
}

// importRows imports the list. With a desk from [registration.Desk.Preview] it only
// previews the import.
func (p *pendingPage) importRows(r *kernel.Request, d *registration.Desk, o registration.ImportOptions) ([]registration.ImportLine, error) {
	o.From, o.Pass = p.List.Form, p.List.Pass
	rows := export.Options{Meeting: p.Meeting}.ImportRows(p.List.List, p.List.Columns, p.List.Category)
	return d.Import(r.Context(), p.Meeting.Slug, rows, o)
}

// report says what became of each row.
func (p *pendingPage) report(lines []registration.ImportLine) {
	queued, brought, alone := 0, 0, 0
	for _, l := range lines {
		q := l.Row.Request
		switch {
		case l.Wrong != nil:
			for _, text := range p.faults(l) {
				p.Wrong = append(p.Wrong, p.T("import.line", "Line", l.Row.Line, "Text", text))
			}
		case l.Skipped != "":
			text := p.T("import.skipped."+string(l.Skipped), "Name", q.GivenName+" "+q.FamilyName)
			p.Skipped = append(p.Skipped, p.T("import.line", "Line", l.Row.Line, "Text", text))
		default:
			p.New++
			p.consent(l.Signup.Answers)
			if l.Signup.Party != l.Signup.ID {
				brought++
			} else if l.Row.Brought {
				alone++
			}
			if l.Signup.State(registration.MeetingSession) == registration.Queued {
				queued++
			}
			if len(p.Examples) < maxExamples {
				p.Examples = append(p.Examples, l.Signup)
			}
		}
	}
	p.Title = p.N("import.ready", p.New)
	if len(p.Wrong) > 0 {
		p.Title = p.N("import.wrong", len(p.Wrong))
		if n := len(p.Wrong); n > maxWrong {
			p.Wrong, p.More = p.Wrong[:maxWrong], n-maxWrong
		}
		return
	}
	if p.New == 0 {
		p.Title = p.T("import.nobody")
		return
	}
	if queued < p.New {
		p.Effects = append(p.Effects, p.N("import.seats", p.New-queued))
	}
	if queued > 0 {
		p.Effects = append(p.Effects, p.N("import.queued", queued))
	}
	if brought > 0 {
		p.Effects = append(p.Effects, p.N("import.brought", brought))
	}
	if alone > 0 {
		p.Effects = append(p.Effects, p.N("import.alone", alone))
	}
	if p.New > 1 {
		p.Effects = append(p.Effects, p.T("import.all_or_none"))
	}
	p.Consents = p.consentEffects()
}

// Facts says how the file was read.
func (p pendingPage) Facts() string {
	rows := p.N("import.rows", len(p.List.Rows))
	if p.List.Form != "csv" {
		return p.T("import.form.xlsx", "Rows", rows)
	}
	comma := map[string]string{";": "semicolon", ",": "comma", "\t": "tab"}[p.List.Comma]
	if comma == "" {
		comma = "unknown"
	}
	chars := map[string]string{"utf-8": "UTF-8", "utf-16": "UTF-16", "windows-1252": "Windows-1252"}[p.List.Chars]
	return p.T("import.form.csv", "Rows", rows, "Chars", chars, "Comma", p.T("import.comma."+comma))
}

// actOnList answers POST /organisation/rencontres/{slug}/import/liste: it
// stores what the columns contain, or signs everybody up.
func actOnList(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	p, l, err := pendingOf(r, values.Get("id"))
	if errors.Is(err, registration.ErrNotFound) {
		return r.Redirect(importPath(r.PathValue("slug")), "?fait=perime")
	}
	if err != nil {
		return err
	}
	if values.Get("go") != "do" {
		return correctList(r, values, p, l)
	}
	page := pendingPage{List: l}
	if page.Layout, page.MeetingView, err = importLayout(r); err != nil {
		return err
	}
	lines, err := page.importRows(r, r.Site.Desk, registration.ImportOptions{Pending: p.ID, Write: values.Get("write") == "yes"})
	switch {
	case errors.Is(err, registration.ErrNotFound):
		return r.Redirect(importPath(p.Meeting), "?fait=perime")
	case errors.Is(err, registration.ErrWrongRows): // seats went meanwhile: the page says so
		return r.Redirect(importPath(p.Meeting), "?liste="+p.ID.String())
	case err != nil:
		return err
	}
	n := len(slices.DeleteFunc(lines, func(l registration.ImportLine) bool { return l.Skipped != "" }))
	r.Site.Log.InfoContext(r.Context(), "act done", "act", "import", "organiser", r.Organiser.ID, "form", l.Form, "done", n)
	if values.Get("write") == "yes" {
		return r.Redirect(importPath(p.Meeting), "?fait=import-ecrit")
	}
	return r.Redirect(importPath(p.Meeting), "?fait=import")
}

// correctList stores what the organiser says each column contains.
func correctList(r *kernel.Request, values url.Values, p registration.PendingImport, l pendingList) error {
	_, view, err := importLayout(r)
	if err != nil {
		return err
	}
	fields := export.Options{Meeting: view.Meeting}.ImportFields()
	for i := range l.Columns {
		l.Columns[i] = ""
		if name := values.Get("column." + strconv.Itoa(i)); slices.Contains(fields, name) && !slices.Contains(l.Columns[:i], name) {
			l.Columns[i] = name
		}
	}
	if c := registration.Category(values.Get("category")); slices.Contains(registration.Categories(), c) {
		l.Category = c
	}
	l.Pass = values.Get("pass") == "yes"
	return saveList(r, p, l)
}
