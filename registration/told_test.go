package registration_test

import (
	"slices"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

func TestOfferEndedTellsWhoReads(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, nil)
	d.join(t, 1, 0)
	r := request(2)
	r.Companions = []registration.Companion{{GivenName: "Ali", FamilyName: "Petit"}, {GivenName: "Ana", FamilyName: "Petit", Email: request(3).Email}}
	if _, err := d.SignUp(t.Context(), slug, r); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{2, 3} {
		if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, d.byNumber(t, n))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.CancelAlone(t.Context(), d.manage(d.byNumber(t, 2))); err != nil {
		t.Fatal(err)
	}
	d.configure(t, func(m *registration.Meeting) { m.Seats = 3 }) // the offer goes to Ana
	d.mails(t)
	d.clock.Set(d.Now().Add(48 * time.Hour))
	if err := d.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := d.mails(t); !slices.Equal(got, []registration.Kind{registration.MailOfferEnded}) {
		t.Errorf("mails %v, want offer_ended", got)
	}
}

// TestOfferEndedTellsEach: the lead was asked for the party, but each whose sign-up ends
// with the offer hears of it.
func TestOfferEndedTellsEach(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, nil)
	d.join(t, 1, 0)
	for _, s := range []registration.Signup{d.bringing(t, 2, 3), d.byNumber(t, 3)} {
		if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, s)); err != nil {
			t.Fatal(err)
		}
	}
	d.configure(t, func(m *registration.Meeting) { m.Seats = 3 })
	d.mails(t)
	d.clock.Set(d.Now().Add(48 * time.Hour))
	if err := d.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := d.mails(t); !slices.Equal(got, []registration.Kind{registration.MailOfferEnded, registration.MailOfferEnded}) {
		t.Errorf("mails %v, want offer_ended to each", got)
	}
}

// TestLeadHearsOfCancelledCompanions: when an organiser cancels companions who have no
// address, the lead hears of each, and who still comes.
func TestLeadHearsOfCancelledCompanions(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	lead := d.join(t, 1, 2)
	d.kinds(t)
	ctx := registration.WithActor(t.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})
	party, err := d.Party(ctx, lead)
	if err != nil || len(party) != 3 {
		t.Fatal(party, err)
	}
	for n, s := range party[1:] {
		if err := d.CancelFor(ctx, slug, s.ID, false); err != nil {
			t.Fatal(err)
		}
		if l := d.letter(t, registration.MailChanged, lead); len(l.Companions) != 1-n {
			t.Errorf("the mail names %v, want %d", l.Companions, 1-n)
		}
		d.clock.Set(d.Now().Add(2 * time.Minute)) // the claim of the letter ends
		d.kinds(t)
	}
	// Who takes a companion out does not have to be told.
	if _, err := d.AddCompanion(t.Context(), d.manage(lead), registration.Companion{GivenName: "Ali", FamilyName: "Petit"}); err != nil {
		t.Fatal(err)
	}
	all := d.all(t)
	if _, err := d.RemoveCompanion(t.Context(), d.manage(lead), all[len(all)-1].ID); err != nil {
		t.Fatal(err)
	}
	d.wantKinds(t, "taken out", map[registration.Kind]int{})
}

// TestCancellationBeforeAnOfferEnds: when a meeting is cancelled and an offer ends before
// the mails of the cancellation are posted, they are posted first, while the sign-up lasts.
func TestCancellationBeforeAnOfferEnds(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, nil)
	d.join(t, 1, 0)
	d.join(t, 2, 0)
	d.configure(t, func(m *registration.Meeting) { m.Seats = 2 })
	d.want(t, 2, registration.StatusOffered)
	d.mails(t)
	d.configure(t, func(m *registration.Meeting) { m.CancelledAt = d.Now() })
	d.clock.Set(d.Now().Add(48 * time.Hour))
	if err := d.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.want(t, 2, registration.StatusExpired)
	cancelled := slices.DeleteFunc(d.mails(t), func(k registration.Kind) bool { return k != registration.MailMeetingCancelled })
	if len(cancelled) != 2 {
		t.Errorf("%d people were told of the cancellation, want both", len(cancelled))
	}
}
