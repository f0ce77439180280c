package kernel

import (
	"cmp"
	"embed"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// Part is the pages for one kind of visitor.
type Part struct {
	// Files has the part's pages as templates/NAME.html, blocks that several of
	// them use in templates/parts, and its words as catalogue/LANGUAGE/AREA.yaml.
	Files  embed.FS
	Routes []Route
	Public bool // everybody may see the pages; otherwise each route says who may
}

// Route is a method and a path with the handler that answers them in both languages.
type Route struct {
	Method, Path string // the path as [http.ServeMux] has it, in French
	Handler      Handler
	Access       Access // zero for public pages
	maxBody      int64  // that a form may send, in bytes; 0: [maxBody]
}

// Taking returns r for forms that send more than others: at most n bytes.
func (r Route) Taking(n int64) Route {
	r.maxBody = n
	return r
}

// Get returns the route of a public page. For other pages use [Access.Get].
func Get(path string, h Handler) Route { return Route{Method: "GET", Path: path, Handler: h} }

// Post returns the route of a public form.
func Post(path string, h Handler) Route { return Route{Method: "POST", Path: path, Handler: h} }

// Handler answers a request. If it cannot, it sends nothing and returns the error.
type Handler func(r *Request) error

// routes mounts the pages in both languages, the assets and the health checks.
// A path that exists answers other methods with 405 and every other path gets
// 404, each with a page.
func (s *Site) routes(parts []Part) (http.Handler, error) {
	mux := http.NewServeMux()
	methods := map[string][]string{}
	for _, part := range parts {
		own, err := newSet(part.Files, s.shared.words)
		if err != nil {
			return nil, err
		}
		for _, route := range part.Routes {
			if !route.Access.Declared() && !part.Public {
				return nil, fmt.Errorf("web: the route %s %s does not say who may use it", route.Method, route.Path)
			}
			for _, prefix := range []string{"", "/en"} {
				path := prefix + route.Path
				mux.Handle(route.Method+" "+path, s.serve(route.Method+" "+route.Path, own, cmp.Or(route.maxBody, maxBody), route.Access.guard(route.Handler)))
				methods[path] = append(methods[path], route.Method)
			}
		}
	}
	for path, allowed := range methods {
		if slices.Contains(allowed, "GET") {
			allowed = append(allowed, "HEAD")
		}
		allow := strings.Join(allowed, ", ")
		refuse := s.serve(strings.TrimPrefix(path, "/en"), s.shared, maxBody, func(r *Request) error {
			r.W.Header().Set("Allow", allow)
			return errMethod
		})
		// A pattern without a method would conflict with a page whose path has a
		// wildcard where this one has a word.
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			if !slices.Contains(allowed, method) {
				mux.Handle(method+" "+path, refuse)
			}
		}
	}
	mux.Handle("/", s.serve("/", s.shared, maxBody, func(*Request) error { return registration.ErrNotFound }))
	// Left to itself the mux would answer /en without the path of the base URL.
	mux.Handle("GET /en", s.serve("/en", s.shared, maxBody, func(r *Request) error { return r.Redirect("/") }))
	mux.HandleFunc("GET /assets/{version}/{file}", onRoute("GET /assets/{version}/{file}", s.assets.serve))
	mux.HandleFunc("GET /healthz", onRoute("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plainText(w, http.StatusOK, "ok") }))
	mux.HandleFunc("GET /readyz", onRoute("GET /readyz", s.readyz))
	mux.HandleFunc("GET /.well-known/security.txt", onRoute("GET /.well-known/security.txt", s.securityTxt))
	mux.HandleFunc("GET /robots.txt", onRoute("GET /robots.txt", s.robotsTxt))
	return mux, nil
}
