package registration_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// letter returns the letter of this kind to s, of those that wait.
func (d desk) letter(t *testing.T, kind registration.Kind, s registration.Signup) registration.Letter {
	t.Helper()
	mails, err := d.store.Claim(t.Context(), d.Now(), time.Minute, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mails {
		if m.Kind != kind || m.Signup != s.ID {
			continue
		}
		l, err := d.Letter(t.Context(), m, nil)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	t.Fatalf("no mail of kind %s", kind)
	return registration.Letter{}
}

// TestLetterLinks: confirming and « ce n'est pas moi » are offered until the
// address is confirmed, and the links lead to pages in the person's language.
func TestLetterLinks(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, nil)
	if _, err := d.SignUp(t.Context(), slug, request(1)); err != nil {
		t.Fatal(err)
	}
	english := request(2)
	english.Language = registration.English
	if _, err := d.SignUp(t.Context(), slug, english); err != nil {
		t.Fatal(err)
	}
	pending := d.byNumber(t, 1)
	confirmed, err := d.Confirm(t.Context(), d.token(link.ForConfirm, d.byNumber(t, 2)))
	if err != nil {
		t.Fatal(err)
	}
	mails, err := d.store.Claim(t.Context(), d.Now(), time.Minute, 100)
	if err != nil {
		t.Fatal(err)
	}
	const base = "https://rencontre.example/"
	for _, tt := range []struct {
		signup           registration.Signup
		kind             registration.Kind
		prefix           string
		confirm, disavow bool
	}{
		{pending, registration.MailConfirm, base, true, true},
		{confirmed, registration.MailConfirmed, base + "en/", false, false},
	} {
		i := slices.IndexFunc(mails, func(m registration.Mail) bool { return m.Kind == tt.kind && m.Signup == tt.signup.ID })
		if i < 0 {
			t.Fatalf("no mail of kind %s", tt.kind)
		}
		l, err := d.Letter(t.Context(), mails[i], nil)
		if err != nil {
			t.Fatal(err)
		}
		if (l.Links.Confirm != "") != tt.confirm || (l.Links.Disavow != "") != tt.disavow ||
			l.Links.Meeting != tt.prefix+"rencontres/"+slug || !strings.HasPrefix(l.Links.Manage, tt.prefix+"mon-inscription/") {
			t.Errorf("mail of kind %s: links %+v", tt.kind, l.Links)
		}
	}
}

// TestLetterOfEnlistedParty: who is signed up by telephone gets the tickets of the
// companions without an address, as who signs up alone does.
func TestLetterOfEnlistedParty(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, nil)
	r := request(1)
	r.Companions = []registration.Companion{{GivenName: "Jeanne", FamilyName: "d’Arc"}}
	lead, err := d.Enlist(t.Context(), slug, r)
	if err != nil {
		t.Fatal(err)
	}
	l := d.letter(t, registration.MailEnlisted, lead)
	if len(l.Companions) != 1 || len(l.Brought) != 1 || l.Brought[0].GivenName != "Jeanne" {
		t.Errorf("the letter names %v and brings %d tickets", l.Companions, len(l.Brought))
	}
}

// TestLetterRevealsNoCompanion: the mail that names a party says the same of
// somebody who had signed up already as of somebody who has not answered.
func TestLetterRevealsNoCompanion(t *testing.T) {
	t.Parallel()
	for name, known := range map[string]bool{"known": true, "not known": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := queueing(t, 10, nil)
			if known {
				d.join(t, 1, 0)
			}
			r := request(2)
			r.Companions = []registration.Companion{{GivenName: "Jeanne", FamilyName: "d’Arc", Email: request(1).Email}}
			if _, err := d.SignUp(t.Context(), slug, r); err != nil {
				t.Fatal(err)
			}
			lead, err := d.Confirm(t.Context(), d.token(link.ForConfirm, d.byNumber(t, 2)))
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, p := range d.letter(t, registration.MailConfirmed, lead).Companions {
				names = append(names, p.GivenName+" "+p.FamilyName)
			}
			if want := []string{"Jeanne d’Arc"}; !slices.Equal(names, want) {
				t.Errorf("the letter names %q, want %q", names, want)
			}
		})
	}
}
