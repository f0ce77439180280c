package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/ticket"
	"github.com/territoires-industrie/sdk/registration/web"
)

// mainOf is what a page says between its frame, without tags.
func mainOf(a answer) string {
	_, rest, _ := strings.Cut(a.Body, "<main")
	body, _, _ := strings.Cut(rest, "</main>")
	return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " ")
}

// TestFormsSpeakOfThePerson: what an organiser fills in for somebody else does not
// say "you", neither in its questions nor in what is wrong with the answers.
func TestFormsSpeakOfThePerson(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) {
		m.Companions, m.Interests, m.Questions = 2, true, nil
		m.Questions = append(m.Questions, registration.Question{ID: "menu", Kind: registration.TextQuestion, RetentionDays: 3, Label: registration.Localized{FR: "Repas", EN: "Meal"}})
	})
	s := f.confirmedNamed("a@x.example", "Martin")
	f.signInAs(registration.RoleOrganiser)
	you := regexp.MustCompile(`(?i)(^|[^\p{L}-])(vous|votre|vos|you|your|yours|I)($|[^\p{L}])`)
	check := func(what string, a answer) {
		t.Helper()
		if at := you.FindStringIndex(mainOf(a)); at != nil {
			text := mainOf(a)
			t.Errorf("%s says %q", what, text[max(0, at[0]-60):min(len(text), at[1]+30)])
		}
	}
	public := f.get(form)
	if !you.MatchString(mainOf(public)) {
		t.Fatal("the public form does not say you: the test shows nothing")
	}
	long := strings.Repeat("x", 300)
	bad := url.Values{
		"given_name": {""}, "family_name": {long}, "email": {"x"}, "function": {"a\nb"}, "organisation": {"a\nb"}, "category": {""}, "territory": {"nowhere"},
		"sessions": {"none"}, "companions[0].given_name": {"Paul"}, "companions[0].email": {"x"}, "companions[1].email": {"a@x.example"}, "interests": {"none"}, "language": {"xx"},
	}
	for _, lang := range []string{"", "/en"} {
		for _, act := range []string{"modification", "adresse", "sessions", "accompagnants", "remplacement"} {
			path := lang + recordOf(s) + "/" + act
			check("GET "+path, f.get(path).want(t, http.StatusOK))
			check("POST "+path, f.post(path, bad).want(t, http.StatusUnprocessableEntity))
			if act != "sessions" { // none is an answer
				check("POST "+path, f.post(path, url.Values{}).want(t, http.StatusUnprocessableEntity))
			}
		}
		path := lang + "/organisation/rencontres/" + slug + "/inscriptions/nouvelle"
		check("GET "+path, f.get(path).want(t, http.StatusOK))
		check("POST "+path, f.post(path, bad).want(t, http.StatusUnprocessableEntity))
		check("POST "+path, f.post(path, url.Values{}).want(t, http.StatusUnprocessableEntity))
	}
}

