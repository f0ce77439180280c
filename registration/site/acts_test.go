package site_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/territoires-industrie/sdk/registration"
)

// TestOrganisersAct carries an organiser through a day of work: an address that was
// wrong, somebody on the telephone, ten people to approve, a message to a session,
// and the list as a file.
func TestOrganisersAct(t *testing.T) {
	t.Parallel()
	chromium := browser(t)
	l := start(t)
	b := open(t, chromium)
	m := registration.ShippedExample()
	m.Approval, m.Companions = true, 1
	if err := l.site.Desk.Configure(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for i := range 11 {
		_, err := l.site.Desk.SignUp(t.Context(), registration.ShippedSlug, registration.Request{
			GivenName: "Zoé", FamilyName: fmt.Sprintf("Durand %c", 'A'+i), Email: fmt.Sprintf("p%d@x.example", i),
			Category: registration.Elected, Sessions: []registration.SessionID{"innovation"}, Privacy: true,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 10 { // one has not confirmed
		token := l.link(fmt.Sprintf("p%d@x.example", i), registration.MailConfirm, "/confirmation/")
		if _, err := l.site.Desk.Confirm(t.Context(), token[strings.LastIndex(token, "/")+1:]); err != nil {
			t.Fatal(err)
		}
	}
	b.screen(1280, 900, "light")
	b.load(chromedp.Navigate(l.signInLink()))
	b.load(click("main button"))
	list := l.url + "/organisation" + meetingPath

	// The bar keeps to a line of pages, every one in sight, and one of who is signed in.
	for _, width := range []int64{900, 1024, 1100, 1239, 1280} {
		b.screen(width, 700, "light")
		if high := eval[int](b, "document.querySelector('.own').offsetHeight"); high > 76 {
			t.Errorf("at %d px the bar is %d px high", width, high)
		}
		if wide := eval[int](b, "document.documentElement.scrollWidth"); int64(wide) > width {
			t.Errorf("at %d px the page is %d px wide", width, wide)
		}
	}

	// Correct an address, and send again from the same page.
	b.load(chromedp.Navigate(list + "?q=Durand+A"))
	b.load(click("tbody th a"))
	b.follow("/adresse")
	b.do(chromedp.Clear(chromedp.ID("email")), fill("email", "right@x.example"))
	b.load(click("main form .button"))
	b.see("L’adresse est corrigée", "right@x.example")
	l.link("right@x.example", registration.MailReceived, "/mon-inscription/")
	b.follow("/envoi")
	b.see("right@x.example")
	b.load(click("main form .button"))
	b.see("dans la file d’envoi")

	// Sign somebody up who telephones, with a colleague.
	b.load(chromedp.Navigate(list))
	b.follow("/inscriptions/nouvelle")
	b.do(fill("given_name", "Paul"), fill("family_name", "Petit"), click(`input[value=elu]`), click(`input[value=innovation]`), click("#companions summary"),
		fill("companions-0-given_name", "Anne"), fill("companions-0-family_name", "Petit"))
	b.load(click("main form .button"))
	b.see("La personne est inscrite", "confirmée", "Anne Petit", "Billet à imprimer")

	// Approve ten at once.
	b.load(chromedp.Navigate(list + "?status=approval"))
	b.do(click(`input[value=page]`))
	b.load(click("#bulk .button"))
	b.see("Accepter 10 inscriptions", "10 personnes ont une place", "10 personnes reçoivent un message")
	b.load(click("main form .button"))
	b.see("10 inscriptions acceptées")
	eval[int](b, "setTimeout(() => history.back())") // to the question, which nobody is left for
	b.until(`/Accepter 10|ne s.applique à aucune/.test(document.body?.innerText)`)
	l.link("p9@x.example", registration.MailApproved, "/mon-inscription/")

	// Write to a session, with a test to oneself before.
	b.load(chromedp.Navigate(list + "?session=innovation"))
	b.do(click(`input[value=filter]`), choose("act", "write"))
	b.load(click("#bulk .button"))
	b.see("innovation")
	b.do(fill("subject", "Le café"), fill("body", "Bonjour {prenom}"))
	b.load(click("main form .button"))
	b.see("10 personnes recevront")
	if frame := eval[string](b, "document.querySelector('iframe.mail').srcdoc"); !strings.Contains(frame, "Bonjour Zoé") || !strings.Contains(frame, "Voir mon inscription") {
		t.Errorf("the preview is not the mail:\n%s", frame)
	}
	b.load(press("button[value=test]"))
	b.see("Un essai part à votre adresse")
	l.link("o@regions.example", registration.MailTest, "/mon-inscription/")
	b.load(press("button[value=send]"))
	b.see("Le café")
	l.link("p9@x.example", registration.MailMessage, "/mon-inscription/")
	for end := time.Now().Add(time.Minute); !strings.Contains(eval[string](b, "document.body.innerText"), "10 messages partis"); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			b.see("10 messages partis")
		}
		b.load(chromedp.Navigate(list + "/courrier"))
	}

	// What is on the screen as a file.
	b.load(chromedp.Navigate(list + "?source=phone"))
	b.see("Petit")
	if file := l.export(b, "csv"); strings.Count(file, "\n") != 3 || !strings.Contains(file, "confirmed,Petit,Paul") || strings.Contains(file, "Durand") {
		t.Errorf("the file is not the list on the screen:\n%s", file)
	}
}
