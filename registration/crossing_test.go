package registration_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// bring signs up person 1 with person 2 as a companion, both confirmed.
func (d desk) bring(t *testing.T) (lead, other registration.Signup) {
	t.Helper()
	d.bringing(t, 1, 2)
	for _, n := range []int{1, 2} {
		if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, d.byNumber(t, n))); err != nil {
			t.Fatal(err)
		}
	}
	return d.byNumber(t, 1), d.byNumber(t, 2)
}

// cancelAndUndo cancels the party of s and takes that back.
func (d desk) cancelAndUndo(t *testing.T, s registration.Signup) {
	t.Helper()
	if _, err := d.Cancel(t.Context(), d.manage(s)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Undo(t.Context(), d.manage(s)); err != nil {
		t.Fatal(err)
	}
}

var paul = registration.Companion{GivenName: "Paul", FamilyName: "Petit"}

func TestUndoKeepsSeatBesideQueuedCompanion(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, nil)
	lead := d.join(t, 1, 0)
	if _, err := d.AddCompanion(t.Context(), d.manage(lead), paul); err != nil { // who waits
		t.Fatal(err)
	}
	d.cancelAndUndo(t, lead)
	d.want(t, 1, registration.StatusConfirmed)
	d.check(t)
}

// undecided is a meeting with an approved lead, who has added a companion since.
func undecided(t *testing.T) (d desk, lead registration.Signup) {
	t.Helper()
	d = queueing(t, 5, func(m *registration.Meeting) { m.Approval = true })
	lead = d.join(t, 1, 0)
	if err := d.Decide(t.Context(), slug, lead.ID, true); err != nil {
		t.Fatal(err)
	}
	if _, err := d.AddCompanion(t.Context(), d.manage(lead), paul); err != nil {
		t.Fatal(err)
	}
	return d, lead
}

func TestUndoGivesNoApproval(t *testing.T) {
	t.Parallel()
	d, lead := undecided(t)
	d.cancelAndUndo(t, lead)
	if got := d.all(t)[1].Status(); got != registration.StatusApproval {
		t.Errorf("the companion whom nobody has approved is %s", got)
	}
}

func TestUndoKeepsSessionsOfEach(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	lead, other := d.bring(t)
	for s, id := range map[*registration.Signup]registration.SessionID{&lead: "innovation", &other: "attractivite"} {
		if _, err := d.ChooseSessions(t.Context(), d.manage(*s), []registration.SessionID{id}); err != nil {
			t.Fatal(err)
		}
	}
	d.cancelAndUndo(t, lead)
	if got := d.byNumber(t, 2).Sessions(); !slices.Equal(got, []string{"attractivite"}) {
		t.Errorf("the companion is in %v, want attractivite as before", got)
	}
}

func TestUndoLeavesErasedOut(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	lead, other := d.bring(t)
	if _, err := d.Cancel(t.Context(), d.manage(lead)); err != nil {
		t.Fatal(err)
	}
	if err := d.Erase(t.Context(), d.manage(other)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Undo(t.Context(), d.manage(lead)); err != nil {
		t.Fatal(err)
	}
	for _, s := range d.all(t) {
		if s.Erased() && s.EndedAt.IsZero() {
			t.Errorf("an erased sign-up is %s again", s.Status())
		}
	}
}

func TestUndoBesideCompanionWhoCameBack(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	lead, _ := d.bring(t)
	if _, err := d.Cancel(t.Context(), d.manage(lead)); err != nil {
		t.Fatal(err)
	}
	d.join(t, 2, 0) // signs up alone
	if _, err := d.Undo(t.Context(), d.manage(lead)); err != nil {
		t.Errorf("the lead cannot undo: %v", err)
	}
}

// withoutInnovation removes the workshop from the meeting.
func (d desk) withoutInnovation(t *testing.T) {
	d.configure(t, func(m *registration.Meeting) {
		m.Sessions = slices.DeleteFunc(slices.Clone(m.Sessions), func(s registration.Session) bool { return s.ID == "innovation" })
	})
}

func TestUndoAfterSessionWasRemoved(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, func(m *registration.Meeting) { m.Programme = nil })
	s := d.join(t, 1, 0, "innovation")
	if _, err := d.Cancel(t.Context(), d.manage(s)); err != nil {
		t.Fatal(err)
	}
	d.withoutInnovation(t)
	if _, err := d.Undo(t.Context(), d.manage(s)); err != nil {
		t.Fatal(err)
	}
	if got := d.byNumber(t, 1).Sessions(); len(got) > 0 {
		t.Errorf("they wait in %v, which is no session any more", got)
	}
}

func TestApproveRefusedAfterSessionWasRemoved(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, func(m *registration.Meeting) { m.Approval, m.Programme, m.Queue = true, nil, false })
	s := d.join(t, 1, 0, "innovation")
	if err := d.Refuse(t.Context(), slug, s.ID, ""); err != nil {
		t.Fatal(err)
	}
	d.withoutInnovation(t)
	organiser := registration.WithActor(t.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})
	if err := d.Decide(organiser, slug, s.ID, true); err != nil {
		t.Errorf("five seats are free: %v", err)
	}
}