// TestActsThatDoNotApply: the page of an act that is not possible says why.
func TestActsThatDoNotApply(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions, m.Sessions, m.Programme = 0, nil, nil })
	s := f.confirmedNamed("a@x.example", "Martin")
	pending := f.signUp(valid())
	f.signInAs(registration.RoleOrganiser)
	enlist := url.Values{"given_name": {"Zoé"}, "family_name": {"Durand"}, "category": {"elu"}, "language": {"fr"}}
	f.post("/organisation/rencontres/"+slug+"/inscriptions/nouvelle", enlist).want(t, http.StatusSeeOther)
	phoned := f.signups()[2]
	try := func(s registration.Signup, act, want string) {
		t.Helper()
		to := f.get(recordOf(s)+"/"+act).want(t, http.StatusSeeOther).Header.Get("Location")
		if a := f.get(to).want(t, http.StatusOK); !strings.Contains(plain(a.Body), want) {
			t.Errorf("%s: no %q in %s", act, want, to)
		}
	}
	try(s, "decision", "Cette inscription n’attend pas de décision.")
	try(s, "promotion", "Cette personne n’attend pas de place.")
	try(s, "retablissement", "Cette inscription n’est pas annulée, ou l’est depuis plus de dix minutes.")
	try(s, "sessions", "Cette rencontre n’a pas de sessions à choisir.")
	try(s, "accompagnants", "Cette rencontre n’admet pas d’accompagnants")
	try(pending, "remplacement", "n’a pas encore été confirmée")
	try(pending, "billet", "n’a pas de place confirmée")
	try(phoned, "envoi", "n’a pas donné d’adresse")
	try(phoned, "lien", "n’a pas donné d’adresse")
	f.post(recordOf(s)+"/annulation", nil).want(t, http.StatusSeeOther)
	for _, act := range []string{"modification", "adresse", "sessions", "annulation", "envoi"} {
		try(s, act, "Cette inscription a pris fin")
	}
	// Posted: what another organiser did comes first, and nothing was done.
	to := f.post(recordOf(s)+"/modification", valid()).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "Rien n’a été fait.", "Cette inscription a pris fin")
	f.signInAs(registration.RoleOrganiser)
	f.post(recordOf(s)+"/effacement", nil).want(t, http.StatusSeeOther)
	for _, act := range []string{"copie", "effacement", "lien", "retablissement"} {
		try(s, act, "sont effacées")
	}
}

// TestDecisionSaysWhereItPuts: what accepting would give stands before the buttons.
func TestDecisionSaysWhereItPuts(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Approval, m.Seats, m.Queue = true, 1, true })
	first, second := f.confirmedNamed("a@x.example", "Martin"), f.confirmedNamed("b@x.example", "Petit")
	f.signInAs(registration.RoleOrganiser)
	f.get(recordOf(second)+"/decision").want(t, http.StatusOK, "Anne-Sophie Petit a une place.")
	f.post(recordOf(first)+"/decision", url.Values{"answer": {"approve"}}).want(t, http.StatusSeeOther)
	page := f.get(recordOf(second)+"/decision").want(t, http.StatusOK, "Anne-Sophie Petit entre sur la liste d’attente.")
	if strings.Contains(page.Body, "a une place") {
		t.Error("a seat is promised that there is not")
	}
	f.post(recordOf(second)+"/decision", url.Values{"answer": {"approve"}}).want(t, http.StatusSeeOther)
	f.get(recordOf(second)+"/promotion").want(t, http.StatusOK, "Anne-Sophie Petit a une place.")
}

// TestEffectsStandUnderOneHead: what two answers cause is told apart, each under
// its head once.
func TestEffectsStandUnderOneHead(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats, m.Queue, m.Companions = 2, true, 2 })
	s := f.confirmedNamed("a@x.example", "Martin")
	f.signInAs(registration.RoleOrganiser)
	f.post(recordOf(s)+"/accompagnants", url.Values{"given_name": {"Paul"}, "family_name": {"Petit"}}).want(t, http.StatusSeeOther)
	for i := range 2 {
		f.confirmedNamed(fmt.Sprintf("w%d@x.example", i), fmt.Sprintf("Attente%c", 'a'+i))
	}
	f.signInAs(registration.RoleOrganiser)
	page := f.get(recordOf(s)+"/annulation").want(t, http.StatusOK)
	text := plain(page.Body)
	for head, n := range map[string]int{"Pour tout le groupe :": 1, "Pour cette personne seule :": 1, "La place est proposée à Anne-Sophie Attentea.": 2, "Attenteb": 2} {
		if head == "Attenteb" {
			n = 2 // in the mails and the offers of the whole group
		}
		if got := strings.Count(text, head); got != n {
			t.Errorf("%q stands %d times, want %d", head, got, n)
		}
	}
}

