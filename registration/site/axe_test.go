package site_test

import (
	"cmp"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web/organiser"
)

// axe runs axe-core on every page, light and dark, on a phone and on a
// desktop. No violation is accepted. Pages for everybody are read signed out, two of
// them also with the header of who is signed in. Dark pages differ by their colours
// alone, as TestDarkIsColour holds.
func axe(t *testing.T, l *live, b, visitor *tab) {
	script := axeCore(t)
	b.do(chromedp.Navigate(`data:text/html,<img src="x">`))
	eval[any](b, script+";0")
	if len(check(b)) == 0 {
		t.Fatal("axe-core finds nothing wrong with a page that is: it does not work")
	}
	b.do(chromedp.Navigate(`data:text/html,<p><a href="x">alone</a><p>See <a href="y">there</a>.`))
	if got := eval[[]string](b, lowTargets); len(got) != 1 {
		t.Fatalf("of a link that stands alone and one in a sentence %q are low", got)
	}
	pale := map[string]bool{}
	b.do(chromedp.Navigate(`data:text/html,<title>x</title><img src="x"><p style="color:rgb(200,200,200)">Pale with <a href="x" style="text-decoration:none;color:rgb(190,190,190)">a link</a> in it.`))
	eval[any](b, script+";0")
	for _, v := range check(b, coloured...) {
		if pale[v.ID] = true; !slices.Contains(coloured, v.ID) {
			t.Errorf("the rules of colour find %s: %s", v.ID, v.Help)
		}
	}
	if len(pale) != len(coloured) {
		t.Fatalf("of pale words and a link that only its colour tells axe-core finds %v", pale)
	}
	pages := l.everyPage(b)
	for _, pattern := range unlisted(pages) {
		t.Errorf("axe does not read the page of %s", pattern)
	}
	if n := len(unlisted(nil)); n < 20 {
		t.Errorf("only %d pages would be missed", n)
	}
	signedOut, signedIn := 0, l.now()
	for _, page := range pages {
		l.set(signedIn) // some acts ask for a sign-in of the last ten minutes, and all pages may take longer
		reader, forAll := b, !page.draft && !strings.Contains(page.path, "/organisation") && !strings.Contains(page.path, "/accueil/")
		if forAll {
			reader = visitor
			signedOut++
		}
		reader.visit(l, page)
		if forAll && eval[int](reader, "document.querySelectorAll('.own').length") > 0 {
			t.Errorf("%s is read signed in", page.path)
		}
		eval[any](reader, script+";0")
		for _, s := range screens {
			reader.screen(s.width, s.height, s.scheme)
			for _, v := range check(reader, s.rules...) {
				t.Errorf("%s, %d px, %s: %s: %s: %s", page.path, s.width, s.scheme, v.ID, v.Help, v.Target)
			}
			if w := eval[int64](reader, "document.documentElement.scrollWidth"); w > s.width {
				t.Errorf("%s is %d px wide on a screen of %d", page.path, w, s.width)
			}
			if s.width == 390 && s.scheme == "light" && !forAll {
				for _, target := range eval[[]string](reader, lowTargets) {
					t.Errorf("%s has a target below 44 px: %s", page.path, target)
				}
			}
		}
		reader.screen(320, 640, "light") // the smallest that is promised to work
		if w := eval[int64](reader, "document.documentElement.scrollWidth"); w > 320 {
			t.Errorf("%s is %d px wide on a screen of 320", page.path, w)
		}
		for _, mailbox := range eval[[]string](reader, parted) {
			t.Errorf("%s parts a mailbox: %s", page.path, mailbox)
		}
	}
	for _, path := range []string{meetingPath, "/plan-du-site"} { // with the header of who is signed in
		b.screen(390, 844, "light")
		b.load(chromedp.Navigate(l.url + path))
		b.accessible(script, path+", signed in")
	}
	if signedOut < 40 {
		t.Errorf("only %d pages are read signed out", signedOut)
	}
}