func TestApprovalOfDifferentSessions(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, func(m *registration.Meeting) { m.Approval = true })
	lead := d.join(t, 1, 1, "innovation")
	if _, err := d.ChooseSessions(t.Context(), d.manage(lead), []registration.SessionID{"attractivite"}); err != nil {
		t.Fatal(err)
	}
	if err := d.Decide(t.Context(), slug, lead.ID, true); err != nil {
		t.Fatal(err)
	}
	if got := d.all(t)[1]; got.State("innovation") != registration.Seated || got.State("attractivite") != "" {
		t.Errorf("the approved companion has the places %v, want a seat in innovation alone", got.Places)
	}
}

// TestDecisionOnCompanionIsTold adds a companion without an address to somebody who was
// approved before: whoever brings them reads of the decision.
func TestDecisionOnCompanionIsTold(t *testing.T) {
	t.Parallel()
	for _, approve := range []bool{true, false} {
		d, _ := undecided(t)
		d.mails(t)
		if err := d.Decide(t.Context(), slug, d.all(t)[1].ID, approve); err != nil {
			t.Fatal(err)
		}
		if got := d.mails(t); !slices.Equal(got, []registration.Kind{registration.MailChanged}) {
			t.Errorf("approve %v: mails %v, want one to whoever brings the companion", approve, got)
		}
	}
}

// TestConfirmWhileOffered: a companion who confirms while the party has an offer reads of
// the offer, not that one will write to them.
func TestConfirmWhileOffered(t *testing.T) {
	t.Parallel()
	d := queueing(t, 2, nil)
	first, second := d.join(t, 1, 0), d.join(t, 2, 0)
	d.bringing(t, 3, 4)
	if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, d.byNumber(t, 3))); err != nil {
		t.Fatal(err)
	}
	for _, s := range []registration.Signup{first, second} {
		if _, err := d.Cancel(t.Context(), d.manage(s)); err != nil {
			t.Fatal(err)
		}
	}
	if s := d.byNumber(t, 4); s.State(registration.MeetingSession) != registration.Offered {
		t.Fatalf("the companion has the places %v, want an offer", s.Places)
	}
	d.mails(t)
	if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, d.byNumber(t, 4))); err != nil {
		t.Fatal(err)
	}
	if got := d.mails(t); !slices.Equal(got, []registration.Kind{registration.MailOffer}) {
		t.Errorf("mails %v, want the offer", got)
	}
}

func TestCancelledMeetingAcceptsNothing(t *testing.T) {
	t.Parallel()
	off := func(m *registration.Meeting) { m.CancelledAt = m.OpensAt.Add(time.Hour) }
	d := queueing(t, 1, nil)
	first, second := d.join(t, 1, 0), d.join(t, 2, 0)
	if _, err := d.Cancel(t.Context(), d.manage(first)); err != nil {
		t.Fatal(err)
	}
	d.configure(t, off)
	d.mails(t)
	if _, err := d.Accept(t.Context(), d.manage(second)); !errors.Is(err, registration.ErrClosed) {
		t.Errorf("accept: %v, want ErrClosed; mails %v", err, d.mails(t))
	}
	d = queueing(t, 1, func(m *registration.Meeting) { m.Approval = true })
	s := d.join(t, 1, 0)
	d.configure(t, off)
	d.mails(t)
	if err := d.Decide(t.Context(), slug, s.ID, true); !errors.Is(err, registration.ErrClosed) {
		t.Errorf("approve: %v, want ErrClosed; mails %v", err, d.mails(t))
	}
}

func TestReplaceOfferedByColleagueWithoutAddress(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, nil)
	first, second := d.join(t, 1, 0), d.join(t, 2, 0)
	if _, err := d.Cancel(t.Context(), d.manage(first)); err != nil {
		t.Fatal(err)
	}
	organiser := registration.WithActor(t.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})
	if _, err := d.ReplaceFor(organiser, slug, second.ID, paul); err != nil {
		t.Fatal(err)
	}
	d.clock.Set(d.Now().Add(48 * time.Hour))
	if err := d.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := d.all(t)[1].Status(); got != registration.StatusConfirmed {
		t.Errorf("the colleague, who could answer no offer, is %s", got)
	}
}

