package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

// asking is a meeting that asks something of every kind, and whose two sessions
// take place at the same hour.
func asking(m *registration.Meeting) {
	m.Sessions[0].Slot, m.Sessions[1].Slot = "10:30", "10:30"
	m.Programme[2].Starts = m.Programme[1].Starts
	options := []registration.Option{{ID: "train", Label: registration.Localized{FR: "En train", EN: "By train"}}, {ID: "velo", Label: registration.Localized{FR: "À vélo"}}}
	m.Questions = []registration.Question{
		{ID: "besoin", Kind: registration.TextQuestion, Label: registration.Localized{FR: "De quoi avez-vous besoin ?", EN: "What do you need?"}, Hint: registration.Localized{FR: "Par exemple un accès de plain-pied."}},
		{ID: "trajet", Kind: registration.ChoiceQuestion, Label: registration.Localized{FR: "Comment venez-vous ?"}, Options: options, Required: true},
		{ID: "retour", Kind: registration.ChoicesQuestion, Label: registration.Localized{FR: "Comment repartez-vous ?"}, Options: options},
		{ID: "repas", Kind: registration.YesNoQuestion, Label: registration.Localized{FR: "Déjeunez-vous sur place ?"}},
	}
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, asking)
	f.get(form).want(t, http.StatusOK, "De quoi avez-vous besoin\u202f?", "accès de plain-pied", "À vélo", "Sans réponse",
		"À 10\u00a0h\u00a030, une session au choix", "Aucune", "Axes du programme qui vous intéressent")
	f.get("/en"+form).want(t, http.StatusOK, "What do you need?", `<span lang="fr">Déjeunez-vous`, "At 10:30, one session to choose")
	values := valid()
	maps.Copy(values, url.Values{
		"answers.besoin": {"un “fauteuil” <b>"}, "answers.retour": {"train", "velo"}, "answers.repas": {"yes"}, "answers.unknown": {"x"},
		"sessions.0": {"innovation"}, "interests": {"innover", "attirer"},
	})
	page := f.post(form, values).want(t, http.StatusUnprocessableEntity, `href="#answers-trajet"`, "un “fauteuil” &lt;b&gt;",
		`value="yes" checked`, `name="answers.retour" value="train" checked`, `name="sessions.0" value="innovation" checked`, `value="attirer" checked`)
	if got := page.errorOf(t, "answers-trajet"); got != "Répondez à cette question." {
		t.Errorf("beside the question: %q", got)
	}
	values.Set("answers.trajet", "velo")
	s := f.signUp(values)
	want := registration.Answers{"besoin": {"un “fauteuil” <b>"}, "trajet": {"velo"}, "retour": {"train", "velo"}, "repas": {"yes"}}
	if diff := cmp.Diff(want, s.Answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"attirer", "innover"}, s.Interests); diff != "" {
		t.Errorf("interests (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"innovation"}, s.Sessions()); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
}

// TestSummaryNames: of errors whose sentence does not name its field, the summary says
// which question or which companion they are about.
func TestSummaryNames(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, asking, func(m *registration.Meeting) { m.Questions[3].Required, m.Companions = true, 2 })
	values := valid()
	maps.Copy(values, url.Values{"companions[0].given_name": {"Léa"}, "companions[1].family_name": {"Roux"}, "email": {"x"}})
	entries := func(path string) (list []string) {
		for _, m := range regexp.MustCompile(`<li><a href="#[^"]+">(.*?)</a></li>`).FindAllStringSubmatch(f.post(path, values).want(t, http.StatusUnprocessableEntity).Body, -1) {
			list = append(list, m[1])
		}
		return list
	}
	want := []string{
		"Indiquez une adresse électronique complète, par exemple nom@domaine.fr.",
		"<span>Accompagnant 1</span> – Indiquez le nom de cette personne, ou retirez-la.",
		"<span>Accompagnant 2</span> – Indiquez le prénom de cette personne, ou retirez-la.",
		"<span lang=\"fr\">Comment venez-vous\u202f?</span> – Répondez à cette question.",
		"<span lang=\"fr\">Déjeunez-vous sur place\u202f?</span> – Répondez à cette question.",
	}
	if diff := cmp.Diff(want, entries(form)); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	got := strings.Join(entries("/en"+form), "\n")
	for _, want := range []string{"<span>Companion 2</span> – Enter", "<span lang=\"fr\">Comment venez-vous\u202f?</span> – Answer this question."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in the English summary:\n%s", want, got)
		}
	}
	s := f.signUp(func() url.Values {
		v := valid()
		v.Set("answers.trajet", "velo")
		v.Set("answers.repas", "no")
		return v
	}())
	f.get(form).want(t, http.StatusOK)
	f.post(f.link(link.ForManage, s)+"/modification", url.Values{"given_name": {"A"}, "family_name": {"B"}, "category": {"elu"}}).
		want(t, http.StatusUnprocessableEntity, "Comment venez-vous\u202f?</span> – Répondez")
}

