package web_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/ticket"
	"github.com/territoires-industrie/sdk/registration/web"
)

// signIn signs an organiser in, who may read lists.
func (f *fixture) signIn() {
	f.t.Helper()
	f.post(desktest.SignInLink(f.t, f.team, "o@regions.example", registration.RoleReader), nil).want(f.t, http.StatusSeeOther)
}

func TestList(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signIn()
	f.get("/organisation/rencontres/"+slug).want(t, http.StatusOK, "Personne n’est encore inscrit.")
	for _, p := range [][3]string{{"Zoé", "Étienne", "z@exemple.fr"}, {"Paul", "Etienne", "p@exemple.fr"}, {"Claire", "abadie", "c@exemple.fr"}, {"Ève", "Zola", "e@exemple.fr"}} {
		values := valid()
		values.Set("given_name", p[0])
		values.Set("family_name", p[1])
		values.Set("email", p[2])
		if p[0] == "Claire" {
			values.Set("sessions", "innovation")
		}
		s := f.signUp(values)
		if p[0] == "Ève" {
			f.post(f.link(link.ForConfirm, s), nil)
		}
	}
	f.get("/organisation/rencontres/"+slug).want(t, http.StatusOK, ">"+ticket.Grouped(f.signups()[0].Code)+"<")
	for _, tt := range []struct {
		name, query string
		want        []string // addresses, in order
	}{
		{"all, as a French list", "", []string{"c@", "p@", "z@", "e@"}},
		{"accents and case ignored", "?q=ETIENNE", []string{"p@", "z@"}},
		{"given name first", "?q=zoe+etienne", []string{"z@"}},
		{"by status", "?status=confirmed", []string{"e@"}},
		{"by session", "?session=innovation", []string{"c@"}},
		{"by code", "?q=" + strings.ToLower(f.signups()[1].Code), []string{"p@"}},
		{"nobody", "?q=personne", nil},
		{"the latest first", "?sort=date", []string{"e@", "c@", "p@", "z@"}},
		{"with empty filters, as the form sends them", "?q=&status=&sort=&territory=&mail=", []string{"c@", "p@", "z@", "e@"}},
		{"by category", "?category=elu&q=zola", []string{"e@"}},
		{"of a refused mail", "?mail=refused", nil},
		{"after somebody who is not there", "?after=CCCC7777", []string{"c@", "p@", "z@", "e@"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f.t = t
			page := f.get("/organisation/rencontres/"+slug+tt.query).want(t, http.StatusOK)
			last := 0
			for _, email := range tt.want {
				at := strings.Index(page.Body, email+"exemple.fr")
				if at <= last {
					t.Errorf("%s is missing or out of order", email)
				}
				last = at
			}
			if n := strings.Count(page.Body, "@exemple.fr"); n != len(tt.want) {
				t.Errorf("%d lines, want %d", n, len(tt.want))
			}
		})
	}
	f.t = t
	const gone = "La page demandée n’existe plus"
	for _, query := range []string{"?after=CCCC7777", "?before=CCCC7777", "?after=x"} {
		f.get("/organisation/rencontres/"+slug+query).want(t, http.StatusOK, gone)
	}
	if page := f.get("/organisation/rencontres/" + slug + "?after=" + f.signups()[1].Code); strings.Contains(page.Body, gone) {
		t.Error("a page of the list is said to be gone")
	}
	f.get("/organisation/").want(t, http.StatusOK, "4 sur 300")
	f.get("/organisation/rencontres/none").want(t, http.StatusNotFound)
}

func TestListInPages(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signIn()
	for i := range 101 {
		r := registration.Request{GivenName: "A", FamilyName: "B" + string(rune('a'+i%26)), Email: time.Unix(int64(i), 0).Format("150405") + "@exemple.fr", Category: registration.Press, Privacy: true}
		if _, err := f.desk.SignUp(t.Context(), slug, r); err != nil {
			t.Fatal(err)
		}
	}
	path := "/organisation/rencontres/" + slug
	first := f.get(path+"?sort=name").want(t, http.StatusOK, "101 inscriptions, par nom", "Page suivante")
	next := regexp.MustCompile(`href="([^"]*after=[^"]*)" rel="next"`).FindStringSubmatch(first.Body)
	if next == nil {
		t.Fatal("no next page")
	}
	second := f.get(path+html.UnescapeString(next[1])).want(t, http.StatusOK, "Page précédente", "101 inscriptions")
	if a, b := strings.Count(first.Body, "@exemple.fr"), strings.Count(second.Body, "@exemple.fr"); a != 100 || b != 1 {
		t.Errorf("%d and %d lines, want 100 and 1", a, b)
	}
	back := regexp.MustCompile(`href="([^"]*before=[^"]*)" rel="prev"`).FindStringSubmatch(second.Body)
	if back == nil {
		t.Fatal("no way back")
	}
	if again := f.get(path + html.UnescapeString(back[1])); strings.Count(again.Body, "@exemple.fr") != 100 || strings.Contains(again.Body, `rel="prev"`) {
		t.Error("the way back does not lead to the first page")
	}
}