// TestReplaceOfferedInParty replaces one of two who have an offer by a colleague without
// an address: the other one answers it, and reads of it if only the first had.
func TestReplaceOfferedInParty(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][]registration.Kind{
		3: {registration.MailReplaced, registration.MailOffer}, // the lead, who was told
		4: {registration.MailReplaced},
	} {
		d := queueing(t, 2, nil)
		first, second := d.join(t, 1, 0), d.join(t, 2, 0)
		d.bringing(t, 3, 4)
		for _, n := range []int{3, 4} {
			if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, d.byNumber(t, n))); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range []registration.Signup{first, second} {
			if _, err := d.Cancel(t.Context(), d.manage(s)); err != nil {
				t.Fatal(err)
			}
		}
		d.mails(t)
		organiser := registration.WithActor(t.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})
		if _, err := d.ReplaceFor(organiser, slug, d.byNumber(t, n).ID, paul); err != nil {
			t.Fatal(err)
		}
		if got := d.mails(t); !slices.Equal(got, want) {
			t.Errorf("%d is replaced: mails %v, want %v", n, got, want)
		}
		d.want(t, 7-n, registration.StatusOffered)
		if _, err := d.Accept(t.Context(), d.manage(d.byNumber(t, 7-n))); err != nil {
			t.Errorf("%d cannot accept: %v", 7-n, err)
		}
		for _, s := range d.all(t)[2:] {
			if s.Status() != registration.StatusConfirmed {
				t.Errorf("%s %s is %s after the offer was accepted", s.GivenName, s.FamilyName, s.Status())
			}
		}
	}
}

func TestTakePartNeedsSeatInMeeting(t *testing.T) {
	t.Parallel()
	const workshop = "innovation"
	d := queueing(t, 5, func(m *registration.Meeting) { m.Sessions[1].Seats = 2 })
	one, two := d.join(t, 8, 0, workshop), d.join(t, 9, 0, workshop)
	lead := d.join(t, 1, 2, workshop)
	if _, err := d.AddCompanion(t.Context(), d.manage(lead), paul); err != nil { // who waits for a seat in the meeting
		t.Fatal(err)
	}
	for _, s := range []registration.Signup{one, two} { // two seats for three
		if _, err := d.ChooseSessions(t.Context(), d.manage(s), nil); err != nil {
			t.Fatal(err)
		}
	}
	last := func() registration.Signup { all := d.all(t); return all[len(all)-1] }
	_, err := d.TakePart(t.Context(), d.manage(lead), workshop, []registration.ID{last().ID})
	if s := last(); s.State(workshop) == registration.Seated {
		t.Errorf("%v: who has no seat in the meeting (%s) has one in its workshop", err, s.State(registration.MeetingSession))
	}
}

func TestReplaceCorrectsGivenName(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	s := d.join(t, 1, 0)
	for _, name := range []string{"Pual", "Paul"} { // within a minute
		if _, err := d.Replace(t.Context(), d.manage(s), registration.Companion{GivenName: name, FamilyName: "Petit", Email: request(2).Email}); err != nil {
			t.Fatal(err)
		}
	}
	if got := d.byNumber(t, 1).Transfer.GivenName; got != "Paul" {
		t.Errorf("the colleague is asked as %s", got)
	}
}

func TestTransferIsDoneByPerson(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	s := d.join(t, 1, 0)
	if _, err := d.ChangeAddress(t.Context(), d.manage(s), request(2).Email); err != nil {
		t.Fatal(err)
	}
	s = d.byNumber(t, 1)
	if _, err := d.AcceptTransfer(t.Context(), d.keys.Token(link.ForTransfer, s.ID, s.Transfer.Number)); err != nil {
		t.Fatal(err)
	}
	all, err := d.History(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if last := all[len(all)-1]; last.Actor.Kind != registration.ActorPerson {
		t.Errorf("%s was done by %q, want the person", last.Kind, last.Actor.Kind)
	}
}

func TestArriveTwin(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, func(m *registration.Meeting) { m.Door = registration.DoorBeyond })
	old := d.join(t, 1, 0)
	if _, err := d.Cancel(t.Context(), d.manage(old)); err != nil {
		t.Fatal(err)
	}
	d.join(t, 1, 0) // again
	d.clock.Set(at(t, "2019-06-12 09:00"))
	_, _, err := d.Arrive(t.Context(), slug, old.ID, registration.CheckIn{Beyond: true})
	if _, ok := errors.AsType[*registration.NoSeatError](err); !ok {
		t.Errorf("%v, want a NoSeatError", err)
	}
}

// TestUndoAfterTheLeadConfirmed: a companion without an address, who comes back after the
// lead has confirmed, is confirmed as the others of the party are.
func TestUndoAfterTheLeadConfirmed(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	r := request(1)
	r.Companions = []registration.Companion{{GivenName: "Ali", FamilyName: "Petit"}}
	if _, err := d.SignUp(t.Context(), slug, r); err != nil {
		t.Fatal(err)
	}
	lead := d.byNumber(t, 1)
	ali := d.all(t)[slices.IndexFunc(d.all(t), func(s registration.Signup) bool { return s.ID != lead.ID })]
	if _, err := d.CancelAlone(t.Context(), d.manage(ali)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, lead)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Undo(t.Context(), d.manage(ali)); err != nil {
		t.Fatal(err)
	}
	if ali = d.byID(t, ali.ID); ali.Status() != registration.StatusConfirmed {
		t.Errorf("the companion is %s beside a confirmed lead", ali.Status())
	}
}
