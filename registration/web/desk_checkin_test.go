package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

func TestCheckIn(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	values := valid()
	row(values, 0, "Paul", "Étienne", "")
	f.post(form, values).want(t, http.StatusSeeOther)
	all := f.signups()
	path := "/accueil/" + all[0].Code
	if to := f.get(path).want(t, http.StatusSeeOther).Header.Get("Location"); to != "/organisation/connexion?suite="+url.QueryEscape(path) {
		t.Errorf("without signing in, the page leads to %q", to)
	}
	f.signedInAs(registration.RoleReader)
	f.get(path).want(t, http.StatusForbidden)
	f.get(f.link(link.ForManage, all[0])).want(t, http.StatusOK, "/mon-inscription/")
	f.get("/organisation/rencontres/"+slug+"/inscriptions/"+all[0].Code).want(t, http.StatusOK, "as@mairie.example")
	f.signedInAs(registration.RoleDesk)
	page := f.get(path).want(t, http.StatusOK, "Anne-Sophie L’Hôpital", "à confirmer", "Mairie de Loudéac", "Paul Étienne", "/accueil/"+all[1].Code, "ne s’y enregistre pas")
	if strings.Contains(page.Body, "as@mairie.example") || strings.Contains(page.Body, "/mon-inscription/") {
		t.Error("the desk reads an address or a link that is not its own")
	}
	f.get("/en/accueil/"+strings.ToLower(all[1].Code)).want(t, http.StatusOK, "At the desk", "Paul Étienne")
	f.get("/accueil/XXXXXXXX").want(t, http.StatusNotFound)
	f.get("/accueil/0").want(t, http.StatusNotFound)
}
