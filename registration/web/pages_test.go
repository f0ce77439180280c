package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
	"github.com/territoires-industrie/sdk/registration/web/attendee"
	"github.com/territoires-industrie/sdk/territoires"
)

func TestPagesInBothLanguages(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	for _, tt := range []struct {
		path, fr, en string
	}{
		{"/", "Rencontres nationales des Territoires d’industrie", "National meetings of Territoires d’industrie"},
		{"/rencontres/" + slug, "Table ronde\u00a0: les stratégies d’innovation", "Round table: strategies of innovation"},
		{form, "Réserver ma place", "Reserve my seat"},
		{"/programme", "Le programme Territoires d’industrie au 16 mai 2019", "The programme Territoires d’industrie on 16 May 2019"},
		{"/mentions-legales", "Association d’exemple", "Publishing director"},
		{"/donnees-personnelles", "90\u00a0jours après la rencontre", "90 days after the meeting"},
		{"/accessibilite", "n’est pas conforme", "does not comply"},
		{"/contact", "organisation@rencontre.example", "organisation@rencontre.example"},
		{"/plan-du-site", "groupées par sujet", "Get the link to your registration"},
		{"/organisation/connexion", "Recevoir un lien", "Send me a link"},
	} {
		french := strings.ReplaceAll(tt.fr, "90\u00a0jours", "90 jours")
		f.get(tt.path).want(t, http.StatusOK, french, `<html lang="fr">`, `href="/mentions-legales"`, `href="/contact"`)
		f.get("/en"+tt.path).want(t, http.StatusOK, tt.en, `<html lang="en">`, `href="/en/donnees-personnelles"`, `href="/en/accessibilite"`)
	}
}

func TestMeetingSaysTheAnnouncement(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { *m = registration.Shipped() })
	page := f.get("/rencontres/"+slug).want(t, http.StatusOK,
		"mercredi", "juin", `datetime="2019-06-12"`, "Régions de France et AdCF", "20 avenue de Ségur",
		"Analyse des 330 premières fiches-actions remontées", "besoins et attentes", "à préciser par les organisateurs", "valeurs d’exemple")
	example := open(t, web.Options{}).get("/rencontres/" + slug)
	for _, absent := range []string{"9\u00a0h", "Salle", "Au choix"} {
		example.want(t, http.StatusOK, absent) // which is made up, and says it
		if strings.Contains(page.Body, absent) {
			t.Errorf("the page says %q, which nobody announced", absent)
		}
	}
}

func TestMeetingStates(t *testing.T) {
	t.Parallel()
	noSeat := func(m *registration.Meeting) { m.Seats, m.Queue = 0, false }
	called := func(m *registration.Meeting) { m.CancelledAt = desktest.Opening }
	for _, tt := range []struct {
		name   string
		at     time.Time
		change func(*registration.Meeting)
		want   string
		button bool
		refuse string // the title of the form's page
	}{
		{name: "before", at: desktest.Opening.AddDate(0, 0, -1), want: "Les inscriptions ouvrent le jeudi 16 mai 2019", refuse: "ne sont pas encore ouvertes"},
		{name: "open", at: desktest.Opening, want: "300 places restantes sur 300", button: true},
		{name: "full", at: desktest.Opening, change: noSeat, want: "Complet", refuse: "La rencontre est complète"},
		{name: "closed", at: time.Date(2019, 6, 12, 8, 0, 0, 0, registration.Paris), want: "C’est aujourd’hui", refuse: "Les inscriptions sont closes"},
		{name: "past", at: time.Date(2019, 6, 13, 0, 0, 0, 0, registration.Paris), want: "Rencontre passée", refuse: "Les inscriptions sont closes"},
		{name: "cancelled", at: desktest.Opening, change: called, want: "Rencontre annulée", refuse: "La rencontre est annulée"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.change == nil {
				tt.change = func(*registration.Meeting) {}
			}
			f := open(t, web.Options{}, tt.change)
			f.clock.Set(tt.at)
			page := f.get("/rencontres/"+slug).want(t, http.StatusOK, tt.want)
			if over := tt.name == "past" || tt.name == "cancelled"; strings.Contains(page.Body, "Venir à la rencontre") == over {
				t.Errorf("people are told how to come: %v", !over)
			}
			if got := strings.Contains(page.Body, `href="`+form+`"`); got != tt.button {
				t.Errorf("link to the form: %v, want %v", got, tt.button)
			}
			if tt.refuse == "" {
				f.get(form).want(t, http.StatusOK)
				return
			}
			f.get(form).want(t, http.StatusConflict, tt.refuse, `href="/rencontres/`+slug+`"`)
			f.post(form, valid()).want(t, http.StatusConflict, tt.refuse)
			if n := len(f.signups()); n != 0 {
				t.Errorf("%d sign-ups were made", n)
			}
		})
	}
}

