package registration_test

import (
	"slices"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

// TestCompanionWhoReadsNoMail waits alone: the lead has a seat, and nobody
// would answer an offer. The seat is theirs, and the lead is told.
func TestCompanionWhoReadsNoMail(t *testing.T) {
	t.Parallel()
	d := queueing(t, 2, nil)
	lead, other := d.join(t, 1, 0), d.join(t, 2, 0)
	if _, err := d.AddCompanion(t.Context(), d.manage(lead), registration.Companion{GivenName: "Paul", FamilyName: "d’Arc"}); err != nil {
		t.Fatal(err)
	}
	companion := func() registration.Signup { all := d.all(t); return all[len(all)-1] }
	if got := companion().Status(); got != registration.StatusWaitlisted {
		t.Fatalf("the companion is %s", got)
	}
	d.mails(t)
	if _, err := d.Cancel(t.Context(), d.manage(other)); err != nil {
		t.Fatal(err)
	}
	if got := companion().Status(); got != registration.StatusConfirmed {
		t.Errorf("the companion is %s", got)
	}
	if got := d.mails(t); !slices.Equal(got, []registration.Kind{registration.MailCancelled, registration.MailChanged}) {
		t.Errorf("mails %v", got)
	}
	d.check(t)
}

// TestGivenSeatIsCounted: the seat that a companion is given in one session is
// not offered a second time in another.
func TestGivenSeatIsCounted(t *testing.T) {
	t.Parallel()
	d := queueing(t, 4, func(m *registration.Meeting) {
		m.Sessions[0].ID, m.Sessions[1].ID = "a-first", "b-second"
		m.Programme = nil // which names the sessions
		m.Sessions[0].Seats, m.Sessions[1].Seats = 1, 1
	})
	lead := d.join(t, 1, 0, "a-first", "b-second")
	if _, err := d.AddCompanion(t.Context(), d.manage(lead), registration.Companion{GivenName: "Paul", FamilyName: "d’Arc"}); err != nil {
		t.Fatal(err)
	}
	d.join(t, 2, 0, "b-second")
	if _, err := d.ChooseSessions(t.Context(), d.manage(lead), nil); err != nil { // both seats are free
		t.Fatal(err)
	}
	d.check(t)
	if got := d.byNumber(t, 2).State("b-second"); got != registration.Queued {
		t.Errorf("number 2 is %s where the companion of number 1 was first", got)
	}
}
