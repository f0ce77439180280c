package registration_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
)

// posted sends every mail that is due and adds them to the counts by kind.
func (d desk) posted(t *testing.T, counts map[registration.Kind]int) {
	t.Helper()
	for _, k := range d.mails(t) {
		counts[k]++
	}
}

// leading opens a desk with limits whose meeting takes companions, and signs
// somebody up whose address is confirmed.
func leading(t *testing.T) (desk, registration.Signup) {
	t.Helper()
	d := limited(t, 300, registration.Unlimited)
	m := registration.ShippedExample()
	m.Seats, m.Companions, m.Queue = 300, 5, true
	if err := d.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if err := d.from(t, numbered(1), request(1)); err != nil {
		t.Fatal(err)
	}
	d.confirmLast(t)
	d.mails(t)
	return d, d.all(t)[0]
}

// TestNeverAgreed: whatever a party's lead does again and again, somebody who
// never agreed to be brought gets a few mails, and the lead hears when none left.
func TestNeverAgreed(t *testing.T) {
	t.Parallel()
	stranger := registration.Companion{GivenName: "Paul", FamilyName: "d’Arc", Email: "paul@exemple.fr"}

	d, lead := leading(t)
	counts := map[registration.Kind]int{}
	silent := 0
	for i := range 20 {
		receipt, err := d.AddCompanion(t.Context(), d.manage(lead), stranger)
		if err != nil {
			t.Fatalf("addition %d: %v", i, err)
		}
		if receipt.Silent {
			silent++
		}
		d.posted(t, counts)
		all := d.all(t)
		if _, err := d.RemoveCompanion(t.Context(), d.manage(lead), all[len(all)-1].ID); err != nil {
			t.Fatal(err)
		}
		d.posted(t, counts)
	}
	want := map[registration.Kind]int{registration.MailInvitation: 4, registration.MailCancelled: 1}
	if diff := cmp.Diff(want, counts); diff != "" || silent != 16 {
		t.Errorf("by adding and removing, %d times in silence (-want +got):\n%s", silent, diff)
	}
	_, err := d.AddCompanion(t.Context(), d.manage(lead), stranger)
	if l := met(t, err); l != registration.LimitDay {
		t.Errorf("the 21st addition of a day: limit %q", l)
	}
	d.clock.Set(d.Now().Add(25 * time.Hour))
	if receipt, err := d.AddCompanion(t.Context(), d.manage(lead), stranger); err != nil || receipt.Silent {
		t.Errorf("the day after: %+v, %v", receipt, err)
	}

	d, lead = leading(t)
	counts = map[registration.Kind]int{}
	if _, err := d.AddCompanion(t.Context(), d.manage(lead), stranger); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		_, err := d.Cancel(t.Context(), d.manage(lead))
		if l := met(t, err); (l == registration.LimitDay) != (i == 3) {
			t.Fatalf("cancellation %d: limit %q", i, l)
		}
		if i == 3 {
			break
		}
		if _, err := d.Undo(t.Context(), d.manage(lead)); err != nil {
			t.Fatalf("undo %d: %v", i, err)
		}
		d.posted(t, counts)
	}
	want = map[registration.Kind]int{registration.MailInvitation: 1, registration.MailCancelled: 3 + 1, registration.MailConfirmed: 3}
	// The lead, who agreed, hears of each; the last words are what stands.
	delete(counts, registration.MailConfirmed)
	delete(want, registration.MailConfirmed)
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("by cancelling and undoing (-want +got):\n%s", diff)
	}
}

// TestNeverAgreedInTwoMeetings: the mails to a stranger count together, whichever meeting
// they are about.
func TestNeverAgreedInTwoMeetings(t *testing.T) {
	t.Parallel()
	d, lead := leading(t)
	there := d.twin(t)
	r := request(2)
	r.Signals.Network = numbered(2)
	if _, err := d.SignUp(t.Context(), there.slug, r); err != nil {
		t.Fatal(err)
	}
	there.confirmLast(t)
	d.mails(t)
	counts := map[registration.Kind]int{}
	for i := range 3 {
		for _, who := range []registration.Signup{lead, there.all(t)[0]} {
			receipt, err := d.AddCompanion(t.Context(), d.manage(who), registration.Companion{GivenName: "Paul", FamilyName: "d’Arc", Email: "paul@exemple.fr"})
			if err != nil {
				t.Fatalf("addition %d: %v", i, err)
			}
			d.posted(t, counts)
			if receipt.Silent != (i == 2) {
				t.Errorf("addition %d in %s: silent %v", i, who.Meeting, receipt.Silent)
			}
			in := d
			in.slug = who.Meeting
			all := in.all(t)
			if _, err := d.RemoveCompanion(t.Context(), d.manage(who), all[len(all)-1].ID); err != nil {
				t.Fatal(err)
			}
			d.posted(t, counts)
		}
	}
	if counts[registration.MailInvitation] != 4 {
		t.Errorf("mails %v, want four invitations", counts)
	}
}

