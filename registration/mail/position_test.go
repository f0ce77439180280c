package mail

import (
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

// TestPosition: the mail gives the place in the queue as a number up to
// [registration.CountLimit], and beyond says that it is further back.
func TestPosition(t *testing.T) {
	t.Parallel()
	c, err := NewComposer("rencontre@exemple.fr")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		position int
		lang     registration.Language
		want     string
	}{
		{1, "fr", "Vous êtes en tête de la liste d’attente."},
		{registration.CountLimit, "fr", "Vous êtes au 1\u202f000e rang de la liste d’attente."},
		{registration.CountLimit + 1, "fr", "Vous êtes au-delà du 1\u202f000e rang de la liste d’attente."},
		{registration.CountLimit + 1, "en", "You’re beyond number 1,000 on the waiting list."},
	} {
		l := letter(registration.MailWaitlisted, tt.lang)
		l.Position = tt.position
		for i := range l.Signup.Places {
			l.Signup.Places[i].State = registration.Queued
		}
		shown, err := c.Show(l)
		if err != nil || !strings.Contains(shown.Text, tt.want) {
			t.Errorf("position %d: %v, no %q in:\n%s", tt.position, err, tt.want, shown.Text)
		}
	}
}
