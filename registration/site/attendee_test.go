package site_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
)

// TestAttendee carries people through what may happen to them, in a browser
// that runs no script.
func TestAttendee(t *testing.T) {
	t.Parallel()
	chromium := browser(t)
	for name, journey := range map[string]func(*live, *tab){
		"queue": queue, "edit and undo": editAndUndo, "party": party, "lost link": lostLink, "erase": erase, "resubmit": resubmit,
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, chromium)
			b.screen(390, 844, "light")
			_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			if err != nil {
				t.Fatal(err)
			}
			journey(start(t), b)
		})
	}
}

// signUp fills in the form, follows the link of the mail and ends on the
// person's own page.
func (b *tab) signUp(l *live, email string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	b.load(chromedp.Navigate(l.url + meetingPath + "/inscription"))
	b.do(fill("given_name", "Zoé"), fill("family_name", "Étienne"), fill("email", email), click(`input[value=elu]`))
	b.do(append(steps, click(`input[name=privacy]`))...)
	b.load(click("form button.button"))
	b.see("Consultez votre messagerie", email)
	b.load(chromedp.Navigate(l.link(email, registration.MailConfirm, "/confirmation/")))
	b.load(click("main button"))
	b.load(click("a.button"))
	b.see("Mon inscription")
}

// follow loads the page that a link of this page leads to.
func (b *tab) follow(path string) {
	b.t.Helper()
	b.load(click(`main a[href$="` + path + `"]`))
}

// queue: the meeting is full, somebody waits, a seat is given back, offered and
// taken.
func queue(l *live, b *tab) {
	l.check(desktest.SetSeats(b.t.Context(), l.site.Desk, registration.ShippedSlug, registration.MeetingSession, 1))
	b.signUp(l, "first@x.example")
	b.see("Place confirmée")
	b.load(chromedp.Navigate(l.url + meetingPath))
	b.see("Complet", "Rejoindre la liste d’attente")
	b.signUp(l, "second@x.example")
	b.see("Sur liste d’attente", "Vous êtes en tête")
	l.link("second@x.example", registration.MailWaitlisted, "/mon-inscription/")

	b.load(chromedp.Navigate(l.link("first@x.example", registration.MailConfirmed, "/mon-inscription/")))
	b.follow("/annulation")
	b.load(click("main button"))
	b.see("Inscription annulée")
	b.load(chromedp.Navigate(l.link("second@x.example", registration.MailOffer, "/mon-inscription/")))
	b.see("Une place vous est proposée", "Elle vous est réservée jusqu’au")
	b.load(click(`button[value=accept]`))
	b.see("Place confirmée", "Afficher mon billet")
	l.link("second@x.example", registration.MailConfirmed, "/mon-inscription/")
}

// resubmit: the meeting fills up while somebody fills the form in. What they
// typed is on the page, which sends it again once there is a seat.
func resubmit(l *live, b *tab) {
	m := registration.ShippedExample()
	m.Seats, m.Queue = 1, false
	l.check(l.store.PutMeeting(b.t.Context(), m))
	b.load(chromedp.Navigate(l.url + meetingPath + "/inscription"))
	b.do(fill("given_name", "Zoé"), fill("family_name", "Étienne"), fill("email", "zoe@x.example"), click(`input[value=elu]`), click(`input[name=privacy]`))
	l.check(desktest.SetSeats(b.t.Context(), l.site.Desk, registration.ShippedSlug, registration.MeetingSession, 0))
	if status := b.load(click("form button.button")); status != http.StatusConflict {
		b.t.Fatalf("status %d, want 409", status)
	}
	b.see("La rencontre est complète", "Ce que vous aviez écrit", "Zoé", "Étienne", "zoe@x.example")
	l.check(desktest.SetSeats(b.t.Context(), l.site.Desk, registration.ShippedSlug, registration.MeetingSession, 1))
	b.load(click("main form button"))
	b.see("Consultez votre messagerie", "zoe@x.example")
	b.load(chromedp.Navigate(l.link("zoe@x.example", registration.MailConfirm, "/confirmation/")))
	b.load(click("main button"))
	b.see("Votre place est confirmée")
}

