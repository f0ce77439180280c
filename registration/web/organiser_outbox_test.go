package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
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
	f.get("/en"+courier).want(t, http.StatusOK, "12 emails are waiting", "Send again")
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
	f := open(t, web.Options{Preview: func(l registration.Letter) (registration.Shown, error) {
		asked++
		if !strings.HasSuffix(l.Links.Manage, "/mon-inscription/…") {
			t.Errorf("an organiser sees the link %q", l.Links.Manage)
		}
		return registration.Shown{Subject: "Le café", Text: "Bonjour, texte", HTML: "<p>Bonjour " + l.Signup.GivenName + ",</p>"}, nil
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
		`<iframe class="mail" sandbox srcdoc="&lt;p&gt;Bonjour Anne,&lt;/p&gt;"`, "Bonjour Bruno,", "Bonjour Chloé,", "Bonjour, texte", `value="Bonjour {prenom},`)
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
	f.get(courier+"?fait=message").want(t, http.StatusOK, "Votre message part", "Le café", "4 messages partis",
		"Relire le message", "Destinataires : confirmée", "Bonjour {prenom},\nÀ bientôt.</p>")
}

// TestWriteToSome: the message goes to those of a list, or who were chosen, and a
// test to the organiser alone; it is stopped while it is sent.
func TestWriteToSome(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.typed = []string{"{prenom}", "{", "}", "Loudéac", "Denis"}
	var codes []string
	for _, given := range []string{"Anne", "Bruno", "Chloé", "Denis"} {
		codes = append(codes, f.confirmedAs(given, given[:1]+"@mairie.example").Code)
	}
	f.posted()
	f.signInAs(registration.RoleOrganiser)
	note := func(more url.Values) url.Values {
		v := url.Values{"subject": {"Le café"}, "body": {"Bonjour {prenom}"}}
		for name, list := range more {
			v[name] = list
		}
		return v
	}
	some := courier + "/message?q=denis&status=confirmed"
	if page := f.get(some).want(t, http.StatusOK, "denis", "confirmée", "Vous relirez le message").Body; strings.Contains(page, "à chaque personne qui a confirmé") {
		t.Error("the message is said to go to everybody")
	}
	f.post(some, note(nil)).want(t, http.StatusOK, "1 personne recevra ce message", "denis", "D@mairie.example")
	f.get(courier+"/message?codes="+codes[0]).want(t, http.StatusOK, "1 personne choisie", `name="codes" value="`+codes[0]+`"`)
	f.get("/organisation/rencontres/"+slug+"/inscriptions/"+codes[0]).want(t, http.StatusOK, courier+"/message?codes="+codes[0])
	f.post(courier+"/message", note(url.Values{"codes": {codes[0] + " " + codes[1]}})).want(t, http.StatusOK, "2 personnes recevront", "2 personnes choisies", "A@mairie", "B@mairie")
	f.get(courier+"/message?status=friends").want(t, http.StatusUnprocessableEntity, "n’a pas de destinataires")
	f.post(courier+"/message?q="+strings.Repeat("x", 10_000), note(nil)).want(t, http.StatusUnprocessableEntity, "n’a pas de destinataires")
	f.post(courier+"/message", note(url.Values{"codes": {many(2001)}})).want(t, http.StatusUnprocessableEntity, "choisies une à une")

	f.post(some, note(url.Values{"go": {"test"}, "id": {registration.NewID().String()}})).want(t, http.StatusOK, "Un essai part à votre adresse", "1 personne recevra")
	if kinds := f.posted(); !slices.Equal(kinds, []registration.Kind{registration.MailTest}) {
		t.Errorf("mails %v, want a test", kinds)
	}
	for range 20 {
		f.post(some, note(url.Values{"go": {"test"}}))
	}
	f.post(some, note(url.Values{"go": {"test"}})).want(t, http.StatusTooManyRequests, "vingt essais")
	f.posted()

	id := registration.NewID().String()
	f.post(courier+"/message", note(url.Values{"go": {"send"}, "id": {id}})).want(t, http.StatusSeeOther)
	f.get(courier).want(t, http.StatusOK, "L’envoi commence.")
	if err := f.desk.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop := courier + "/message/" + id + "/arret"
	f.get(courier).want(t, http.StatusOK, "0 message parti et 4 attendent", `action="`+stop+`"`)
	to := f.post(stop, nil).want(t, http.StatusSeeOther).Header.Get("Location")
	to, _, _ = strings.Cut(to, "#")
	f.get(to).want(t, http.StatusOK, "L’envoi est arrêté", "0 message parti et 4 retirés avant leur départ", "Envoi arrêté le")
	f.post(stop, nil).want(t, http.StatusSeeOther)
	if kinds := f.posted(); len(kinds) > 0 {
		t.Errorf("%v left after it was stopped", kinds)
	}
	f.post(some, note(url.Values{"go": {"send"}, "id": {registration.NewID().String()}})).want(t, http.StatusSeeOther)
	f.post(courier+"/message", note(url.Values{"go": {"send"}, "id": {registration.NewID().String()}, "codes": codes[:2]})).want(t, http.StatusSeeOther)
	if err := f.desk.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.posted()
	page := f.get(courier).want(t, http.StatusOK, "Destinataires : toutes les personnes inscrites", "Destinataires : d’après les filtres de la liste", "Destinataires : 2 personnes choisies").Body
	if strings.Contains(page, "denis") {
		t.Error("a search is kept with a message")
	}

	id = registration.NewID().String()
	f.post(courier+"/message", note(url.Values{"go": {"send"}, "id": {id}})).want(t, http.StatusSeeOther)
	if err := f.desk.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kinds := f.posted(); len(kinds) != 4 {
		t.Fatalf("%v left, want 4 messages", kinds)
	}
	to, _, _ = strings.Cut(f.post(courier+"/message/"+id+"/arret", nil).want(t, http.StatusSeeOther).Header.Get("Location"), "#")
	f.get(to).want(t, http.StatusOK, "Tout était déjà parti")
}

// many is the codes of so many people.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%08d ", i)
	}
	return b.String()
}

