package site_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/territoires-industrie/sdk/registration"
)

// meetingOnTheWeb makes a meeting from another one, publishes it, and changes the
// room and the hour of the one that somebody has signed up for.
func meetingOnTheWeb(t *testing.T, l *live, b *tab) {
	_, err := l.site.Desk.SignUp(t.Context(), registration.ShippedSlug, registration.Request{
		GivenName: "Zoé", FamilyName: "Étienne", Email: "zoe@x.example", Category: registration.Elected, Privacy: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	b.screen(1280, 900, "light")
	b.load(chromedp.Navigate(l.link("zoe@x.example", registration.MailConfirm, "/confirmation/")))
	b.load(click("main button"))

	b.load(chromedp.Navigate(l.signInLink()))
	b.load(click("main button"))
	b.load(click(`main a[href="/organisation/creation"]`))
	eval[any](b, `document.getElementById('like').value = '`+registration.ShippedSlug+`'; document.getElementById('day').value = '2020-06-10'; 0`)
	b.do(fill("slug", "2020-06-10-lyon"))
	b.load(click("form button.button"))
	b.see("La rencontre n’est pas publiée")
	b.load(click(`a[href="/rencontres/2020-06-10-lyon"]`))
	b.see("Cette rencontre n’est pas publiée", "mercredi", "juin", "2020")
	b.load(click(`.rehearsal a`))
	b.load(click(".notice button"))
	b.see("Relire les changements", "0 personne est inscrite")
	b.load(click("form button.button"))
	b.see("La rencontre est publiée")

	b.load(chromedp.Navigate(l.url + "/organisation" + meetingPath + "/reglages"))
	b.load(click(`a[href$="/reglages/jour"]`))
	eval[any](b, `document.getElementById('starts').value = '10:15'; document.getElementById('venue-room').value = 'Salle des fêtes'; 0`)
	b.load(click(".settings .act .button"))
	b.see("10\u00a0h\u00a015", "Salle des fêtes", "1 personne sera prévenue par courriel")
	b.load(click("form .act .button"))
	b.see("Les réglages sont enregistrés.", "Version 2")
	l.link("zoe@x.example", registration.MailMeetingChanged, "/mon-inscription/")
	b.load(chromedp.Navigate(l.url + meetingPath))
	b.see("10\u00a0h\u00a015")
}

// settingsPages are the pages of settings, and those that their forms lead to.
func (l *live) settingsPages() (list []page) {
	l.t.Helper()
	all := "/organisation" + meetingPath + "/reglages"
	view, err := l.site.Desk.OrganisersMeeting(l.t.Context(), registration.ShippedSlug)
	l.check(err)
	m := view.Meeting
	m.Questions = append(m.Questions[:len(m.Questions):len(m.Questions)], registration.Question{
		ID: "repas", Kind: registration.ChoiceQuestion, Label: registration.Localized{FR: "Repas"},
		Options: []registration.Option{{ID: "oui", Label: registration.Localized{FR: "Oui"}}, {ID: "non", Label: registration.Localized{FR: "Non"}}},
	})
	l.check(l.site.Desk.Configure(l.t.Context(), m))
	draft := m.Clone("2020-06-10-lyon", m.Day.AddDays(364))
	_, err = l.site.Desk.Add(l.t.Context(), draft, registration.ApplyOptions{})
	l.check(err)
	for _, part := range []string{"", "/textes", "/jour", "/programme", "/sessions", "/formulaire", "/delais", "/donnees", "/accueil", "/annulation", "/versions/1", "/versions/2", "/suppression"} {
		list = append(list, page{path: all + part, status: 200})
	}
	const button = ".settings .act .button"
	return append(list, page{path: "/en" + all + "/formulaire", status: 200}, page{path: "/organisation/creation", status: 200},
		page{path: "/organisation/creation", status: 422, submit: true},
		page{path: all + "/jour", status: 422, submit: true, button: button, fill: `document.getElementById('day').value = ''`},
		page{path: all + "/jour", status: 200, submit: true, button: button, fill: `document.getElementById('starts').value = '10:15'`},
		page{path: all + "/sessions", status: 200, submit: true, button: button, fill: `document.getElementById('seats').value = '0'`},
		page{path: all + "/formulaire", status: 200, submit: true, button: button, fill: `document.getElementById('companions').value = '4'`},
		page{path: "/rencontres/2020-06-10-lyon", status: 200}, page{path: "/rencontres/2020-06-10-lyon/inscription", status: 200},
		page{path: "/organisation/rencontres/2020-06-10-lyon/reglages", status: 200})
}
