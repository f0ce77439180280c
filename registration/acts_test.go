package registration_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// TestDecideAgain: who was refused is approved after all: with a seat if one is
// free, otherwise in the queue, at the rank of the sign-up.
func TestDecideAgain(t *testing.T) {
	t.Parallel()
	d := queueing(t, 2, func(m *registration.Meeting) { m.Approval = true })
	ctx := t.Context()
	first, other, late := d.join(t, 1, 1), d.join(t, 2, 0), d.join(t, 3, 0)
	if err := d.Refuse(ctx, slug, first.ID, "Complet."); err != nil {
		t.Fatal(err)
	}
	for _, s := range []registration.Signup{other, late} {
		if err := d.Decide(ctx, slug, s.ID, true); err != nil {
			t.Fatal(err)
		}
	}
	d.kinds(t)
	if err := d.Decide(ctx, slug, first.ID, true); err != nil {
		t.Fatal(err)
	}
	d.want(t, 1, registration.StatusWaitlisted)
	d.wantKinds(t, "approved after all", map[registration.Kind]int{registration.MailApproved: 1})
	s := d.byNumber(t, 1)
	if !s.EndedAt.IsZero() || s.Refusal != "" {
		t.Errorf("the refusal stays: %+v", s)
	}
	for _, who := range []registration.Signup{other, late} {
		if err := d.CancelFor(ctx, slug, who.ID, false); err != nil {
			t.Fatal(err)
		}
	}
	d.want(t, 1, registration.StatusOffered) // the party of two, first in the queue
	d.check(t)

	if err := d.Decide(ctx, slug, other.ID, true); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("approve somebody who cancelled: %v, want ErrNotFound", err)
	}
	again := d.join(t, 4, 0)
	if err := d.Decide(ctx, slug, again.ID, false); err != nil {
		t.Fatal(err)
	}
	d.join(t, 4, 0) // signs up anew
	if err := d.Decide(ctx, slug, again.ID, true); !errors.Is(err, registration.ErrAddressTaken) {
		t.Errorf("approve somebody who has signed up again: %v, want ErrAddressTaken", err)
	}
	d.check(t)
}

// TestDecideAgainWithoutAnswer: a companion who never answered keeps nobody else of a
// refused party from being approved after all.
func TestDecideAgainWithoutAnswer(t *testing.T) {
	t.Parallel()
	d := queueing(t, 2, func(m *registration.Meeting) { m.Approval = true })
	lead := d.bringing(t, 1, 2)
	if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, lead)); err != nil {
		t.Fatal(err)
	}
	if err := d.Refuse(t.Context(), slug, lead.ID, ""); err != nil {
		t.Fatal(err)
	}
	if err := d.Decide(t.Context(), slug, lead.ID, true); err != nil {
		t.Fatal(err)
	}
	d.want(t, 1, registration.StatusConfirmed)
	d.want(t, 2, registration.StatusRefused)

	d = queueing(t, 4, func(m *registration.Meeting) { m.Approval = true })
	lead = d.bringing(t, 1, 2)
	for n, s := range []registration.Signup{lead, d.byNumber(t, 2)} {
		if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, s)); err != nil {
			t.Fatal(n, err)
		}
	}
	if err := d.Refuse(t.Context(), slug, lead.ID, ""); err != nil {
		t.Fatal(err)
	}
	again := d.join(t, 2, 0) // alone
	if err := d.Decide(t.Context(), slug, lead.ID, true); err != nil {
		t.Fatal(err)
	}
	d.want(t, 1, registration.StatusConfirmed)
	if got := d.byNumber(t, 2); got.ID != again.ID || got.Status() != registration.StatusApproval {
		t.Errorf("who signed up again is %s", got.Status())
	}
	d.check(t)
}

// TestDecideOnUnlikeSessions: of a party of which not all have chosen a session, those
// who have get the seats that are left, and the others of them wait.
func TestDecideOnUnlikeSessions(t *testing.T) {
	t.Parallel()
	const session = "innovation" // one seat
	d := queueing(t, 3, func(m *registration.Meeting) { m.Approval = true })
	lead := d.join(t, 1, 2, session)
	if _, err := d.ChooseSessionsFor(t.Context(), slug, lead.ID, nil); err != nil {
		t.Fatal(err)
	}
	if err := d.Decide(t.Context(), slug, lead.ID, true); err != nil {
		t.Fatal(err)
	}
	states := map[registration.State]int{}
	for s, err := range d.store.Signups(t.Context(), registration.Query{Meeting: slug, Party: lead.ID}) {
		if err != nil {
			t.Fatal(err)
		}
		states[s.State(session)]++
		if s.State(registration.MeetingSession) != registration.Seated {
			t.Errorf("%s %s is %s", s.GivenName, s.FamilyName, s.Status())
		}
	}
	if states[registration.Seated] != 1 || states[registration.Queued] != 1 {
		t.Errorf("in the session: %v, want one seat and one who waits", states)
	}
	d.check(t)
}

