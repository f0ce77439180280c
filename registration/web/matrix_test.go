package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
	"github.com/territoires-industrie/sdk/registration/web/desk"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/registration/web/organiser"
)

// everybody is the word for the routes that need no right, self for those that
// need somebody who is signed in.
const everybody, self = "everybody", "self"

// everywhere is the word for the routes that need the right to act in all
// meetings.
const everywhere = "everywhere"

// allowed is the table of rights, written a second time: what each route needs.
var allowed = map[string]string{
	"GET /organisation/connexion":          everybody,
	"POST /organisation/connexion":         everybody,
	"GET /organisation/connexion/{token}":  everybody,
	"POST /organisation/connexion/{token}": everybody,
	"POST /organisation/deconnexion":       everybody,

	"GET /organisation/{$}":                                self,
	"GET /organisation/guide":                              self,
	"GET /organisation/sessions":                           self,
	"POST /organisation/sessions":                          self,
	"POST /organisation/recapitulatif":                     self,
	"GET /organisation/connexions":                         "act",
	"POST /organisation/connexions":                        "act",
	"GET /organisation/equipe":                             "team",
	"GET /organisation/equipe/{id}":                        "team",
	"POST /organisation/equipe/{id}":                       "team",
	"GET /organisation/journal":                            "team",
	"POST /organisation/rencontres/{slug}/colonnes":        "read",
	"GET /organisation/rencontres/{slug}/documents":        "read",
	"POST /organisation/rencontres/{slug}/documents":       "act",
	"GET /organisation/rencontres/{slug}/documents/{file}": "read",
	"GET /accueil/{$}":                                     "desk",
	"GET /accueil/noms":                                    "desk",
	"POST /accueil/{$}":                                    "desk",
	"POST /accueil/{code}":                                 "desk",
	"GET /accueil/{code}":                                  "desk",
	"GET /organisation/rencontres/{slug}":                  "read",
	"GET /organisation/rencontres/{slug}/apercu":           "read",
	"GET /organisation/rencontres/{slug}/statistiques":     "read",
	"GET /organisation/rencontres/{slug}/export":           "read",
	"GET /organisation/rencontres/{slug}/plusieurs":        "act",
	"POST /organisation/rencontres/{slug}/plusieurs":       "act",

	"GET /organisation/creation":  everywhere,
	"POST /organisation/creation": everywhere,

	"GET /organisation/rencontres/{slug}/reglages":               "act",
	"POST /organisation/rencontres/{slug}/reglages":              "act",
	"GET /organisation/rencontres/{slug}/reglages/{part}":        "act",
	"POST /organisation/rencontres/{slug}/reglages/{part}":       "act",
	"GET /organisation/rencontres/{slug}/reglages/versions/{n}":  "act",
	"POST /organisation/rencontres/{slug}/reglages/versions/{n}": "act",
	"GET /organisation/rencontres/{slug}/reglages/suppression":   "act",
	"POST /organisation/rencontres/{slug}/reglages/suppression":  "act",

	"GET /organisation/equipe/invitation":        "team",
	"POST /organisation/equipe/invitation":       "team",
	"GET /organisation/equipe/{id}/retrait":      "team",
	"POST /organisation/equipe/{id}/retrait":     "team",
	"POST /organisation/equipe/{id}/deconnexion": "team",

	"GET /organisation/rencontres/{slug}/courrier":                     "read",
	"POST /organisation/rencontres/{slug}/courrier/refus/{id}":         "act",
	"GET /organisation/rencontres/{slug}/courrier/message":             "act",
	"POST /organisation/rencontres/{slug}/courrier/message":            "act",
	"POST /organisation/rencontres/{slug}/courrier/message/{id}/arret": "act",
	"GET /organisation/rencontres/{slug}/reseaux":                      "act",
	"POST /organisation/rencontres/{slug}/reseaux":                     "act",

	"GET /organisation/rencontres/{slug}/inscriptions/{code}":           "read",
	"GET /organisation/rencontres/{slug}/inscriptions/{code}/lien":      "act",
	"POST /organisation/rencontres/{slug}/inscriptions/{code}/lien":     "act",
	"GET /organisation/rencontres/{slug}/inscriptions/{code}/decision":  "act",
	"POST /organisation/rencontres/{slug}/inscriptions/{code}/decision": "act",

	"GET /organisation/rencontres/{slug}/inscriptions/{code}/promotion":       "act",
	"POST /organisation/rencontres/{slug}/inscriptions/{code}/promotion":      "act",
	"GET /organisation/rencontres/{slug}/inscriptions/{code}/envoi":           "act",
	"POST /organisation/rencontres/{slug}/inscriptions/{code}/envoi":          "act",
	"GET /organisation/rencontres/{slug}/inscriptions/{code}/modification":    "act",
	"POST /organisation/rencontres/{slug}/inscriptions/{code}/modification":   "act",
	"GET /organisation/rencontres/{slug}/inscriptions/{code}/adresse":         "act",
	"POST /organisation/rencontres/{slug}/inscriptions/{code}/adresse":        "act",
	"GET /organisation/rencontres/{slug}/inscriptions/{code}/sessions":        "act",
	"POST /organisation/rencontres/{slug}/inscriptions/{code}/sessions":       "act",
	"GET /organisation/rencontres/{slug}/inscriptions/{code}/accompagnants":   "act",
	"POST /organisation/rencontres/{slug}/inscriptions/{code}/accompagnants":  "act",
	"GET /organisation/rencontres/{slug}/inscriptions/{code}/retablissement":  "act",
	"POST /organisation/rencontres/{slug}/inscriptions/{code}/retablissement": "act",
	"GET /organisation/rencontres/{slug}/inscriptions/{code}/annulation":      "act",
	"POST /organisation/rencontres/{slug}/inscriptions/{code}/annulation":     "act",
	"GET /organisation/rencontres/{slug}/inscriptions/{code}/effacement":      "act",
	"POST /organisation/rencontres/{slug}/inscriptions/{code}/effacement":     "act",
	"GET /organisation/rencontres/{slug}/import":                              "act",
	"POST /organisation/rencontres/{slug}/import":                             "act",
	"POST /organisation/rencontres/{slug}/import/liste":                       "act",
	"POST /organisation/rencontres/{slug}/import/annulation":                  "act",
	"GET /organisation/rencontres/{slug}/inscriptions/{code}/remplacement":    "act",
	"POST /organisation/rencontres/{slug}/inscriptions/{code}/remplacement":   "act",
	"GET /organisation/rencontres/{slug}/inscriptions/{code}/copie":           "act",
	"POST /organisation/rencontres/{slug}/inscriptions/{code}/copie":          "act",
	"GET /organisation/rencontres/{slug}/inscriptions/nouvelle":               "act",
	"POST /organisation/rencontres/{slug}/inscriptions/nouvelle":              "act",
	"GET /organisation/rencontres/{slug}/inscriptions/{code}/billet":          "act",
}

