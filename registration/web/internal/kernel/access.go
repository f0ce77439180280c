package kernel

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

// OrganisersSection is the section of pages that only organisers see: see
// [Request.Layout].
const OrganisersSection = "organisers"

// signInPath is where organisers sign in.
const signInPath = "/organisation/connexion"

// HostSignIn lets people sign in with the program that mounts the site. The site
// then keeps no sessions and sends no sign-in links. It knows an organiser by their
// address, and grants the rights that this address has in the site. The methods may
// be called by many goroutines.
type HostSignIn interface {
	// SignedIn returns the address of the person who sent the request and
	// when they signed in, or "" if nobody is signed in. If it cannot tell,
	// it returns an error and nobody is let in.
	SignedIn(r *http.Request) (email string, since time.Time, err error)

	// SignInURL returns the address at which to sign in, or to sign in again.
	// The host then leads the browser to next, an address of this site.
	SignInURL(next string) string

	// SignOutURL returns the address at which to sign out. Both addresses are of
	// the site's own origin: browsers submit its forms to no other.
	SignOutURL() string
}

// Private is for pages about one person: no cache keeps a copy of them, and
// no search engine lists them.
func Private(next Handler) Handler {
	return func(r *Request) error {
		r.W.Header().Set("Cache-Control", "no-store")
		r.W.Header().Set("X-Robots-Tag", "noindex")
		return next(r)
	}
}

// Access says who may use a route. The zero value declares nothing: only a part
// with public pages may have such routes.
type Access struct {
	who        who
	right      registration.Right // needed in the meeting of the path or, without one, in any meeting
	everywhere bool               // the right is needed in all meetings, also in those that will be added
	fresh      bool               // acts need a sign-in of the last minutes
	savesForm  bool               // see [Access.SavesForm]
}

type who int

const (
	undeclared who = iota
	anybody
	organisers
)

// Anybody is for the pages at which organisers sign in.
func Anybody() Access { return Access{who: anybody} }

// Organisers is for pages of everybody who is signed in, whatever their rights.
func Organisers() Access { return Access{who: organisers} }

// Needs is for pages that need a right in the meeting {slug} of the path. If the
// path has no {slug}, the right in any one meeting is enough to get through; the
// handler then checks in which meeting the organiser has it.
func Needs(right registration.Right) Access { return Access{who: organisers, right: right} }

// NeedsEverywhere is for pages that need a right in every meeting.
func NeedsEverywhere(right registration.Right) Access {
	return Access{who: organisers, right: right, everywhere: true}
}

// Fresh returns a for acts that need a sign-in of the last ten minutes.
func (a Access) Fresh() Access {
	a.fresh = true
	return a
}

// SavesForm returns a for forms whose page, at the path that the form is sent to,
// shows again what was typed before the session ended: see [Request.SavedForm]. Other
// forms are not stored.
func (a Access) SavesForm() Access {
	a.savesForm = true
	return a
}

// Right returns the right that is needed, "" for none.
func (a Access) Right() registration.Right { return a.right }

// Declared reports whether somebody has said who may use the route.
func (a Access) Declared() bool { return a.who != undeclared }

// Get returns the route of a page for those whom a lets in.
func (a Access) Get(path string, h Handler) Route {
	return Route{Method: "GET", Path: path, Handler: h, Access: a}
}

// Post returns the route of a form for those whom a lets in.
func (a Access) Post(path string, h Handler) Route {
	return Route{Method: "POST", Path: path, Handler: h, Access: a}
}

// guard returns a handler that lets only those through who may use the route.
func (a Access) guard(next Handler) Handler {
	switch a.who {
	case undeclared:
		return next
	case anybody:
		return Private(next)
	}
	return Private(func(r *Request) error {
		if err := r.identify(); errors.Is(err, registration.ErrNotFound) {
			if cookie, err := r.Cookie(r.Site.sessions.name); err == nil {
				r.Site.Log.InfoContext(r.Context(), "session refused", "event", "session_refused")
				if a.savesForm {
					if kept, err := r.saveFormOf(cookie.Value); err != nil {
						return err
					} else if kept {
						return r.toSignIn(a.pageAfterSignIn(r), "&garde")
					}
				}
			}
			return r.toSignIn(a.pageAfterSignIn(r))
		} else if err != nil {
			return err
		}
		if err := a.check(r); err != nil {
			return err
		}
		if a.fresh && r.Method == http.MethodPost && !r.Session.Fresh(r.Now) {
			if a.savesForm {
				if err := r.saveForm(r.Organiser.ID); err != nil {
					return err
				}
			}
			return r.toSignIn(a.pageAfterSignIn(r))
		}
		r.Request = r.WithContext(registration.WithActor(r.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: r.Organiser.ID}))
		return next(r)
	})
}

// check returns nil if the organiser may use the route. An organiser without a
// role in a meeting does not learn whether it exists.
func (a Access) check(r *Request) error {
	slug := r.PathValue("slug")
	switch {
	case slug != "" && !r.Organiser.Knows(slug):
		return registration.ErrNotFound
	case a.everywhere && !r.Organiser.MayEverywhere(a.right):
	case a.right == "", slug != "" && r.Organiser.May(a.right, slug), slug == "" && r.Organiser.MayAnywhere(a.right):
		return nil
	}
	return r.Forbidden(a.right)
}

