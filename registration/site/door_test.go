package site_test

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// comes signs somebody up and confirms the address.
func (l *live) comes(given, family, email string) registration.Signup {
	l.t.Helper()
	ctx, desk := l.t.Context(), l.site.Desk
	_, err := desk.SignUp(ctx, registration.ShippedSlug, registration.Request{
		GivenName: given, FamilyName: family, Email: email, Organisation: "Atelier de " + family, Category: registration.Industry, Privacy: true,
	})
	l.check(err)
	for s, err := range desk.Signups(ctx, registration.Query{Meeting: registration.ShippedSlug}) {
		l.check(err)
		if s.Email == email {
			l.must(desk.Confirm(ctx, l.keys.Token(link.ForConfirm, s.ID, s.Version)))
			return s
		}
	}
	l.t.Fatalf("no sign-up of %s", email)
	return registration.Signup{}
}

// arrivals are those of a sign-up.
func (l *live) arrivals(id registration.ID) []registration.Arrival {
	l.t.Helper()
	s, err := l.store.Signup(l.t.Context(), id)
	if err != nil {
		l.t.Fatal(err)
	}
	return s.Arrivals
}

// cut cuts the network of a tab, or brings it back.
func (b *tab) cut(offline bool) {
	b.t.Helper()
	none := -1.0
	_, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Offline: offline, DownloadThroughput: none, UploadThroughput: none}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// shows waits until the page's visible text has the words.
func (b *tab) shows(words ...string) {
	b.t.Helper()
	for _, w := range words {
		b.until("document.body.innerText.replace(/[\\u00a0\\u202f]/g, ' ').replaceAll('’', `'`).includes(\"" + w + "\")")
	}
}

// TestDoor carries two devices through the morning: one signs in at the QR code
// of a ticket, the other has its network cut and its clock set wrong.
func TestDoor(t *testing.T) {
	t.Parallel()
	chromium, axe := browser(t), axeCore(t)
	l := start(t)
	anne, lea, zoe := l.comes("Anne-Sophie", "L’Hôpital", "as@mairie.example"), l.comes("Léa", "Martin", "lea@usine.example"), l.comes("Zoé", "Œuvrard", "zoe@region.example")
	l.set(time.Date(2019, time.June, 12, 8, 30, 0, 0, registration.Paris))
	one, two := open(t, chromium), open(t, chromium)
	one.screen(390, 844, "light")
	two.screen(390, 844, "dark")

	// The phone's own camera opens the address of the QR code.
	desktest.SignInLink(t, l.site.Team, "accueil@regions.example", registration.RoleDesk)
	one.load(chromedp.Navigate(l.url + "/accueil/" + anne.Code))
	one.see("Connexion des organisateurs")
	one.do(fill("email", "accueil@regions.example"))
	one.load(click("form button.button"))
	one.load(chromedp.Navigate(l.link("accueil@regions.example", registration.MailSignIn, "/organisation/connexion/")))
	one.load(click("main button"))
	one.see("Anne-Sophie L’Hôpital", "Atelier de L’Hôpital", "confirmée")
	one.load(click(".act .button"))
	one.see("L’arrivée est enregistrée.", "par vous")

	two.load(chromedp.Navigate(l.url + desktest.SignInLink(t, l.site.Team, "porte@regions.example", registration.RoleDesk)))
	two.load(click("main button"))
	two.load(chromedp.Navigate(l.url + "/accueil/"))
	two.shows("1 sur 3")
	two.do(fill("q", "lhop")) // the list narrows while one types
	two.shows("L'Hôpital", "présent")
	two.do(click("#door-prepare"))
	two.shows("Cette page garde 3 noms")

	two.cut(true)
	eval[any](two, "document.getElementById(`q`).value = ``; 0")
	two.do(fill("q", "mart"))
	two.shows("Le réseau est coupé", "Martin")
	eval[any](two, "window.right = Date.now; Date.now = () => right() + 3600000; 0") // the device's clock is wrong
	two.do(click("#results .found .button"))
	pressed := l.now()
	two.shows("Léa Martin : arrivée notée")
	two.do(fill("q", "oeuvr"))
	two.shows("Œuvrard")
	two.do(click("#results .found .button"))
	two.shows("Arrivées à envoyer", "Zoé Œuvrard")
	two.do(fill("q", "hopital"))
	two.shows("présent")
	two.accessible(axe, "without a network")
	eval[any](two, "Date.now = () => right() + 4 * 3600000; 0") // and is set meanwhile
	if got := l.arrivals(zoe.ID); len(got) > 0 {
		t.Fatalf("the network is not cut: %+v", got)
	}

	// Meanwhile the other desk sees one of them.
	one.load(chromedp.Navigate(l.url + "/accueil/"))
	one.do(fill("q", "martin"))
	one.shows("Une personne qui n'est pas inscrite", "Atelier de Martin")
	one.accessible(axe, "somebody found")
	one.do(click("#results .found .button"))
	one.shows("L'arrivée est enregistrée.", "2 sur 3")

	two.cut(false)
	two.shows("À savoir", "Léa Martin : rien n'a été compté deux fois.", "par accueil@regions.example", "3 sur 3", "L'arrivée notée a été envoyée.")
	for _, s := range []registration.Signup{anne, lea, zoe} {
		if got := l.arrivals(s.ID); len(got) != 1 {
			t.Errorf("%s: arrivals %+v, want one", s.FamilyName, got)
		}
	}
	if got := l.arrivals(zoe.ID); len(got) == 1 && got[0].At.Sub(pressed).Abs() > time.Minute {
		t.Errorf("the arrival is recorded at %v, pressed at %v: by the device's clock", got[0].At, pressed)
	}
	if at := eval[int](two, "[localStorage, sessionStorage].reduce((n, s) => n + s.length, 0)"); at != 0 {
		t.Errorf("%d things are stored on the device", at)
	}

	// A page that is left open overnight says so, and forgets its names.
	eval[any](two, "document.getElementById('door').dataset.midnight = 1; document.dispatchEvent(new Event('visibilitychange')); 0")
	two.shows("Cette page date d'hier")
	two.cut(true)
	two.do(fill("q", "mart"))
	two.shows("cette page ne garde aucun nom")
}
