package registration_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// guest is somebody whom others bring, by an address of his mailbox with this tag.
func guest(tag string) registration.Companion {
	return registration.Companion{GivenName: "Paul", FamilyName: "d’Arc", Email: "paul" + tag + "@exemple.fr"}
}

// brings adds a companion to the lead's party, takes the companion out again, and
// reports whether it was said that no mail left.
func (d desk) brings(t *testing.T, lead registration.Signup, c registration.Companion) (silent bool) {
	t.Helper()
	receipt, err := d.AddCompanion(t.Context(), d.manage(lead), c)
	if err != nil {
		t.Fatal(err)
	}
	all := d.all(t)
	if _, err := d.RemoveCompanion(t.Context(), d.manage(lead), all[len(all)-1].ID); err != nil {
		t.Fatal(err)
	}
	return receipt.Silent
}

// TestErasureForgetsNoLimit: who erases their own sign-up, and the invitations with it,
// causes no more mails to somebody else than anybody.
func TestErasureForgetsNoLimit(t *testing.T) {
	t.Parallel()
	d, _ := leading(t)
	counts := map[registration.Kind]int{}
	for range 12 {
		if err := d.from(t, numbered(2), request(2)); err != nil {
			t.Fatal(err)
		}
		d.confirmLast(t)
		all := d.all(t)
		lead := all[len(all)-1]
		if _, err := d.AddCompanion(t.Context(), d.manage(lead), guest("")); err != nil {
			t.Fatal(err)
		}
		d.posted(t, counts) // they leave before he is erased
		if err := d.Erase(t.Context(), d.manage(lead)); err != nil {
			t.Fatal(err)
		}
		d.mails(t)
	}
	if n := counts[registration.MailInvitation]; n != 4 {
		t.Errorf("%d invitations to one address on one day, want 4", n)
	}
}

// TestNeverAgreedByAliases: the addresses of one mailbox share its limits.
func TestNeverAgreedByAliases(t *testing.T) {
	t.Parallel()
	d, lead := leading(t)
	counts := map[registration.Kind]int{}
	for i := range 20 {
		if _, err := d.AddCompanion(t.Context(), d.manage(lead), guest(fmt.Sprintf("+%d", i))); err != nil {
			t.Fatal(err)
		}
		d.posted(t, counts)
		all := d.all(t)
		if _, err := d.RemoveCompanion(t.Context(), d.manage(lead), all[len(all)-1].ID); err != nil {
			t.Fatal(err)
		}
		d.posted(t, counts)
	}
	want := map[registration.Kind]int{registration.MailInvitation: 4, registration.MailCancelled: 1}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("invitations (-want +got):\n%s", diff)
	}

	d, lead = leading(t)
	if err := d.from(t, numbered(1), request(2)); err != nil {
		t.Fatal(err)
	}
	d.confirmLast(t)
	d.mails(t)
	both, counts := []registration.Signup{lead, d.all(t)[1]}, map[registration.Kind]int{}
	for i := range 8 {
		if _, err := d.ChangeAddress(t.Context(), d.manage(both[i%2]), guest(fmt.Sprintf("+%d", i)).Email); err != nil {
			t.Fatal(err)
		}
		d.posted(t, counts)
	}
	d.brings(t, lead, guest("")) // another kind of mail, the same limit
	d.posted(t, counts)
	if diff := cmp.Diff(map[registration.Kind]int{registration.MailAddress: 4}, counts); diff != "" {
		t.Errorf("transfers (-want +got):\n%s", diff)
	}
}

// TestAliasesConfirm: people who share a mailbox each get their own confirmation.
func TestAliasesConfirm(t *testing.T) {
	t.Parallel()
	d, _ := leading(t)
	counts := map[registration.Kind]int{}
	for i := range 9 {
		r := request(2)
		r.Email = fmt.Sprintf("mairie+%d@exemple.fr", i)
		if err := d.from(t, numbered(2), r); err != nil {
			t.Fatal(err)
		}
		d.posted(t, counts)
		d.confirmLast(t)
		d.mails(t)
	}
	if counts[registration.MailConfirm] != 9 {
		t.Errorf("%v, want 9 confirmations", counts)
	}
}