// Forbidden returns the error of an organiser without a right. Its page names the
// right and who can give it.
func (r *Request) Forbidden(right registration.Right) error {
	return &Problem{Status: http.StatusForbidden, Key: "right_" + string(right), Next: r.Path("/organisation/"),
		Err: fmt.Errorf("%w: organiser %s has no right %q", ErrForbidden, r.Organiser.ID, right)}
}

// identify finds out who is signed in. It returns [registration.ErrNotFound] for
// nobody.
func (r *Request) identify() (err error) {
	if host := r.Site.HostSignIn; host != nil {
		email, since, err := host.SignedIn(r.Request)
		if err != nil {
			return fmt.Errorf("sign-in of the host: %w", err)
		}
		if email == "" {
			return registration.ErrNotFound
		}
		r.Organiser, err = r.Site.Team.ByAddress(r.Context(), email)
		r.Session = team.Session{Organiser: r.Organiser.ID, Since: since}
		if errors.Is(err, registration.ErrNotFound) { // signed in there, and nobody here
			return &Problem{Status: http.StatusForbidden, Key: "no_organiser", Err: ErrForbidden}
		}
		return err
	}
	session, err := r.Site.sessions.read(r.Request)
	if err != nil {
		return err
	}
	r.Session, r.Organiser = session.of, session.organiser
	return nil
}

// Identified reports whether somebody is signed in, and sets Organiser and
// Session if so. It is for pages that everybody may see. It returns false if it
// cannot tell, and while a page is drawn for the cache.
func (r *Request) Identified() bool { return r.drawing == nil && r.identify() == nil }

// pageAfterSignIn is the page that a visitor asked for without being signed
// in, or the page whose form they sent.
func (a Access) pageAfterSignIn(r *Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || a.savesForm { // the form may stand on a page that only a form leads to
		return r.URL.RequestURI()
	}
	from, err := url.Parse(r.Referer())
	if err != nil || from.Scheme+"://"+from.Host != r.Site.Origin {
		return "/organisation/"
	}
	if path, ok := strings.CutPrefix(from.RequestURI(), r.Site.Prefix); ok {
		return path
	}
	return "/organisation/"
}

// toSignIn redirects to the sign-in, which leads to next afterwards. more is added to
// its address.
func (r *Request) toSignIn(next string, more ...string) error {
	if !OwnPath(next) {
		next = "/organisation/"
	}
	if host := r.Site.HostSignIn; host != nil {
		return r.Away(host.SignInURL(r.Site.Origin + r.Site.Prefix + next))
	}
	if strings.TrimPrefix(next, "/en") == "/organisation/" { // where one is led anyhow
		return r.Redirect(signInPath)
	}
	return r.Redirect(append([]string{signInPath, "?suite=", url.QueryEscape(next)}, more...)...)
}

// HostSignIn redirects to the page where the people of the host sign in. The host
// then leads them to next, a page of this site.
func (r *Request) HostSignIn(next string) error { return r.toSignIn(next) }

// Return redirects to next if it is a page of this site, otherwise to the
// first page of organisers.
func (r *Request) Return(next string) error {
	if !OwnPath(next) {
		return r.Redirect("/organisation/")
	}
	return r.Away(r.Site.Prefix + next)
}

// Away redirects to an address that the site or its host chose.
func (r *Request) Away(to string) error {
	r.W.Header().Set("Location", to)
	r.status = http.StatusSeeOther
	r.W.WriteHeader(r.status)
	return nil
}

// OwnPath reports whether next is the path of a page of this site, without the
// path of its base URL. It is false for a path that browsers would take for
// another site.
func OwnPath(next string) bool {
	if len(next) == 0 || len(next) > 1000 || next[0] != '/' || strings.ContainsFunc(next, func(c rune) bool { return c <= ' ' || c == '\\' || c == 0x7f }) {
		return false
	}
	u, err := url.Parse(next)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && !strings.HasPrefix(next, "//") && !strings.HasPrefix(u.Path, "//")
}

// savedForm is what somebody typed before they had to sign in once more.
type savedForm struct {
	Path string     `json:"path"`
	Form url.Values `json:"form"`
}

// saveFormOf stores what somebody typed into a form if the session with this token
// expired in the meantime, and reports whether it did. It does not store files.
func (r *Request) saveFormOf(token string) (kept bool, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Method != http.MethodPost || kind != "application/x-www-form-urlencoded" || r.Site.HostSignIn != nil || len(token) > maxToken {
		return false, nil
	}
	organiser, err := r.Site.Team.Expired(r.Context(), token)
	if errors.Is(err, registration.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, r.saveForm(organiser)
}

func (r *Request) saveForm(organiser registration.ID) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	b, err := json.Marshal(savedForm{r.URL.Path, values})
	if err != nil {
		return err
	}
	return r.Site.Team.SaveForm(r.Context(), organiser, string(b))
}

// SavedForm returns what was typed into the form of this page before its
// sender had to sign in again, nil if there is nothing.
func (r *Request) SavedForm() (url.Values, error) {
	text, err := r.Site.Team.TakeForm(r.Context(), r.Organiser.ID)
	if err != nil || text == "" {
		return nil, err
	}
	var k savedForm
	if json.Unmarshal([]byte(text), &k) != nil || k.Path != r.URL.Path {
		return nil, nil
	}
	return k.Form, nil
}
