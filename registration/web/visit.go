package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
)

// visit is one request on its way to its answer.
type visit struct {
	*http.Request
	w         http.ResponseWriter
	site      *site
	lang      registration.Language
	words     *locale.Words
	now       time.Time
	organiser registration.Organiser // who is signed in, on organisers' pages
	posted    url.Values             // what was posted, once the form has been read
	meeting   registration.Meeting   // of the form that is refused, as far as it is known
	status    int                    // what was answered, 0 before
}

// answer answers a visit, or returns why it cannot and has sent nothing.
type answer func(v *visit) error

// private is for pages that show or change what belongs to one person: nothing
// keeps a copy, and no search engine lists them.
func (s *site) private(next answer) answer {
	return func(v *visit) error {
		v.w.Header().Set("Cache-Control", "no-store")
		v.w.Header().Set("X-Robots-Tag", "noindex")
		return next(v)
	}
}

// maxBody is the most that an attendee's form may send, in bytes.
const maxBody = 64 << 10

// serve makes a handler of an answer. The pattern stands for the path in logs,
// where a path would tell a token.
func (s *site) serve(pattern string, next answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{Request: r, w: w, site: s, lang: registration.French, now: s.desk.Now()}
		if r.URL.Path == "/en" || strings.HasPrefix(r.URL.Path, "/en/") {
			v.lang = registration.English
		}
		v.words = locale.For(string(v.lang))
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		start := time.Now()
		if err := v.run(next); err != nil {
			v.fail(pattern, err)
		}
		took := time.Since(start)
		s.answered(pattern, v.status, took)
		s.log.DebugContext(r.Context(), "request", "route", pattern, "status", v.status, "took", took)
	})
}

// run answers the visit; a panic becomes an error with its stack.
func (v *visit) run(next answer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return next(v)
}

// form returns what was posted.
func (v *visit) form() (url.Values, error) {
	if v.ContentLength > maxBody {
		return nil, &http.MaxBytesError{Limit: maxBody}
	}
	err := v.ParseForm()
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, err
	}
	if err != nil {
		return nil, errMalformed
	}
	v.posted = v.PostForm
	return v.posted, nil
}

// path returns the address of a page of this site in the visitor's language.
func (v *visit) path(parts ...string) string {
	p := v.site.prefix
	if v.lang == registration.English {
		p += "/en"
	}
	return p + strings.Join(parts, "")
}

// redirect sends the visitor to a page of this site, to be fetched by GET.
func (v *visit) redirect(parts ...string) error {
	v.w.Header().Set("Location", v.path(parts...))
	v.status = http.StatusSeeOther
	v.w.WriteHeader(v.status)
	return nil
}
