package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
	"github.com/territoires-industrie/sdk/territoires"
)

// TestKeptUntil: the form and the data page tell the day on which an answer
// goes, and afterwards it is nowhere.
func TestRetained(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) {
		m.Questions = []registration.Question{
			{ID: "repas", Kind: registration.TextQuestion, Label: registration.Localized{FR: "Votre repas"}, RetentionDays: 7},
			{ID: "train", Kind: registration.YesNoQuestion, Label: registration.Localized{FR: "En train"}, RetentionDays: 30},
			{ID: "velo", Kind: registration.YesNoQuestion, Label: registration.Localized{FR: "À vélo"}},
		}
	})
	week, month := "Cette réponse est conservée jusqu’au 19\u00a0juin 2019", "Cette réponse est conservée jusqu’au 12\u00a0juillet 2019"
	page := f.get(form).want(t, http.StatusOK, `id="answers-repas-kept"`, `aria-describedby="answers-repas-kept"`, `aria-describedby="answers-train-kept"`)
	if n := strings.Count(plain(page.Body), "Cette réponse est conservée"); n != 2 {
		t.Errorf("%d questions tell an end of their own, want 2", n)
	}
	values := valid()
	values.Set("answers.repas", "sans gluten")
	values.Set("answers.train", "yes")
	values.Set("answers.velo", "no")
	s := f.signUp(values)
	mine := f.link(link.ForManage, s)
	for _, path := range []string{form, mine + "/modification", mine + "/donnees"} {
		body := plain(f.get(path).want(t, http.StatusOK).Body)
		if !strings.Contains(body, plain(week)) || !strings.Contains(body, plain(month)) {
			t.Errorf("%s does not tell both ends", path)
		}
	}
	f.get(mine+"/donnees").want(t, http.StatusOK, "Données conservées jusqu’au", "10 septembre 2019", "sans gluten")
	f.get(mine+"/donnees.json").want(t, http.StatusOK, `"kept_until": "2019-06-19"`, `"kept_until": "2019-07-12"`, `"kept_until": "2019-09-10"`)

	f.signIn()
	holding := []string{mine + "/donnees", mine + "/donnees.json", recordOf(s), "/organisation/rencontres/" + slug + "/export?format=csv"} // all that show it
	for _, path := range holding {
		f.get(path).want(t, http.StatusOK, "gluten")
	}
	if err := desktest.ApplyRetention(t.Context(), f.desk, f.clock, territoires.Date{Year: 2019, Month: 6, Day: 20}.In(registration.Paris)); err != nil {
		t.Fatal(err)
	}
	f.signIn()
	for _, path := range holding {
		if body := f.get(path).want(t, http.StatusOK).Body; strings.Contains(body, "gluten") {
			t.Errorf("%s still has the answer", path)
		}
	}
	f.get(recordOf(s)).want(t, http.StatusOK, "à la fin de leur conservation", "En train")
}

// plain reads every kind of space as one.
func plain(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }
