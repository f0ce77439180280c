package site_test

import (
	"net/netip"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/territoires-industrie/sdk/registration"
)

// stand is a page at a moment, or after something was done on it.
type stand struct {
	name string
	path string
	do   func() // on the page, before the picture; nil for nothing
}

// album makes pictures of pages in states that last for a moment.
type album struct {
	*live
	visitor, organiser *tab
	dir                string
	only               *regexp.Regexp
}

// states makes pictures of what only a moment or an act shows: a meeting before,
// while and after people sign up, a sign-up in each of its states, the door on the
// day. The clock of the site goes on from one to the next.
func (a *album) states() {
	a.t.Helper()
	a.meetings()
	a.networks()
	a.signups()
	a.posts()
	a.theDay()
}

func (a *album) draw(b *tab, list ...stand) {
	a.t.Helper()
	for _, s := range list {
		if !a.only.MatchString("etat-" + s.name) {
			continue
		}
		b.screen(360, 800, "light")
		b.load(chromedp.Navigate(a.url + s.path))
		if s.do != nil {
			s.do()
		}
		b.pictures(filepath.Join(a.dir, "states"), s.name)
	}
}

// both draws a page in both languages.
func (a *album) both(b *tab, name, path string) {
	a.t.Helper()
	a.draw(b, stand{name: name, path: path}, stand{name: name + "-en", path: "/en" + path})
}

// at sets the site's clock, and signs the organiser in again.
func (a *album) at(now time.Time) {
	a.t.Helper()
	a.set(now)
	a.organiser.load(chromedp.Navigate(a.signInLink()))
	a.organiser.load(click("main button"))
}

// meetings draws what visitors see of a meeting in each of its phases.
func (a *album) meetings() {
	a.t.Helper()
	now := a.now()
	for _, phase := range []struct {
		name   string
		change func(*registration.Meeting)
	}{
		{"avant", func(m *registration.Meeting) { m.OpensAt = now.Add(72 * time.Hour) }},
		{"ouverte", func(m *registration.Meeting) { m.Questions = nil }},
		{"complete", func(m *registration.Meeting) { m.Seats, m.Queue = 0, false }},
		{"liste-attente", func(m *registration.Meeting) { m.Seats, m.Queue = 0, true }},
		{"sur-avis", func(m *registration.Meeting) { m.Approval = true }},
		{"close", func(m *registration.Meeting) { m.OpensAt, m.ClosesAt = now.Add(-48*time.Hour), now.Add(-time.Hour) }},
		{"annulee", func(m *registration.Meeting) {
			m.CancelledAt, m.CancelReason = now.Add(-time.Hour), registration.Localized{FR: "La salle n’est plus disponible.", EN: "The venue is no longer available."}
		}},
	} {
		m := registration.ShippedExample()
		m.Slug = "etat-" + phase.name
		phase.change(&m)
		a.check(a.store.PutMeeting(a.t.Context(), m))
		a.both(a.visitor, "rencontre-"+phase.name, "/rencontres/"+m.Slug)
		a.both(a.visitor, "formulaire-"+phase.name, "/rencontres/"+m.Slug+"/inscription")
	}
	for _, path := range []string{"/", "/plan-du-site", "/programme", meetingPath + "/inscription"} {
		a.both(a.visitor, "visiteur"+fileName(path), path)
	}
}

// networks draws the networks of which many sign-ups wait for a confirmation.
func (a *album) networks() {
	a.t.Helper()
	for i := range 40 {
		network := netip.AddrFrom4([4]byte{192, 0, 2, byte(i % 12 * i % 7)})
		_, err := a.site.Desk.SignUp(a.t.Context(), "etat-ouverte", registration.Request{
			GivenName: "Paul", FamilyName: "Petit", Email: string(rune('a'+i/26)) + string(rune('a'+i%26)) + "@usine.example", Organisation: "Usine", Category: registration.Industry, Privacy: true,
			Signals: registration.BotSignals{Form: a.site.Desk.FormToken(time.Time{}), Network: network},
		})
		a.check(err)
	}
	path := "/organisation/rencontres/etat-ouverte/reseaux"
	a.both(a.organiser, "reseaux", path)
	release := func() { a.organiser.load(click(".letters .button")) }
	a.draw(a.organiser, stand{name: "reseaux-liberer", path: path, do: release}, stand{name: "reseaux-liberer-en", path: "/en" + path, do: release})
	a.draw(a.organiser, stand{name: "reseaux-liberes", path: path, do: func() { release(); a.organiser.load(click("main form .button")) }})
}

