package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

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
