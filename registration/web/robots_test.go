package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

var hidden = regexp.MustCompile(`name="form" value="([-_A-Za-z0-9]+)"`)

// nobody is a list of organisers that is never asked.
type nobody struct{ registration.Organisers }

// TestRobots: from one network a script gets twenty sign-ups in an hour, a
// person who opens the form and fills it in is served all the same.
func TestRobots(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	desk, err := registration.NewDesk(registration.DeskOptions{Store: f.store, Organisers: nobody{}, Keyring: f.keys, Clock: f.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	if f.handler, err = web.New(web.Options{Desk: desk, Team: f.team, Keyring: f.keys, BaseURL: "https://rencontres.example"}); err != nil {
		t.Fatal(err)
	}
	values := valid()
	for i := range 20 {
		values.Set("email", fmt.Sprintf("robot%d@mairie.example", i))
		f.post(form, values).want(t, http.StatusSeeOther)
	}
	values.Set("email", "robot@mairie.example")
	refused := f.post(form, values).want(t, http.StatusTooManyRequests, "dans une heure")
	if got := refused.Header.Get("Retry-After"); got != "3600" {
		t.Errorf("Retry-After %q, want an hour", got)
	}

	token := hidden.FindStringSubmatch(f.get(form).want(t, http.StatusOK, `aria-hidden="true"`).Body)
	if token == nil {
		t.Fatal("no hidden field in the form")
	}
	values.Set("form", token[1])
	f.post(form, values).want(t, http.StatusTooManyRequests, "moins de trois secondes")
	f.clock.Pass(3 * time.Second)
	values.Set("website", "https://robot.example")
	if trapped := f.post(form, values).want(t, http.StatusTooManyRequests, "que personne ne voit", `value="Anne-Sophie"`); strings.Contains(trapped.Body, "robot.example") {
		t.Error("the trap comes back filled in")
	}
	values.Del("website")
	values.Set("given_name", "")
	again := f.post(form, values).want(t, http.StatusUnprocessableEntity)
	if kept := hidden.FindStringSubmatch(again.Body); kept == nil || kept[1] != token[1] {
		t.Error("a form with a mistake came back as another one")
	}
	values.Set("given_name", "Anne")
	f.post(form, values).want(t, http.StatusSeeOther)
	values.Set("email", "second@mairie.example")
	f.post(form, values).want(t, http.StatusTooManyRequests) // the same form again
}

// TestHeldBack: at the limits of what waits for a confirmation the form comes
// back with what happened and what to do, and everything that was typed.
func TestHeldBack(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats = 20 })
	f.limited()
	post := func(language, email string) answer {
		values := valid()
		values.Set("form", hidden.FindStringSubmatch(f.get(form).Body)[1])
		values.Set("email", email)
		f.clock.Pass(3 * time.Second)
		return f.post(language+form, values)
	}
	for i := range 3 {
		post("", fmt.Sprintf("victime+%d@x.example", i)).want(t, http.StatusSeeOther)
	}
	post("", "victime@x.example").want(t, http.StatusTooManyRequests, "dans cette boîte aux lettres", `value="victime@x.example"`, `value="Anne-Sophie"`)
	post("/en", "victime@x.example").want(t, http.StatusTooManyRequests, "in this mailbox")
	for i := range 7 {
		post("", fmt.Sprintf("agent%d@x.example", i)).want(t, http.StatusSeeOther)
	}
	post("", "agent@x.example").want(t, http.StatusTooManyRequests, "attendent d’être confirmées", `value="agent@x.example"`)
	post("/en", "agent@x.example").want(t, http.StatusTooManyRequests, "waiting to be confirmed")
}
