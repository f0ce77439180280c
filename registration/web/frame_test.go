package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

// framed lists the links of the page's frame, the one that is current in brackets
// if it is the page itself and in braces if the page is below it.
func (a answer) framed() (list []string) {
	frame, _, _ := strings.Cut(a.Body, "</header>")
	for _, nav := range regexp.MustCompile(`(?s)<nav.*?</nav>`).FindAllString(frame, -1) {
		for _, m := range regexp.MustCompile(`<a href="([^"]*)"(?: aria-current="(page|true)")?>([^<]*)</a>`).FindAllStringSubmatch(nav, -1) {
			switch m[2] {
			case "page":
				m[3] = "[" + m[3] + "]"
			case "true":
				m[3] = "{" + m[3] + "}"
			}
			list = append(list, m[3])
		}
	}
	return list
}

// TestFrame: the frame of an organiser's page leads to what they may open, and
// says where they are.
func TestFrame(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.signUp(valid())
	list := "/organisation/rencontres/" + slug
	for _, tt := range []struct {
		role registration.Role
		path string
		want []string
	}{
		{registration.RoleAdmin, "/organisation/", []string{"[Rencontres]", "Accueil sur place", "Équipe", "Journal", "Mes sessions", "Guide"}},
		{registration.RoleAdmin, "/organisation/equipe/invitation", []string{"Rencontres", "Accueil sur place", "{Équipe}", "Journal", "Mes sessions", "Guide"}},
		{registration.RoleAdmin, list, []string{"Rencontres", "Équipe", "Journal", "Mes sessions", "Guide", "Vue d’ensemble", "[Inscriptions]", "Messages", "Documents", "Statistiques", "Import", "Réglages", "Accueil sur place"}},
		{registration.RoleOrganiser, list + "/inscriptions/" + s.Code, []string{"Rencontres", "Mes sessions", "Guide", "Vue d’ensemble", "{Inscriptions}", "Messages", "Documents", "Statistiques", "Import", "Réglages", "Accueil sur place"}},
		{registration.RoleOrganiser, list + "/reglages/jour", []string{"Rencontres", "Mes sessions", "Guide", "Vue d’ensemble", "Inscriptions", "Messages", "Documents", "Statistiques", "Import", "{Réglages}", "Accueil sur place"}},
		{registration.RoleReader, list + "/statistiques?x=y", []string{"Rencontres", "Mes sessions", "Guide", "Vue d’ensemble", "Inscriptions", "Messages", "Documents", "[Statistiques]"}},
		{registration.RoleDesk, "/accueil/", []string{"Rencontres", "Mes sessions", "Guide", "[Accueil sur place]"}},
		{registration.RoleReader, "/en" + list + "/apercu", []string{"Meetings", "My sessions", "Guide", "[Overview]", "Registrations", "Messages", "Documents", "Statistics"}},
	} {
		f.as(tt.role, slug)
		page := f.get(tt.path).want(t, http.StatusOK, string(tt.role)+"@x.example", "organisers.css")
		if diff := cmp.Diff(tt.want, page.framed()); diff != "" {
			t.Errorf("%s by a %s (-want +got):\n%s", tt.path, tt.role, diff)
		}
		if got := strings.Contains(page.Body, `<p class="of">`); got != strings.Contains(tt.path, "/rencontres/") && tt.role != registration.RoleDesk {
			t.Errorf("%s names a meeting: %v", tt.path, got)
		}
	}

	m := registration.ShippedExample()
	m.Slug, m.Published = "2020-06-10-lyon", false
	if err := f.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	f.as(registration.RoleOrganiser)
	draft := f.get("/organisation/rencontres/2020-06-10-lyon").want(t, http.StatusOK, "non publiée")
	want := []string{"Rencontres", "Mes sessions", "Guide", "Vue d’ensemble", "[Inscriptions]", "Messages", "Documents", "Statistiques", "Import", "Réglages"}
	if diff := cmp.Diff(want, draft.framed()); diff != "" {
		t.Errorf("a draft (-want +got):\n%s", diff)
	}
	f.cookies = nil
	page := f.get("/rencontres/"+slug).want(t, http.StatusOK)
	if diff := cmp.Diff([]string{"{Rencontres}", "Territoires", "Mon inscription"}, page.framed()); diff != "" || strings.Contains(page.Body, "organisers.css") {
		t.Errorf("the page of a meeting (-want +got):\n%s", diff)
	}
	signIn := f.get("/organisation/connexion").want(t, http.StatusOK, "organisers.css")
	if diff := cmp.Diff([]string{"Rencontres", "Territoires", "Mon inscription"}, signIn.framed()); diff != "" {
		t.Errorf("a stranger (-want +got):\n%s", diff)
	}
}

// TestErrorIsNoPageOfTheMenu: the page of an error is marked as none of those in the
// menu, and leads on within the part of the site where it happened.
func TestErrorIsNoPageOfTheMenu(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	if got := f.get("/").want(t, http.StatusOK).framed(); got[0] != "[Rencontres]" {
		t.Fatalf("the menu of the first page is %q", got)
	}
	for path, next := range map[string]string{"/nowhere": "/", "/en/nowhere": "/en/", "/organisation/nowhere": "/organisation/", "/en/organisation/nowhere": "/en/organisation/"} {
		page := f.get(path).want(t, http.StatusNotFound, `<a class="button" href="`+next+`">`)
		if menu := strings.Join(page.framed(), ", "); menu == "" || strings.ContainsAny(menu, "[{") {
			t.Errorf("%s: the menu is %q, want no page of it marked", path, menu)
		}
	}
}
