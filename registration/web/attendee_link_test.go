package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

func TestConfirm(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.typed = []string{"Anne-Sophie L’Hôpital"}
	s := f.signUp(valid())
	to := f.link(link.ForConfirm, s)
	for range 3 { // programs that scan mail open links
		f.get(to).want(t, http.StatusOK, "Anne-Sophie L’Hôpital, confirmez que vous participerez à la rencontre du mercredi 12 juin 2019.", "<button")
	}
	if got := f.signups()[0].Status(); got != registration.StatusPending {
		t.Fatalf("a GET made the sign-up %s", got)
	}
	for range 2 { // a second time says the same
		if next := f.post(to, nil).want(t, http.StatusSeeOther).Header.Get("Location"); next != to {
			t.Errorf("confirming leads to %q", next)
		}
		page := f.get(to).want(t, http.StatusOK, "Votre place est confirmée", f.link(link.ForManage, s))
		if page.Header.Get("Cache-Control") != "no-store" || strings.Contains(page.Body, "<button") {
			t.Error("the confirmed page may be kept, or still has a button")
		}
	}
	if got := f.signups()[0].Status(); got != registration.StatusConfirmed {
		t.Errorf("status %s, want confirmed", got)
	}
}

func TestExpiredLink(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.signUp(valid())
	to := f.link(link.ForConfirm, s)
	f.clock.Pass(48*time.Hour - time.Microsecond)
	f.get(to).want(t, http.StatusOK)
	f.clock.Pass(time.Microsecond)
	f.get(to).want(t, http.StatusGone, "Votre inscription a expiré", `href="/rencontres/`+slug+`"`)
	f.post(to, nil).want(t, http.StatusGone, "Votre inscription a expiré", `href="/rencontres/`+slug+`"`)
	f.get("/en"+to).want(t, http.StatusGone, "Your registration has expired")
	mine := f.link(link.ForManage, s)
	again := `<a class="button" href="/rencontres/` + slug + `/inscription">M’inscrire à nouveau</a>`
	f.get(mine).want(t, http.StatusOK, "Inscription expirée", again, "Vous pouvez vous inscrire à nouveau.")
	f.clock.Pass(90 * 24 * time.Hour)
	if page := f.get(mine).want(t, http.StatusOK, "Inscription expirée").Body; strings.Contains(page, "à nouveau") {
		t.Error("somebody is asked to sign up again for a meeting that is over")
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.typed = []string{"Anne-Sophie L’Hôpital"}
	s := f.signUp(valid())
	mine := f.link(link.ForManage, s)
	f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
	f.get(mine).want(t, http.StatusOK, "Place confirmée", s.Code[:4]+"-"+s.Code[4:], mine+"/annulation")
	f.get(mine+"/annulation").want(t, http.StatusOK, "Annuler mon inscription\u202f?")
	if got := f.signups()[0].Status(); got != registration.StatusConfirmed {
		t.Fatalf("a GET made the sign-up %s", got)
	}
	for range 2 {
		f.post(mine+"/annulation", nil).want(t, http.StatusSeeOther)
		page := f.get(mine).want(t, http.StatusOK, "Inscription annulée")
		if strings.Contains(page.Body, "/annulation") {
			t.Error("a cancelled sign-up can be cancelled")
		}
		if page.want(t, http.StatusOK, mine+"/effacement"); strings.Contains(page.Body, "Ne plus venir") {
			t.Error("who has cancelled is offered not to come")
		}
	}
	if to := f.get(mine+"/annulation").want(t, http.StatusSeeOther).Header.Get("Location"); to != mine {
		t.Errorf("the page of cancelling leads to %q", to)
	}
	f.get(f.link(link.ForConfirm, s)).want(t, http.StatusGone, "Cette inscription est annulée")
	f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusGone, "Cette inscription est annulée")
	f.get("/rencontres/"+slug).want(t, http.StatusOK, "300 places restantes sur 300")
}

func TestDisavow(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	to := f.link(link.ForDisavow, f.signUp(valid()))
	f.get(to).want(t, http.StatusOK, "Votre adresse a été donnée")
	if got := f.signups()[0].Status(); got != registration.StatusPending {
		t.Fatalf("a GET made the sign-up %s", got)
	}
	for range 2 {
		f.post(to, nil).want(t, http.StatusSeeOther)
		f.get(to).want(t, http.StatusOK, "L’inscription est annulée")
	}
	f.get("/rencontres/"+slug).want(t, http.StatusOK, "300 places restantes sur 300")
}

func TestLinksThatNameNothing(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.signUp(valid())
	good := f.keys.Token(link.ForConfirm, s.ID, s.Version)
	flipped := "A" + good[1:]
	if flipped == good {
		flipped = "B" + good[1:]
	}
	tokens := map[string]string{
		"malformed": "x", "not base64": "%E2%82%ACx", "cut": good[:40], "one letter changed": flipped,
		"unknown": f.keys.Token(link.ForConfirm, registration.NewID(), 0), "revoked": f.keys.Token(link.ForConfirm, s.ID, s.Version+1),
		"another purpose": f.keys.Token(link.ForSignIn, s.ID, s.Version),
	}
	for name, token := range tokens {
		for _, path := range []string{"/confirmation/", "/pas-moi/", "/mon-inscription/", "/en/confirmation/"} {
			f.get(path+token).want(t, http.StatusNotFound)
			if path != "/mon-inscription/" {
				f.post(path+token, nil).want(t, http.StatusNotFound)
			}
		}
		for _, path := range []string{"/annulation", "/modification", "/sessions", "/accompagnants", "/effacement"} {
			f.get("/mon-inscription/"+token+path).want(t, http.StatusNotFound)
			f.post("/mon-inscription/"+token+path, valid()).want(t, http.StatusNotFound)
		}
		for _, path := range []string{"/billet", "/billet.pdf", "/billet.png", "/agenda.ics", "/donnees", "/donnees.json"} {
			f.get("/mon-inscription/"+token+path).want(t, http.StatusNotFound)
		}
		f.post("/mon-inscription/"+token+"/retablissement", nil).want(t, http.StatusNotFound)
		f.post("/mon-inscription/"+token+"/proposition", url.Values{"answer": {"accept"}}).want(t, http.StatusNotFound)
		if log := f.log.String(); !strings.Contains(log, "/mon-inscription/") || token != "x" && strings.Contains(log, token) {
			t.Errorf("%s token in the log, or not a word of the request", name)
		}
	}
	if got := f.signups()[0].Status(); got != registration.StatusPending {
		t.Errorf("the sign-up became %s", got)
	}
}