// TestAxesInWords: what a person chose is written as the form writes it.
func TestAxesInWords(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, asking)
	values := valid()
	maps.Copy(values, url.Values{"answers.trajet": {"velo"}, "interests": {"innover", "attirer"}})
	mine := f.link(link.ForManage, f.signUp(values))
	f.get(form).want(t, http.StatusOK, `<span lang="fr">Innover</span>`)
	for _, path := range []string{mine, "/en" + mine} {
		f.get(path+"/donnees").want(t, http.StatusOK, `<dd lang="fr"><bdi>Attirer</bdi></dd>`, `<dd lang="fr"><bdi>Innover</bdi></dd>`)
	}
}

func TestChoicesRefused(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, asking)
	for _, tt := range []struct {
		name  string
		field string // that is posted
		value []string
		at    string // where the sentence stands
		want  string
	}{
		{"two at the same hour", "sessions", []string{"innovation", "attractivite"}, "sessions", "ont lieu en même temps"},
		{"a session of an old page", "sessions.0", []string{"plongee"}, "sessions", "n’est plus proposée"},
		{"no such option", "answers.trajet", []string{"fusée"}, "answers-trajet", "parmi les réponses proposées"},
		{"two of one", "answers.trajet", []string{"train", "velo"}, "answers-trajet", "une seule réponse"},
		{"neither yes nor no", "answers.repas", []string{"peut-être"}, "answers-repas", "oui ou par non"},
		{"long", "answers.besoin", []string{strings.Repeat("é", 1001)}, "answers-besoin", "1000 caractères au plus"},
		{"line break", "answers.besoin", []string{"a\r\nb"}, "answers-besoin", "une seule ligne"},
		{"no such axis", "interests", []string{"taxer"}, "interests", "parmi les axes proposés"},
	} {
		values := valid()
		values.Set("answers.trajet", "train")
		values[tt.field] = tt.value
		page := f.post(form, values).want(t, http.StatusUnprocessableEntity, `href="#`+tt.at+`"`)
		if got := page.errorOf(t, tt.at); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if n := len(f.signups()); n != 0 {
		t.Errorf("%d sign-ups were made", n)
	}
}

// TestClosedChoices: what has been closed is offered to nobody new, and shown to
// who has it.
func TestClosedChoices(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, asking)
	values := valid()
	maps.Copy(values, url.Values{"sessions.0": {"innovation"}, "answers.trajet": {"velo"}, "answers.besoin": {"rien"}})
	s := f.signUp(values)
	f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
	own := f.link(link.ForManage, s)
	texts := []string{`value="innovation"`, `name="answers.trajet" value="velo"`, `name="answers.besoin"`}
	f.get(form).want(t, http.StatusOK, texts...)
	m, err := f.store.Meeting(t.Context(), s.Meeting)
	if err != nil {
		t.Fatal(err)
	}
	m.Sessions, m.Questions = slices.Clone(m.Sessions), slices.Clone(m.Questions)
	i := slices.IndexFunc(m.Sessions, func(s registration.Session) bool { return s.ID == "innovation" })
	m.Sessions[i].Closed, m.Questions[0].Closed = true, true
	m.Questions[1].Options = slices.Clone(m.Questions[1].Options)
	m.Questions[1].Options[1].Closed = true
	if err := f.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	page := f.get(form).want(t, http.StatusOK, `value="attractivite"`, `name="answers.trajet" value="train"`)
	for _, text := range texts {
		if strings.Contains(page.Body, text) {
			t.Errorf("a newcomer is offered %s", text)
		}
	}
	f.get(own+"/sessions").want(t, http.StatusOK, `value="innovation" checked`)
	f.get(own+"/modification").want(t, http.StatusOK, `name="answers.trajet" value="velo" checked`)
	f.get(own+"/donnees").want(t, http.StatusOK, "rien", "À vélo")
}

