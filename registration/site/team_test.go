package site_test

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/territoires-industrie/sdk/registration"
)

// TestTeam carries two organisers through what they may do to each other: one
// invites the other, demotes and removes them, whose open page then leads to
// the sign-in.
func TestTeam(t *testing.T) {
	t.Parallel()
	chromium := browser(t)
	l := start(t)
	admin, colleague := open(t, chromium), open(t, chromium)
	admin.screen(1280, 900, "light")
	colleague.screen(390, 844, "light")
	admin.load(chromedp.Navigate(l.signInLink()))
	admin.load(click("main button"))
	admin.see("o@regions.example", "administration")

	admin.load(click(`nav a[href$="/organisation/equipe"]`))
	admin.follow("/organisation/equipe/invitation")
	admin.do(fill("email", "zoe@regions.example"), choose("meeting", registration.ShippedSlug), choose("role", "organiser"))
	admin.load(click("form button.button"))
	admin.see("L’invitation part", "zoe@regions.example")

	invitation := l.link("zoe@regions.example", registration.MailTeamInvitation, "/organisation/connexion/")
	colleague.load(chromedp.Navigate(invitation))
	colleague.see("zoe@regions.example")
	colleague.load(click("main button"))
	colleague.do(click(".menu summary")) // on a phone the menu says who is signed in
	colleague.see("zoe@regions.example", "organisation")
	colleague.do(click(".menu summary"))
	colleague.follow(meetingPath)
	colleague.see("Inscriptions", "Télécharger la liste")
	if status := admin.load(chromedp.Navigate(invitation)); status != http.StatusNotFound {
		t.Errorf("an invitation that was used, in another browser: %d, want 404", status)
	}

	admin.load(chromedp.Navigate(l.url + "/organisation/equipe"))
	admin.load(click(`main a[aria-label$="zoe@regions.example"]`))
	admin.do(choose("meeting", registration.ShippedSlug), choose("role", "desk"))
	admin.load(click("form button.button:not(.plain)"))
	admin.see("organisation auparavant, accueil désormais")
	colleague.load(click("main form .button")) // the filter of the open page
	colleague.see("Connexion des organisateurs")
	if at := eval[string](colleague, "document.querySelector('input[name=suite]').value"); len(at) == 0 {
		t.Error("the sign-in does not lead back to the list")
	}
	colleague.do(fill("email", "zoe@regions.example"))
	colleague.load(click("form button.button"))
	colleague.load(chromedp.Navigate(l.link("zoe@regions.example", registration.MailSignIn, "/organisation/connexion/")))
	if status := colleague.load(click("main button")); status != http.StatusForbidden {
		t.Errorf("the list by the desk: %d, want 403", status)
	}
	colleague.see("Vous n’avez pas le droit de lire les listes")
	colleague.load(click("main a.button"))
	colleague.do(click(".menu summary"))
	colleague.see("accueil")

	admin.follow("/retrait")
	admin.see("Retirer cette personne")
	admin.load(click("main button.danger"))
	admin.see("ne fait plus partie de l’équipe")
	colleague.load(click(`nav a[href$="/organisation/sessions"]`))
	colleague.see("Connexion des organisateurs")

	admin.load(click(`nav a[href$="/organisation/journal"]`))
	admin.see("Rôle changé", "organisation → accueil", "o@regions.example")
}

// choose chooses an option of a list.
func choose(id, value string) chromedp.Action[chromedp.Void] {
	return chromedp.SetValue(chromedp.ID(id), value)
}
