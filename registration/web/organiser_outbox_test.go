package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

const courier = "/organisation/rencontres/" + slug + "/courrier"

// park refuses every mail that waits.
func (f *fixture) park(reply string) (all []registration.Mail) {
	f.t.Helper()
	outbox := f.store.Store.(registration.Outbox)
	all, err := outbox.Claim(f.t.Context(), f.clock.Now(), time.Minute, 50)
	if err != nil || len(all) == 0 {
		f.t.Fatalf("%d mails, %v", len(all), err)
	}
	for _, m := range all {
		err := outbox.RecordOutcomes(f.t.Context(), map[registration.ID]registration.Outcome{m.ID: {ParkedAt: f.clock.Now(), Reply: reply}})
		if err != nil {
			f.t.Fatal(err)
		}
	}
	return all
}

// confirmedAs signs a person up who has confirmed the address.
func (f *fixture) confirmedAs(given, email string) registration.Signup {
	f.t.Helper()
	values := valid()
	values.Set("given_name", given)
	values.Set("email", email)
	s := f.signUp(values)
	f.post(f.link(link.ForConfirm, s), nil).want(f.t, http.StatusSeeOther)
	return s
}

// TestRefusedMail: an organiser reads the server's words and sends the mail
// again.
func TestRefusedMail(t *testing.T) {
	t.Parallel()
	backlog := registration.Backlog{}
	f := open(t, web.Options{Backlog: func(context.Context) (registration.Backlog, error) { return backlog, nil }})
	s := f.signUp(valid())
	f.typed = []string{"550 5.1.1 no such user here", "Loudéac"}
	mails := f.park("550 5.1.1 no such user here")
	f.get(courier).want(t, http.StatusSeeOther) // nobody is signed in

	f.signInAs(registration.RoleReader)
	again := courier + "/refus/" + mails[0].ID.String()
	page := f.get(courier).want(t, http.StatusOK, "550 5.1.1 no such user here", "Demande de confirmation", "Anne-Sophie", s.Code, "Aucun message n’attend")
	if strings.Contains(page.Body, "Renvoyer") {
		t.Error("a reader is shown the button")
	}
	f.post(again, nil).want(t, http.StatusForbidden)

	f.signInAs(registration.RoleOrganiser)
	backlog = registration.Backlog{Waiting: 12, Oldest: f.clock.Now().Add(-5 * time.Minute)}
	f.get(courier).want(t, http.StatusOK, `action="`+again+`"`, "Renvoyer", "12 messages attendent", "depuis 5 minutes")
	f.get("/en"+courier).want(t, http.StatusOK, "12 mails wait", "Send again")
	f.get("/organisation/rencontres/"+slug).want(t, http.StatusOK, `href="`+courier+`"`)
	to := f.post(again, nil).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "de nouveau dans la file", "Aucun message n’a été refusé")
	f.post(again, nil).want(t, http.StatusSeeOther) // a button pressed twice
	f.post(courier+"/refus/nothing", nil).want(t, http.StatusNotFound)
	if kinds := f.posted(); len(kinds) != 1 || kinds[0] != registration.MailConfirm {
		t.Errorf("mails %v wait; want the one that was refused", kinds)
	}
	f.get("/organisation/rencontres/"+slug+"/inscriptions/"+s.Code).want(t, http.StatusOK, "Message renvoyé")
}

