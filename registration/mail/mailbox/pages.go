package mailbox

import (
	"bytes"
	"embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration/locale"
)

//go:embed pages
var files embed.FS

var words = locale.For(locale.French)

// templates has, for each page, the templates of that page and of the layout.
var templates = map[string]*template.Template{
	"list":    page("list"),
	"message": page("message"),
}

func page(name string) *template.Template {
	return template.Must(template.New("layout.html").Funcs(template.FuncMap{
		"moment": func(t time.Time) string {
			if t.IsZero() {
				return "sans date"
			}
			return words.Moment(t)
		},
		"nature": func(kind string) string {
			if !words.Has("words.mail." + kind) {
				return kind // not one of this site's mails
			}
			return words.T("words.mail." + kind)
		},
	}).ParseFS(files, "pages/layout.html", "pages/"+name+".html"))
}

// listPage is the data of pages/list.html, messagePage that of
// pages/message.html. Root is the relative path from the page to the list:
// the handler works under any path.
type (
	listPage struct {
		Root     string
		Messages []Message
	}
	messagePage struct {
		Root    string
		Message Message
		Problem string
	}
)

const (
	// pagePolicy is the Content-Security-Policy of a page: its style sheet,
	// and frames of its own messages.
	pagePolicy = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	// mailPolicy is that of a message in its frame: its own styles and
	// pictures, and links that open in the whole window when they are
	// clicked. It runs no script and requests nothing.
	mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; " +
		"sandbox allow-top-navigation-by-user-activation"
)

// ServeHTTP serves GET / and GET /messages/{id} for people, and GET
// /api/messages for programs: JSON, the newest message first.
func (m *Mailbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer") // a link in a mail has none
	h.Set("Cache-Control", "no-store")
	m.pages.ServeHTTP(w, r)
}

func (m *Mailbox) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", m.list)
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "pages/style.css")
	})
	mux.HandleFunc("GET /api/messages", m.api)
	mux.HandleFunc("GET /messages/{id}/{$}", m.one(m.show))
	mux.HandleFunc("GET /messages/{id}/html", m.one(m.html))
	mux.HandleFunc("GET /messages/{id}/source", m.one(m.source))
	mux.HandleFunc("GET /messages/{id}/files/{n}", m.one(m.file))
	return mux
}

func (m *Mailbox) list(w http.ResponseWriter, _ *http.Request) {
	render(w, "list", listPage{Root: "./", Messages: m.Messages()})
}

func (m *Mailbox) api(w http.ResponseWriter, _ *http.Request) {
	b, err := json.Marshal(m.Messages())
	if err != nil { // no such value in a Message
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(b)
}

// one calls show with the message in the path, or answers 404 if it is not
// kept.
func (m *Mailbox) one(next func(http.ResponseWriter, *http.Request, Message)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, _ := strconv.Atoi(r.PathValue("id"))
		msg, ok := m.message(id)
		if !ok {
			http.NotFound(w, r)
			return
		}
		next(w, r, msg)
	}
}

func (m *Mailbox) show(w http.ResponseWriter, _ *http.Request, msg Message) {
	render(w, "message", messagePage{Root: "../../", Message: msg, Problem: msg.problem})
}

// html serves only the HTML part, for the frame. A base element makes its
// links open in the whole window, because the site's pages refuse to be shown
// in a frame.
func (m *Mailbox) html(w http.ResponseWriter, _ *http.Request, msg Message) {
	w.Header().Set("Content-Security-Policy", mailPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	page := msg.HTML
	for id, png := range msg.pictures {
		page = strings.ReplaceAll(page, `src="cid:`+id+`"`, `src="data:image/png;base64,`+base64.StdEncoding.EncodeToString(png)+`"`)
	}
	before, after, found := strings.Cut(page, "<head>")
	if !found {
		before, after = "", page
	}
	w.Write([]byte(before + `<head><base target="_top">` + after))
}

func (m *Mailbox) source(w http.ResponseWriter, _ *http.Request, msg Message) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write(msg.source)
}

func (m *Mailbox) file(w http.ResponseWriter, r *http.Request, msg Message) {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(msg.Files) {
		http.NotFound(w, r)
		return
	}
	f := msg.Files[n]
	// Whatever type the attachment claims, browsers save it and never show
	// it.
	kind := "application/octet-stream"
	if f.Type == "text/calendar" {
		kind = "text/calendar; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	w.Write(f.Content)
}

// render writes a whole page or an error.
func render(w http.ResponseWriter, name string, data any) {
	var b bytes.Buffer
	if err := templates[name].Execute(&b, data); err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(b.Bytes())
}