// TestPlaceWithoutAddress: a place of which the name alone is known is named, and
// no map is searched for it.
func TestPlaceWithoutAddress(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) {
		m.Venue = registration.Venue{Name: registration.Localized{FR: "Halle aux grains", EN: "Corn hall"}}
	})
	page := f.get("/rencontres/"+slug).want(t, http.StatusOK, `<dd lang="fr">Halle aux grains</dd>`).Body
	if strings.Contains(page, "openstreetmap") {
		t.Error("a map is searched for no address")
	}
	f.get("/en/rencontres/"+slug).want(t, http.StatusOK, "Corn hall</dd>")
}

// TestPublicPagesAreSummed: who finds a page by a search engine, or is sent its
// address, reads in a sentence what it is.
func TestPublicPagesAreSummed(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	for path, want := range map[string]string{
		"/": "Calendrier et inscription", "/rencontres/" + slug: "mercredi 12 juin 2019. ", form: ", mercredi 12 juin 2019", "/programme": "L’état du programme",
		"/mentions-legales": "Éditeur", "/donnees-personnelles": "quelles données sont recueillies", "/accessibilite": "Ce site n’est pas conforme", "/contact": "Écrivez aux organisateurs",
	} {
		page := f.get(path).want(t, http.StatusOK, `<meta name="description" content="`)
		if preview := path == "/" || path == "/rencontres/"+slug || path == "/programme"; strings.Contains(page.Body, `<meta property="og:image"`) != preview {
			t.Errorf("%s has a preview: %t, want %t", path, !preview, preview)
		}
		_, after, _ := strings.Cut(page.Body, `<meta name="description" content="`)
		if got, _, _ := strings.Cut(after, `"`); !strings.Contains(strings.ReplaceAll(got, "\u00a0", " "), want) {
			t.Errorf("%s is summed up as %q, want %q", path, got, want)
		}
	}
}

// TestRobotsTxt: what is behind a link of one's own is not for search engines.
func TestRobotsTxt(t *testing.T) {
	t.Parallel()
	a := open(t, web.Options{}).get("/robots.txt")
	if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Body, "User-agent: *\n") || strings.Contains(a.Body, "/rencontres/") {
		t.Errorf("status %d:\n%s", a.StatusCode, a.Body)
	}
	for _, route := range slices.Concat(attendee.Part().Routes, guarded()) {
		first, rest, _ := strings.Cut(strings.TrimPrefix(route.Path, "/"), "/")
		if !route.Access.Declared() && !strings.Contains(rest, "{token}") {
			continue
		}
		for _, path := range []string{"/" + first + "/", "/en/" + first + "/"} {
			if !strings.Contains(a.Body, "\nDisallow: "+path+"\n") {
				t.Errorf("nothing keeps search engines from %s:\n%s", path, a.Body)
			}
		}
	}
}

// TestAccessibilityStatement: it is made of the meeting's organisers and the site's
// address, and says what was not done as plainly as what was.
func TestAccessibilityStatement(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Organisers = []string{"Association Alpha", "Association Beta"} })
	f.get("/accessibilite").want(t, http.StatusOK, "Association Alpha et Association Beta s’engagent", "https://rencontres.example/", "aucun résultat d’audit",
		"PDF ne sont pas balisés", "lecteur d’écran", "26 novembre 2026", "Libre réponse 71120", "73 sont respectés", "1 n’a pas été évalué")
	f.get("/en/accessibilite").want(t, http.StatusOK, "Association Alpha and Association Beta are committed", "PDF documents are not tagged", "26 November 2026")
}

