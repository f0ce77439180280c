package mail

import (
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

// TestOrganizer composes calendar entries with and without an address of the
// organisers. Calendars refuse a request that names no organiser.
func TestOrganizer(t *testing.T) {
	t.Parallel()
	for _, kind := range []registration.Kind{registration.MailConfirmed, registration.MailChanged, registration.MailCancelled, registration.MailMeetingCancelled} {
		for contact, want := range map[string]string{
			"":                      ":mailto:rencontre@exemple.fr\r\n", // the sender
			"equipe@exemple.fr":     ":mailto:equipe@exemple.fr\r\n",
			"equipe@mairie-évry.fr": ":mailto:equipe@xn--mairie-vry-h7a.fr\r\n",
		} {
			l := letter(kind, registration.French)
			l.Meeting.Contact = contact
			entry := strings.ReplaceAll(parse(t, compose(t, l).Data).files["rencontre.ics"], "\r\n ", "")
			_, organizer, ok := strings.Cut(entry, "\r\nORGANIZER;")
			if !ok || !strings.Contains(organizer[:strings.Index(organizer, "\n")+1], want) {
				t.Errorf("%s, contact %q: want an ORGANIZER that ends %q:\n%s", kind, contact, want, entry)
			}
		}
	}
}
