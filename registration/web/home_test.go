package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

// TestLinksOfTheFirstPage: links of the same text lead to the same page.
func TestLinksOfTheFirstPage(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.as(registration.RoleOrganiser)
	_, main, _ := strings.Cut(f.get("/organisation/").want(t, http.StatusOK, "Inscriptions&nbsp;– <span").Body, "<main")
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

// TestLittleKnown: pages of a meeting of which only the day is known say what is
// not known yet or leave it out; no sentence ends where a name should stand.
func TestLittleKnown(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"", "/en"} {
		f := open(t, web.Options{}, func(m *registration.Meeting) {
			*m = registration.Meeting{Slug: m.Slug, Title: m.Title, Day: m.Day, OpensAt: m.OpensAt, ClosesAt: m.ClosesAt,
				Seats: registration.Unlimited, Published: true}
		})
		values := url.Values{"given_name": {"Zoé"}, "family_name": {"Martin"}, "email": {"zoe@mairie.example"}, "category": {"autre"}, "privacy": {"yes"}}
		if lang != "" {
			values.Set("language", "en")
		}
		s := f.signUp(values)
		f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
		mine := lang + f.link(link.ForManage, s)
		for _, path := range []string{lang + "/", lang + "/rencontres/" + slug, lang + form, lang + "/donnees-personnelles", lang + "/mentions-legales",
			lang + "/contact", lang + "/accessibilite", lang + "/plan-du-site", lang + "/rencontres/" + slug + "/lien-perdu", mine, mine + "/billet"} {
			page := f.get(path).want(t, http.StatusOK)
			for _, broken := range []string{" par .", " by .", "par <", "by <"} {
				if strings.Contains(page.Body, broken) {
					t.Errorf("%s: a sentence without its end: %q", path, broken)
				}
			}
		}
		f.get(lang+"/rencontres/"+slug).want(t, http.StatusOK, map[string]string{"": "à préciser par les organisateurs", "/en": "to be announced by the organisers"}[lang])
		f.signedInAs(registration.RoleOrganiser)
		own := lang + "/organisation/rencontres/" + slug
		for _, path := range []string{lang + "/organisation/", own, own + "/apercu", own + "/statistiques", own + "/documents", own + "/reglages",
			own + "/courrier", own + "/inscriptions/" + s.Code, lang + "/accueil/", lang + "/accueil/" + s.Code} {
			if a := f.get(path); a.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
		}
	}
}