// editAndUndo: somebody mends their answers and sessions, cancels and takes it
// back.
func editAndUndo(l *live, b *tab) {
	b.signUp(l, "zoe@x.example", click(`input[value=attractivite]`))
	b.see("les stratégies locales")
	b.follow("/modification")
	b.do(fill("organisation", "Ville de Loudéac"), fill("territory", "auxois morvn"))
	if status := b.load(click("form button.button")); status != http.StatusUnprocessableEntity {
		b.t.Fatalf("status %d, want 422", status)
	}
	b.see("S’agit-il de l’un de ces territoires", "Une réponse est à corriger")
	b.do(click(`input[type=radio][name=territory]`))
	b.load(click("form button.button"))
	b.see("Vos réponses sont enregistrées.", "Ville de Loudéac", "Auxois Morvan", "Bourgogne-Franche-Comté")
	b.follow("/sessions")
	b.do(click(`input[value=attractivite]`), click(`input[value=innovation]`))
	b.load(click("form button.button"))
	b.see("Vos sessions sont enregistrées.", "les stratégies d’innovation")

	b.follow("/annulation")
	b.see("Zoé Étienne, votre place du mercredi 12 juin 2019 sera libérée")
	b.load(click("main button"))
	b.see("Inscription annulée", "Vous pouvez revenir sur cette annulation")
	b.load(click("main button"))
	b.see("Place confirmée", "les stratégies d’innovation")
}

// party: three people come together, the third by a link of their own.
func party(l *live, b *tab) {
	open := func(row string) { b.do(click(row + " > summary")) } // posts nothing
	b.load(chromedp.Navigate(l.url + meetingPath + "/inscription"))
	b.do(fill("given_name", "Zoé"), fill("family_name", "Étienne"), fill("email", "zoe@x.example"), click(`input[value=elu]`))
	open(".person")
	b.do(fill("companions-0-given_name", "Paul"), fill("companions-0-family_name", "Étienne"))
	open(".person + .person")
	b.do(fill("companions-1-given_name", "Ada"), fill("companions-1-family_name", "Byron"), fill("companions-1-email", "ada@x.example"), click(`input[name=privacy]`))
	b.load(click("form button.button"))
	b.see("Consultez votre messagerie", "zoe@x.example")
	b.load(chromedp.Navigate(l.url + meetingPath))
	b.see("297 places restantes sur 300")

	b.load(chromedp.Navigate(l.link("zoe@x.example", registration.MailConfirm, "/confirmation/")))
	b.load(click("main button"))
	b.load(click("a.button"))
	b.see("Paul Étienne", "Ada Byron", "invitation envoyée")
	b.load(chromedp.Navigate(l.link("ada@x.example", registration.MailInvitation, "/confirmation/")))
	b.load(click("main button"))
	b.load(click("a.button"))
	b.see("Place confirmée", "Vous accompagnez", "Zoé Étienne")

	b.load(chromedp.Navigate(l.link("zoe@x.example", registration.MailConfirmed, "/mon-inscription/")))
	b.follow("/billet")
	b.see("Billet", "Zoé Étienne", "Paul Étienne")
	b.follow(strings.TrimPrefix(l.mine(b, "zoe@x.example"), l.url))
	b.follow("/accompagnants")
	b.load(click("main .party li:first-child a.danger"))
	b.see("La place de Paul Étienne sera libérée")
	b.load(click("main button"))
	b.see("Cette personne n’est plus inscrite avec vous.")
	b.load(chromedp.Navigate(l.url + meetingPath))
	b.see("298 places restantes sur 300")
}

// lostLink: a known address is sent its link, and the page says the same of any.
func lostLink(l *live, b *tab) {
	b.signUp(l, "zoe@x.example")
	for _, email := range []string{"nobody@x.example", "zoe@x.example"} {
		b.load(chromedp.Navigate(l.url + meetingPath))
		b.follow("/lien-perdu")
		b.do(fill("email", email))
		b.load(click("form button.button"))
		b.see("Si une inscription à la rencontre a été faite avec cette adresse")
	}
	b.load(chromedp.Navigate(l.link("zoe@x.example", registration.MailAlreadySignedUp, "/mon-inscription/")))
	b.see("Place confirmée", "Zoé Étienne")
	for _, m := range l.box.Messages() {
		if m.To == "nobody@x.example" {
			b.t.Error("an unknown address was written to")
		}
	}
}

// erase: somebody reads what the site knows and has it erased; the link is dead.
func erase(l *live, b *tab) {
	b.signUp(l, "zoe@x.example")
	own := l.url + l.mine(b, "zoe@x.example")
	b.follow("/donnees")
	b.see("zoe@x.example", "Télécharger mes données")
	b.follow("/effacement")
	b.see("C’est définitif")
	b.load(click("main button"))
	b.see("Vos données sont effacées")
	if status := b.load(chromedp.Navigate(own)); status != http.StatusNotFound {
		b.t.Errorf("the link answers %d after erasing, want 404", status)
	}
	for s, err := range l.site.Desk.Signups(b.t.Context(), registration.Query{Meeting: registration.ShippedSlug}) {
		l.check(err)
		if s.Email+s.FamilyName != "" {
			b.t.Error("the data is still there")
		}
	}
}
