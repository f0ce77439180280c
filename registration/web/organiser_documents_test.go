package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web"
)

const documents = "/organisation/rencontres/" + slug + "/documents"

// join signs somebody up and confirms.
func (f *fixture) join(given, family, email string) registration.Signup {
	f.t.Helper()
	values := valid()
	values.Set("given_name", given)
	values.Set("family_name", family)
	values.Set("email", email)
	values.Set("sessions", "innovation")
	s := f.signUp(values)
	f.post(f.link(link.ForConfirm, s), nil).want(f.t, http.StatusSeeOther)
	return s
}

func TestDocumentsNeedTheirRight(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	paths := []string{documents, documents + "/liste-securite.pdf", documents + "/emargement.html"}
	for _, path := range paths {
		f.get(path).want(t, http.StatusSeeOther)
	}
	f.signedInAs(registration.RoleDesk)
	for _, path := range paths {
		f.get(path).want(t, http.StatusForbidden)
	}
	f.signedInAs(registration.RoleReader)
	for _, path := range paths {
		f.get(path).want(t, http.StatusOK)
	}
	f.post(documents, url.Values{"act": {"freeze"}}).want(t, http.StatusForbidden)
	f.signedInAs(registration.RoleOrganiser)
	f.post(documents, url.Values{"act": {"shred"}}).want(t, http.StatusUnprocessableEntity)
}

// TestDocuments: each document is a PDF and a page that says the same; what there
// is not is not found.
func TestDocuments(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{BaseURL: "https://rencontres.example/x"})
	f.signedInAs(registration.RoleReader)
	f.typed = []string{"Étienne", "Zoé", "明", "王"}
	f.join("Zoé", "Étienne", "z@exemple.fr")
	screen := f.join("明", "王", "w@exemple.fr")
	for _, file := range []string{"liste-securite", "emargement", "badges", "affichettes", "presences"} {
		for _, query := range []string{"", "?demi-journee=matin", "?demi-journee=apres-midi", "?session=innovation"} {
			pdf := f.get(documents+"/"+file+".pdf"+query).want(t, http.StatusOK)
			if !strings.HasPrefix(pdf.Body, "%PDF-") || pdf.Header.Get("Content-Type") != "application/pdf" ||
				pdf.Header.Get("Content-Disposition") != `attachment; filename="`+file+`-2019-06-12-paris.pdf"` {
				t.Errorf("%s.pdf%s: %v", file, query, pdf.Header)
			}
			for _, lang := range []string{"/x", "/x/en"} {
				page := f.get(lang+documents+"/"+file+".html"+query).want(t, http.StatusOK, lang+documents+"/"+file+".pdf"+query)
				if file != "affichettes" && (!strings.Contains(page.Body, "Étienne") || !strings.Contains(page.Body, "王")) {
					t.Errorf("%s.html%s lacks a name", file, query)
				}
				if strings.Contains(page.Body, "@exemple.fr") {
					t.Errorf("%s.html%s shows an address", file, query)
				}
			}
		}
		for _, bad := range []string{".html?session=none", ".pdf?demi-journee=nuit", ".txt", ""} {
			f.get(documents+"/"+file+bad).want(t, http.StatusNotFound)
		}
	}
	for _, bad := range []string{"/rien.pdf", "/badges.pdf?format=a5", "/badges.pdf?tirage=1", "/badges.pdf?code=x", "/badges.pdf?code=33333333", "/attestation.pdf"} {
		f.get(documents+bad).want(t, http.StatusNotFound)
	}
	f.get(documents).want(t, http.StatusOK, "1 nom que le PDF ne sait pas écrire", screen.Code, "2 personnes sont attendues",
		"session=innovation", "demi-journee=apres-midi", "mardi 11 juin 2019 à 9\u00a0h\u00a030", "2 badges n’ont jamais été imprimés")
	f.get("/en"+documents).want(t, http.StatusOK, "1 name that the PDF cannot show")
	if log := f.log.String(); !strings.Contains(log, "event=export") || strings.Contains(log, "Étienne") || strings.Contains(log, screen.Code) {
		t.Error("the log lacks who made documents, or names people")
	}
}

