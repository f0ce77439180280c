package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

// queueing is a meeting of one seat with a waiting list.
func queueing(m *registration.Meeting) { m.Seats, m.Queue = 1, true }

// confirmed signs somebody up who follows the link.
func (f *fixture) confirmed(email string) (s registration.Signup, mine string) {
	f.t.Helper()
	values := valid()
	values.Set("email", email)
	s = f.signUp(values)
	f.post(f.link(link.ForConfirm, s), nil).want(f.t, http.StatusSeeOther)
	return s, f.link(link.ForManage, s)
}

func TestQueue(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, queueing)
	_, first := f.confirmed("a@mairie.example")
	f.get("/rencontres/"+slug).want(t, http.StatusOK, "Complet", "Rejoindre la liste d’attente", `href="`+form+`"`)
	f.get("/").want(t, http.StatusOK, "Complet</strong> · liste d’attente ouverte")
	f.get("/en/").want(t, http.StatusOK, "</strong> · waiting list open")
	f.get(form).want(t, http.StatusOK, "<title>Rejoindre la liste d’attente", "<h1>Rejoindre la liste d’attente</h1>", "votre rang sur la liste")
	s, second := f.confirmed("b@mairie.example")
	f.get(f.link(link.ForConfirm, s)).want(t, http.StatusOK, "votre adresse est confirmée", "vous êtes sur la liste d’attente")
	_, third := f.confirmed("c@mairie.example")
	f.get(second).want(t, http.StatusOK, "Sur liste d’attente", "Vous êtes en tête")
	f.get(third).want(t, http.StatusOK, "Vous êtes au 2e rang de la liste")

	f.post(first+"/annulation", nil).want(t, http.StatusSeeOther)
	offered := f.get(second).want(t, http.StatusOK, "Une place vous est proposée", "Elle vous est réservée jusqu’au jeudi 16 mai 2019", "Accepter la place")
	if strings.Index(offered.Body, "Accepter la place") > strings.Index(offered.Body, `<section class="ticket`) {
		t.Error("on a phone the answer to an offer lies below the card")
	}
	f.post(second+"/proposition", url.Values{}).want(t, http.StatusUnprocessableEntity)
	f.post(second+"/proposition", url.Values{"answer": {"decline"}}).want(t, http.StatusSeeOther)
	f.post(third+"/proposition", url.Values{"answer": {"accept"}}).want(t, http.StatusSeeOther)
	f.get(third).want(t, http.StatusOK, "Place confirmée")
	for _, mine := range []string{first, second} { // from a page that the browser shows again
		f.post(mine+"/proposition", url.Values{"answer": {"accept"}}).want(t, http.StatusGone, "n’est plus proposée", "vous y avez déjà répondu", `href="`+mine+`"`)
	}
}

func TestOfferEnds(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, queueing)
	_, first := f.confirmed("a@mairie.example")
	_, second := f.confirmed("b@mairie.example")
	f.post(first+"/annulation", nil).want(t, http.StatusSeeOther)
	f.get(second).want(t, http.StatusOK, "Accepter la place")
	f.clock.Pass(72 * time.Hour)
	if page := f.get(second).want(t, http.StatusOK); strings.Contains(page.Body, "Accepter la place") {
		t.Error("an offer that is over can be taken")
	}
	f.post(second+"/proposition", url.Values{"answer": {"accept"}}).want(t, http.StatusGone, "n’est plus proposée", `href="`+second+`"`)
}

func TestOfferOfCancelledMeeting(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, queueing)
	_, first := f.confirmed("a@mairie.example")
	_, second := f.confirmed("b@mairie.example")
	f.post(first+"/annulation", nil).want(t, http.StatusSeeOther)
	f.get(second).want(t, http.StatusOK, "Accepter la place")
	f.configure(func(m *registration.Meeting) { m.CancelledAt = f.clock.Now() })
	f.post(second+"/proposition", url.Values{"answer": {"accept"}}).want(t, http.StatusGone, "n’est plus proposée", `href="`+second+`"`)
}

