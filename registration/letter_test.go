package registration_test

import (
	"context"
	"slices"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

// letters takes what a courier composes, and lets nothing leave.
type letters chan registration.Letter

func (l letters) Compose(v registration.Letter) (registration.Message, error) {
	l <- v
	return registration.Message{}, registration.ErrNobody
}

func (letters) Send(context.Context, registration.Message) error { return nil }

// letter returns the letter of this kind to s, once the mails that wait are composed.
func (d desk) letter(t *testing.T, kind registration.Kind, s registration.Signup) registration.Letter {
	t.Helper()
	all := make(letters, 100)
	courier, err := registration.NewCourier(registration.CourierOptions{Outbox: d.store, Store: d.store, Organisers: d.store, Keyring: d.keys,
		Composer: all, Sender: all, BaseURL: "https://rencontre.example", Clock: d.Now, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { courier.Run(ctx); close(done) }()
	defer func() { stop(); <-done }()
	for {
		select {
		case l := <-all:
			if l.Mail.Kind == kind && l.Signup.ID == s.ID {
				return l
			}
		case <-ctx.Done():
			t.Fatalf("no mail of kind %s", kind)
		}
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
			lead, err := d.Confirm(t.Context(), d.token(registration.ForConfirm, d.byNumber(t, 2)))
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
