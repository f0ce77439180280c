package kernel

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
	"github.com/territoires-industrie/sdk/registration/team"
)

// Request is one request on its way to its answer.
type Request struct {
	*http.Request
	W         http.ResponseWriter
	Site      *Site
	Lang      registration.Language
	Words     *locale.Words          // in the language of the page
	Now       time.Time              // by the Desk's clock; the same for the whole request
	Organiser registration.Organiser // who is signed in; the zero value if nobody is
	Session   team.Session           // theirs
	Draft     bool                   // the page shows an unpublished meeting to its organisers
	// FormMeeting is the meeting of a refused form, nil if it is not known: the error
	// page needs it to show in words what was posted.
	FormMeeting *registration.Meeting

	about  *registration.Meeting // of an organiser's page, nil for none: see [Request.About]
	set    set
	posted url.Values // the fields of the form, once it has been read
	status int        // what was answered, 0 before
	limit  int64      // bytes of the body

	drawing *drawn // the page that is drawn for the cache, nil for one of a visitor
}

// maxBody is the most that a form may send, in bytes, unless its route says
// otherwise.
const maxBody = 64 << 10

// serve makes an [http.Handler] of next. Logs name the pattern, not the path, which
// may contain a token.
func (s *Site) serve(pattern string, own set, limit int64, next Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		r := &Request{Request: hr, W: w, Site: s, Lang: registration.French, Now: s.Desk.Now(), set: own, limit: limit}
		if r.URL.Path == "/en" || strings.HasPrefix(r.URL.Path, "/en/") {
			r.Lang = registration.English
		}
		r.Words = own.words.For(string(r.Lang))
		if t := traceOf(hr.Context()); t != nil {
			t.route = pattern
		}
		under := w
		for {
			u, ok := under.(interface{ Unwrap() http.ResponseWriter })
			if !ok {
				break
			}
			under = u.Unwrap() // net/http's own closes the connection after a body that is too long
		}
		r.Body = http.MaxBytesReader(under, r.Body, limit)
		start := time.Now()
		if err := r.run(next); err != nil {
			r.fail(pattern, err)
		}
		if s.Answered != nil {
			s.Answered(pattern, r.status, time.Since(start))
		}
	})
}

// run answers the request; a panic becomes an error with its stack.
func (r *Request) run(next Handler) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return next(r)
}

// Posted returns the fields of the form that was posted. It returns
// [ErrMalformed] for a body that is no form and [http.MaxBytesError] for one
// that is too long.
func (r *Request) Posted() (url.Values, error) {
	if r.ContentLength > r.limit {
		return nil, &http.MaxBytesError{Limit: r.limit}
	}
	err := r.ParseForm()
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, err
	}
	if err != nil {
		return nil, ErrMalformed
	}
	r.posted = r.PostForm
	return r.posted, nil
}

// Path returns the address of a page of this site in the visitor's language.
func (r *Request) Path(parts ...string) string {
	p := r.Site.Prefix
	if r.Lang == registration.English {
		p += "/en"
	}
	return p + strings.Join(parts, "")
}

// Redirect sends the visitor to a page of this site, to be fetched by GET.
func (r *Request) Redirect(parts ...string) error {
	r.W.Header().Set("Location", r.Path(parts...))
	r.status = http.StatusSeeOther
	r.W.WriteHeader(r.status)
	return nil
}