func TestUndo(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	_, mine := f.confirmed("a@mairie.example")
	cancel := func() { f.post(mine+"/annulation", nil).want(t, http.StatusSeeOther) }
	cancel()
	f.get(mine).want(t, http.StatusOK, "jusqu’au jeudi 16 mai 2019 à 9\u00a0h\u00a010", "Rétablir mon inscription")
	for range 2 {
		f.post(mine+"/retablissement", nil).want(t, http.StatusSeeOther)
		f.get(mine).want(t, http.StatusOK, "Place confirmée")
	}
	cancel()
	f.clock.Pass(registration.UndoFor)
	if page := f.get(mine).want(t, http.StatusOK); strings.Contains(page.Body, "Rétablir") {
		t.Error("a cancellation of ten minutes ago can be taken back")
	}
	f.post(mine+"/retablissement", nil).want(t, http.StatusGone, "trop tard")
}

// TestUndoPromises: where people wait, the seat may be somebody else's before
// its owner wants it back. The pages say so before, and what came of it after.
func TestUndoPromises(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		change    func(*registration.Meeting)
		say       string
		done      string
		then, not string
	}{
		{"queue", queueing, "vous serez en tête de la liste d’attente", "proposée à quelqu’un d’autre entre-temps", "Vous êtes en tête", "Place confirmée"},
		{"none", func(m *registration.Meeting) { m.Queue = false }, "si la place est encore libre", "Votre inscription est rétablie", "Place confirmée", "liste d’attente"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := open(t, web.Options{}, tt.change)
			_, mine := f.confirmed("a@mairie.example")
			f.confirmed("b@mairie.example") // who waits where there is one seat
			f.get(mine).want(t, http.StatusOK, "Place confirmée")
			if tt.not != "Place confirmée" { // said where it is so, of who came second in the other meeting
				queue := open(t, web.Options{}, queueing)
				queue.confirmed("a@mairie.example")
				_, other := queue.confirmed("b@mairie.example")
				queue.get(other).want(t, http.StatusOK, tt.not)
			}
			f.get(mine+"/annulation").want(t, http.StatusOK, tt.say)
			f.post(mine+"/annulation", nil).want(t, http.StatusSeeOther)
			f.get(mine).want(t, http.StatusOK, tt.say)
			done := f.post(mine+"/retablissement", nil).want(t, http.StatusSeeOther)
			page := f.get(done.Header.Get("Location")).want(t, http.StatusOK, tt.done, tt.then)
			if strings.Contains(page.Body, tt.not) {
				t.Errorf("the page says %q", tt.not)
			}
		})
	}
}

func TestUndoRefused(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats, m.Queue = 1, false })
	_, mine := f.confirmed("a@mairie.example")
	f.post(mine+"/annulation", nil).want(t, http.StatusSeeOther)
	f.confirmed("b@mairie.example")
	f.post(mine+"/retablissement", nil).want(t, http.StatusConflict, "ne peut pas être rétablie", `href="`+mine+`"`)
}

func TestErase(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	_, mine := f.confirmed("a@mairie.example")
	f.get(mine+"/effacement").want(t, http.StatusOK, "C’est définitif")
	if f.signups()[0].Email == "" {
		t.Fatal("a GET erased the data")
	}
	to := f.post(mine+"/effacement", nil).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "Vos données sont effacées")
	f.get(mine).want(t, http.StatusNotFound, "Cette inscription est effacée")
	f.post(mine+"/annulation", nil).want(t, http.StatusNotFound, "Cette inscription est effacée")
	f.post(mine+"/effacement", nil).want(t, http.StatusSeeOther) // a second tap
	for _, s := range f.signups() {
		if s.Email+s.GivenName+s.FamilyName != "" {
			t.Error("the data is still there")
		}
	}
	f.get("/rencontres/"+slug).want(t, http.StatusOK, "300 places restantes sur 300")
}