// TestListRefusesBadFilters: a clear sentence for each, and what was typed stays.
func TestListRefusesBadFilters(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signIn()
	f.signUp(valid())
	path := "/organisation/rencontres/" + slug
	f.typed = []string{strings.Repeat("a", 10_000)}
	for query, sentence := range map[string]string{
		"q=" + strings.Repeat("a", 10_000): "200 caractères au plus",
		"q=" + strings.Repeat("a+", 11):    "trop de mots",
		"status=asleep":                    "Ce statut n’existe pas",
		"session=none":                     "Cette session n’existe pas",
		"waiting=none":                     "Cette session n’existe pas",
		"category=x":                       "Un des filtres",
		"territory=x":                      "Un des filtres",
		"region=999":                       "Un des filtres",
		"sort=random":                      "Cet ordre n’existe pas",
		"answer.X=y":                       "Un des filtres",
		filters(1500):                      "Un des filtres",
		"answer.menu=" + strings.Repeat("%C3%A9", 1000): "trop longue",
	} {
		f.get(path+"?"+query).want(t, http.StatusUnprocessableEntity, sentence)
		f.get(path+"/export?format=csv&"+query).want(t, http.StatusUnprocessableEntity, "Ce fichier ne peut pas être fait")
	}
	f.get(path+"/export?format=csv&columns=code,nom").want(t, http.StatusUnprocessableEntity, "Une colonne n’existe pas")
	f.get(path+"?sort=random").want(t, http.StatusUnprocessableEntity, `href="#f-sort"`, `id="f-sort-error"`)
	f.get(path+"?"+filters(registration.MaxAnswers)).want(t, http.StatusOK)
	if page := f.get(path + "?" + filters(1500)); len(page.Body) > 1<<20 {
		t.Errorf("too many filters make a page of %d bytes", len(page.Body))
	}
	many := "?" + strings.Repeat("status=pending&", 1000) // of which links to the same address have a copy
	if once, often := f.get(path+"?status=pending"), f.get(path+many); len(often.Body) > len(once.Body)+3*len(many) {
		t.Errorf("a filter that the address repeats makes a page of %d bytes, once one of %d", len(often.Body), len(once.Body))
	}
	f.store.rows = fmt.Errorf("slow: %w", registration.ErrUnavailable)
	f.get(path).want(t, http.StatusServiceUnavailable, "La liste n’a pas pu être lue à temps")
}

// filters is the address of a list with n filters by answers.
func filters(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "answer.q%d=x&", i)
	}
	return b.String()
}

// csvLink matches the link to the list as standard CSV.
var csvLink = regexp.MustCompile(`href="([^"]*/export\?[^"]*format=csv(?:&[^"]*)?)"`)

// TestListFilters: sessions by their titles, each number with its list, answers,
// and files of what is on the screen.
func TestListFilters(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) {
		m.Sessions[0].Seats, m.Queue = 1, true
		m.Questions = []registration.Question{
			{ID: "menu", Kind: registration.ChoiceQuestion, Label: registration.Localized{FR: "Repas"}, Options: []registration.Option{{ID: "sans", Label: registration.Localized{FR: "Sans viande"}}, {ID: "tout", Label: registration.Localized{FR: "Tout"}}}},
		}
	})
	f.signIn()
	session := f.first().Sessions[0]
	for i, name := range []string{"Abadie", "Zola", "Martin"} {
		values := valid()
		values.Set("family_name", name)
		values.Set("email", fmt.Sprintf("p%d@exemple.fr", i))
		values.Set("answers.menu", "sans")
		if i < 2 {
			values.Set("sessions", string(session.ID))
		} else {
			values.Set("answers.menu", "tout")
		}
		f.post(f.link(link.ForConfirm, f.signUp(values)), nil)
	}
	path := "/organisation/rencontres/" + slug
	page := f.get(path).want(t, http.StatusOK, "1 sur 1", "1 attend", `?session=`+string(session.ID), `?waiting=`+string(session.ID), "Repas")
	if n := strings.Count(page.Body, ">"+locale.Typeset(session.Title.FR)+"<"); n < 3 {
		t.Errorf("the title of the session is there %d times", n)
	}
	for query, want := range map[string]string{
		"session=" + string(session.ID): "Abadie", "waiting=" + string(session.ID): "Zola", "answer.menu=tout": "Martin", "answer.menu=sans": "Abadie Zola",
		"answer.menu=sans&waiting=" + string(session.ID): "Zola", "waiting=1&session=" + string(session.ID): "Zola", "companions=0&q=zola": "Zola", "sort=date&q=exemple": "Martin Zola Abadie",
	} {
		page := f.get(path+"?"+query).want(t, http.StatusOK)
		var on []string
		for _, m := range regexp.MustCompile(`class="family">([^<]*)<`).FindAllStringSubmatch(page.Body, -1) {
			on = append(on, m[1])
		}
		if got := strings.Join(on, " "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
		file := csvLink.FindStringSubmatch(page.Body)
		if file == nil {
			t.Fatalf("%s: no file", query)
		}
		lines := strings.Split(strings.TrimSpace(f.get(html.UnescapeString(file[1])+"&columns=family_name").want(t, http.StatusOK).Body), "\r\n")
		if got := strings.Join(lines[1:], " "); got != want {
			t.Errorf("the file of %s has %s, want %s", query, got, want)
		}
	}
}

