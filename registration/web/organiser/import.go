package organiser

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// importBody is the largest form with a file that is accepted, in bytes.
const importBody = export.MaxListBytes + 64<<10

// importPage has the form for a list of people, and lists the imports that
// were made.
type importPage struct {
	kernel.Layout
	kernel.MeetingView
	kernel.Form
	Did  string // what has just been done, a key of the catalogue; "" for nothing
	Past []pastImport
}

// pastImport is an import that can be undone.
type pastImport struct {
	When string
	At   int64 // the value by which the form that undoes it names it
	N    int
}

func importPath(slug string) string {
	return "/organisation/rencontres/" + url.PathEscape(slug) + "/import"
}

// Import is the address of the page of imports, with parts behind it.
func (p importPage) Import(parts ...any) string {
	return p.Path(append([]any{importPath(p.Meeting.Slug)}, parts...)...)
}

// showImport answers GET /organisation/rencontres/{slug}/import: the form for
// a file or, with ?liste=, the list that was read from a file.
func showImport(r *kernel.Request) error {
	if id := r.URL.Query().Get("liste"); id != "" {
		p, l, err := pendingOf(r, id)
		if errors.Is(err, registration.ErrNotFound) {
			return r.Redirect(importPath(r.PathValue("slug")), "?fait=perime")
		}
		if err != nil {
			return err
		}
		return showPending(r, p, l)
	}
	return askFile(r, http.StatusOK, "")
}

// askFile shows the form for a file. If a file was wrong, it says why.
func askFile(r *kernel.Request, status int, wrong string) error {
	page := importPage{Form: r.NewForm(nil)}
	var err error
	if page.Layout, page.MeetingView, err = importLayout(r); err != nil {
		return err
	}
	page.Title = page.T("import.title")
	if wrong != "" {
		page.Add("file", wrong)
		page.Title, page.NoOther = page.T("form.error.prefix", "Title", page.Title), true
	}
	if did := r.URL.Query().Get("fait"); r.Words.Has("import.did." + did) {
		page.Did = did
	}
	past, err := r.Site.Desk.Imports(r.Context(), page.Meeting.Slug)
	if err != nil {
		return err
	}
	for _, p := range past[:min(len(past), 20)] {
		page.Past = append(page.Past, pastImport{r.Words.Moment(p.At), p.At.UnixMicro(), p.N})
	}
	return r.Page(status, "import", page)
}

func importLayout(r *kernel.Request) (kernel.Layout, kernel.MeetingView, error) {
	view, err := r.Site.Desk.ListView(r.Context(), r.PathValue("slug"))
	if err != nil {
		return kernel.Layout{}, kernel.MeetingView{}, err
	}
	return r.Layout("", kernel.OrganisersSection), r.MeetingView(view), nil
}

// importList answers POST /organisation/rencontres/{slug}/import: it reads
// the file and stores its rows for an hour.
func importList(r *kernel.Request) error {
	list, err := sentList(r)
	if bad, ok := errors.AsType[*export.ListError](err); ok {
		text := r.Words.T("import.bad."+bad.Rule, "Param", bad.Param)
		if bad.Line > 0 {
			text = r.Words.T("import.line", "Line", bad.Line, "Text", text)
		} else { // a sentence of its own
			first, size := utf8.DecodeRuneInString(text)
			text = string(unicode.ToUpper(first)) + text[size:]
		}
		return askFile(r, http.StatusUnprocessableEntity, text)
	}
	if err != nil {
		return err
	}
	_, view, err := importLayout(r)
	if err != nil {
		return err
	}
	l := pendingList{List: list, Category: view.Meeting.FallbackCategory()}
	l.Columns = export.Options{Meeting: view.Meeting}.Match(list.Header)
	return saveList(r, registration.PendingImport{Meeting: view.Meeting.Slug}, l)
}

// sentList reads the file that a form sends. A form without a file counts as
// one with an empty file.
func sentList(r *kernel.Request) (export.List, error) {
	tooLarge := &export.ListError{Rule: "size", Param: strconv.Itoa(export.MaxListBytes >> 20)}
	if r.ContentLength > importBody {
		return export.List{}, tooLarge
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return export.List{}, &export.ListError{Rule: "none"}
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return export.List{}, &export.ListError{Rule: "none"}
		}
		if part.FormName() != "file" {
			continue
		}
		if part.FileName() == "" {
			return export.List{}, &export.ListError{Rule: "none"}
		}
		// The file is here before its turn comes, so that nobody waits for a slow sender.
		file, err := io.ReadAll(io.LimitReader(part, export.MaxListBytes+1))
		var list export.List
		if err == nil {
			err = r.Site.OneAtATime(func() (err error) {
				list, err = export.ReadList(bytes.NewReader(file))
				return err
			})
		}
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			err = tooLarge
		} else if _, ok := errors.AsType[*export.ListError](err); err != nil && !ok { // the form was cut short
			err = errors.Join(kernel.ErrMalformed, err)
		}
		return list, err
	}
}

// undoImport answers POST /organisation/rencontres/{slug}/import/annulation.
func undoImport(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	slug := r.PathValue("slug")
	at, err := strconv.ParseInt(values.Get("at"), 10, 64)
	if err != nil {
		return r.Redirect(importPath(slug), "?fait=rien")
	}
	n, err := r.Site.Desk.UndoImport(r.Context(), slug, time.UnixMicro(at))
	switch {
	case errors.Is(err, registration.ErrNotFound):
		return r.Redirect(importPath(slug), "?fait=rien")
	case errors.Is(err, registration.ErrImportInUse):
		return r.Redirect(importPath(slug), "?fait=trop-tard")
	case err != nil:
		return fmt.Errorf("undo import: %w", err)
	}
	r.Site.Log.InfoContext(r.Context(), "act done", "act", "import undone", "organiser", r.Organiser.ID, "done", n)
	return r.Redirect(importPath(slug), "?fait=annulation")
}