// unlisted are the routes of organisers' pages that none of these is of.
func unlisted(pages []page) (missing []string) {
	mux, seen := http.NewServeMux(), map[string]bool{}
	files := []string{"/export", "/billet", "/connexion/{token}"} // or a page that leads on
	for _, route := range organiser.Part().Routes {
		if route.Method == "GET" {
			mux.Handle("GET "+route.Path, http.NotFoundHandler())
		}
	}
	for _, p := range pages {
		r, err := http.NewRequest("GET", strings.TrimPrefix(p.path, "/en"), nil)
		if err == nil {
			_, pattern := mux.Handler(r)
			seen[pattern] = true
		}
	}
	for _, route := range organiser.Part().Routes {
		file := slices.ContainsFunc(files, func(end string) bool { return strings.HasSuffix(route.Path, end) })
		if pattern := "GET " + route.Path; route.Method == "GET" && !file && !seen[pattern] {
			missing = append(missing, pattern)
		}
	}
	return missing
}

// lowTargets lists what a thumb has less than 44 px for. A link in a sentence is as
// high as its line.
const lowTargets = `[...document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden])')].filter(e => {
	if (!e.getClientRects().length || e.matches('.skip') || e.closest('.heard, .trap, .enter')) return false;
	if (e.tagName === 'A' && getComputedStyle(e).display === 'inline') {
		const line = e.parentElement.closest('p, li, td, th, dd, dt, h1, h2, h3, figcaption, caption, div, body');
		if (line.textContent.trim() !== e.textContent.trim()) return false;
	}
	return (e.matches('[type=checkbox], [type=radio]') && e.closest('label') || e).getBoundingClientRect().height < 43.5;
}).map(e => e.outerHTML.slice(0, 200))`

// axeCore is the script of axe-core.
func axeCore(t *testing.T) string {
	t.Helper()
	path := os.Getenv("AXE_JS")
	if path == "" {
		path = filepath.Join("..", "..", ".cache", "node_modules", "axe-core", "axe.min.js")
	}
	script, err := os.ReadFile(path)
	if err != nil {
		missing(t, "axe-core ("+path+")")
	}
	return string(script)
}

// accessible fails for what axe-core finds wrong with the page as it is.
func (b *tab) accessible(script, state string) {
	b.t.Helper()
	eval[any](b, script+";0")
	for _, v := range check(b) {
		b.t.Errorf("%s: %s: %s: %s", state, v.ID, v.Help, v.Target)
	}
	if w := eval[int64](b, "document.documentElement.scrollWidth - innerWidth"); w > 0 {
		b.t.Errorf("%s: the page is %d px too wide", state, w)
	}
}

// screens are a phone and a desktop, and the rules of axe-core that each is read by;
// none stands for all.
var screens = []struct {
	width, height int64
	scheme        string
	rules         []string
}{
	{390, 844, "light", nil}, {390, 844, "dark", coloured}, {1280, 900, "light", nil}, {1280, 900, "dark", coloured},
}

// coloured are the rules of axe-core whose answer depends on colours.
var coloured = []string{"color-contrast", "link-in-text-block"}

// page is an address and the status it answers; submit is for the page that
// only a form leads to.
type page struct {
	path   string
	status int64
	submit bool
	button string // of the form; "" for the one that sends it
	late   func() // what happens while somebody fills the form in; nil if nothing does
	draft  bool   // of a meeting that its organisers alone see
	fill   string // a script that fills the form in before, "" for none
}

// visit loads the page and checks that it is the one meant.
func (b *tab) visit(l *live, p page) {
	b.t.Helper()
	status := b.load(chromedp.Navigate(l.url + p.path))
	if p.late != nil {
		p.late()
	}
	if p.fill != "" {
		eval[any](b, p.fill+";0")
	}
	if p.submit {
		status = b.load(click(cmp.Or(p.button, "form button.button")))
	}
	if status != p.status {
		b.t.Fatalf("%s: status %d, want %d", p.path, status, p.status)
	}
}