// TestThreeTimesADay: a person cancels and undoes three times a day each, and
// nothing is done the fourth time.
func TestThreeTimesADay(t *testing.T) {
	t.Parallel()
	d, s := leading(t)
	for range 3 {
		if _, err := d.Cancel(t.Context(), d.manage(s)); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Cancel(t.Context(), d.manage(s)); err != nil { // twice is not an error, and does not count
			t.Fatal(err)
		}
		if _, err := d.Undo(t.Context(), d.manage(s)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Cancel(t.Context(), d.manage(s)); met(t, err) != registration.LimitDay {
		t.Errorf("the fourth cancellation: %v", err)
	}
	if got := d.all(t)[0]; got.Status() != registration.StatusConfirmed {
		t.Errorf("a refused cancellation left it %s", got.Status())
	}
	organiser := registration.WithActor(t.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})
	if err := d.CancelFor(organiser, slug, s.ID, false); err != nil {
		t.Errorf("a cancellation by an organiser: %v", err)
	}
	if _, err := d.Undo(t.Context(), d.manage(s)); met(t, err) != registration.LimitDay {
		t.Errorf("the fourth undo: %v", err)
	}
	if err := d.UndoCancellation(organiser, slug, s.ID); err != nil {
		t.Errorf("an undo by an organiser: %v", err)
	}
	d.clock.Set(d.Now().Add(24 * time.Hour))
	if _, err := d.Cancel(t.Context(), d.manage(s)); err != nil {
		t.Errorf("the day after: %v", err)
	}
	if _, err := d.Undo(t.Context(), d.manage(s)); err != nil {
		t.Errorf("an undo the day after: %v", err)
	}
}

// TestEditsShareMails: thirty edits in twenty seconds are a few mails where each
// leaves at once, and one that waits where none does.
func TestEditsShareMails(t *testing.T) {
	t.Parallel()
	for _, away := range []bool{false, true} {
		d, s := leading(t)
		counts := map[registration.Kind]int{}
		for i := range 30 {
			r := request(1)
			r.Function = fmt.Sprint("function ", i)
			if _, err := d.Edit(t.Context(), d.manage(s), r); err != nil {
				t.Fatal(err)
			}
			if !away {
				d.posted(t, counts)
			}
			d.clock.Set(d.Now().Add(time.Second / 2))
		}
		b, err := d.store.Backlog(t.Context(), d.Now())
		if err != nil {
			t.Fatal(err)
		}
		d.clock.Set(d.Now().Add(15 * time.Second))
		d.posted(t, counts)
		want := 2 // at once, and what came after
		if away {
			want = 1
		}
		if counts[registration.MailChanged] != want || b.Waiting != 1 {
			t.Errorf("away %v: %v, %d waiting; want %d mails, one waiting", away, counts, b.Waiting, want)
		}
	}
}

// TestStrangersHoldNothingBack: what anybody can cause uses up what anybody may
// cause, and nothing else.
func TestStrangersHoldNothingBack(t *testing.T) {
	t.Parallel()
	d, s := leading(t)
	counts := map[registration.Kind]int{}
	silent := 0
	for i := range 10 {
		again := request(1)
		again.Signals = registration.BotSignals{Form: d.FormToken(time.Time{}), Network: numbered(10 + i)}
		d.clock.Set(d.Now().Add(time.Minute))
		receipt, err := d.SignUp(t.Context(), slug, again)
		if err != nil {
			t.Fatal(err)
		}
		if receipt.Silent {
			silent++
		}
		d.posted(t, counts)
	}
	// The confirmation of today was the first of four.
	if counts[registration.MailAlreadySignedUp] != 3 || silent != 7 {
		t.Errorf("%v, %d in silence; want three links, then none", counts, silent)
	}
	if n := len(d.events(t, s)); n > 8 {
		t.Errorf("%d lines of history: a row for each ask", n)
	}
	if _, err := d.Cancel(t.Context(), d.manage(s)); err != nil {
		t.Fatal(err)
	}
	d.posted(t, counts)
	if counts[registration.MailCancelled] != 1 {
		t.Errorf("the person does not hear of a cancellation: %v", counts)
	}
	// Who signs up themselves has a confirmation of their own all the same.
	clear(counts)
	receipt, err := d.SignUp(t.Context(), slug, request(1))
	d.posted(t, counts)
	if err != nil || receipt.Silent || counts[registration.MailConfirm] != 1 {
		t.Errorf("a new sign-up: %+v, %v, %v", receipt, err, counts)
	}
	if _, err := d.Cancel(t.Context(), d.manage(d.all(t)[1])); err != nil {
		t.Fatal(err)
	}
	receipt, err = d.SignUp(t.Context(), slug, request(1))
	if err != nil || !receipt.Silent {
		t.Errorf("the third confirmation of a day, after three links: %+v, %v; want silence", receipt, err)
	}
}

// events returns the history of a sign-up.
func (d desk) events(t *testing.T, s registration.Signup) []registration.Event {
	t.Helper()
	all, err := d.History(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