// TestDelayedMail: a mail that a server puts off shows why, and when it is tried
// again; one that it refuses marks the person.
func TestDelayedMail(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.signUp(valid())
	outbox := f.store.Store.(registration.Outbox)
	all, err := outbox.Claim(t.Context(), f.clock.Now(), time.Minute, 1)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	settle := func(o registration.Outcome) {
		t.Helper()
		if err := outbox.RecordOutcomes(t.Context(), map[registration.ID]registration.Outcome{all[0].ID: o}); err != nil {
			t.Fatal(err)
		}
	}
	f.typed = []string{"452 4.3.1 no room", "550 5.1.1 unknown", "Loudéac"}
	f.signInAs(registration.RoleOrganiser)
	person := "/organisation/rencontres/" + slug + "/inscriptions/" + s.Code
	if page := f.get(courier); strings.Contains(page.Body, "Messages qui attendent") {
		t.Error("a mail that was not tried yet is said to be put off")
	}
	settle(registration.Outcome{RetryAt: f.clock.Now().Add(10 * time.Minute), Reply: "452 4.3.1 no room"})
	f.get(courier).want(t, http.StatusOK, "Messages qui attendent", "452 4.3.1 no room", "prochain essai")
	page := f.get(person).want(t, http.StatusOK, "452 4.3.1 no room", "prochain essai")
	if strings.Contains(page.Body, "a refusé un message") {
		t.Error("a mail that waits reads as refused")
	}
	settle(registration.Outcome{ParkedAt: f.clock.Now(), Reply: "550 5.1.1 unknown"})
	f.get(person).want(t, http.StatusOK, "Son adresse a refusé un message", "550 5.1.1 unknown")
	f.get("/organisation/rencontres/"+slug).want(t, http.StatusOK, "message refusé")
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