// TestChooseBeforeApproval: who waits for an organiser waits for them in a session that is
// full, too.
func TestChooseBeforeApproval(t *testing.T) {
	t.Parallel()
	const session = "innovation" // one seat
	d := queueing(t, 3, func(m *registration.Meeting) { m.Approval = true })
	if err := d.Decide(t.Context(), slug, d.join(t, 1, 0, session).ID, true); err != nil {
		t.Fatal(err)
	}
	s, err := d.ChooseSessions(t.Context(), d.manage(d.join(t, 2, 0)), []registration.SessionID{session})
	if err != nil || s.State(session) != registration.Approval {
		t.Errorf("in the session: %s, %v; want %s", s.State(session), err, registration.Approval)
	}
}

// TestTakePartNeedsOwnSeat: who waits for the meeting takes no seat in a session of it.
func TestTakePartNeedsOwnSeat(t *testing.T) {
	t.Parallel()
	const session = "innovation" // one seat
	d := queueing(t, 2, nil)
	one, two := d.join(t, 1, 0, session), d.join(t, 2, 0)
	waits := d.join(t, 3, 1, session) // two people, and no seat in the meeting
	if _, err := d.ChooseSessions(t.Context(), d.manage(one), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := d.TakePart(t.Context(), d.manage(waits), session, nil); !errors.Is(err, registration.ErrFull) {
		t.Errorf("take part: %v, want ErrFull", err)
	}
	if s := d.byNumber(t, 3); s.State(session) != registration.Queued {
		t.Errorf("in the session: %s, want %s", s.State(session), registration.Queued)
	}
	if s, err := d.ChooseSessions(t.Context(), d.manage(two), []registration.SessionID{session}); err != nil || s.State(session) != registration.Seated {
		t.Errorf("who has a seat in the meeting: %s, %v", s.State(session), err) // there is one
	}
}

// TestBringIntoClosedSession: a companion does not follow into a session that was closed
// meanwhile.
func TestBringIntoClosedSession(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, func(m *registration.Meeting) { m.Sessions[0].Seats, m.Sessions[1].Seats = 5, 5 })
	s := d.join(t, 1, 0, "attractivite", "innovation")
	d.configure(t, func(m *registration.Meeting) { m.Sessions[1].Closed = true })
	if _, err := d.AddCompanion(t.Context(), d.manage(s), paul); err != nil {
		t.Fatal(err)
	}
	all := d.all(t)
	if got := fmt.Sprint(all[len(all)-1].Sessions()); got != "[attractivite]" {
		t.Errorf("the companion is in %s", got)
	}
}

// TestEraseAgain: who was erased before the backup is erased in it, once.
func TestEraseAgain(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	s, other := d.join(t, 1, 0), d.join(t, 2, 0)
	for _, want := range []int{1, 0} {
		if n, err := d.EraseAgain(t.Context(), []registration.ID{s.ID, registration.NewID()}); n != want || err != nil {
			t.Errorf("%d were erased, %v; want %d", n, err, want)
		}
	}
	if all := d.all(t); all[0].Email != "" || all[0].EndedAt.IsZero() || all[1].Email != other.Email {
		t.Errorf("left: %q, ended at %v, and %q", all[0].Email, all[0].EndedAt, all[1].Email)
	}
}

// TestEnded: a sign-up that has ended says why to whoever opens its link.
func TestEnded(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, func(m *registration.Meeting) { m.Approval = true })
	refused, cancelled, expired := d.join(t, 1, 0), d.join(t, 2, 0), d.newcomer(t, 3, 0)
	d.clock.Set(expired.HeldUntil)
	if err := errors.Join(d.Refuse(t.Context(), slug, refused.ID, ""), d.CancelFor(t.Context(), slug, cancelled.ID, false), d.Release(t.Context())); err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]error{1: registration.ErrClosed, 2: registration.ErrCancelled, 3: registration.ErrExpired} {
		if _, err := d.ChooseSessions(t.Context(), d.manage(d.byNumber(t, n)), nil); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", d.byNumber(t, n).Status(), err, want)
		}
	}
}

// TestApplies: a bulk action is for those for whom it makes a difference.
func TestApplies(t *testing.T) {
	t.Parallel()
	const approve, refuse, cancel, resend = registration.BulkApprove, registration.BulkRefuse, registration.BulkCancel, registration.BulkResend
	ended := time.Date(2019, time.May, 16, 9, 0, 0, 0, time.UTC)
	for state, want := range map[registration.State]map[registration.BulkAction]error{
		registration.Approval:  {approve: nil, refuse: nil, cancel: nil, resend: nil},
		registration.Seated:    {approve: registration.ErrNotFound, refuse: registration.ErrNotFound, cancel: nil, resend: nil},
		registration.Queued:    {approve: registration.ErrNotFound, refuse: registration.ErrNotFound, cancel: nil, resend: nil},
		registration.Cancelled: {approve: registration.ErrNotFound, refuse: registration.ErrNotFound, cancel: registration.ErrCancelled, resend: registration.ErrCancelled},
		registration.Refused:   {approve: registration.ErrNotFound, refuse: registration.ErrNotFound, cancel: registration.ErrClosed, resend: registration.ErrClosed},
		registration.Expired:   {approve: registration.ErrNotFound, refuse: registration.ErrNotFound, cancel: registration.ErrExpired, resend: registration.ErrExpired},
	} {
		s := registration.Signup{AddressConfirmedAt: ended, Places: []registration.Place{{Session: registration.MeetingSession, State: state}}}
		if state.Ended() {
			s.EndedAt = ended
		}
		for _, act := range registration.BulkActions() {
			for _, email := range []string{"zoe@exemple.fr", ""} {
				s.Email = email
				want := want[act]
				if act == resend && email == "" && state != registration.Cancelled {
					want = registration.ErrClosed // nobody reads it
				}
				if err := act.Applies(s, ended); !errors.Is(err, want) {
					t.Errorf("%s of %s, address %q: %v, want %v", act, state, email, err, want)
				}
			}
		}
	}
}

