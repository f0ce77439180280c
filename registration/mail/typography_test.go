package mail

import (
	"slices"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

// TestTypography: what organisers typed on an ordinary keyboard is set in mails as on the
// pages. Addresses stay as they were typed.
func TestTypography(t *testing.T) {
	t.Parallel()
	const address = "https://exemple.fr/l'accueil?de=9h30"
	typed := registration.Localized{FR: "L'avenir de l'industrie"}
	for _, k := range append(slices.Clone(kinds), registration.MailDigest, registration.MailAlert) {
		l := letter(k, registration.French)
		m := l.Meeting
		m.Title, m.CancelReason = typed, typed
		m.Venue.Name, m.Venue.Room, m.Venue.Access = typed, typed.FR, registration.Localized{FR: typed.FR + " :\n" + address}
		m.Sessions = slices.Clone(m.Sessions)
		for i := range m.Sessions {
			m.Sessions[i].Title = typed
		}
		for i := range l.Digest {
			l.Digest[i].Meeting = m
		}
		l.Meeting = m
		l.Note = registration.Note{Subject: registration.Localized{FR: "Vous venez, {prenom} ? {rencontre}"}, Body: registration.Localized{FR: typed.FR + " {lieu}\n" + address}}
		c, err := NewComposer("rencontre@exemple.fr")
		if err != nil {
			t.Fatal(err)
		}
		shown, err := c.Show(l)
		if err != nil {
			t.Fatal(err)
		}
		p := parse(t, compose(t, l).Data)
		for _, text := range append([]string{shown.Subject, shown.Text}, calendars(p)...) {
			if rest := strings.ReplaceAll(text, address, ""); strings.Contains(rest, "'") || strings.Contains(rest, " ?") {
				t.Errorf("%s: as typed:\n%s", k, text)
			}
		}
		if !strings.Contains(shown.Subject+shown.Text, "L’avenir de l’industrie") {
			t.Errorf("%s does not say what was typed:\n%s", k, shown.Text)
		}
		if strings.Contains(shown.Text, "https://exemple.fr") && !strings.Contains(shown.Text, address) {
			t.Errorf("%s: the address is changed:\n%s", k, shown.Text)
		}
	}
}

// calendars are the calendar entries in a message.
func calendars(p parsed) (list []string) {
	for media, text := range p.parts {
		if strings.HasPrefix(media, "text/calendar") {
			list = append(list, strings.ReplaceAll(text, "\r\n ", ""))
		}
	}
	return list
}
