package kernel

import (
	"errors"
	"net/http"
	"strings"

	gorilla "github.com/gorilla/sessions"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

// sessions stores the sessions of organisers. The browser has only a random token
// and the database the rest, so that a session can be ended in every process at
// once. It implements the Store of gorilla/sessions, which only this file uses.
type sessions struct {
	team    *team.Team
	options gorilla.Options
	name    string
}

var _ gorilla.Store = sessions{}

// newSessions sets every option of the cookie, because the library's defaults
// are unsafe. The browser keeps the token longer than the session lasts: see
// [team.Team.Expired].
func newSessions(t *team.Team, insecure bool) sessions {
	s := sessions{team: t, name: "__Host-organisation", options: gorilla.Options{
		Path: "/", MaxAge: int((team.SessionFor + team.ExpiredFor).Seconds()), HttpOnly: true, Secure: !insecure, SameSite: http.SameSiteLaxMode,
	}}
	if insecure { // browsers refuse the prefix without Secure
		s.name = "organisation"
	}
	return s
}

// live is a session that has not ended.
type live struct {
	of        team.Session
	organiser registration.Organiser
}

// maxToken is longer than any token of a session.
const maxToken = 100

// Get returns the session of a request, the same one for the whole request.
func (s sessions) Get(r *http.Request, name string) (*gorilla.Session, error) {
	return gorilla.GetRegistry(r).Get(s, name)
}

// New returns the session that the request carries, or a new one if it carries
// none that is valid. It returns an error if the database cannot tell.
func (s sessions) New(r *http.Request, name string) (*gorilla.Session, error) {
	session := gorilla.NewSession(s, name)
	options := s.options
	session.Options, session.IsNew = &options, true
	cookie, err := r.Cookie(name)
	if err != nil || cookie.Value == "" || len(cookie.Value) > maxToken {
		return session, nil
	}
	of, o, err := s.team.Session(r.Context(), cookie.Value, !r.URL.Query().Has(autoRefresh))
	if errors.Is(err, registration.ErrNotFound) {
		return session, nil
	}
	if err != nil {
		return session, err
	}
	session.ID, session.IsNew = cookie.Value, false
	session.Values[liveKey] = live{of, o}
	return session, nil
}

// autoRefresh is the parameter by which a page loads itself again. Such a
// request does not count as activity of a session.
const autoRefresh = "auto"

// liveKey is the key of the [live] session among the values of a
// [gorilla.Session].
const liveKey = "live"

// Save sends the token of a session that the team has opened. If the MaxAge of the
// session is negative, Save ends it instead.
func (s sessions) Save(r *http.Request, w http.ResponseWriter, session *gorilla.Session) error {
	if session.Options.MaxAge < 0 {
		if l, ok := session.Values[liveKey].(live); ok {
			if err := s.team.End(r.Context(), l.of.Organiser, l.of.Key); err != nil {
				return err
			}
		}
		session.ID = ""
	}
	http.SetCookie(w, gorilla.NewCookie(session.Name(), session.ID, session.Options))
	return nil
}

// read returns the session that the request carries, or
// [registration.ErrNotFound].
func (s sessions) read(r *http.Request) (live, error) {
	session, err := s.New(r, s.name)
	if err != nil {
		return live{}, err
	}
	l, ok := session.Values[liveKey].(live)
	if !ok {
		return live{}, registration.ErrNotFound
	}
	return l, nil
}

// SignIn uses up a one-time link: it opens a new session in this browser,
// ends the one that the browser had, and returns the page to go to.
func (r *Request) SignIn(token string) (next string, err error) {
	s := r.Site.sessions
	before, err := s.New(r.Request, s.name)
	if err != nil {
		return "", err
	}
	id, of, next, err := r.Site.Team.SignIn(r.Context(), token, device(r.UserAgent()))
	if err != nil {
		return "", err
	}
	if l, ok := before.Values[liveKey].(live); ok {
		ctx := registration.WithActor(r.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: l.of.Organiser})
		if err := r.Site.Team.End(ctx, l.of.Organiser, l.of.Key); err != nil {
			return "", err
		}
	}
	options := s.options
	session := gorilla.NewSession(s, s.name)
	session.Options, session.ID = &options, id
	r.Session = of
	return next, session.Save(r.Request, r.W)
}

// SignOut ends the session of this browser, in every process at once.
// Sessions in other browsers go on.
func (r *Request) SignOut() error {
	s := r.Site.sessions
	session, err := s.New(r.Request, s.name)
	if err != nil {
		return err
	}
	session.Options.MaxAge = -1
	if l, ok := session.Values[liveKey].(live); ok {
		r.Request = r.WithContext(registration.WithActor(r.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: l.of.Organiser}))
	}
	return session.Save(r.Request, r.W)
}

// device names a browser and its system, so that people recognise their own
// devices; "" if they are unknown. The full User-Agent would tell more than
// is needed.
func device(agent string) string {
	find := func(names ...string) string {
		for i := 0; i < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return ""
	}
	browser := find("Edg", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "FxiOS", "Firefox", "SamsungBrowser", "Samsung Internet",
		"CriOS", "Chrome", "Chrome/", "Chrome", "Safari/", "Safari")
	system := find("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	return strings.Trim(browser+", "+system, ", ")
}
