package kernel

import (
	"net/http"
	"time"

	"github.com/google/uuid"
	gorilla "github.com/gorilla/sessions"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// sessionFor is how long an organiser stays signed in, whatever they do.
const sessionFor = 12 * time.Hour

// sessions keeps who is signed in, in a cookie that is encrypted and signed.
// Only this file uses the library for it.
type sessions struct {
	store *gorilla.CookieStore
	name  string
}

// newSessions sets every option of the library, because its defaults are
// unsafe. It also tries the keys: the library itself would refuse bad ones only
// at the first sign-in.
func newSessions(k *link.Keyring, insecure bool) (sessions, error) {
	store := gorilla.NewCookieStore(k.Derive("session-mac", 64), k.Derive("session-cipher", 32))
	store.Options = &gorilla.Options{
		Path: "/", HttpOnly: true, Secure: !insecure, SameSite: http.SameSiteLaxMode,
	}
	store.MaxAge(int(sessionFor.Seconds()))
	s := sessions{store: store, name: "__Host-organisation"}
	if insecure { // browsers refuse the prefix without Secure
		s.name = "organisation"
	}
	_, err := store.Codecs[0].Encode(s.name, map[any]any{"id": "", "version": 0})
	return s, err
}

// start signs an organiser in.
func (s sessions) start(w http.ResponseWriter, r *http.Request, o registration.Organiser) error {
	session := gorilla.NewSession(s.store, s.name) // never the one that the browser sent
	options := *s.store.Options
	session.Options = &options
	session.Values["id"] = o.ID.String()
	session.Values["version"] = o.Version
	return session.Save(r, w)
}

// read returns whose session the request carries, and false if it carries none
// that is valid now.
func (s sessions) read(r *http.Request) (id registration.ID, version int, ok bool) {
	session, err := s.store.New(r, s.name)
	if err != nil || session.IsNew {
		return id, 0, false
	}
	text, _ := session.Values["id"].(string)
	version, ok = session.Values["version"].(int)
	id, err = uuid.Parse(text)
	return id, version, ok && err == nil
}

// end signs out in this browser.
func (s sessions) end(w http.ResponseWriter, r *http.Request) error {
	session := gorilla.NewSession(s.store, s.name)
	options := *s.store.Options
	options.MaxAge = -1
	session.Options = &options
	return session.Save(r, w)
}

// SignIn starts a session of an organiser in this browser.
func (r *Request) SignIn(o registration.Organiser) error {
	return r.Site.sessions.start(r.W, r.Request, o)
}

// SignOut ends the session in this browser; those elsewhere go on.
func (r *Request) SignOut() error { return r.Site.sessions.end(r.W, r.Request) }
