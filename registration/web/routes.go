package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// route is one line of the site's table: what answers a method and a path, in
// both languages.
type route struct {
	method, path string
	answer       answer
}

// table lists the pages.
func (s *site) table() []route {
	return []route{
		{"GET", "/{$}", s.home},
		{"GET", "/rencontres/{slug}", s.meeting},
		{"GET", "/rencontres/{slug}/inscription", s.signUpForm},
		{"POST", "/rencontres/{slug}/inscription", s.private(s.signUp)},
		{"GET", "/rencontres/{slug}/inscription/message/{seal}", s.private(s.sent)},

		{"GET", "/confirmation/{token}", s.private(s.confirmation)},
		{"POST", "/confirmation/{token}", s.private(s.confirm)},
		{"GET", "/pas-moi/{token}", s.private(s.disavowal)},
		{"POST", "/pas-moi/{token}", s.private(s.disavow)},
		{"GET", "/mon-inscription/{token}", s.private(s.mine)},
		{"GET", "/mon-inscription/{token}/annulation", s.private(s.cancellation)},
		{"POST", "/mon-inscription/{token}/annulation", s.private(s.cancel)},
		{"GET", "/mon-inscription/{token}/modification", s.private(s.editForm)},
		{"POST", "/mon-inscription/{token}/modification", s.private(s.edit)},
		{"GET", "/mon-inscription/{token}/sessions", s.private(s.sessionsForm)},
		{"POST", "/mon-inscription/{token}/sessions", s.private(s.chooseSessions)},
		{"GET", "/mon-inscription/{token}/accompagnants", s.private(s.companionsForm)},
		{"POST", "/mon-inscription/{token}/accompagnants", s.private(s.addCompanion)},
		{"GET", "/mon-inscription/{token}/accompagnants/{id}/retrait", s.private(s.removal)},
		{"POST", "/mon-inscription/{token}/accompagnants/{id}/retrait", s.private(s.removeCompanion)},
		{"GET", "/mon-inscription/{token}/billet", s.private(s.pass)},
		{"GET", "/mon-inscription/{token}/billet.pdf", s.private(s.passPDF)},
		{"GET", "/mon-inscription/{token}/billet.png", s.private(s.passPNG)},
		{"GET", "/mon-inscription/{token}/agenda.ics", s.private(s.calendar)},
		{"GET", "/mon-inscription/{token}/donnees", s.private(s.data)},
		{"GET", "/mon-inscription/{token}/donnees.json", s.private(s.dataJSON)},
		{"POST", "/mon-inscription/{token}/proposition", s.private(s.answerOffer)},
		{"POST", "/mon-inscription/{token}/retablissement", s.private(s.undo)},
		{"GET", "/mon-inscription/{token}/effacement", s.private(s.erasure)},
		{"POST", "/mon-inscription/{token}/effacement", s.private(s.erase)},
		{"GET", "/effacement", s.erased},
		{"GET", "/rencontres/{slug}/lien-perdu", s.private(s.lostForm)},
		{"POST", "/rencontres/{slug}/lien-perdu", s.private(s.askLink)},

		{"GET", "/programme", s.programme},
		{"GET", "/mentions-legales", s.legal("mentions")},
		{"GET", "/donnees-personnelles", s.legal("privacy")},
		{"GET", "/accessibilite", s.legal("accessibility")},
		{"GET", "/contact", s.legal("contact")},

		{"GET", "/accueil/{code}", s.signedIn(s.door)},
		{"GET", "/organisation/connexion", s.private(s.signInForm)},
		{"POST", "/organisation/connexion", s.private(s.askSignIn)},
		{"GET", "/organisation/connexion/{token}", s.private(s.signInLink)},
		{"POST", "/organisation/connexion/{token}", s.private(s.signIn)},
		{"POST", "/organisation/deconnexion", s.private(s.signOut)},
		{"GET", "/organisation/{$}", s.signedIn(s.organiserHome)},
		{"GET", "/organisation/rencontres/{slug}", s.signedIn(s.list)},
		{"GET", "/organisation/rencontres/{slug}/export", s.signedIn(s.export)},
		{"GET", "/organisation/rencontres/{slug}/courrier", s.signedIn(s.courier)},
		{"POST", "/organisation/rencontres/{slug}/courrier/refus/{id}", s.acting(s.resend)},
		{"GET", "/organisation/rencontres/{slug}/courrier/message", s.acting(s.writeForm)},
		{"POST", "/organisation/rencontres/{slug}/courrier/message", s.acting(s.write)},
		{"GET", "/organisation/rencontres/{slug}/inscriptions/{code}", s.signedIn(s.record)},
		{"GET", "/organisation/rencontres/{slug}/inscriptions/{code}/lien", s.acting(s.reissueForm)},
		{"POST", "/organisation/rencontres/{slug}/inscriptions/{code}/lien", s.acting(s.reissue)},
		{"GET", "/organisation/rencontres/{slug}/inscriptions/{code}/decision", s.acting(s.decisionForm)},
		{"POST", "/organisation/rencontres/{slug}/inscriptions/{code}/decision", s.acting(s.decide)},
	}
}

// routes returns the pages in both languages, and what is no page. A path that
// exists answers other methods with 405, everything else with 404, as pages.
func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	methods := map[string][]string{}
	for _, r := range s.table() {
		for _, prefix := range []string{"", "/en"} {
			path := prefix + r.path
			mux.Handle(r.method+" "+path, s.serve(r.method+" "+r.path, r.answer))
			methods[path] = append(methods[path], r.method)
		}
	}
	for path, allowed := range methods {
		if slices.Contains(allowed, "GET") {
			allowed = append(allowed, "HEAD")
		}
		allow := strings.Join(allowed, ", ")
		mux.Handle(path, s.serve(strings.TrimPrefix(path, "/en"), func(v *visit) error {
			v.w.Header().Set("Allow", allow)
			return errMethod
		}))
	}
	mux.Handle("/", s.serve("/", func(v *visit) error { return registration.ErrNotFound }))
	// Left to itself the mux would answer /en without the path of the base URL.
	mux.Handle("GET /en", s.serve("/en", func(v *visit) error { return v.redirect("/") }))
	mux.HandleFunc("GET /assets/{version}/{file}", s.assets.serve)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plainText(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", s.readyz)
	return mux
}

// readyz tells a load balancer whether the site can take sign-ups, and a person
// how much mail waits.
func (s *site) readyz(w http.ResponseWriter, r *http.Request) {
	if s.ready != nil {
		if err := s.ready(r.Context()); err != nil {
			s.log.WarnContext(r.Context(), "not ready", "err", err)
			w.Header().Set("Retry-After", retryAfter)
			plainText(w, http.StatusServiceUnavailable, "not ready")
			return
		}
	}
	text := "ok"
	if s.backlog != nil {
		b, err := s.backlog(r.Context())
		switch {
		case err != nil:
			s.log.WarnContext(r.Context(), "backlog unknown", "err", err)
		case b.Oldest.IsZero():
			text += fmt.Sprintf("\nmail: 0 waiting, %d parked", b.Parked)
		default:
			age := max(0, s.desk.Now().Sub(b.Oldest)).Round(time.Second)
			text += fmt.Sprintf("\nmail: %d waiting, the oldest for %v, %d parked", b.Waiting, age, b.Parked)
		}
	}
	plainText(w, http.StatusOK, text)
}

func plainText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // the reader may be gone
}