// holders is who has each right.
var holders = map[string][]registration.Role{
	"desk": {registration.RoleDesk, registration.RoleOrganiser, registration.RoleAdmin},
	"read": {registration.RoleReader, registration.RoleOrganiser, registration.RoleAdmin},
	"act":  {registration.RoleOrganiser, registration.RoleAdmin},
	"team": {registration.RoleAdmin},
	self:   registration.Roles(),

	everywhere: {registration.RoleOrganiser, registration.RoleAdmin},
}

func guarded() []kernel.Route { return slices.Concat(organiser.Part().Routes, desk.Part().Routes) }

func TestEveryRouteHasARight(t *testing.T) {
	t.Parallel()
	if !(kernel.Needs("x").Get("/x", nil).Access.Declared()) || kernel.Get("/x", nil).Access.Declared() {
		t.Fatal("a route with a right is not told from one without")
	}
	known := map[string]bool{}
	for _, r := range guarded() {
		name := r.Method + " " + r.Path
		known[name] = true
		if !r.Access.Declared() {
			t.Errorf("%s does not say who may use it", name)
		}
		if allowed[name] == "" {
			t.Errorf("%s is not in the table of rights", name)
		}
	}
	for name := range allowed {
		if !known[name] {
			t.Errorf("the table of rights has %s, which is no route", name)
		}
	}
	f := open(t, web.Options{})
	part := organiser.Part()
	for _, tt := range []struct {
		route   kernel.Route
		refused bool
	}{{kernel.Anybody().Get("/x", nil), false}, {kernel.Get("/x", nil), true}} {
		part.Routes = []kernel.Route{tt.route}
		site := kernel.Site{Desk: f.desk, Team: f.team, Keys: f.keys, Origin: "https://rencontres.example"}
		if _, err := site.Handler(part); (err != nil) != tt.refused {
			t.Errorf("a site with a route of an organiser's page, its access declared: %v: %v", !tt.refused, err)
		}
	}
}