// row fills in the row of one companion.
func row(values url.Values, i int, given, family, email string) {
	name := fmt.Sprintf("companions[%d].", i)
	values.Set(name+"given_name", given)
	values.Set(name+"family_name", family)
	values.Set(name+"email", email)
}

func TestCompanionsOfTheForm(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	page := f.get(form).want(t, http.StatusOK, "Vos accompagnants", "jusqu’à 3 personnes", "Accompagnant 3", `name="companions[2].given_name"`)
	if strings.Contains(page.Body, "companions[3]") || strings.Contains(page.Body, "<details class=\"person\" open>") || strings.Contains(page.Body, `name="remove"`) {
		t.Error("more rows than the meeting takes, or one that is open before anybody wrote into it")
	}
	values := valid()
	row(values, 0, "", "", "")
	row(values, 1, "Paul", "Étienne", "")
	row(values, 2, "نور", "الصباح", "nour@x.example")
	values.Set("remove", "2")
	page = f.post(form, values).want(t, http.StatusOK, `<details class="person" open>`, `value="نور"`, `value="Anne-Sophie"`, `name="remove" value="1"`, `value="elu" checked`)
	if n := len(f.signups()); n != 0 || strings.Contains(page.Body, `value="Paul"`) {
		t.Fatalf("taking a row out made %d sign-ups, or left it there", n)
	}

	values.Del("remove")
	row(values, 1, "Paul", "Étienne", "")
	row(values, 2, "", "Étienne", "paul")
	page = f.post(form, values).want(t, http.StatusUnprocessableEntity, `href="#companions-1-given_name"`, `value="Paul"`)
	if got := page.errorOf(t, "companions-1-given_name"); !strings.Contains(got, "prénom de cette personne") {
		t.Errorf("beside the second person: %q", got)
	}
	if got := page.errorOf(t, "companions-1-email"); !strings.Contains(got, "ou laissez ce champ vide") {
		t.Errorf("beside the second address: %q", got)
	}

	row(values, 1, "👩🏽‍🏭", "O’Brien–Ńowak", "")
	row(values, 2, "نور", "الصباح", "nour@x.example")
	f.post(form, values).want(t, http.StatusSeeOther)
	all := f.signups()
	if len(all) != 3 || all[1].Party != all[0].ID || all[1].GivenName != "👩🏽‍🏭" || all[2].Email != "nour@x.example" {
		t.Errorf("party %+v", all)
	}
}

func TestTooManyCompanions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		n, most, status int
		want            string
	}{
		{4, 3, http.StatusUnprocessableEntity, "Nombre d’accompagnants possible\u00a0: 3."},
		{1, 0, http.StatusUnprocessableEntity, "Il n’est pas possible de venir accompagné"},
		{300, 3, http.StatusUnprocessableEntity, "Nombre d’accompagnants possible\u00a0: "},
		{2000, 3, http.StatusRequestEntityTooLarge, "64\u00a0kilooctets"},
	} {
		f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = tt.most })
		values := valid()
		for i := range tt.n {
			row(values, i, "P", "Q", "")
		}
		page := f.post(form, values)
		if tt.status == http.StatusRequestEntityTooLarge {
			tt.want = strings.ReplaceAll(tt.want, "\u00a0", " ")
		}
		page.want(t, tt.status, tt.want)
		if n := len(f.signups()); n != 0 {
			t.Errorf("%d companions: %d sign-ups were made", tt.n, n)
		}
	}
}
