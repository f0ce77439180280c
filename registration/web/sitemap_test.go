package web_test

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
	"github.com/territoires-industrie/sdk/registration/web/attendee"
)

const siteMap = "/plan-du-site"

var (
	mapLink = regexp.MustCompile(`<a href="([^"]*)"[^>]*>(.*?)</a>`)
	element = regexp.MustCompile(`<[^>]*>`)
)

// mapped returns the links of the site map, address and text by turns.
func mapped(page answer) (links []string) {
	_, body, _ := strings.Cut(page.Body, `<main`)
	body, _, _ = strings.Cut(body, `</main>`)
	for _, m := range mapLink.FindAllStringSubmatch(body, -1) {
		links = append(links, html.UnescapeString(m[1]), html.UnescapeString(element.ReplaceAllString(m[2], "")))
	}
	return links
}

// TestSiteMap: the site map leads to every page that everybody may see, and each of
// its links to a page of that name.
func TestSiteMap(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	links := mapped(f.get(siteMap).want(t, http.StatusOK))
	beginnings := []string{"/confirmation", "/pas-moi", "/mon-inscription", "/nouvelle-adresse", "/remplacement"}
	var want []string
	for _, route := range attendee.Part().Routes {
		path := strings.NewReplacer("{$}", "", "{slug}", slug).Replace(route.Path)
		private := strings.Contains(path, "{") || path == "/effacement" || path == "/rencontres/"+slug+"/lien-perdu" // the end of an act; the same form as /lien-perdu
		beginning := slices.Contains(beginnings, path)                                                               // of links
		if route.Method == "GET" && !private && !beginning && path != siteMap {
			want = append(want, path)
		}
	}
	want = append(want, "/organisation/")
	var got []string
	for i := 0; i < len(links); i += 2 {
		path, text := links[i], links[i+1]
		if got = append(got, path); path == "/organisation/" {
			f.get(path).want(t, http.StatusSeeOther)
			continue
		}
		title, _, _ := strings.Cut(f.get(path).want(t, http.StatusOK).Body, "</h1>")
		_, title, _ = strings.Cut(title, "<h1")
		if title = html.UnescapeString(element.ReplaceAllString("<h1"+title, "")); !strings.HasPrefix(title, text) {
			t.Errorf("%q leads to %q", text, title)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pages (-there +mapped):\n%s", diff)
	}
	f.get("/en"+siteMap).want(t, http.StatusOK, `href="/en/rencontres/`+slug+`/inscription">Reserve my seat`, "Sign in to the organisers’ area")
	for path, status := range map[string]int{"/": 200, form: 200, "/organisation/connexion": 200, "/nowhere": 404} {
		f.get(path).want(t, status, `<nav aria-label="Menu">`, `<a href="/lien-perdu"`, `<a href="/plan-du-site">Plan du site</a>`)
	}
}

func TestSiteMapOfMeetings(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*registration.Meeting)
		has    string
		hasNot string
	}{
		"queue":     {func(m *registration.Meeting) { m.Seats, m.Queue = 0, true }, ">Rejoindre la liste d’attente</a>", "Réserver ma place"},
		"approval":  {func(m *registration.Meeting) { m.Approval = true }, `/inscription">Demander`, "Réserver ma place"},
		"closed":    {func(m *registration.Meeting) { m.ClosesAt = desktest.Opening }, slug + `">`, "/inscription"},
		"draft":     {func(m *registration.Meeting) { m.Published = false }, "/programme", slug},
		"published": {func(*registration.Meeting) {}, "Réserver ma place", "Rejoindre"},
	} {
		page := open(t, web.Options{}, tt.change).get(siteMap).want(t, http.StatusOK, tt.has)
		if strings.Contains(page.Body, tt.hasNot) {
			t.Errorf("%s: the map says %q", name, tt.hasNot)
		}
	}
}

// TestSiteMapOfOrganisers: who is signed in finds there the pages that they may
// open, those of drafts too, and no copy is kept.
func TestSiteMapOfOrganisers(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Published = false })
	const list = "/organisation/rencontres/" + slug
	for _, tt := range []struct {
		role registration.Role
		want []string
	}{
		{registration.RoleOrganiser, []string{"/organisation/", "/accueil/", "/organisation/sessions", "/organisation/guide", list + "/apercu", list, list + "/courrier", list + "/documents",
			list + "/statistiques", list + "/import", list + "/reglages"}},
		{registration.RoleReader, []string{"/organisation/", "/organisation/sessions", "/organisation/guide", list + "/apercu", list, list + "/courrier", list + "/documents", list + "/statistiques"}},
	} {
		f.as(tt.role, slug)
		page := f.get(siteMap).want(t, http.StatusOK, "Se déconnecter", string(tt.role)+"@x.example</span>")
		if got := page.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", tt.role, got)
		}
		var got []string
		for i, link := range mapped(page) {
			if i%2 == 0 && (strings.HasPrefix(link, "/organisation/") || strings.HasPrefix(link, "/accueil/")) {
				got = append(got, link)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.role, diff)
		}
		f.get(list+"/apercu").want(t, http.StatusOK, `<a href="/plan-du-site">Plan du site</a>`)
	}
}

// byContext is a host that knows who somebody is without a cookie.
type byContext struct{}

type whom struct{}

func (byContext) SignedIn(r *http.Request) (string, time.Time, error) {
	email, _ := r.Context().Value(whom{}).(string)
	return email, time.Time{}, nil
}
func (byContext) SignInURL(string) string { return "/sign-in" }
func (byContext) SignOutURL() string      { return "/sign-out" }

// TestKeptSiteMapIsNobodys: whoever comes first, what is kept is drawn for nobody.
func TestKeptSiteMapIsNobodys(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{SignIn: byContext{}})
	desktest.SignInLink(t, f.team, "organiser@x.example", registration.RoleOrganiser, slug)
	ask := func(query, email string) string {
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, httptest.NewRequestWithContext(context.WithValue(t.Context(), whom{}, email), "GET", siteMap+query, nil))
		return w.Body.String()
	}
	if own := ask("?own", "organiser@x.example"); !strings.Contains(own, "Se déconnecter") {
		t.Fatal("the host's organiser is not known")
	}
	ask("", "organiser@x.example")
	if next := ask("", ""); strings.Contains(next, "Se déconnecter") {
		t.Error("the next visitor gets the page of an organiser")
	}
}