var messageID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// TestWriteToMany: written, read as three people will receive it, confirmed,
// and sent once however often the button is pressed.
func TestWriteToMany(t *testing.T) {
	t.Parallel()
	asked := 0
	f := open(t, web.Options{Preview: func(l registration.Letter) (string, []string) {
		asked++
		if !strings.HasSuffix(l.Links.Manage, "/mon-inscription/…") {
			t.Errorf("an organiser sees the link %q", l.Links.Manage)
		}
		return "Le café", []string{"Bonjour " + l.Signup.GivenName + ","}
	}})
	f.typed = []string{"{prenom}", "{", "}", "Loudéac"}
	for _, given := range []string{"Anne", "Bruno", "Chloé", "Denis"} {
		f.confirmedAs(given, given[:1]+"@mairie.example")
	}
	f.signUp(valid()) // has confirmed nothing
	f.posted()
	message := url.Values{"subject": {"Le café"}, "body": {"Bonjour {prenom},\r\nÀ bientôt."}, "to": {"confirmed"}}

	f.signInAs(registration.RoleReader)
	f.get(courier+"/message").want(t, http.StatusForbidden)
	f.post(courier+"/message", message).want(t, http.StatusForbidden)
	f.signInAs(registration.RoleOrganiser)
	f.get("/organisation/rencontres/"+slug).want(t, http.StatusOK, "Denis")
	f.get(courier+"/message").want(t, http.StatusOK, "{prenom}", "Toutes les personnes inscrites")
	f.get("/en"+courier+"/message").want(t, http.StatusOK, "Everybody who has registered")
	page := f.post(courier+"/message", message).want(t, http.StatusOK, "4 personnes recevront ce message", "Envoyer à 4 personnes",
		"Bonjour Anne,", "Bonjour Bruno,", "Bonjour Chloé,", `value="Bonjour {prenom},`)
	if asked != 3 || strings.Contains(page.Body, "Denis") {
		t.Errorf("%d previews, want three", asked)
	}
	if kinds := f.posted(); len(kinds) > 0 {
		t.Errorf("%v were sent before it was confirmed", kinds)
	}
	edit := url.Values{"go": {"edit"}, "subject": message["subject"], "body": message["body"], "to": message["to"]}
	f.post(courier+"/message", edit).want(t, http.StatusOK, "Relire avant d’envoyer", "Bonjour {prenom},", `value="confirmed" selected`)

	message["id"] = []string{messageID.FindStringSubmatch(page.Body)[1]}
	message["go"] = []string{"send"}
	for range 2 {
		f.post(courier+"/message", message).want(t, http.StatusSeeOther)
		if err := f.desk.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if kinds := f.posted(); len(kinds) != 4 || kinds[0] != registration.MailMessage {
		t.Errorf("mails %v, want four messages", kinds)
	}
	f.get(courier+"?fait=message").want(t, http.StatusOK, "Votre message part", "Le café", "à 4 personnes")
}

// TestWriteMistakes: what cannot be sent is said beside its field, and what was
// typed is kept.
func TestWriteMistakes(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.confirmedAs("Anne", "anne@mairie.example")
	f.posted()
	f.signInAs(registration.RoleOrganiser)
	long := strings.Repeat("é ", 5001)
	f.typed = []string{"{nom_complet}", "{", "}", "Bonjour", "Objet", long, "Hello"}
	for name, tt := range map[string]struct {
		values url.Values
		want   string
		field  string
	}{
		"nothing":         {url.Values{}, "L’objet manque", "subject"},
		"placeholder":     {url.Values{"subject": {"Objet"}, "body": {"Bonjour {nom_complet}"}}, "n’existe pas", "body"},
		"placeholder, en": {url.Values{"subject": {"Objet"}, "body": {"Bonjour"}, "subject_en": {"Hello {x}"}, "body_en": {"Hello"}}, "n’existe pas", "subject_en"},
		"too long":        {url.Values{"subject": {"Objet"}, "body": {long}}, "caractères au plus", "body"},
		"half English":    {url.Values{"subject": {"Objet"}, "body": {"Bonjour"}, "subject_en": {"Hello"}}, "vont ensemble", "body_en"},
		"control":         {url.Values{"subject": {"Objet\x00"}, "body": {"Bonjour"}}, "ne peut pas être envoyé", "subject"},
		"status":          {url.Values{"subject": {"Objet"}, "body": {"Bonjour"}, "to": {"friends"}}, "dans la liste", "to"},
		"nobody":          {url.Values{"subject": {"Objet"}, "body": {"Bonjour"}, "to": {"waitlisted"}}, "Personne ne recevrait", "to"},
	} {
		t.Run(name, func(t *testing.T) {
			tt.values.Set("go", "send")
			tt.values.Set("id", registration.NewID().String())
			page := f.post(courier+"/message", tt.values).want(t, http.StatusUnprocessableEntity, tt.want, `id="`+tt.field+`-error"`, `href="#`+tt.field+`"`)
			if body := strings.TrimSpace(tt.values.Get("body")); !strings.Contains(page.Body, body) {
				t.Error("what was typed is lost")
			}
		})
	}
	f.post(courier+"/message", url.Values{"subject": {"Objet"}, "body": {strings.Repeat("a", 5<<20)}}).
		want(t, http.StatusRequestEntityTooLarge)
	if err := f.desk.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kinds := f.posted(); len(kinds) > 0 {
		t.Errorf("%v were sent", kinds)
	}
}