// TestEnoughToday: the fourth cancellation of a day, and the 61st lost link from a
// network in an hour, do nothing and say what happened.
func TestEnoughToday(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	_, mine := f.confirmed("a@mairie.example")
	f.limited()
	for range 3 {
		f.post(mine+"/annulation", nil).want(t, http.StatusSeeOther)
		f.post(mine+"/retablissement", nil).want(t, http.StatusSeeOther)
	}
	f.post(mine+"/annulation", nil).want(t, http.StatusTooManyRequests, "trois fois aujourd’hui", "Rien n’a été changé", `href="`+mine+`"`)
	f.post("/en"+mine+"/annulation", nil).want(t, http.StatusTooManyRequests, "three times today")
	f.get(mine).want(t, http.StatusOK, "/annulation")
	ask := func(language string, n int) answer {
		return f.post(language+"/lien-perdu", url.Values{"email": {fmt.Sprintf("n%d@mairie.example", n)}})
	}
	for n := range 60 {
		ask("", n).want(t, http.StatusSeeOther)
	}
	ask("", 60).want(t, http.StatusTooManyRequests, "Beaucoup de liens", "dans une heure")
	ask("/en", 61).want(t, http.StatusTooManyRequests, "Many links")
}

// TestNoMailLeft: at the limit of an address the act is done, and the page says
// that no message left, for a known address as for a new one.
func TestNoMailLeft(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 3 })
	f.typed = []string{"Anne-Sophie", "Paul"}
	f.limited()
	sign := func(language string) answer {
		return f.get(f.post(language+form, valid()).want(t, http.StatusSeeOther).Header.Get("Location"))
	}
	settle := func() {
		t.Helper()
		outbox := f.store.Store.(registration.Outbox)
		all, err := outbox.Claim(t.Context(), f.clock.Now(), time.Minute, 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			if err := outbox.RecordOutcomes(t.Context(), map[registration.ID]registration.Outcome{m.ID: {SentAt: f.clock.Now()}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 4 {
		sign("").want(t, http.StatusOK, "Un message vient d’être envoyé à")
		settle()
	}
	sign("").want(t, http.StatusOK, "Aucun message n’est parti", valid().Get("email"))
	sign("/en").want(t, http.StatusOK, "No message was sent this time")
	s := f.signups()[0]
	f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
	mine := f.link(link.ForManage, s)
	companion := url.Values{}
	row(companion, 0, "Paul", "Étienne", "paul@x.example")
	for n := range 5 {
		to := f.post(mine+"/accompagnants", companion).want(t, http.StatusSeeOther).Header.Get("Location")
		page := f.get(to).want(t, http.StatusOK)
		if told := strings.Contains(page.Body, "aucun message n’est parti"); told != (n == 4) {
			t.Errorf("addition %d says that no message left: %v", n, told)
		}
		settle()
		all := f.signups()
		f.post(mine+"/accompagnants/"+all[len(all)-1].ID.String()+"/retrait", nil).want(t, http.StatusSeeOther)
		settle()
	}
}

func TestLostLinkSaysTheSame(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{Mailbox: "http://127.0.0.1:8025/"})
	f.confirmed("a@mairie.example")
	path := "/rencontres/" + slug + "/lien-perdu"
	f.get(path).want(t, http.StatusOK, "Recevoir mon lien")
	var pages []string
	for _, email := range []string{"a@mairie.example", "x@nobody.example"} {
		to := f.post(path, url.Values{"email": {email}}).want(t, http.StatusSeeOther).Header.Get("Location")
		pages = append(pages, to+f.get(to).want(t, http.StatusOK, "Si une inscription à la rencontre a été faite").Body)
	}
	if pages[0] != pages[1] {
		t.Error("the page tells a known address from another")
	}
	f.typed = []string{"personne"}
	f.post(path, url.Values{"email": {"personne"}}).want(t, http.StatusUnprocessableEntity, "adresse électronique complète", `value="personne"`)
	f.get("/rencontres/none/lien-perdu").want(t, http.StatusNotFound)
	f.post("/rencontres/none/lien-perdu", url.Values{"email": {"a@mairie.example"}}).want(t, http.StatusNotFound)
}