// everyPage makes the sign-ups that each page needs, signs an organiser in and
// lists the addresses.
func (l *live) everyPage(b *tab) []page {
	b.t.Helper()
	sign := func(email string) {
		_, err := l.site.Desk.SignUp(b.t.Context(), registration.ShippedSlug, registration.Request{
			GivenName: "Zoé", FamilyName: "Étienne", Email: email, Organisation: "Communauté d’agglomération", Function: "Vice-présidente",
			Category: registration.Elected, Territory: "ti-2701", Sessions: []registration.SessionID{"innovation"}, Privacy: true,
		})
		if err != nil {
			b.t.Fatal(err)
		}
	}
	after := func(link string) string { return link[len(l.url):] }
	for _, email := range []string{"pending@x.example", "kept@x.example", "gone@x.example"} {
		sign(email)
	}
	confirm := func(email string) string { return after(l.link(email, registration.MailConfirm, "/confirmation/")) }
	mine := func(email string) string { return l.mine(b, email) }
	disavow := func(email string) string { return after(l.link(email, registration.MailConfirm, "/pas-moi/")) }
	b.load(chromedp.Navigate(l.url + confirm("kept@x.example")))
	b.load(click("main button"))
	b.load(chromedp.Navigate(l.url + disavow("gone@x.example")))
	b.load(click("main button"))
	b.load(chromedp.Navigate(l.signInLink()))
	b.load(click("main button"))
	form, courier, writeButton := meetingPath+"/inscription", "/organisation"+meetingPath+"/courrier", ".calm form .button"
	l.refuse(b.t)
	sign("came@x.example")
	opened := []page{{path: after(l.signInLink()), status: 200}} // first: such a link ends after a quarter of an hour
	return slices.Concat(opened, l.attendeePages(), l.papers(), l.settingsPages(), l.importPages(), l.acts(), []page{
		{path: "/", status: 200}, {path: "/en/", status: 200}, {path: meetingPath, status: 200}, {path: "/en" + meetingPath, status: 200},
		{path: form, status: 200}, {path: form, status: 422, submit: true}, {path: "/en" + form, status: 200},
		{path: confirm("pending@x.example"), status: 200}, {path: confirm("kept@x.example"), status: 200}, {path: confirm("gone@x.example"), status: 410},
		{path: disavow("pending@x.example"), status: 200}, {path: disavow("gone@x.example"), status: 200},
		{path: mine("pending@x.example"), status: 200}, {path: mine("kept@x.example"), status: 200}, {path: mine("gone@x.example"), status: 200},
		{path: mine("kept@x.example") + "/annulation", status: 200},
		{path: mine("kept@x.example") + "/effacement", status: 200}, {path: "/effacement", status: 200},
		{path: meetingPath + "/lien-perdu", status: 200}, {path: meetingPath + "/lien-perdu?message", status: 200},
		{path: "/mentions-legales", status: 200}, {path: "/donnees-personnelles", status: 200}, {path: "/accessibilite", status: 200}, {path: "/contact", status: 200}, {path: "/plan-du-site", status: 200}, {path: "/en/plan-du-site", status: 200},
		{path: "/programme", status: 200}, {path: "/en/programme", status: 200}, {path: "/nowhere", status: 404},
		{path: "/organisation/connexion", status: 200}, {path: "/organisation/connexion?message", status: 200},
		{path: "/organisation/connexion", status: 422, submit: true},
		{path: "/organisation/equipe", status: 200}, {path: "/organisation/equipe/invitation", status: 200}, {path: "/organisation/equipe/invitation", status: 422, submit: true, button: ".calm form .button"},
		{path: "/organisation/equipe/" + l.colleague(), status: 200}, {path: "/organisation/equipe/" + l.colleague() + "/retrait", status: 200},
		{path: "/organisation/journal", status: 200}, {path: "/organisation/sessions", status: 200}, {path: "/en/organisation/sessions", status: 200},
		{path: "/organisation/connexions", status: 200}, {path: "/organisation/connexions", status: 200, submit: true, button: ".people .button"},
		{path: "/organisation/guide", status: 200}, {path: "/en/organisation/guide", status: 200},
		{path: "/organisation/", status: 200}, {path: "/organisation" + meetingPath, status: 200}, {path: "/organisation" + meetingPath + "?q=nobody", status: 200},
		{path: "/organisation" + meetingPath + "?q=a&category=elu&sort=date", status: 200}, {path: "/organisation" + meetingPath + "?sort=none", status: 422},
		{path: "/organisation" + meetingPath + "/apercu", status: 200}, {path: "/organisation" + meetingPath + "/statistiques", status: 200}, {path: "/en/organisation" + meetingPath + "/statistiques", status: 200},
		{path: "/organisation" + meetingPath + "/reseaux", status: 200}, {path: courier, status: 200}, {path: "/en" + courier, status: 200}, {path: courier + "/message", status: 200},
		{path: courier + "/message", status: 422, submit: true, button: writeButton},
		{path: courier + "/message", status: 200, submit: true, button: writeButton,
			fill: `document.getElementById('subject').value = 'Le café, {prenom}'; document.getElementById('body').value = 'Bonjour {prenom},\nvotre code : {code}.'`},
	})
}