func TestProgramme(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.get("/rencontres/"+slug).want(t, http.StatusOK, `href="/programme"`)
	page := f.get("/programme").want(t, http.StatusOK, "<dd>136</dd>", "<dd>13</dd>", "<dd>8</dd>", "«\u00a0plus de 330 projets remontés\u00a0»", "«\u00a0près de 330 projets\u00a0»",
		"Nouvelle-Aquitaine, Occitanie", "entre le 18 mars", "au plus tard le 16 mai 2019", "Pôle emploi", "Guadeloupe", "La Réunion", "demandes de dérogation")
	if land := strings.Count(page.Body, `class="land"`); land != 18 {
		t.Errorf("%d régions are outlined, want 18", land)
	}
	// Each axis has its line, with the source that the library names.
	english := f.get("/en/programme").want(t, http.StatusOK, "VTE (volontariat territorial en entreprise)")
	for _, axis := range territoires.Axes(territoires.PhaseI) {
		source := axis.Source()
		if source.Publisher != "Préfecture de Loir-et-Cher" {
			t.Errorf("%v: the source is %q", axis, source.Publisher)
		}
		for _, p := range []answer{page, english} {
			p.want(t, http.StatusOK, `<strong lang="fr">`+axis.Verb()+"</strong>", `href="`+source.URL+`"`)
		}
	}
	page.want(t, http.StatusOK, "volontariat territorial en entreprise (VTE)")
	// Nothing falls off the map.
	spots := regexp.MustCompile(`cx="([-\d.]+)" cy="([-\d.]+)" r="22"`).FindAllStringSubmatch(page.Body, -1)
	points := regexp.MustCompile(`([-\d]+) ([-\d]+)`).FindAllStringSubmatch(regexp.MustCompile(`points="([^"]+)"`).FindString(page.Body), -1)
	if len(points) != 149 || len(spots) != 13 {
		t.Errorf("%d dots and %d discs, want 149 and 13", len(points), len(spots))
	}
	for _, m := range append(spots, points...) {
		x, _ := strconv.ParseFloat(m[1], 64)
		y, _ := strconv.ParseFloat(m[2], 64)
		if x < 7 || x > 993 || y < 7 || y > 1104 {
			t.Errorf("a dot at %v, %v", x, y)
		}
	}
}

func TestUnpublishedMeetingIsNotThere(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Published = false })
	f.get("/").want(t, http.StatusOK, "Aucune rencontre n’est annoncée")
	f.get("/contact").want(t, http.StatusOK, "Aucune rencontre n’est annoncée")
	f.get("/rencontres/"+slug).want(t, http.StatusNotFound)
	f.post(form, valid()).want(t, http.StatusNotFound)
}

func TestRehearsalSaysSo(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{Rehearsal: true, Mailbox: "http://127.0.0.1:8025/"})
	f.get("/").want(t, http.StatusOK, "Répétition\u00a0: sur ce site, nous sommes le jeudi 16 mai 2019 à 9\u00a0h.")
	f.get("/en/").want(t, http.StatusOK, "Rehearsal: on this site it is Thursday 16 May 2019 at 09:00.")
}

func TestMountedUnderAPath(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{BaseURL: "https://host.example/meetings/"})
	open(t, web.Options{}).get("/").want(t, http.StatusOK, `href="/rencontres`, `href="/en/`) // what no link may be below a path
	for _, path := range []string{"/meetings/", "/"} {                                        // whether or not the host strips its prefix
		page := f.get(path).want(t, http.StatusOK, `href="/meetings/rencontres/`+slug+`"`, `href="/meetings/assets/`, `href="/meetings/en/"`)
		if strings.Contains(page.Body, `href="/rencontres`) || strings.Contains(page.Body, `href="/en/`) {
			t.Errorf("%s: a link without the path of the base URL", path)
		}
	}
	if a := f.get("/meetings").want(t, http.StatusMovedPermanently); a.Header.Get("Location") != "/meetings/" {
		t.Errorf("GET /meetings leads to %q", a.Header.Get("Location"))
	}
	if a := f.get("/meetings/en").want(t, http.StatusSeeOther); a.Header.Get("Location") != "/meetings/en/" {
		t.Errorf("GET /meetings/en leads to %q", a.Header.Get("Location"))
	}
	if a := f.post("/meetings"+form, valid()).want(t, http.StatusSeeOther); !strings.HasPrefix(a.Header.Get("Location"), "/meetings/rencontres/") {
		t.Errorf("the form leads to %q", a.Header.Get("Location"))
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	_, rest, _ := strings.Cut(f.get("/").Body, `rel="stylesheet" href="`)
	path, _, _ := strings.Cut(rest, `"`)
	a := f.get(path).want(t, http.StatusOK, "prefers-color-scheme", "@media print")
	if !strings.Contains(a.Header.Get("Cache-Control"), "immutable") || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/css") {
		t.Errorf("headers of the style sheet: %v", a.Header)
	}
	elsewhere := regexp.MustCompile(`https?:|@import|url\(\s*["']?//`)
	for _, bad := range []string{`@import "x.css"`, "background: url(https://x.example/y)", "url('//x.example/y')"} {
		if !elsewhere.MatchString(bad) {
			t.Errorf("%s is not found out", bad)
		}
	}
	if found := elsewhere.FindString(a.Body); found != "" {
		t.Errorf("the style sheet asks for something elsewhere: %s", found)
	}
	if a := f.get("/assets/older/style.css").want(t, http.StatusOK); strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
		t.Error("a file under another version is kept for good")
	}
	f.get("/assets/older/none.css").want(t, http.StatusNotFound)
}