// TestFiltersFollowTheSettings: the filters are drawn once, and anew when their words
// have changed, or something is asked for by one.
func TestFiltersFollowTheSettings(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signIn()
	m, path := f.first(), "/organisation/rencontres/"+slug
	ask := func(label string) {
		t.Helper()
		m.Questions = []registration.Question{{ID: "menu", Kind: registration.YesNoQuestion, Label: registration.Localized{FR: label}}}
		if err := f.store.PutMeeting(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	ask("Repas <chaud>")
	for _, query := range []string{"", "?answer.menu=yes", "", "?sort=date"} {
		page := f.get(path+query).want(t, http.StatusOK, `lang="fr">Repas &lt;chaud&gt;</label>`)
		if got, want := strings.Contains(page.Body, `<option value="yes" selected>`), strings.Contains(query, "yes"); got != want {
			t.Errorf("%q: the answer is marked: %t", query, got)
		}
	}
	ask("Dîner")
	if page := f.get(path).want(t, http.StatusOK, "Dîner</label>"); strings.Contains(page.Body, "Repas") {
		t.Error("the filter has the words of before")
	}
	f.get("/en"+path).want(t, http.StatusOK, "Dîner</label>")
}

// TestListIgnoresWhatIsNoFilter: a parameter that a mail program or a newsletter adds
// to an address does not filter the list, and neither does a box that is not ticked.
func TestListIgnoresWhatIsNoFilter(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signUp(valid())
	f.signIn()
	list := "/organisation/rencontres/" + slug
	for _, address := range []string{"?companions=0", "?utm_source=lettre", "?companions=0&fbclid=x&sort=date"} {
		if page := f.get(list+address).want(t, http.StatusOK, "1 inscription,"); strings.Contains(page.Body, "Effacer les filtres") {
			t.Errorf("%s filters the list", address)
		}
	}
	f.get(list+"?companions=1&utm_source=lettre").want(t, http.StatusOK, "Effacer les filtres")
}

// TestFilterByRemovedQuestion: the filter by the answer to a question that is gone can
// be read and taken off like the others.
func TestFilterByRemovedQuestion(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signUp(valid())
	f.signIn()
	f.get("/organisation/rencontres/"+slug+"?answer.menu=poisson&q=x").want(t, http.StatusOK, "menu\u00a0: poisson", `href="?q=x"`)
}

// TestListOfNobody: where there is nobody the list says what to do, and an order is
// chosen in the form, where a phone shows no headings.
func TestListOfNobody(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signedInAs(registration.RoleReader)
	path := "/organisation/rencontres/" + slug
	for _, page := range []string{"", "/apercu", "/statistiques"} {
		f.get(path+page).want(t, http.StatusOK, "Personne n’est encore inscrit", "Faites connaître", `<a href="/rencontres/`+slug+`">`)
	}
	f.signUp(valid())
	for _, page := range []string{"", "/apercu", "/statistiques"} {
		if a := f.get(path+page).want(t, http.StatusOK); strings.Contains(a.Body, "Faites connaître") {
			t.Errorf("%s still says what to do about nobody", page)
		}
	}
	if a := f.get(path+"?q=zzz&sort=date").want(t, http.StatusOK, "ne correspond à ce filtre", `<option value="date" selected>`); strings.Count(a.Body, "Effacer les filtres") != 1 {
		t.Error("the list of nobody does not lead to all in one place")
	}
}
