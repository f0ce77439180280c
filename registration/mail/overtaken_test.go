package mail

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	c, err := NewComposer("rencontre@exemple.fr")
	if err != nil {
		t.Fatal(err)
	}
	to := func(address string) registration.Letter {
		l := letter(registration.MailConfirm, registration.French)
		l.Signup.Email = address
		return l
	}
	for name, l := range map[string]registration.Letter{
		"line end": to("zoe@exemple.fr\r\nBcc: secret@exemple.fr"), "NUL": to("zoe\x00@exemple.fr"),
		"no domain": to("zoe@"), "no local part": to("@exemple.fr"), "no at": to("zoe"), "bracket": to("zoe>@exemple.fr"),
		"kind": letter("nothing", registration.French),
	} {
		m, err := c.Compose(l)
		if err == nil || strings.Contains(err.Error(), "exemple.fr") || strings.Contains(err.Error(), "zoe") {
			t.Errorf("%s: Compose = %+v, %v; want an error without the address", name, m, err)
		}
	}
	if _, err := c.Compose(to("")); !errors.Is(err, registration.ErrNobody) {
		t.Errorf("Compose to nobody = %v, want ErrNobody", err)
	}
	for _, from := range []string{"", "personne", "a@b.fr, c@d.fr", "a@b.fr\r\nX: y"} {
		if _, err := NewComposer(from); err == nil {
			t.Errorf("NewComposer(%q) took it", from)
		}
	}
}

// TestOvertaken: a mail is dropped if what it says is no longer true when it
// is to be sent.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	c, err := NewComposer("rencontre@exemple.fr")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kinds {
		l := letter(k, registration.French)
		switch k {
		case registration.MailCancelled, registration.MailRefused: // taken back
			l.Signup.Places, l.Signup.EndedAt = in(registration.Seated), time.Time{}
		case registration.MailOfferEnded, registration.MailAddressChanged, registration.MailReplaced, // stay so
			registration.MailMessage, registration.MailTest: // whom they are for is the Desk's to say
			continue
		default:
			l.Signup.Places, l.Signup.EndedAt = in(registration.Cancelled), at
		}
		if _, err := c.Compose(l); !errors.Is(err, registration.ErrOvertaken) {
			t.Errorf("%s: %v, want ErrOvertaken", k, err)
		}
	}
	for _, k := range []registration.Kind{registration.MailAddress, registration.MailReplacement} {
		l := letter(k, registration.French)
		l.Signup.Transfer.Email = "autre@exemple.fr" // a newer request
		if _, err := c.Compose(l); !errors.Is(err, registration.ErrOvertaken) {
			t.Errorf("%s to an address that is not asked for: %v, want ErrOvertaken", k, err)
		}
		l.Signup.Email, l.Signup.Transfer.Email = "", l.Mail.To // erased
		if _, err := c.Compose(l); !errors.Is(err, registration.ErrNobody) {
			t.Errorf("%s for somebody erased: %v, want ErrNobody", k, err)
		}
	}
	confirmed := letter(registration.MailConfirm, registration.French)
	confirmed.Links.Confirm = ""
	if _, err := c.Compose(confirmed); !errors.Is(err, registration.ErrOvertaken) {
		t.Errorf("confirm, of a confirmed address: %v, want ErrOvertaken", err)
	}
}