// acts lists the forms of what organisers do for one person, and for many.
func (l *live) acts() (pages []page) {
	l.t.Helper()
	list := "/organisation" + meetingPath
	for s, err := range l.site.Desk.Signups(l.t.Context(), registration.Query{Meeting: registration.ShippedSlug}) {
		if l.check(err); s.Email != "kept@x.example" {
			continue
		}
		one, many := list+"/inscriptions/"+s.Code, list+"/plusieurs?act=resend&codes="+s.Code
		pages = append(pages, page{path: many, status: 200}, page{path: many + "&fait=2&pourquoi=over", status: 200})
		pages = append(pages, page{path: one, status: 200}, page{path: list + "/courrier/message?codes=" + s.Code, status: 200})
		for _, act := range []string{"envoi", "modification", "adresse", "sessions", "remplacement", "copie", "lien", "annulation", "effacement"} {
			pages = append(pages, page{path: one + "/" + act, status: 200})
		}
		pages = append(pages, page{path: one + "/remplacement", status: 422, submit: true, button: "main form .button", fill: `document.getElementById('given_name').value = ''`})
	}
	form := list + "/inscriptions/nouvelle"
	choose := `document.querySelector('[value=page]').checked = true; document.getElementById('act').value = 'resend'`
	return append(pages, page{path: form, status: 200}, page{path: form, status: 422, submit: true, button: "main form .button"},
		page{path: list, status: 200, submit: true, button: "#bulk .button", fill: choose},
		page{path: list, status: 200, submit: true, button: "#bulk .button"}) // nobody is chosen
}