// TestSendAgainSaysWhatGoes: only who has a seat is said to have a ticket.
func TestSendAgainSaysWhatGoes(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats, m.Queue = 1, true })
	seated, waits := f.confirmedNamed("a@x.example", "Martin"), f.confirmedNamed("b@x.example", "Attente")
	f.signInAs(registration.RoleOrganiser)
	f.get(recordOf(seated)).want(t, http.StatusOK, "Renvoyer le lien et le billet")
	if page := f.get(recordOf(waits)).want(t, http.StatusOK, "Renvoyer le lien"); strings.Contains(page.Body, "et le billet") {
		t.Error("who waits is said to have a ticket")
	}
	if page := f.get(recordOf(waits)+"/envoi").want(t, http.StatusOK, "b@x.example"); strings.Contains(mainOf(page), "billet") {
		t.Error("the page speaks of a ticket of who has none")
	}
}

// TestRefusedMailIsSaidOnce: the server's answer stands beside the sentence that
// says what to do, and not again.
func TestRefusedMailIsSaidOnce(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.confirmedNamed("a@x.example", "Martin")
	f.signInAs(registration.RoleOrganiser)
	f.clock.Pass(11 * time.Second)
	f.post(recordOf(s)+"/envoi", nil).want(t, http.StatusSeeOther)
	f.park("550 5.1.1 user unknown")
	page := f.get(recordOf(s)).want(t, http.StatusOK, "Son adresse a refusé un message")
	if n := strings.Count(page.Body, "550 5.1.1"); n != 1 {
		t.Errorf("the reply stands %d times", n)
	}
	if strings.Contains(plain(page.Body), "Dernier message :") {
		t.Error("the refused mail is told a second time as the last one")
	}
}

// TestSearchTooLong: the sentence stands beside the field, which keeps what was
// typed, and before the filters that follow.
func TestSearchTooLong(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.confirmedNamed("a@x.example", "Martin")
	f.signIn()
	path := "/organisation/rencontres/" + slug
	page := f.get(path+"?q="+strings.Repeat("x", 10_000)).want(t, http.StatusUnprocessableEntity, `id="q-error"`, `aria-describedby="q-error"`, `aria-invalid="true"`, `href="#q"`)
	if at, next := strings.Index(page.Body, `id="q-error"`), strings.Index(page.Body, `id="f-status"`); at < 0 || at > next {
		t.Error("the error stands after the filters")
	}
	page = f.get(path+"?status=gone&axis=none").want(t, http.StatusUnprocessableEntity, `id="f-status-error"`, `href="#f-status"`, `<details open`)
	if strings.Contains(page.Body, "q-error") {
		t.Error("the field of words is blamed for another")
	}
	f.get(path+"?session=none").want(t, http.StatusUnprocessableEntity, "Cette session n’existe pas")
}

// TestExportOfNobody: the list offers no file where there is nobody, and whoever
// opens its address reads why; a program gets one without rows.
func TestExportOfNobody(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signIn()
	path := "/organisation/rencontres/" + slug
	f.get(path+"/export?format=csv").want(t, http.StatusOK, "code,status,family_name")
	if page := f.get(path).want(t, http.StatusOK, "il n’y a rien à télécharger"); strings.Contains(page.Body, "format=csv") {
		t.Error("a file of nobody is offered")
	}
	f.confirmedNamed("a@x.example", "Martin")
	f.store.recorded = nil
	browse := httptest.NewRequestWithContext(t.Context(), "GET", path+"/export?format=xlsx&q=zzz", nil)
	browse.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	page := f.do(browse).want(t, http.StatusUnprocessableEntity, "Aucune inscription ne correspond à ce qui est demandé. Aucun fichier n’a été fait.")
	if page.Header.Get("Content-Disposition") != "" || len(f.store.recorded) > 0 {
		t.Error("something was downloaded, or recorded")
	}
	f.get(path+"?q=zzz").want(t, http.StatusOK, "il n’y a rien à télécharger")
	f.get(path+"/export?format=json&q=zzz").want(t, http.StatusOK, "[")
}

