package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

func TestOwnData(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, asking)
	values := valid()
	values.Set("territory", "Auxois Morvan")
	values["answers.trajet"], values["answers.repas"], values["interests"] = []string{"velo"}, []string{"no"}, []string{"innover"}
	values.Set("sessions.0", "innovation")
	row(values, 0, "Paul", "Étienne", "")
	f.post(form, values).want(t, http.StatusSeeOther)
	s := f.signups()[0]
	mine := f.link(link.ForManage, s)
	f.get(mine+"/donnees").want(t, http.StatusOK, "as@mairie.example", "Élu ou agent d’une collectivité", "Auxois Morvan", "Comment venez-vous", "À vélo",
		"Non", "Innover", "(une place)", "<bdi>Paul Étienne</bdi>", "jeudi 16 mai 2019 à 9\u00a0h", "donnees.json", "/effacement")
	f.get("/en"+mine+"/donnees").want(t, http.StatusOK, "This is all the data we hold about you")

	file := f.get(mine+"/donnees.json").want(t, http.StatusOK)
	var got map[string]any
	if err := json.Unmarshal([]byte(file.Body), &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"code": s.Code, "status": "pending", "email": "as@mairie.example", "territory": "ti-2701", "language": "fr", "created_at": "2019-05-16T09:00:00+02:00",
	} {
		if got[key] != want {
			t.Errorf("%s: %v, want %v", key, got[key], want)
		}
	}
	if c, _ := got["companions"].([]any); len(c) != 1 || c[0].(map[string]any)["family_name"] != "Étienne" {
		t.Errorf("companions %v", got["companions"])
	}
	if got["confirmed_at"] != nil {
		t.Errorf("confirmed_at %v of an unconfirmed sign-up", got["confirmed_at"])
	}
}

// TestDataOfCompanionWhoMoved: what a companion confirmed or changed is theirs, and stands
// no more in the data of whoever brings them.
func TestDataOfCompanionWhoMoved(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 2 })
	values := valid()
	row(values, 0, "Paul", "Étienne", "paul@x.example")
	f.post(form, values).want(t, http.StatusSeeOther)
	lead, paul := f.signups()[0], f.signups()[1]
	f.post(f.link(link.ForConfirm, lead), nil).want(t, http.StatusSeeOther)
	mine := f.link(link.ForManage, lead)
	for _, path := range []string{"/donnees", "/donnees.json"} {
		if a := f.get(mine+path).want(t, http.StatusOK); !strings.Contains(a.Body, "paul@x.example") {
			t.Errorf("%s does not have the address that the lead typed", path)
		}
	}
	f.post(f.link(link.ForConfirm, paul), nil).want(t, http.StatusSeeOther)
	f.post(f.link(link.ForManage, paul)+"/adresse", url.Values{"email": {"prive@perso.example"}}).want(t, http.StatusSeeOther)
	paul = f.signups()[1]
	f.post("/nouvelle-adresse/"+f.keys.Token(link.ForTransfer, paul.ID, paul.Transfer.Number), nil).want(t, http.StatusSeeOther)
	if got := f.signups()[1].Email; got != "prive@perso.example" {
		t.Fatalf("the companion has the address %s", got)
	}
	for _, path := range []string{"/donnees", "/donnees.json"} {
		a := f.get(mine+path).want(t, http.StatusOK)
		if strings.Contains(a.Body, "prive@perso.example") || strings.Contains(a.Body, paul.Code) || !strings.Contains(a.Body, "Étienne") {
			t.Errorf("%s of the lead has what is the companion's:\n%s", path, a.Body)
		}
	}
}
