package registration_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// TestLostLinks: links are sent to who is signed up, and asks are bounded by the
// network they come from; what a stranger asked for keeps nobody from their own.
func TestLostLinks(t *testing.T) {
	t.Parallel()
	d, s := leading(t)
	ask := func(email string, network int) registration.Limit {
		t.Helper()
		return met(t, d.AskLink(t.Context(), slug, email, numbered(network)))
	}
	answered := func() int {
		t.Helper()
		d.clock.Set(d.Now().Add(time.Minute)) // a form that is sent twice is answered once
		if err := d.AnswerLinks(t.Context()); err != nil {
			t.Fatal(err)
		}
		return len(d.mails(t))
	}
	for i := range 70 { // known and unknown meet the limit alike
		email := fmt.Sprintf("nobody%d@exemple.fr", i)
		if i%2 == 0 {
			email = s.Email
		}
		if l := ask(email, 2); (l == registration.LimitLinks) != (i >= 60) {
			t.Fatalf("ask %d: limit %q", i, l)
		}
	}
	if n := answered(); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
	if n := answered(); n != 0 {
		t.Errorf("%d mails again", n)
	}
	ask("jeanne.1@exemple.fr", 50)
	if n := answered(); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
	d.clock.Set(d.Now().Add(59 * time.Second))
	ask("jeanne.1@exemple.fr", 50) // the form was sent twice
	if err := d.AnswerLinks(t.Context()); err != nil || len(d.mails(t)) != 0 {
		t.Errorf("the second is answered too: %v", err)
	}
	d.clock.Set(d.Now().Add(time.Hour))
	for range 10 {
		ask(s.Email, 2)
		answered()
	}
	if ask(s.Email, 2); answered() != 0 {
		t.Error("one network is sent more than four links a day")
	}
	if ask(s.Email, 3); answered() != 1 {
		t.Error("the person, from another network, does not get their link")
	}
	if ask(s.Email, 3); answered() != 0 {
		t.Error("the second ask from there is answered too")
	}
	if ask("jeanne.1@exemple.fr", 4); answered() != 1 {
		t.Error("nor from a third")
	}
	if err := d.AskLink(t.Context(), "nowhere", s.Email, numbered(5)); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("a meeting that there is not: %v", err)
	}
	if err := d.AskLink(t.Context(), "", s.Email, numbered(6)); err != nil || answered() != 1 {
		t.Errorf("in every meeting: %v", err)
	}
	for i := range 25 { // drafts of the years to come hide no meeting
		draft := registration.ShippedExample()
		draft.Slug, draft.Published = fmt.Sprintf("brouillon-%d", i), false
		if err := d.store.PutMeeting(t.Context(), draft.Clone(draft.Slug, draft.Day.AddDays(365*(i+1)))); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.AskLink(t.Context(), "", s.Email, numbered(7)); err != nil || answered() != 1 {
		t.Errorf("in every meeting, among drafts: %v", err)
	}
	d.clock.Set(d.Now().Add(25 * time.Hour))
	sent := 0
	for i := range 20 {
		ask(s.Email, 100+i)
		sent += answered()
	}
	if sent != 12 {
		t.Errorf("twenty networks: %d links on one day, want 12", sent)
	}
	d.clock.Set(d.Now().Add(25 * time.Hour))
	lines := len(d.events(t, s))
	for i := range 3 { // the mail server is away
		ask(s.Email, 200+i)
		if err := d.AnswerLinks(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(d.mails(t)); n != 1 {
		t.Errorf("%d mails waited with the same link, want 1", n)
	}
	if n := len(d.events(t, s)) - lines; n != 1 {
		t.Errorf("%d lines of history of one link, want 1", n)
	}
	if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, s)); err != nil {
		t.Error(err)
	}
}

// TestLostLinksOfMeetings: who is signed up in several meetings gets the link to each.
func TestLostLinksOfMeetings(t *testing.T) {
	t.Parallel()
	d := limited(t, 100, registration.Unlimited)
	r := request(1)
	for i := range 5 {
		m := registration.ShippedExample()
		m.Slug = fmt.Sprintf("rencontre-%d", i)
		if err := d.store.PutMeeting(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		r.Signals = registration.BotSignals{Form: d.FormToken(time.Time{}), Network: numbered(1)}
		d.clock.Set(d.Now().Add(registration.FillTime))
		if _, err := d.SignUp(t.Context(), m.Slug, r); err != nil {
			t.Fatal(err)
		}
		for s, err := range d.store.Signups(t.Context(), registration.Query{Meeting: m.Slug}) {
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, s)); err != nil {
				t.Fatal(err)
			}
		}
	}
	d.mails(t)
	for i, network := range []int{2, 3, 4, 4} {
		d.clock.Set(d.Now().Add(time.Minute))
		if err := d.AskLink(t.Context(), "", r.Email, numbered(network)); err != nil {
			t.Fatal(err)
		}
		if err := d.AnswerLinks(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(d.mails(t)); n != 5 {
			t.Errorf("ask %d, from network %d: %d links, want 5", i, network, n)
		}
	}
}
