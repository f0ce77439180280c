package main

import (
	"crypto/rand"
	"crypto/subtle"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/territoires-industrie/sdk/registration/web"
)

// intranet is this program's own sign-in, as small as possible: a few people with
// one password, and their sessions in memory.
type intranet struct {
	url      string // of the program
	people   []string
	password string

	mu       sync.Mutex
	sessions map[string]session // by the value of the cookie
}

type session struct {
	email string
	since time.Time
}

var _ web.HostSignIn = (*intranet)(nil)

func newIntranet(url string, people ...string) *intranet {
	return &intranet{url: url, people: people, password: rand.Text(), sessions: map[string]session{}}
}

// SignedIn tells the registration site who sent a request.
func (i *intranet) SignedIn(r *http.Request) (email string, since time.Time, err error) {
	c, err := r.Cookie("intranet")
	if err != nil { // the request has no cookie
		return "", time.Time{}, nil
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	s := i.sessions[c.Value]
	return s.email, s.since, nil
}

// SignInURL is where the registration site sends people to sign in.
func (i *intranet) SignInURL(next string) string {
	return i.url + "/entrer?retour=" + url.QueryEscape(next)
}

// SignOutURL is where it sends them to sign out.
func (i *intranet) SignOutURL() string { return i.url + "/sortir" }

func (i *intranet) mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /entrer", func(w http.ResponseWriter, r *http.Request) {
		_ = door.Execute(w, r.FormValue("retour")) // the reader may be gone
	})
	mux.HandleFunc("POST /entrer", i.enter)
	mux.HandleFunc("GET /sortir", func(w http.ResponseWriter, _ *http.Request) { _ = exit.Execute(w, nil) })
	mux.HandleFunc("POST /sortir", i.leave)
}

var door = template.Must(template.New("").Parse(`<!doctype html><html lang="fr"><title>Entrer</title>
<form method="post"><input type="hidden" name="retour" value="{{.}}">
<label>Adresse <input name="email" type="email"></label> <label>Mot de passe <input name="password" type="password"></label> <button>Entrer</button></form>`))

var exit = template.Must(template.New("").Parse(`<!doctype html><html lang="fr"><title>Sortir</title><form method="post"><button>Sortir</button></form>`))

// enter signs somebody in, and leads back to the page they came from, if it is one
// of this program.
func (i *intranet) enter(w http.ResponseWriter, r *http.Request) {
	email := r.FormValue("email")
	right := subtle.ConstantTimeCompare([]byte(r.FormValue("password")), []byte(i.password)) == 1
	if !slices.Contains(i.people, email) || !right {
		http.Error(w, "Adresse ou mot de passe inconnu.", http.StatusUnauthorized)
		return
	}
	token := rand.Text()
	i.mu.Lock()
	i.sessions[token] = session{email, time.Now()}
	i.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: "intranet", Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	back := r.FormValue("retour")
	if !strings.HasPrefix(back, i.url+"/") {
		back = i.url + "/"
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// leave ends the session.
func (i *intranet) leave(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie("intranet"); err == nil {
		i.mu.Lock()
		delete(i.sessions, c.Value)
		i.mu.Unlock()
	}
	http.Redirect(w, r, i.url+"/", http.StatusSeeOther)
}
