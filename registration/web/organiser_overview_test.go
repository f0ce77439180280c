package web_test

import (
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

// todoLine is a line of what needs attention.
var todoLine = regexp.MustCompile(`<li><a href="([^"]*)">(\d+) [^<]*</a></li>`)

// TestOverview: each line of what needs attention says how many it is about, and
// leads to a list of just these.
func TestOverview(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Approval, m.Notice.RetentionDays = true, 10 })
	f.signedInAs(registration.RoleReader)
	overview := "/organisation/rencontres/" + slug + "/apercu"
	f.get(overview).want(t, http.StatusOK, "Rien ne vous attend", "Personne n’est encore inscrit")
	f.confirmed("decide@mairie.example")
	f.confirmed("decide-too@mairie.example")
	lost := valid()
	lost.Set("email", "lost@mairie.example")
	f.signUp(lost)
	f.clock.Pass(40 * time.Hour) // the hold of the last one ends today
	f.park("550 5.1.1 User unknown")
	f.signedInAs(registration.RoleReader)
	for _, path := range []string{overview, "/organisation/", "/en" + overview} {
		page := f.get(path).want(t, http.StatusOK)
		lines := todoLine.FindAllStringSubmatch(page.Body, -1)
		if len(lines) != 3 {
			t.Fatalf("%s: %d lines, want those to approve, the refused mail and the hold: %v", path, len(lines), lines)
		}
		for _, line := range lines {
			list := f.get(html.UnescapeString(line[1])).want(t, http.StatusOK)
			if n := strings.Count(list.Body, "@mairie.example"); strconv.Itoa(n) != line[2] {
				t.Errorf("%s leads to %d people", line[0], n)
			}
		}
	}
	f.get(overview).want(t, http.StatusOK, "2 inscriptions à valider", "1 inscription à confirmer avant minuit", "Prochaine échéance", "3 inscriptions, du 16 mai")
	f.clock.Pass(27 * 24 * time.Hour) // the day after the meeting
	f.signedInAs(registration.RoleReader)
	page := f.get(overview).want(t, http.StatusOK, "seront effacées le dimanche 23 juin 2019", "effacement de données", "l’adresse l’a refusé").Body
	tasks, _, _ := strings.Cut(page[strings.Index(page, `<ul class="tasks">`):], "</ul>")
	for _, late := range []string{"à valider", "avant minuit"} {
		if strings.Contains(tasks, late) {
			t.Errorf("the day after the meeting %q is asked for", late)
		}
	}
}

// TestStatistics: the numbers are those of the lists that they lead to, and
// what is left after the deletion names nobody.
func TestStatistics(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, queueing)
	f.signedInAs(registration.RoleReader)
	f.confirmed("a@mairie.example") // the only seat
	f.confirmed("b@mairie.example")
	path := "/organisation/rencontres/" + slug + "/statistiques"
	page := f.get(path).want(t, http.StatusOK, "Par jour d’inscription", "Par catégorie", "Élu ou agent d’une collectivité",
		"du 16 mai au 16 mai. Les nombres sont dans le tableau. Au plus 2 inscriptions en un jour", ">Au plus 2 inscriptions en un jour</text>")
	links := regexp.MustCompile(`<a href="([^"]*\?(?:category|status|session|waiting)=[^"]*)">(\d+)[^<]*</a>`).FindAllStringSubmatch(page.Body, -1)
	if len(links) < 3 {
		t.Fatalf("links to lists: %v", links)
	}
	for _, link := range links {
		list := f.get(html.UnescapeString(link[1])).want(t, http.StatusOK)
		if n := strings.Count(list.Body, "@mairie.example"); strconv.Itoa(n) != link[2] {
			t.Errorf("%s leads to %d people", link[0], n)
		}
	}
	list := "/organisation/rencontres/" + slug
	f.get(list+"?day=2019-05-16").want(t, http.StatusOK, "a@mairie.example", "Retirer le filtre", "16 mai 2019")
	if body := f.get(list+"?day=2019-05-17").want(t, http.StatusOK).Body; strings.Contains(body, "a@mairie.example") {
		t.Error("somebody is listed under another day")
	}
	if body := f.get(path).Body; strings.Contains(body, "sont effacées") {
		t.Error("nothing was deleted yet")
	}
	if err := desktest.ApplyRetention(t.Context(), f.desk, f.clock, time.Date(2019, time.October, 1, 9, 0, 0, 0, registration.Paris)); err != nil {
		t.Fatal(err)
	}
	f.signedInAs(registration.RoleReader)
	left := f.get(path).want(t, http.StatusOK, "sont effacées", "moins de 5 personnes", "Autres, réunis", "16 mai")
	if strings.Contains(left.Body, "Élu ou agent") {
		t.Error("one person is still told by the category")
	}
	for _, bad := range []string{"?day=hier", "?axis=none", "?arrived=none", "?half=morning"} {
		f.get(list+bad).want(t, http.StatusUnprocessableEntity)
	}
}

// TestOverviewDeadlines: a moment at midnight is told as the day that ends then, as it
// is to those who sign up.
func TestOverviewDeadlines(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.clock.Set(time.Date(2019, time.June, 11, 12, 0, 0, 0, registration.Paris))
	f.signedInAs(registration.RoleReader)
	for path, want := range map[string]string{"": "Prochaine échéance : les inscriptions sont ouvertes jusqu’au mardi 11 juin 2019 inclus", "/en": "Next: registration is open until the end of Tuesday 11 June 2019"} {
		f.get(path+"/organisation/rencontres/"+slug+"/apercu").want(t, http.StatusOK, strings.ReplaceAll(want, " :", "\u00a0:"))
	}
}
