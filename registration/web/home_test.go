package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

// TestLinksOfTheFirstPage: links of the same text lead to the same page.
func TestLinksOfTheFirstPage(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.as(registration.RoleOrganiser)
	_, main, _ := strings.Cut(f.get("/organisation/").want(t, http.StatusOK, "Inscriptions – <span").Body, "<main")
	to, tags := map[string]string{}, regexp.MustCompile(`<[^>]*>`)
	for _, m := range regexp.MustCompile(`(?s)<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>`).FindAllStringSubmatch(main, -1) {
		text := tags.ReplaceAllString(m[2], "")
		if other, ok := to[text]; ok && other != m[1] {
			t.Errorf("%q leads to %s and to %s", text, other, m[1])
		}
		to[text] = m[1]
	}
	if len(to) < 3 {
		t.Errorf("links of the page: %v", to)
	}
}

// TestOpeningDay: before sign-ups open, the list of meetings and the page of the
// meeting say when they will.
func TestOpeningDay(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.OpensAt = desktest.Opening.Add(72 * time.Hour) })
	for _, path := range []string{"/", "/rencontres/" + slug} {
		f.get(path).want(t, http.StatusOK, "Inscriptions à venir", "Les inscriptions ouvrent le dimanche 19 mai 2019")
		f.get("/en"+path).want(t, http.StatusOK, "Registration opens on Sunday 19 May 2019")
	}
}
