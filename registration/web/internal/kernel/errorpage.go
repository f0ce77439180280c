package kernel

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode"

	"github.com/territoires-industrie/sdk/registration"
)

// errorPage says what happened and what to do, and has a link to a page where
// the visitor can go on.
type errorPage struct {
	Layout
	Key      string // the words are errors.KEY.title, .text and .link
	Next     string
	ID       string  // of the request; who asks about the error can give it
	Posted   []Fact  // what was posted, in words
	Resubmit []Field // the same as hidden fields, to be posted again; nil where that would not help
}

// redirectToTidied redirects from the address of a link that was damaged on its way
// through mail programs, or typed with capitals, to the same address without the
// damage, and reports whether there was any. pattern is that of the route.
func (r *Request) redirectToTidied(pattern string) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || strings.HasSuffix(pattern, "{$}") { // the slash belongs to the page
		return false
	}
	to := url.URL{Path: tidied(r.URL.Path), RawQuery: r.URL.RawQuery}
	if pattern == "/" { // no page has this address; their words are written in small letters
		to.Path = lowered(to.Path)
	}
	if to.Path == "/" || to.EscapedPath() == r.URL.EscapedPath() {
		return false
	}
	r.W.Header().Set("Location", r.Site.Prefix+to.String())
	r.status = http.StatusSeeOther
	r.W.WriteHeader(r.status)
	return true
}

// tidied returns the path of an address that was encoded twice, broken over lines that
// may be quoted, or taken together with the text or the tags around it, as it was
// before. No page has a path that this changes, but for a final slash.
func tidied(damaged string) string {
	if decoded, err := url.PathUnescape(damaged); err == nil {
		damaged = decoded
	}
	if i := strings.IndexAny(damaged, "<\"&?#]"); i >= 0 {
		damaged = damaged[:i]
	}
	damaged = strings.Map(func(c rune) rune {
		if c == '=' || c == '>' || unicode.IsSpace(c) || unicode.IsControl(c) || unicode.Is(unicode.Cf, c) {
			return -1
		}
		return c
	}, damaged)
	damaged = strings.TrimRightFunc(damaged, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '-' && c != '_'
	})
	return path.Clean("/" + damaged) // one slash at its start: it stays on this site
}

// lowered returns a path with its words in small letters. What is longer than any
// word is a token, whose capitals count.
func lowered(address string) string {
	words := strings.Split(address, "/")
	for i, word := range words {
		if len(word) < 40 {
			words[i] = strings.ToLower(word)
		}
	}
	return strings.Join(words, "/")
}

// fail answers with the page of an error. The error itself goes to the log,
// never to the visitor. It must hold no personal data.
func (r *Request) fail(pattern string, err error) {
	status := StatusOf(err)
	if status == http.StatusNotFound && r.redirectToTidied(pattern) {
		return
	}
	r.logFailure(pattern, status, err)
	r.W.Header().Set("Cache-Control", "no-store")
	page := errorPage{Layout: r.Layout("", ""), Key: "s" + strconv.Itoa(status), Next: r.Path("/")}
	if strings.HasPrefix(page.path, "/organisation/") {
		page.Next = r.Path("/organisation/")
	}
	// A conflict or an expired link is no fault, so nobody needs an id to ask about it.
	if t := traceOf(r.Context()); t != nil && status != http.StatusConflict && status != http.StatusGone {
		page.ID = t.id
	}
	if p, ok := errors.AsType[*Problem](err); ok {
		page.Key = p.Key
		if p.Next != "" {
			page.Next = p.Next
		}
	}
	if errors.Is(err, registration.ErrUnsure) {
		page.Key = "unsure"
		if page.SignedIn {
			page.Key, page.Next = "unsure_organiser", r.Path("/organisation/")
		}
	}
	page.Title = r.Words.T("errors." + page.Key + ".title")
	if len(r.posted) > 0 {
		page.Posted, page.NoOther = r.postedFacts(), true
		if page.resubmittable() {
			page.Resubmit = fieldsOf(r.posted)
		}
	}
	page.path, page.nowhere = "/", true // the link to the other language does not repeat an address that anybody may have made up
	if err := r.Page(status, "error", page); err != nil {
		r.Site.Log.ErrorContext(r.Context(), "error page failed", "err", err)
		http.Error(r.W, http.StatusText(status), status)
	}
}

// LogFailure logs an error that is the site's, for a handler that shows the form again
// instead of returning it.
func (r *Request) LogFailure(status int, err error) { r.logFailure(r.Pattern, status, err) }

// logFailure logs what an operator should know of an error. A token that does
// not work is logged as an event, without the token.
func (r *Request) logFailure(pattern string, status int, err error) {
	ctx, log := r.Context(), r.Site.Log
	switch {
	case status >= http.StatusInternalServerError && ctx.Err() != nil:
		log.InfoContext(ctx, "visitor went away", "route", pattern, "status", status, "err", err)
	case status >= http.StatusInternalServerError:
		log.ErrorContext(ctx, "request failed", "route", pattern, "status", status, "err", err)
	case status == http.StatusForbidden:
		log.WarnContext(ctx, "request refused", "event", refusal(err), "route", pattern, "err", err, "organiser", r.Organiser.ID)
	case status == http.StatusNotFound && r.PathValue("token") != "" && !strings.Contains(pattern, signInPath):
		log.WarnContext(ctx, "link refused", "event", "token_refused", "route", pattern)
	}
}

// refusal is the event of a request that is forbidden.
func refusal(err error) string {
	if errors.Is(err, errCrossSite) {
		return "cross_site"
	}
	return "right_refused"
}