// TestOneLimitForAllMeetings: a mailbox has one limit for all meetings of the site.
func TestOneLimitForAllMeetings(t *testing.T) {
	t.Parallel()
	d, lead := leading(t)
	for range 4 {
		d.brings(t, lead, guest(""))
	}
	counts := map[registration.Kind]int{}
	d.posted(t, map[registration.Kind]int{})
	other := registration.ShippedExample()
	other.Slug, other.Seats, other.Companions = "ailleurs", 300, 5
	if err := d.store.PutMeeting(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	elsewhere := d
	elsewhere.slug = other.Slug
	r := request(3)
	r.Signals = registration.BotSignals{Form: d.FormToken(time.Time{}), Network: numbered(3)}
	d.clock.Set(d.Now().Add(registration.FillTime))
	if _, err := d.SignUp(t.Context(), other.Slug, r); err != nil {
		t.Fatal(err)
	}
	elsewhere.confirmLast(t)
	if !elsewhere.brings(t, elsewhere.all(t)[0], guest("")) {
		t.Error("a fifth mail of the day leaves in another meeting")
	}
	elsewhere.posted(t, counts)
	if n := counts[registration.MailInvitation]; n != 0 {
		t.Errorf("%d invitations", n)
	}
}

// TestSilenceTellsNothing: when a page says that no mail has left, it says so whether
// or not the address is signed up, and whether or not mails wait.
func TestSilenceTellsNothing(t *testing.T) {
	t.Parallel()
	type act func(d desk, lead registration.Signup) bool
	brings := func(d desk, lead registration.Signup) bool { return d.brings(t, lead, guest("")) }
	signsUp := func(d desk, _ registration.Signup) bool {
		r := request(7)
		r.Email = guest("").Email
		r.Signals = registration.BotSignals{Form: d.FormToken(time.Time{}), Network: numbered(2)}
		d.clock.Set(d.Now().Add(registration.FillTime))
		receipt, err := d.SignUp(t.Context(), slug, r)
		if err != nil {
			t.Fatal(err)
		}
		return receipt.Silent
	}
	asksLink := func(d desk, _ registration.Signup) bool {
		if l := met(t, d.AskLink(t.Context(), slug, guest("").Email, numbered(2))); l != "" {
			t.Fatal(l)
		}
		if err := d.AnswerLinks(t.Context()); err != nil {
			t.Fatal(err)
		}
		return false
	}
	moves := func(d desk, lead registration.Signup) bool {
		if _, err := d.ChangeAddress(t.Context(), d.manage(lead), guest("").Email); err != nil {
			t.Fatal(err)
		}
		d.clock.Set(d.Now().Add(2 * time.Minute))
		return false
	}
	party := 20
	// Somebody who confirms nothing brings him.
	bringsUnseen := func(d desk, _ registration.Signup) bool {
		party++
		r := request(party)
		r.Companions = []registration.Companion{guest("")}
		if err := d.from(t, numbered(2), r); err != nil {
			t.Fatal(err)
		}
		return false
	}
	full := func(d desk, _ registration.Signup) bool {
		setSeats(t, d, 1)
		r := request(7)
		r.Email = guest("").Email
		r.Signals = registration.BotSignals{Form: d.FormToken(time.Time{}), Network: numbered(2)}
		d.clock.Set(d.Now().Add(registration.FillTime))
		receipt, err := d.SignUp(t.Context(), slug, r)
		if !errors.Is(err, registration.ErrFull) {
			t.Fatalf("%v, want a full meeting", err)
		}
		setSeats(t, d, 300)
		return receipt.Silent
	}
	for name, acts := range map[string][]act{
		"brought":                     {brings, brings, brings, brings, brings, brings},
		"signed up":                   {signsUp, signsUp, signsUp, signsUp, signsUp, signsUp, signsUp},
		"brought, then signed up":     {brings, brings, brings, brings, brings, signsUp, signsUp, signsUp},
		"signed up, then brought":     {signsUp, brings, signsUp, brings, brings, signsUp, signsUp},
		"after lost links":            {asksLink, asksLink, asksLink, asksLink, asksLink, brings, brings, brings, brings, brings},
		"after transfers":             {moves, moves, moves, brings, brings, signsUp, signsUp},
		"brought by who confirms not": {bringsUnseen, bringsUnseen, brings, brings, brings, brings, brings},
		"a full meeting":              {full, full, full, full, brings, signsUp, signsUp},
		"full for long":               {full, full, full, full, full, full, full, signsUp, signsUp},
		"room, then full":             {signsUp, full, full, signsUp, signsUp, signsUp},
	} {
		for _, waits := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, mails wait %v", name, waits), func(t *testing.T) {
				var silent [2][]bool
				for i, known := range []bool{true, false} {
					d, lead := leading(t)
					if known {
						r := request(7)
						r.Email = guest("").Email
						if err := d.from(t, numbered(1), r); err != nil {
							t.Fatal(err)
						}
						d.confirmLast(t)
						d.mails(t)
					}
					d.clock.Set(d.Now().Add(25 * time.Hour))
					for _, a := range acts {
						silent[i] = append(silent[i], a(d, lead))
						if !waits {
							d.mails(t)
						}
					}
				}
				if diff := cmp.Diff(silent[0], silent[1]); diff != "" {
					t.Errorf("in silence, if Paul is signed up (-) and if not (+):\n%s", diff)
				}
			})
		}
	}
}

// TestCompanionsHearAlike: known or not, a companion hears once the address of who
// brings them is confirmed.
func TestCompanionsHearAlike(t *testing.T) {
	t.Parallel()
	for want, email := range map[registration.Kind]string{registration.MailInvitation: guest("").Email, registration.MailAlreadySignedUp: request(1).Email} {
		d, _ := leading(t)
		r := request(2)
		r.Companions = []registration.Companion{{GivenName: "Paul", FamilyName: "d’Arc", Email: email}}
		counts := map[registration.Kind]int{}
		if err := d.from(t, numbered(2), r); err != nil {
			t.Fatal(err)
		}
		d.posted(t, counts)
		if diff := cmp.Diff(map[registration.Kind]int{registration.MailConfirm: 1}, counts); diff != "" {
			t.Errorf("before (-want +got):\n%s", diff)
		}
		clear(counts)
		lead := d.all(t)[1]
		if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, lead)); err != nil {
			t.Fatal(err)
		}
		d.posted(t, counts)
		if diff := cmp.Diff(map[registration.Kind]int{registration.MailConfirmed: 1, want: 1}, counts); diff != "" {
			t.Errorf("afterwards (-want +got):\n%s", diff)
		}
	}
}

// setSeats gives the meeting so many seats and no queue.
func setSeats(t *testing.T, d desk, n int) {
	t.Helper()
	m, err := d.store.Meeting(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	m.Seats, m.Queue = registration.Seats(n), n > 1
	if err := d.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}
