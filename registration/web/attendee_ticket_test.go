package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/emersion/go-ical"

	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/ticket"
	"github.com/territoires-industrie/sdk/registration/web"
)

func TestTicket(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{BaseURL: "https://rencontres.example/x"})
	values := valid()
	values.Set("sessions", "innovation")
	row(values, 0, "Paul", "Étienne", "")
	row(values, 1, "Ada", "Byron", "ada@x.example")
	f.post(form, values).want(t, http.StatusSeeOther)
	all := f.signups()
	mine := f.link(link.ForManage, all[0])
	for _, file := range []string{"/billet", "/billet.pdf", "/agenda.ics"} {
		if to := f.get(mine+file).want(t, http.StatusSeeOther).Header.Get("Location"); to != "/x"+mine {
			t.Errorf("%s of an unconfirmed sign-up leads to %q", file, to)
		}
	}
	f.post(f.link(link.ForConfirm, all[0]), nil).want(t, http.StatusSeeOther)
	f.get(mine).want(t, http.StatusOK, "Afficher mon billet", "Byron")
	page := f.get(mine+"/billet").want(t, http.StatusOK, "Anne-Sophie L’Hôpital", "Paul Étienne", ticket.Grouped(all[0].Code), ticket.Grouped(all[1].Code),
		strings.Join(strings.Split(all[0].Code, ""), "\u00a0"), "les stratégies d’innovation", `role="img" aria-label="QR code`)
	if strings.Contains(page.Body, "Byron") {
		t.Error("a companion with a link of their own is on the lead's ticket")
	}
	qr, err := ticket.SVG("https://rencontres.example/x/accueil/" + all[0].Code)
	if err != nil || !strings.Contains(page.Body, qr) {
		t.Errorf("the page's code is not that of the desk's address (%v)", err)
	}

	pdf := f.get("/en"+mine+"/billet.pdf").want(t, http.StatusOK)
	if !strings.HasPrefix(pdf.Body, "%PDF-") || strings.Count(pdf.Body, "/Type /Page\n") != 2 {
		t.Error("the file is not a PDF of two pages")
	}
	if to := f.get(mine+"/billet.png").want(t, http.StatusSeeOther).Header.Get("Location"); to != "/x"+mine+"/billet" {
		t.Errorf("the picture of old leads to %q, not to the ticket", to)
	}
	entry := f.get(mine+"/agenda.ics").want(t, http.StatusOK)
	for name, a := range map[string]answer{"billet-" + all[0].Code + ".pdf": pdf, "rencontre-" + all[0].Code + ".ics": entry} {
		if got := a.Header.Get("Content-Disposition"); got != `attachment; filename="`+name+`"` || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %q, cache %q", name, got, a.Header.Get("Cache-Control"))
		}
	}
	cal, err := ical.NewDecoder(strings.NewReader(entry.Body)).Decode()
	if err != nil {
		t.Fatal(err)
	}
	event := cal.Events()[0]
	if uid, _ := event.Props.Text("UID"); uid != all[0].ID.String() {
		t.Errorf("UID %q, want that of the mails' entries", uid)
	}
	if text, _ := event.Props.Text("DESCRIPTION"); !strings.Contains(text, ticket.Grouped(all[0].Code)) || strings.Contains(entry.Body, "/mon-inscription/") {
		t.Errorf("entry:\n%s", entry.Body)
	}
}