// TestPapersAreAudited: each paper is a line of the audit log before it leaves, and
// none leaves without.
func TestPapersAreAudited(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signedInAs(registration.RoleReader)
	f.typed = []string{"Étienne", "Zoé"}
	f.join("Zoé", "Étienne", "z@exemple.fr")
	var got, want []string
	for _, kind := range []string{"liste-securite", "emargement", "badges", "affichettes", "presences"} {
		for _, ext := range []string{".pdf", ".html"} {
			f.people.busy = registration.ErrUnavailable
			if a := f.get(documents+"/"+kind+ext).want(t, http.StatusServiceUnavailable); strings.Contains(a.Body, "Étienne") || strings.Contains(a.Body, "%PDF") {
				t.Errorf("%s%s left without a line of the audit log", kind, ext)
			}
			f.people.busy = nil
			f.get(documents+"/"+kind+ext).want(t, http.StatusOK)
			want = append(want, kind+ext)
		}
	}
	for e, err := range f.team.Audit(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Act == team.ActExported {
			got = append(got, e.Detail)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the audit log has (-want +got):\n%s", diff)
	}
}

// TestSecurityListFreezes: the organiser freezes the list; who comes after is apart.
func TestSecurityListFreezes(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signedInAs(registration.RoleOrganiser)
	f.typed = []string{"Étienne", "Zoé", "Paul", "Abadie"}
	f.join("Zoé", "Étienne", "z@exemple.fr")
	f.get(documents+"/liste-securite.html").want(t, http.StatusOK, "Liste provisoire")
	f.get(documents).want(t, http.StatusOK, "Arrêter la liste maintenant")
	to := f.post(documents, url.Values{"act": {"freeze"}}).want(t, http.StatusSeeOther).Header.Get("Location")
	f.join("Paul", "Abadie", "p@exemple.fr")
	f.get(to).want(t, http.StatusOK, "La liste pour la sécurité est arrêtée", "1 personne y figure", "1 personne s’y est ajoutée", "Refaire la liste")
	page := f.get(documents+"/liste-securite.html").want(t, http.StatusOK, "Liste arrêtée le jeudi 16 mai 2019 à 9\u00a0h", "Ajouts après l’arrêt de la liste", "<bdi>A1</bdi>")
	if strings.Index(page.Body, "Abadie") < strings.Index(page.Body, "Étienne") {
		t.Error("who was added is not apart")
	}
	f.post(documents, url.Values{"act": {"freeze"}}).want(t, http.StatusSeeOther)
	page = f.get(documents+"/liste-securite.html").want(t, http.StatusOK)
	if strings.Contains(page.Body, "Ajouts") || strings.Index(page.Body, "Abadie") > strings.Index(page.Body, "Étienne") {
		t.Error("the list made anew has additions")
	}
}

// TestBadgesArePrintedOnce: a print is put down by a button; the next has the new
// ones only, and the first can be had again.
func TestBadgesArePrintedOnce(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signedInAs(registration.RoleOrganiser)
	f.typed = []string{"Étienne", "Zoé", "Paul", "Abadie"}
	f.join("Zoé", "Étienne", "z@exemple.fr")
	shown := func(query, want, not string) {
		t.Helper()
		page := f.get(documents+"/badges.html"+query).want(t, http.StatusOK, want)
		if strings.Contains(page.Body, not) {
			t.Errorf("badges%s show %s", query, not)
		}
	}
	shown("?nouveaux", "Étienne", "Abadie")
	to := f.post(documents, url.Values{"act": {"new"}}).want(t, http.StatusSeeOther).Header.Get("Location")
	path, _, _ := strings.Cut(to, "#")
	page := f.get(path).want(t, http.StatusOK, "Le tirage est noté", "Tous les badges ont été imprimés")
	link := regexp.MustCompile(`href="(/organisation[^"]*badges\.pdf\?[^"]*format=89x41[^"]*)"`).FindStringSubmatch(page.Body)
	if link == nil {
		t.Fatal("no link to the print as labels")
	}
	if pdf := f.get(strings.ReplaceAll(link[1], "&amp;", "&")).want(t, http.StatusOK); strings.Count(pdf.Body, "/Type /Page\n") != 1 {
		t.Error("the print has not one label")
	}
	link = regexp.MustCompile(`href="(/organisation[^"]*badges\.html\?tirage[^"]*)"`).FindStringSubmatch(page.Body)
	if link == nil {
		t.Fatal("no link to the print as a page")
	}
	f.get(link[1]).want(t, http.StatusOK, "Étienne")
	if to := f.post(documents, url.Values{"act": {"new"}}).want(t, http.StatusSeeOther).Header.Get("Location"); !strings.Contains(to, "fait=rien") {
		t.Errorf("nothing new to print leads to %s", to)
	}
	f.clock.Pass(time.Minute)
	f.join("Paul", "Abadie", "p@exemple.fr")
	shown("?nouveaux", "Abadie", "Étienne")
	f.post(documents, url.Values{"act": {"all"}}).want(t, http.StatusSeeOther)
	f.get(documents).want(t, http.StatusOK, "2 badges", "1 badge")
}

// TestCertificate: who came has one, who did not has none.
func TestCertificate(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signedInAs(registration.RoleReader)
	s := f.join("Zoé", "Étienne", "z@exemple.fr")
	address := documents + "/attestation.html?code=" + s.Code
	f.get(address).want(t, http.StatusNotFound)
	err := f.store.Change(t.Context(), slug, func(tx registration.Tx) error {
		now, err := tx.Signup(s.ID)
		now.Arrivals = []registration.Arrival{{At: time.Date(2019, 6, 12, 9, 12, 0, 0, registration.Paris), Half: registration.Morning, Session: registration.MeetingSession}}
		if err != nil {
			return err
		}
		return tx.Update(now)
	})
	if err != nil {
		t.Fatal(err)
	}
	f.clock.Set(time.Date(2019, 6, 12, 17, 0, 0, 0, registration.Paris))
	f.signedInAs(registration.RoleReader)
	f.typed = []string{"Étienne", "Zoé"}
	f.get(address).want(t, http.StatusOK, "Attestation de présence", "Zoé Étienne", "Mairie de Loudéac", "matin", "Fait le 12 juin 2019")
	f.get("/en"+address).want(t, http.StatusOK, "Certificate of attendance", "took part")
	f.get(strings.Replace(address, ".html", ".pdf", 1)).want(t, http.StatusOK, "%PDF-")
	f.get("/organisation/rencontres/"+slug+"/inscriptions/"+s.Code).want(t, http.StatusOK, "attestation.pdf?code="+s.Code, "badges.pdf?code="+s.Code)
	f.get(documents+"/presences.html").want(t, http.StatusOK, "1 sur 1", "9\u00a0h\u00a012", "non notée")
}

// TestThanks: organisers thank those who came, once, after the day.
func TestThanks(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signedInAs(registration.RoleAdmin)
	s := f.join("Zoé", "Étienne", "z@exemple.fr")
	f.join("Paul", "Kéré", "p@exemple.fr")
	f.alter(s, func(s *registration.Signup) {
		s.Arrivals = []registration.Arrival{{At: time.Date(2019, 6, 12, 9, 12, 0, 0, registration.Paris), Half: registration.Morning, Session: registration.MeetingSession}}
	})
	thank := url.Values{"act": {"thank"}}
	f.clock.Set(time.Date(2019, 6, 12, 17, 0, 0, 0, registration.Paris))
	f.signedInAs(registration.RoleAdmin)
	if page := f.get(documents).want(t, http.StatusOK); strings.Contains(page.Body, "Remercier") {
		t.Error("the button is there on the day")
	}
	f.post(documents, thank).want(t, http.StatusConflict, "n’est pas terminée")
	f.clock.Set(time.Date(2019, 6, 13, 9, 0, 0, 0, registration.Paris))
	f.signedInAs(registration.RoleAdmin)
	f.get(documents).want(t, http.StatusOK, "Remercier la personne venue")
	to := f.post(documents, thank).want(t, http.StatusSeeOther).Header.Get("Location")
	to, _, _ = strings.Cut(to, "#")
	f.get(to).want(t, http.StatusOK, "Les remerciements partent.", "ont reçu un message de remerciement")
	f.get("/en"+documents).want(t, http.StatusOK, "were sent a message of thanks")
	f.post(documents, thank).want(t, http.StatusSeeOther)
	all, err := f.desk.Mailings(t.Context(), slug)
	if err != nil || len(all) != 1 || all[0].Kind != registration.MailThanks {
		t.Errorf("mailings %+v, %v; want one", all, err)
	}
}