// papers lists the organisers' documents. Before the last sign-up arrives, the list
// is frozen and a print of badges put down, so that every part of them is shown; the
// person's name is one that a PDF cannot draw.
func (l *live) papers() []page {
	l.t.Helper()
	ctx, desk := l.t.Context(), l.site.Desk
	people, err := desk.Expected(ctx, registration.ShippedSlug)
	if err != nil || len(people) == 0 {
		l.t.Fatalf("nobody is expected: %v", err)
	}
	if _, err := desk.PrintBadges(ctx, registration.ShippedSlug, people, true); err != nil {
		l.t.Fatal(err)
	}
	if err := desk.FreezeList(ctx, registration.ShippedSlug); err != nil {
		l.t.Fatal(err)
	}
	code := ""
	err = l.store.Change(ctx, registration.ShippedSlug, func(tx registration.Tx) error {
		s, err := tx.ByAddress("came@x.example")
		if err != nil {
			return err
		}
		code, s.FamilyName, s.AddressConfirmedAt = s.Code, "王", desktest.Opening
		s.Arrivals = []registration.Arrival{{At: time.Date(2019, 6, 12, 9, 12, 0, 0, registration.Paris), Half: registration.Morning, Session: registration.MeetingSession}}
		s.Answers = registration.Answers{registration.PhotographsQuestion: {"no"}}
		return tx.Update(s)
	})
	if err != nil {
		l.t.Fatal(err)
	}
	documents := "/organisation" + meetingPath + "/documents"
	pages := []page{{path: documents, status: 200}, {path: "/en" + documents, status: 200}, {path: "/en" + documents + "/liste-securite.html", status: 200},
		{path: documents + "/attestation.html?code=" + code, status: 200}}
	for _, kind := range []string{"liste-securite", "emargement", "badges", "affichettes", "presences"} {
		pages = append(pages, page{path: documents + "/" + kind + ".html", status: 200})
	}
	return pages
}

// colleague returns the id of an organiser who welcomes people.
func (l *live) colleague() string {
	l.t.Helper()
	c, _, err := l.site.Team.Add(l.t.Context(), "accueil@regions.example", registration.RoleDesk, registration.ShippedSlug)
	l.check(err)
	return c.Organiser.ID.String()
}

// mine returns the path of somebody's own page, whose link is in the mail after
// confirmation only.
func (l *live) mine(b *tab, email string) string {
	b.t.Helper()
	for s, err := range l.site.Desk.Signups(b.t.Context(), registration.Query{Meeting: registration.ShippedSlug}) {
		if err != nil {
			b.t.Fatal(err)
		}
		if s.Email == email {
			return "/mon-inscription/" + l.keys.Token(link.ForManage, s.ID, s.Version)
		}
	}
	b.t.Fatalf("no sign-up of %s", email)
	return ""
}

// violation is what axe-core finds wrong.
type violation struct{ ID, Help, Target string }

// check runs axe-core, which has been loaded into the page, with some of its rules or,
// if none is given, with all that it runs by itself.
func check(b *tab, rules ...string) []violation {
	b.t.Helper()
	options := map[string]any{"resultTypes": []string{"violations"}}
	if len(rules) > 0 {
		options["runOnly"] = rules
	}
	with, err := json.Marshal(options)
	if err != nil {
		b.t.Fatal(err)
	}
	return eval[[]violation](b, `axe.run(document, `+string(with)+`).then(r => r.violations.flatMap(v =>
		v.nodes.map(n => ({ID: v.id, Help: v.help, Target: n.html.slice(0, 200) + ' ' + (n.failureSummary || '')}))))`)
}

// refuse parks one mail more, as a server does that knows no such person.
func (l *live) refuse(t *testing.T) {
	t.Helper()
	var id registration.ID
	err := l.store.Change(t.Context(), registration.ShippedSlug, func(tx registration.Tx) error {
		all, err := tx.Active(registration.ID{}, 1)
		if err != nil || len(all) == 0 {
			return err
		}
		m := registration.Mail{ID: registration.NewID(), Kind: registration.MailAlreadySignedUp, Meeting: registration.ShippedSlug, Signup: all[0].ID,
			CreatedAt: time.Now(), DueAt: time.Now().AddDate(1, 0, 0)} // nobody sends it meanwhile
		if err := tx.Post(m); err != nil {
			return err
		}
		id = m.ID
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	outcome := registration.Outcome{ParkedAt: time.Now(), Reply: "550 5.1.1 User unknown in virtual mailbox table"}
	if err := l.store.(registration.Outbox).RecordOutcomes(t.Context(), map[registration.ID]registration.Outcome{id: outcome}); err != nil {
		t.Fatal(err)
	}
}