// TestHistoryNamesWhatIsGone: sessions and questions that were removed since are
// not called by their ids.
func TestHistoryNamesWhatIsGone(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) {
		m.Questions = []registration.Question{{ID: "menu", Kind: registration.TextQuestion, Label: registration.Localized{FR: "Repas"}}}
	})
	s := f.confirmedNamed("a@x.example", "Martin")
	f.signInAs(registration.RoleOrganiser)
	correction := f.get(recordOf(s) + "/modification").filled()
	for name, value := range map[string]string{"answers.menu": "rien", "category": "presse", "territory": "Grand Chalon", "interests": "recruter"} {
		correction.Set(name, value)
	}
	f.post(recordOf(s)+"/modification", correction).want(t, http.StatusSeeOther)
	f.post(recordOf(s)+"/sessions", url.Values{"sessions": {"innovation"}}).want(t, http.StatusSeeOther)
	has := func(page answer, texts ...string) {
		t.Helper()
		for _, text := range texts {
			if !strings.Contains(plain(page.Body), text) {
				t.Errorf("no %q", text)
			}
		}
	}
	has(f.get(recordOf(s)), "Champs modifiés : Catégorie, Territoire d’industrie, Axes d’intérêt, Repas", "Table ronde")
	m := f.first()
	m.Questions, m.Sessions, m.Programme = nil, nil, nil
	if err := f.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	page := f.get(recordOf(s))
	has(page, "une question qui n’est plus posée", "une session retirée depuis")
	_, history, _ := strings.Cut(page.Body, `id="history"`)
	if history, _, _ = strings.Cut(history, "</section>"); regexp.MustCompile(`answers\.|innovation|menu`).MatchString(history) {
		t.Errorf("the history has a key: %s", history)
	}
}

// TestJournalHasNoKeys: the details of the journal are words, and an export is two
// lines: its beginning and its end.
func TestJournalHasNoKeys(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) {
		m.Questions = []registration.Question{{ID: "menu", Kind: registration.TextQuestion, Label: registration.Localized{FR: "Repas"}}}
	})
	s := f.confirmedNamed("a@x.example", "Martin")
	f.signInAs(registration.RoleAdmin)
	correction := f.get(recordOf(s) + "/modification").filled()
	correction.Set("answers.menu", "rien")
	correction.Set("family_name", "Martineau")
	f.post(recordOf(s)+"/modification", correction).want(t, http.StatusSeeOther)
	f.post(recordOf(s)+"/sessions", url.Values{"sessions": {"innovation"}}).want(t, http.StatusSeeOther)
	list := "/organisation/rencontres/" + slug
	f.get(list+"/export?format=xlsx&q=martin&status=confirmed&session=innovation").want(t, http.StatusOK)
	f.get(list+"/documents/liste-securite.pdf").want(t, http.StatusOK)
	f.post(list+"/documents", url.Values{"act": {"freeze"}})
	page := f.get("/organisation/journal").want(t, http.StatusOK, `href="`+recordOf(s)+`">`+ticket.Grouped(s.Code)+"<")
	text := plain(mainOf(page))
	for _, want := range []string{"Champs modifiés : Nom, Repas", "Table ronde : les stratégies d’innovation : rien → place",
		"Classeur XLSX, téléchargement commencé ; mots cherchés, Statut : confirmée", "Classeur XLSX, 1 ligne ; mots cherchés, Statut : confirmée, A une place dans : Table ronde : les stratégies d’innovation"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, key := range []string{"place.", "answers.", "innovation :  rien", "family_name", "menu", "rows=", "begun", "status=", "session=", "xlsx ", "liste-securite", "security"} {
		if strings.Contains(text, key) {
			t.Errorf("the journal says %q: %s", key, text)
		}
	}
	if n := strings.Count(text, "Classeur XLSX"); n != 2 {
		t.Errorf("one export is %d lines, want its beginning and its end", n)
	}
}
