package site_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// TestReadmePictures makes the six pictures of the README: `make pictures-readme`
// puts them into docs/images.
func TestReadmePictures(t *testing.T) {
	dir := os.Getenv("README_PICTURES")
	if dir == "" {
		t.Skip("make pictures-readme makes them")
	}
	l, b := start(t), open(t, browser(t))
	l.crowd(60)
	_, token := l.signed(t, "zoe@agglo.example", true)
	picture := func(name string, width, height int64, scheme, path string) {
		t.Helper()
		b.screen(width, height, scheme)
		b.do(chromedp.Navigate(path))
		png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		l.check(err)
		l.check(os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
	}
	picture("rencontre", 1280, 900, "light", l.url+meetingPath)
	picture("inscription", 1280, 900, "light", l.url+meetingPath+"/inscription")
	picture("mon-inscription", 390, 844, "light", l.url+"/mon-inscription/"+token)
	box, served := mailsOf(t)
	all, err := filepath.Glob(filepath.Join("..", "mail", "testdata", "*.eml"))
	l.check(err)
	number := 1 + slices.Index(all, filepath.Join("..", "mail", "testdata", "confirmed-fr.eml")) // they were sent in this order
	if number == 0 || len(box.Messages()) != len(all) {
		t.Fatalf("confirmed-fr.eml is the mail %d of %d", number, len(all))
	}
	picture("courriel", 390, 844, "dark", fmt.Sprintf("%s/messages/%d/html", served, number))
	b.load(chromedp.Navigate(l.signInLink()))
	b.load(click("main button"))
	picture("vue-d-ensemble", 1280, 900, "light", l.url+"/organisation"+meetingPath+"/apercu")
	l.set(time.Date(2019, time.June, 12, 8, 50, 0, 0, registration.Paris))
	b.load(chromedp.Navigate(l.signInLink()))
	b.load(click("main button"))
	picture("accueil", 390, 844, "light", l.url+"/accueil/?q=mar")
}

// crowd signs up n invented people, over four days.
func (l *live) crowd(n int) {
	l.t.Helper()
	given := []string{"Camille", "Dominique", "Éloïse", "Karim", "Maëlle", "Noé", "Inès", "Loïc", "Anaïs", "Yann"}
	family := []string{"Martin", "Lefèvre", "Marchand", "Nguyễn", "Le Goff", "Benoît", "O’Neill", "Garcia", "Haddad", "Muller", "Marin"}
	categories := []registration.Category{registration.Elected, registration.Industry, registration.Operator}
	var all []territoires.Territory
	for t := range territoires.All(territoires.PhaseI) {
		all = append(all, t)
	}
	for i := range n {
		l.set(desktest.Opening.Add(time.Duration(i*i) * 96 * time.Hour / time.Duration(n*n)))
		r := registration.Request{
			GivenName: given[i%len(given)], FamilyName: family[i%len(family)], Email: fmt.Sprintf("personne-%d@invention.example", i), Organisation: fmt.Sprintf("Organisation inventée %d", i+1),
			Category: categories[i%len(categories)], Territory: string(all[i*7%len(all)].ID), Privacy: true,
			Sessions: []registration.SessionID{[]registration.SessionID{"attractivite", "innovation"}[i%2]},
		}
		_, err := l.site.Desk.SignUp(l.t.Context(), registration.ShippedSlug, r)
		l.check(err)
	}
	err := l.store.Change(l.t.Context(), registration.ShippedSlug, func(tx registration.Tx) error {
		everybody, err := tx.Active(registration.ID{}, n)
		if err != nil {
			return err
		}
		for i, s := range everybody {
			if i%9 == 4 { // these have not answered yet
				continue
			}
			s.AddressConfirmedAt = s.CreatedAt
			if err := tx.Update(s); err != nil {
				return err
			}
		}
		return nil
	})
	l.check(err)
}
