package kernel

import (
	"errors"
	"net/http"
	"strconv"
)

// errorPage says what happened, what to do, and gives a way on.
type errorPage struct {
	Layout
	Key      string // the words are errors.KEY.title, .text and .link
	Next     string
	Posted   []Fact  // what was posted, in words
	Resubmit []Field // the same to be posted again; nil where that would not help
}

// fail answers with the page of an error. The visitor never reads the error
// itself; it goes to the log, and carries no personal data.
func (r *Request) fail(pattern string, err error) {
	status := StatusOf(err)
	if status >= http.StatusInternalServerError && r.Context().Err() == nil {
		r.Site.Log.ErrorContext(r.Context(), "request failed", "route", pattern, "status", status, "err", err)
	} else if status == http.StatusForbidden {
		r.Site.Log.WarnContext(r.Context(), "request refused", "event", refusal(err), "route", pattern, "err", err)
	}
	r.W.Header().Set("Cache-Control", "no-store")
	page := errorPage{Layout: r.Layout("", ""), Key: "s" + strconv.Itoa(status), Next: r.Path("/")}
	if p, ok := errors.AsType[*Problem](err); ok {
		page.Key = p.Key
		if p.Next != "" {
			page.Next = p.Next
		}
	}
	page.Title = r.Words.T("errors." + page.Key + ".title")
	if len(r.posted) > 0 {
		page.Posted, page.NoOther = r.postedFacts(), true
		if page.resubmittable() {
			page.Resubmit = fieldsOf(r.posted)
		}
	}
	page.path = "/" // in the other language too: an address that nobody minted is not repeated
	if err := r.Page(status, "error", page); err != nil {
		r.Site.Log.ErrorContext(r.Context(), "error page failed", "err", err)
		http.Error(r.W, http.StatusText(status), status)
	}
}

// refusal is the event of a request that is forbidden.
func refusal(err error) string {
	if errors.Is(err, errCrossSite) {
		return "cross_site"
	}
	return "right_refused"
}