// signups draws the page of somebody in each state that a sign-up can have.
func (a *album) signups() {
	a.t.Helper()
	own := map[string]registration.Signup{}
	for s, err := range a.site.Desk.Signups(a.t.Context(), registration.Query{Meeting: crowded}) {
		a.check(err)
		own[s.Email] = s
	}
	for _, state := range []string{"lead", "approval", "refused", "offered", "waiting", "cancelled"} {
		a.both(a.visitor, "inscription-"+state, "/mon-inscription/"+a.manage(own[state+"@x.example"]))
	}
	a.both(a.visitor, "inscription-confirmed", a.mine(a.visitor, "kept@x.example"))
	pending := a.mine(a.visitor, "pending@x.example")
	a.both(a.visitor, "inscription-pending", pending)
	a.set(a.now().Add(96 * time.Hour))
	a.check(a.site.Desk.Release(a.t.Context()))
	a.both(a.visitor, "inscription-expired", pending)
}

// posts draws what organisers are told after an act.
func (a *album) posts() {
	a.t.Helper()
	a.at(a.now())
	b, list := a.organiser, "/organisation"+meetingPath
	written := func() {
		eval[any](b, `document.getElementById('subject').value = 'Le café, {prenom}'; document.getElementById('body').value = 'Bonjour {prenom},\nvotre code : {code}.'; 0`)
		b.load(click(".calm form .button"))
		b.load(click("[value=test]"))
	}
	previewed := func() {
		eval[any](b, upload("liste.csv", "Nom;Prénom;Courriel;Téléphone;Repas\nRoux;Ana;;;\nPetit;Jean;jean@x.example;01;Oui\nPetit;Jean;jean@x.example;;\n")+";0")
		b.load(click(".calm form .button"))
	}
	imported := func() { previewed(); b.load(click("[value=do]")) }
	undone := func() { b.load(click(".acts button")) }
	for _, prefix := range []string{"", "/en"} {
		suffix := strings.Replace(prefix, "/", "-", 1)
		a.draw(b, stand{"essai-envoye" + suffix, prefix + list + "/courrier/message", written},
			stand{"import-apercu" + suffix, prefix + list + "/import", previewed})
	}
	a.draw(b, stand{"import-fait", list + "/import", imported}, stand{"import-annule", list + "/import", undone})
}

// theDay draws the door, and what visitors see, on the day and after it.
func (a *album) theDay() {
	a.t.Helper()
	a.at(time.Date(2019, time.June, 12, 9, 0, 0, 0, registration.Paris))
	b, v := a.organiser, a.visitor
	door := "/accueil/?rencontre=" + registration.ShippedSlug
	press := func(selector string) func() { return func() { b.load(click(selector)) } }
	walk := func() {
		eval[any](b, `document.querySelector('main details').open = true; document.getElementById('family_name').value = 'Petit'; document.getElementById('given_name').value = 'Anne'; 0`)
		b.load(click("main details form .button"))
	}
	a.both(v, "le-jour", meetingPath)
	a.both(v, "le-jour-inscription", a.mine(v, "kept@x.example"))
	a.both(b, "porte", door)
	a.draw(b, stand{"porte-trouve", door + "&q=etienne", nil}, stand{"porte-personne-inconnue", door + "&q=zzzz", nil},
		stand{"porte-inscrit", door, walk}, stand{"porte-homonyme", door, walk},
		stand{"porte-arrivee", door + "&q=etienne", func() {
			b.do(click("#results .found .button"))
			b.shows("L'arrivée est enregistrée")
		}},
		stand{"porte-annulee-la-rencontre", "/accueil/?rencontre=etat-annulee", nil}, stand{"porte-sans-place", "/accueil/?rencontre=etat-complete", walk})
	a.draw(b, stand{"porte-coupure", door, func() {
		b.do(click("#door-prepare"))
		b.shows("Cette page garde")
		b.cut(true)
		b.do(fill("q", "etienne"))
		b.shows("Le réseau est coupé")
	}})
	b.cut(false)
	a.both(b, "statistiques-le-jour", "/organisation"+meetingPath+"/statistiques")

	a.at(time.Date(2019, time.June, 20, 9, 0, 0, 0, registration.Paris))
	for s, err := range a.site.Desk.Signups(a.t.Context(), registration.Query{Meeting: crowded}) {
		a.check(err)
		switch path := "/accueil/" + s.Code; s.Email {
		case "lead@x.example":
			a.draw(b, stand{"porte-groupe", path, nil}, stand{"porte-groupe-arrive", path, press("[name=group] ~ .act .button")})
		case "waiting@x.example", "cancelled@x.example", "refused@x.example", "approval@x.example":
			a.draw(b, stand{"porte-" + s.Email[:len(s.Email)-len("@x.example")], path, nil})
		}
	}
	a.draw(b, stand{"porte-passee", door, nil})
	a.both(v, "passee", meetingPath)
	a.both(v, "passee-inscription", a.mine(v, "kept@x.example"))
}
