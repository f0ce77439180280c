package site_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/mail"
	"github.com/territoires-industrie/sdk/registration/site"
)

// taken is a sender that keeps what it is given.
type taken chan registration.Message

func (t taken) Send(_ context.Context, m registration.Message) error {
	t <- m
	return nil
}

// TestSigns: a site with a DKIM key sends mails that its record verifies.
func TestSigns(t *testing.T) {
	t.Parallel()
	store := desktest.Store(t)
	m := registration.Shipped()
	if err := site.Publish(t.Context(), store, m); err != nil {
		t.Fatal(err)
	}
	key, err := mail.GenerateKey(mail.Ed25519, "exemple.fr", "rencontre")
	if err != nil {
		t.Fatal(err)
	}
	out := make(taken, 1)
	s, err := site.New(site.Options{
		Store: store, Sender: out, From: "inscriptions@exemple.fr", BaseURL: "http://127.0.0.1", Secret: link.NewSecret(),
		Clock: func() time.Time { return m.OpensAt.Add(time.Hour) }, NoLimits: true, SoleProcess: true, DKIM: []mail.Key{key},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	_, err = s.Desk.SignUp(t.Context(), m.Slug, registration.Request{
		GivenName: "Jeanne", FamilyName: "d’Arc", Email: "jeanne@exemple.org", Category: registration.Elected, Privacy: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	name, record := key.Record()
	verified, err := dkim.VerifyWithOptions(bytes.NewReader((<-out).Data), &dkim.VerifyOptions{LookupTXT: func(asked string) ([]string, error) {
		if asked != name {
			t.Errorf("asked for %s, want %s", asked, name)
		}
		return []string{record}, nil
	}})
	if err != nil || len(verified) != 1 || verified[0].Err != nil {
		t.Errorf("verified %+v, %v; want one good signature", verified, err)
	}
}
