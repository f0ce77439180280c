package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// TestSignsAtTheDoor: the desk sees that somebody needs help or refuses
// photographs, in the list and on the person's page, and not what they wrote.
func TestSignsAtTheDoor(t *testing.T) {
	t.Parallel()
	f, lead, _ := onTheDay(t, func(m *registration.Meeting) {
		m.Questions = append(m.Questions[:0:0],
			registration.Question{ID: registration.AssistanceQuestion, Kind: registration.TextQuestion, Label: registration.Localized{FR: "De quelle aide avez-vous besoin ?"}},
			registration.Question{ID: registration.PhotographsQuestion, Kind: registration.YesNoQuestion, Label: registration.Localized{FR: "Acceptez-vous d’être photographié ?"}})
	})
	answer := func(help, photographs []string) {
		f.alter(lead, func(s *registration.Signup) {
			s.Answers = registration.Answers{registration.AssistanceQuestion: help, registration.PhotographsQuestion: photographs}
		})
	}
	for _, tt := range []struct {
		help, photographs []string
		want              []bool
	}{
		{nil, nil, []bool{false, false}},
		{[]string{"no"}, []string{"yes"}, []bool{false, false}},
		{[]string{"un fauteuil"}, []string{"no"}, []bool{true, true}},
		{[]string{"yes"}, nil, []bool{true, false}},
	} {
		answer(tt.help, tt.photographs)
		for _, path := range []string{"/accueil/" + lead.Code, "/accueil/?q=lhopital"} {
			page := f.get(path).want(t, http.StatusOK, "L’Hôpital")
			shown, _, _ := strings.Cut(page.Body, "<template") // of the script, which shows it when it is so
			for i, sign := range []string{"Besoin d’aide à l’accueil", "Pas de photographie"} {
				if got := strings.Contains(shown, sign); got != tt.want[i] {
					t.Errorf("%s with %v, %v: %q is shown: %v, want %v", path, tt.help, tt.photographs, sign, got, tt.want[i])
				}
			}
			if strings.Contains(page.Body, "fauteuil") {
				t.Errorf("%s shows what the person wrote", path)
			}
		}
	}
}

// TestOnePress: the arrival is recorded from the list, which is then empty for
// the next person and says what was recorded; another desk reads who did it.
func TestOnePress(t *testing.T) {
	t.Parallel()
	f, lead, _ := onTheDay(t)
	f.get("/accueil/?q=lhopital").want(t, http.StatusOK, "Enregistrer l’arrivée de Anne-Sophie L’Hôpital")
	press := url.Values{"arrival": {"in"}, "rencontre": {slug}, "from": {"search"}}
	to := f.post("/accueil/"+lead.Code, press).want(t, http.StatusSeeOther).Header.Get("Location")
	page := f.get(to).want(t, http.StatusOK, "Anne-Sophie L’Hôpital", "L’arrivée est enregistrée.", "Annuler cette arrivée", "Voir sa fiche et son groupe", "1 sur 2", " autofocus")
	if strings.Contains(page.Body, `value="lhopital"`) {
		t.Error("the search is not empty for the next person")
	}
	f.get("/accueil/?q=lhopital").want(t, http.StatusOK, "présent", "8\u00a0h\u00a030")
	f.get("/accueil/"+lead.Code).want(t, http.StatusOK, "Arrivée enregistrée à 8\u00a0h\u00a030 (matin), à l’entrée, par vous")
	f.clock.Pass(time.Minute)
	f.signedInAs(registration.RoleAdmin) // another desk
	f.post("/accueil/"+lead.Code, press).want(t, http.StatusOK, "déjà arrivée", "à 8\u00a0h\u00a030 (matin), à l’entrée, par desk@regions.example")
	press.Set("arrival", "out")
	to = f.post("/accueil/"+lead.Code, press).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "L’arrivée est annulée.", "0 sur 2")
	to = f.post("/accueil/"+lead.Code, press).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "rien n’a changé")
}

// TestAfternoonAtTheDoor: who came in the morning arrives once more in the
// afternoon, alone or with the group, and a button pressed twice takes back the
// arrival it stood beside, not that of the morning.
func TestAfternoonAtTheDoor(t *testing.T) {
	t.Parallel()
	f, lead, companion := onTheDay(t)
	path := "/accueil/" + lead.Code
	group := url.Values{"arrival": {"in"}, "group": {"yes"}}
	f.get(path).want(t, http.StatusOK, "Tout le groupe est arrivé")
	f.post(path, group).want(t, http.StatusSeeOther)
	if strings.Contains(f.get(path).Body, "Tout le groupe est arrivé") {
		t.Error("the group is to arrive once more in the morning")
	}
	f.clock.Set(time.Date(2019, time.June, 12, 14, 0, 0, 0, registration.Paris))
	f.signedInAs(registration.RoleDesk)
	f.get(path).want(t, http.StatusOK, "Tout le groupe est arrivé")
	f.post(path, group).want(t, http.StatusSeeOther)
	f.get("/accueil/"+companion.Code).want(t, http.StatusOK, "Annuler cette arrivée", `name="half" value="afternoon"`)
	for _, want := range []string{"out", "nothing"} {
		to := f.post(path, url.Values{"arrival": {"out"}, "half": {"afternoon"}}).want(t, http.StatusSeeOther).Header.Get("Location")
		if !strings.Contains(to, "fait="+want) {
			t.Errorf("taken back: %s, want %s", to, want)
		}
	}
	if got := f.signups()[0].Arrivals; len(got) != 1 || got[0].Half != registration.Morning {
		t.Errorf("arrivals %+v, want that of the morning", got)
	}
}