// TestMatrix calls every route with every role, nobody, somebody who has the same
// role in another meeting, and somebody who may do everything there.
func TestMatrix(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	other := f.addMeeting("2020-06-10-lyon")
	here, there := f.signUp(valid()), f.signUpAt(other)
	for _, slug := range []string{slug, other} { // so that there is a version
		v, err := f.desk.Meeting(t.Context(), slug)
		if v.Meeting.Summary.FR += "."; err == nil {
			err = f.desk.Configure(t.Context(), v.Meeting)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	desktest.SignInLink(t, f.team, "last@x.example", registration.RoleAdmin) // who stays
	for _, route := range guarded() {
		name := route.Method + " " + route.Path
		needs := allowed[name]
		call := func(slug, code string) answer {
			_, token, err := f.team.Add(t.Context(), "victim@x.example", registration.RoleDesk, slug) // for the routes that change somebody
			if err != nil {
				t.Fatal(err)
			}
			victim, err := f.team.ByAddress(t.Context(), "victim@x.example")
			if err != nil {
				t.Fatal(err)
			}
			path := strings.NewReplacer("{slug}", slug, "{code}", code, "{id}", victim.ID.String(), "{token}", token, "{$}", "", "{file}", "emargement.html", "{part}", "jour", "{n}", "1").Replace(route.Path)
			if strings.Contains(path, "export") {
				path += "?format=csv"
			}
			if route.Method == "GET" {
				return f.get(path)
			}
			return f.post(path, url.Values{"meeting": {slug}, "role": {"desk"}, "id": {victim.ID.String()}, "act": {"cancel"}, "answer": {"approve"}, "email": {"o@x.example"}})
		}
		f.cookies = nil
		if needs == everybody {
			if a := call(slug, here.Code); a.StatusCode == http.StatusForbidden || a.StatusCode == http.StatusNotFound {
				t.Errorf("%s by nobody: %d", name, a.StatusCode)
			}
			continue
		}
		if a := call(slug, here.Code); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/organisation/connexion") {
			t.Errorf("%s by nobody: %d %s, want to sign in", name, a.StatusCode, a.Header.Get("Location"))
		}
		for _, role := range registration.Roles() {
			may := slices.Contains(holders[needs], role)
			for _, scope := range [][]string{nil, {slug}} {
				f.as(role, scope...)
				a := call(slug, here.Code)
				may := may && (needs != everywhere || len(scope) == 0)
				if got := f.let(a); got != may {
					t.Errorf("%s by a %s of %q: %d %s, want it allowed: %v", name, role, scope, a.StatusCode, a.Header.Get("Location"), may)
				}
				if !may && a.StatusCode != http.StatusForbidden {
					t.Errorf("%s by a %s of %q: %d, want 403", name, role, scope, a.StatusCode)
				}
				f.gone(role, scope...)
			}
			if !may && strings.Contains(route.Path, "{slug}") {
				if _, _, err := f.team.Add(t.Context(), string(role)+"@x.example", registration.RoleAdmin, other); err != nil {
					t.Fatal(err)
				}
				f.as(role, slug)
				if a := call(slug, here.Code); a.StatusCode != http.StatusForbidden {
					t.Errorf("%s by a %s who is an admin of another meeting: %d, want 403", name, role, a.StatusCode)
				}
				f.gone(role, slug, other)
			}
			if needs == self || !strings.Contains(strings.TrimSuffix(route.Path, "{$}"), "{") {
				continue
			}
			// Somebody of the other meeting.
			f.as(role, other)
			want := http.StatusNotFound
			if !may && !strings.Contains(route.Path, "{slug}") {
				want = http.StatusForbidden
			}
			if a := call(slug, here.Code); a.StatusCode != want {
				t.Errorf("%s by a %s of another meeting: %d %s, want %d", name, role, a.StatusCode, a.Header.Get("Location"), want)
			}
			if strings.Contains(route.Path, "{slug}") && strings.Contains(route.Path, "{code}") {
				if a := call(other, here.Code); may && a.StatusCode != http.StatusNotFound {
					t.Errorf("%s by a %s, the code of another meeting: %d, want 404", name, role, a.StatusCode)
				}
				if a := call(other, there.Code); f.let(a) != may {
					t.Errorf("%s by a %s of that meeting: %d", name, role, a.StatusCode)
				}
			}
			f.gone(role, other)
		}
	}
}

// as signs somebody in who has a role in these meetings, in all if there is none.
func (f *fixture) as(role registration.Role, meetings ...string) {
	f.t.Helper()
	f.cookies = nil
	f.post(desktest.SignInLink(f.t, f.team, string(role)+"@x.example", role, meetings...), nil).want(f.t, http.StatusSeeOther)
}

// gone takes the grants of [fixture.as] away.
func (f *fixture) gone(role registration.Role, meetings ...string) {
	f.t.Helper()
	if len(meetings) == 0 {
		meetings = []string{""}
	}
	o, err := f.team.ByAddress(f.t.Context(), string(role)+"@x.example")
	if err == nil {
		_, err = f.team.Remove(f.t.Context(), o.ID, meetings...)
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

// let reports whether a route answered, rather than refused somebody.
func (f *fixture) let(a answer) bool {
	to := a.Header.Get("Location")
	return a.StatusCode != http.StatusForbidden && a.StatusCode != http.StatusNotFound && !strings.HasPrefix(to, "/organisation/connexion") ||
		strings.HasPrefix(to, "/organisation/connexions")
}

// addMeeting adds a second meeting.
func (f *fixture) addMeeting(slug string) string {
	f.t.Helper()
	m := registration.ShippedExample()
	m.Slug = slug
	if err := f.store.PutMeeting(f.t.Context(), m); err != nil {
		f.t.Fatal(err)
	}
	return slug
}

// signUpAt signs somebody up for another meeting than the shipped one.
func (f *fixture) signUpAt(slug string) registration.Signup {
	f.t.Helper()
	f.post("/rencontres/"+slug+"/inscription", valid()).want(f.t, http.StatusSeeOther)
	for s, err := range f.desk.Signups(f.t.Context(), registration.Query{Meeting: slug}) {
		if err != nil {
			f.t.Fatal(err)
		}
		f.post(f.link(link.ForConfirm, s), nil)
		return s
	}
	f.t.Fatal("nobody signed up")
	return registration.Signup{}
}
