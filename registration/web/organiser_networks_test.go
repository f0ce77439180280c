package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

// TestNetworksPage: an organiser sees where unconfirmed sign-ups come from, without
// an address, is told what releasing them does, and does it.
func TestNetworksPage(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats = 20 })
	f.limited()
	for i := range 4 {
		values := valid()
		values.Set("form", hidden.FindStringSubmatch(f.get(form).Body)[1])
		values.Set("email", fmt.Sprintf("agent%d@x.example", i))
		f.clock.Pass(3 * time.Second)
		f.post(form, values).want(t, http.StatusSeeOther)
	}
	f.as(registration.RoleOrganiser)
	const path = "/organisation/rencontres/" + slug + "/reseaux"
	f.get("/organisation/rencontres/"+slug).want(t, http.StatusOK, `href="`+path+`"`)
	page := f.get(path).want(t, http.StatusOK, "4 inscriptions sans confirmation", "dont 4 avec une place", "le jeudi 16 mai 2019 à 9")
	label := regexp.MustCompile(`Connexion ([A-Z2-7]{6})<`).FindStringSubmatch(page.Body)
	link := regexp.MustCompile(`href="[^"]*\?reseau=([-_A-Za-z0-9]+)"`).FindStringSubmatch(page.Body)
	if label == nil || link == nil || strings.Contains(page.Body, "192.0.2") || strings.Contains(page.Body, "agent") {
		t.Fatalf("label %v, link %v, or an address in the page", label, link)
	}
	chosen := path + "?reseau=" + link[1]
	f.get(chosen).want(t, http.StatusOK, "Libérer les places de la connexion "+label[1], "4 places sont rendues", "Aucun message", "Mettre fin à 4 inscriptions")
	f.get("/en"+chosen).want(t, http.StatusOK, "End 4 registrations")
	if got := f.signups()[0].Status(); got != registration.StatusPending {
		t.Fatalf("a GET made it %s", got)
	}
	to := f.post(path, url.Values{"reseau": {link[1]}}).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "ont pris fin", "Aucune inscription sans confirmation")
	for _, s := range f.signups() {
		if s.Status() != registration.StatusExpired {
			t.Errorf("%s is %s", s.Email, s.Status())
		}
	}
	f.post(path, url.Values{"reseau": {link[1]}}).want(t, http.StatusSeeOther) // twice is not an error
	f.get("/organisation/rencontres/"+slug+"/inscriptions/"+f.signups()[0].Code).want(t, http.StatusOK, "Fin décidée avec les autres de sa connexion")
}

// TestStrainIsOnTheFirstPage: most seats waiting for a confirmation that few give is
// the first thing that an organiser reads, with the way to where they come from; a
// reader, who releases nothing, is led to the list.
func TestStrainIsOnTheFirstPage(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats = 18 })
	f.limited()
	for i := range 10 {
		if i == 9 {
			f.as(registration.RoleOrganiser)
			if page := f.get("/organisation/").want(t, http.StatusOK); strings.Contains(page.Body, "peu de personnes confirment") {
				t.Error("half of the seats are not most of them")
			}
			f.cookies = nil
		}
		values := valid()
		values.Set("form", hidden.FindStringSubmatch(f.get(form).Body)[1])
		values.Set("email", fmt.Sprintf("agent%d@x.example", i))
		f.clock.Pass(3 * time.Second)
		f.post(form, values).want(t, http.StatusSeeOther)
	}
	const own = "/organisation/rencontres/" + slug
	for role, to := range map[registration.Role]string{registration.RoleOrganiser: own + "/reseaux", registration.RoleReader: own + "?status=pending"} {
		f.as(role)
		f.get("/organisation/").want(t, http.StatusOK, `<li><a href="`+to+`">10 places attendent une confirmation, et peu de personnes confirment`)
	}
	f.get("/en/organisation/").want(t, http.StatusOK, "10 seats are waiting to be confirmed")
}