// TestEnlistParty: companions are confirmed with who telephoned, together or not
// at all.
func TestEnlistParty(t *testing.T) {
	t.Parallel()
	d := queueing(t, 3, nil)
	d.join(t, 1, 0)
	d.kinds(t)
	r := request(2)
	r.Companions = []registration.Companion{{GivenName: "Paul", FamilyName: "Dupont"}, {GivenName: "Anne", FamilyName: "Martin", Email: "jeanne.1@exemple.fr"}}
	_, err := d.Enlist(t.Context(), slug, r)
	bad, ok := errors.AsType[*validation.Error](err)
	if !ok || bad.Fields[0].Path != "companions[1].email" || bad.Fields[0].Rule != "taken" {
		t.Errorf("a companion who is signed up: %v", err)
	}
	if n := len(d.all(t)); n != 1 {
		t.Fatalf("%d sign-ups", n)
	}
	r.Companions[1].Email = "anne@exemple.fr"
	lead, err := d.Enlist(t.Context(), slug, r)
	if err != nil {
		t.Fatal(err)
	}
	d.wantKinds(t, "enlisted", map[registration.Kind]int{registration.MailEnlisted: 2})
	for _, s := range d.all(t)[1:] {
		if s.Party != lead.ID || s.Source != registration.SourcePhone || s.AddressConfirmedAt.IsZero() || s.Status() != registration.StatusWaitlisted {
			t.Errorf("%s: %+v", s.GivenName, s) // three do not fit into the two seats that are left
		}
	}
	r = request(9)
	r.Companions = make4()
	if _, err := d.Enlist(t.Context(), slug, r); err == nil {
		t.Error("more companions than the meeting takes")
	}
	d.check(t)
}

// TestRefusedAtTheOldAddress: once an address is corrected nothing marks the
// person, and a message that the old one refused goes to the new one.
func TestRefusedAtTheOldAddress(t *testing.T) {
	t.Parallel()
	d := queueing(t, 3, nil)
	ctx := t.Context()
	s := d.join(t, 1, 0)
	if err := d.Write(ctx, slug, registration.NewID(), note(), registration.Filter{}); err != nil {
		t.Fatal(err)
	}
	d.tick(t)
	refuse := func() (kinds []registration.Kind) {
		t.Helper()
		all, err := d.store.Claim(ctx, d.clock.Now(), time.Minute, 9)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			kinds = append(kinds, m.Kind)
			if err := d.store.RecordOutcomes(ctx, map[registration.ID]registration.Outcome{m.ID: {ParkedAt: d.clock.Now(), Reply: "550"}}); err != nil {
				t.Fatal(err)
			}
		}
		return kinds
	}
	if got := fmt.Sprint(refuse()); got != "[confirmed message]" && got != "[confirm confirmed message]" {
		t.Fatalf("mails %v", got)
	}
	marked := func() bool {
		t.Helper()
		page, err := d.List(ctx, slug, registration.Filter{MailRefused: true}, registration.Paging{})
		parked, err2 := d.Parked(ctx, slug)
		if err != nil || err2 != nil || (len(page.Entries) > 0) != (len(parked) > 0) {
			t.Fatalf("%d marked, %d parked, %v, %v", len(page.Entries), len(parked), err, err2)
		}
		return len(page.Entries) > 0
	}
	if !marked() {
		t.Fatal("a refused mail marks nobody")
	}
	if err := d.CorrectAddress(ctx, slug, s.ID, "jeanne.new@exemple.fr"); err != nil {
		t.Fatal(err)
	}
	if marked() {
		t.Error("what the old address refused marks who has a new one")
	}
	mails, err := d.MailsTo(ctx, s)
	if err != nil || !mails[0].Elsewhere {
		t.Errorf("mails %+v, %v; want the first refused elsewhere", mails, err)
	}
	if got := fmt.Sprint(refuse()); got != "[message confirmed]" && got != "[confirmed message]" {
		t.Errorf("to the new address: %v, want the message and where it stands", got)
	}
	if !marked() {
		t.Error("what the new address refuses marks nobody")
	}
}
