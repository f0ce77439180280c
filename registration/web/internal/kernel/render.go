package kernel

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/registration/locale"
)

//go:embed templates catalogue
var sharedFiles embed.FS

// set is the templates and the words of a part, or those that all parts
// share.
type set struct {
	pages pages
	words *locale.Catalogue
}

// pages are the templates of pages by the name of the file, without .html.
type pages map[string]func() (*template.Template, error)

// parsed has what [newPages] returned for embedded files. They never change, and
// parsing them is much of the work of making a site.
var parsed sync.Map // of embed.FS to func() (pages, error)

// newSet reads the files of a part, or the shared files alone.
func newSet(files embed.FS, words *locale.Catalogue) (set, error) {
	once, _ := parsed.LoadOrStore(files, sync.OnceValues(func() (pages, error) { return newPages(files) }))
	all, err := once.(func() (pages, error))()
	return set{all, words}, err
}

// newPages reads the templates of a part. Each page has its own template set of
// layout, shared blocks, the part's blocks and the page. A set is made when the page
// is first shown: it takes a quarter of a megabyte, and most pages are never shown.
func newPages(files embed.FS) (pages, error) {
	shared, err := template.ParseFS(sharedFiles, "templates/layout.html", "templates/parts/*.html")
	if err != nil {
		return nil, err
	}
	all := pages{}
	if files != sharedFiles {
		blocks, err := fs.Glob(files, "templates/parts/*.html")
		if err != nil {
			return nil, err
		}
		if len(blocks) > 0 {
			if shared, err = shared.ParseFS(files, blocks...); err != nil {
				return nil, err
			}
		}
		if err := all.parse(shared, files); err != nil {
			return nil, err
		}
	}
	return all, all.parse(shared, sharedFiles)
}

// catalogue returns the words of all parts. They are read together, because
// each part would read the shared ones again.
func catalogue(parts []Part) (*locale.Catalogue, error) {
	files := []fs.FS{sharedFiles}
	for _, p := range parts {
		files = append(files, p.Files)
	}
	words := locale.With(files...)
	return words, words.Check()
}

// parse adds the pages of files.
func (p pages) parse(shared *template.Template, files embed.FS) error {
	pages, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return err
	}
	for _, file := range pages {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "layout" {
			continue
		}
		if _, err := template.ParseFS(files, file); err != nil { // so that a fault in it is found at the start
			return err
		}
		p[name] = sync.OnceValues(func() (*template.Template, error) {
			own, err := shared.Clone()
			if err != nil {
				return nil, err
			}
			return own.ParseFS(files, file)
		})
	}
	return nil
}

// buffers are the buffers into which pages are rendered. They are reused, because
// a new one takes as much memory as the rest of the work on a page.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// mostBuffered is the largest buffer that is reused, in bytes. A list of a hundred
// people fits in it.
const mostBuffered = 256 << 10

// Page renders the page name of the part to a buffer and sends it whole. The
// data is a struct that embeds [Layout].
func (r *Request) Page(status int, name string, data any) error {
	made, ok := r.set.pages[name]
	if !ok {
		return fmt.Errorf("web: no page %q", name)
	}
	page, err := made()
	if err != nil {
		return err
	}
	b := buffers.Get().(*bytes.Buffer)
	defer func() {
		if b.Cap() <= mostBuffered {
			b.Reset()
			buffers.Put(b)
		}
	}()
	if err := page.ExecuteTemplate(b, "layout.html", data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	r.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	r.W.Header().Set("Content-Language", string(r.Lang))
	setRetryAfter(r.W.Header(), status)
	r.send(status, b.Bytes())
	return nil
}

// send sends an answer in parts.
func (r *Request) send(status int, parts ...[]byte) {
	r.status = status
	r.W.WriteHeader(status)
	for _, p := range parts {
		_, _ = r.W.Write(p) // the reader may be gone
	}
}

// JSON sends a value to a script of the site's own.
func (r *Request) JSON(status int, value any) error {
	b, err := json.Marshal(value)
	if err != nil {
		return err
	}
	r.W.Header().Set("Content-Type", "application/json; charset=utf-8")
	r.send(status, b)
	return nil
}

// setRetryAfter tells programs when to come again.
func setRetryAfter(h http.Header, status int) {
	switch status {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", retryAfter)
	case http.StatusTooManyRequests:
		h.Set("Retry-After", "3600")
	}
}
