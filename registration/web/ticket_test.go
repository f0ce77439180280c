package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/emersion/go-ical"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/ticket"
	"github.com/territoires-industrie/sdk/registration/web"
)

func TestTicket(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{BaseURL: "https://rencontres.example/x"})
	values := valid()
	values.Set("sessions", "innovation")
	row(values, 0, "Paul", "Étienne", "")
	row(values, 1, "Ada", "Byron", "ada@x.example")
	f.post(form, values).want(t, http.StatusSeeOther)
	all := f.signups()
	mine := f.link(link.ForManage, all[0])
	for _, file := range []string{"/billet", "/billet.pdf", "/agenda.ics"} {
		if to := f.get(mine+file).want(t, http.StatusSeeOther).Header.Get("Location"); to != "/x"+mine {
			t.Errorf("%s of an unconfirmed sign-up leads to %q", file, to)
		}
	}
	f.post(f.link(link.ForConfirm, all[0]), nil).want(t, http.StatusSeeOther)
	f.get(mine).want(t, http.StatusOK, "Voir mon billet")
	page := f.get(mine+"/billet").want(t, http.StatusOK, "Anne-Sophie L’Hôpital", "Paul Étienne", ticket.Grouped(all[0].Code), ticket.Grouped(all[1].Code),
		strings.Join(strings.Split(all[0].Code, ""), "\u00a0"), "les stratégies d’innovation", `role="img" aria-label="Code QR`)
	if strings.Contains(page.Body, "Byron") {
		t.Error("a companion with a link of their own is on the lead's ticket")
	}
	qr, err := ticket.SVG("https://rencontres.example/x/accueil/" + all[0].Code)
	if err != nil || !strings.Contains(page.Body, qr) {
		t.Errorf("the page's code is not that of the desk's address (%v)", err)
	}

	pdf := f.get("/en"+mine+"/billet.pdf").want(t, http.StatusOK)
	if !strings.HasPrefix(pdf.Body, "%PDF-") || strings.Count(pdf.Body, "/Type /Page\n") != 2 {
		t.Error("the file is not a PDF of two pages")
	}
	if to := f.get(mine+"/billet.png").want(t, http.StatusSeeOther).Header.Get("Location"); to != "/x"+mine+"/billet" {
		t.Errorf("the picture of old leads to %q, not to the ticket", to)
	}
	entry := f.get(mine+"/agenda.ics").want(t, http.StatusOK)
	for name, a := range map[string]answer{"billet-" + all[0].Code + ".pdf": pdf, "rencontre-" + all[0].Code + ".ics": entry} {
		if got := a.Header.Get("Content-Disposition"); got != `attachment; filename="`+name+`"` || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %q, cache %q", name, got, a.Header.Get("Cache-Control"))
		}
	}
	cal, err := ical.NewDecoder(strings.NewReader(entry.Body)).Decode()
	if err != nil {
		t.Fatal(err)
	}
	event := cal.Events()[0]
	if uid, _ := event.Props.Text("UID"); uid != all[0].ID.String() {
		t.Errorf("UID %q, want that of the mails' entries", uid)
	}
	if text, _ := event.Props.Text("DESCRIPTION"); !strings.Contains(text, ticket.Grouped(all[0].Code)) || strings.Contains(entry.Body, "/mon-inscription/") {
		t.Errorf("entry:\n%s", entry.Body)
	}
}

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
		"Non", "innover", "une place", "Paul Étienne", "jeudi 16 mai 2019 à 9\u00a0h", "donnees.json", "/effacement")
	f.get("/en"+mine+"/donnees").want(t, http.StatusOK, "This is all that this site knows of you.")

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

// signedInAs signs an organiser with a role in.
func (f *fixture) signedInAs(r registration.Role) {
	f.t.Helper()
	token, err := f.desk.AddOrganiser(f.t.Context(), string(r)+"@regions.example", r)
	if err != nil {
		f.t.Fatal(err)
	}
	f.post("/organisation/connexion/"+token, url.Values{}).want(f.t, http.StatusSeeOther)
}

func TestDoor(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	values := valid()
	row(values, 0, "Paul", "Étienne", "")
	f.post(form, values).want(t, http.StatusSeeOther)
	all := f.signups()
	path := "/accueil/" + all[0].Code
	if to := f.get(path).want(t, http.StatusSeeOther).Header.Get("Location"); to != "/organisation/connexion" {
		t.Errorf("without signing in, the page leads to %q", to)
	}
	f.signedInAs(registration.RoleReader)
	f.get(path).want(t, http.StatusForbidden)
	f.signedInAs(registration.RoleDesk)
	page := f.get(path).want(t, http.StatusOK, "Anne-Sophie L’Hôpital", "à confirmer", "Mairie de Loudéac", "Paul Étienne", "/accueil/"+all[1].Code, "ne s’y enregistre pas")
	if strings.Contains(page.Body, "as@mairie.example") || strings.Contains(page.Body, "/mon-inscription/") {
		t.Error("the desk reads an address or a link that is not its own")
	}
	f.get("/en/accueil/"+strings.ToLower(all[1].Code)).want(t, http.StatusOK, "At the desk", "Paul Étienne")
	f.get("/accueil/XXXXXXXX").want(t, http.StatusNotFound)
	f.get("/accueil/0").want(t, http.StatusNotFound)
}
