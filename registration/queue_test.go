package registration_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

func TestOfferUntil(t *testing.T) {
	t.Parallel()
	m := registration.Shipped()
	short, frozen := m, m
	short.OfferFor = 3 * time.Hour
	frozen.FreezesAt = at(t, "2019-05-16 12:00")
	spring := m
	spring.FreezesAt = at(t, "2030-01-01 00:00")
	for _, tt := range []struct {
		m         registration.Meeting
		now, want string
	}{
		{m, "2019-05-16 07:00", "2019-05-16 19:00"},
		{m, "2019-05-16 09:00", "2019-05-16 21:00"},
		{m, "2019-05-16 09:01", "2019-05-17 07:01"},
		{m, "2019-05-16 20:00", "2019-05-17 18:00"},
		{m, "2019-05-16 21:00", "2019-05-17 19:00"},
		{m, "2019-05-16 23:30", "2019-05-17 19:00"},
		{m, "2019-05-16 03:00", "2019-05-16 19:00"},
		{short, "2019-05-16 20:00", "2019-05-17 09:00"},
		{frozen, "2019-05-16 09:00", "2019-05-16 12:00"},
		{m, "2019-06-10 20:00", "2019-06-11 00:00"}, // 24 hours before the day, whose hours are unknown
		// The night of the change of hour is an hour shorter or longer: the
		// hours in which people are awake stay the same.
		{spring, "2019-03-30 20:00", "2019-03-31 18:00"},
		{spring, "2019-10-26 20:00", "2019-10-27 18:00"},
	} {
		if got := tt.m.OfferUntil(at(t, tt.now)); !got.Equal(at(t, tt.want)) {
			t.Errorf("OfferUntil(%s) = %s, want %s", tt.now, got.In(registration.Paris), tt.want)
		}
	}
}

// queueing opens a desk whose meeting keeps queues and takes companions.
func queueing(t testing.TB, seats registration.Seats, change func(*registration.Meeting)) desk {
	t.Helper()
	d := newDesk(t, seats, 2, 1)
	m := registration.ShippedExample()
	m.Seats, m.Sessions[0].Seats, m.Sessions[1].Seats = seats, 2, 1
	m.Queue, m.Companions = true, 3
	if change != nil {
		change(&m)
	}
	if err := d.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return d
}

// join signs up person number n with so many companions and confirms.
func (d desk) join(t testing.TB, n, companions int, sessions ...registration.SessionID) registration.Signup {
	t.Helper()
	r := request(n)
	r.Sessions = sessions
	for i := range companions {
		r.Companions = append(r.Companions, registration.Companion{GivenName: "Paul", FamilyName: fmt.Sprintf("d’Arc %d-%d", n, i)})
	}
	if _, err := d.SignUp(t.Context(), slug, r); err != nil {
		t.Fatalf("sign up %d: %v", n, err)
	}
	s := d.byNumber(t, n)
	s, err := d.Confirm(t.Context(), d.token(link.ForConfirm, s))
	if err != nil {
		t.Fatalf("confirm %d: %v", n, err)
	}
	return s
}

// byNumber returns the latest sign-up of person number n.
func (d desk) byNumber(t testing.TB, n int) registration.Signup {
	t.Helper()
	all := d.all(t)
	slices.Reverse(all)
	for _, s := range all {
		if s.Email == fmt.Sprintf("jeanne.%d@exemple.fr", n) {
			return s
		}
	}
	t.Fatalf("nobody has number %d", n)
	return registration.Signup{}
}

// want fails unless the latest sign-up of person n has the status.
func (d desk) want(t testing.TB, n int, status registration.Status) {
	t.Helper()
	if got := d.byNumber(t, n).Status(); got != status {
		t.Errorf("person %d is %s, want %s", n, got, status)
	}
}

func (d desk) manage(s registration.Signup) string { return d.token(link.ForManage, s) }

func TestQueueOfferAccept(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, nil)
	ctx := t.Context()
	first, second, third := d.join(t, 1, 0), d.join(t, 2, 0), d.join(t, 3, 0)
	d.want(t, 1, registration.StatusConfirmed)
	d.want(t, 2, registration.StatusWaitlisted)
	for s, want := range map[*registration.Signup]int{&first: 0, &second: 1, &third: 2} {
		if got, err := d.Position(ctx, *s, registration.MeetingSession); got != want || err != nil {
			t.Errorf("position %d, %v; want %d", got, err, want)
		}
	}
	if _, err := d.Cancel(ctx, d.manage(first)); err != nil {
		t.Fatal(err)
	}
	d.want(t, 2, registration.StatusOffered)
	d.want(t, 3, registration.StatusWaitlisted)
	for range 2 {
		if _, err := d.Accept(ctx, d.manage(second)); err != nil {
			t.Fatal(err)
		}
	}
	d.want(t, 2, registration.StatusConfirmed)
	if _, err := d.Accept(ctx, d.manage(third)); !errors.Is(err, registration.ErrExpired) {
		t.Errorf("accept without an offer: %v, want ErrExpired", err)
	}
	want := []registration.Kind{
		registration.MailConfirm, registration.MailConfirmed, registration.MailConfirm, registration.MailWaitlisted,
		registration.MailConfirm, registration.MailWaitlisted, registration.MailCancelled, registration.MailOffer, registration.MailConfirmed,
	}
	if got := d.mails(t); !slices.Equal(got, want) {
		t.Errorf("mails %v, want %v", got, want)
	}
	d.check(t)
}

func TestQueueDeclineAndExpiry(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, nil)
	ctx := t.Context()
	first := d.join(t, 1, 0)
	for n := 2; n <= 4; n++ {
		d.join(t, n, 0)
	}
	if _, err := d.Cancel(ctx, d.manage(first)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := d.Decline(ctx, d.manage(d.byNumber(t, 2))); err != nil {
			t.Fatal(err)
		}
	}
	d.want(t, 2, registration.StatusCancelled)
	d.want(t, 3, registration.StatusOffered)
	var until time.Time
	for _, p := range d.byNumber(t, 3).Places {
		if p.Session == registration.MeetingSession {
			until = p.Until
		}
	}
	d.clock.Set(until)
	if _, err := d.Accept(ctx, d.manage(d.byNumber(t, 3))); !errors.Is(err, registration.ErrExpired) {
		t.Errorf("accept at the end of the offer: %v, want ErrExpired", err)
	}
	if err := d.Release(ctx); err != nil {
		t.Fatal(err)
	}
	d.want(t, 3, registration.StatusExpired)
	d.want(t, 4, registration.StatusOffered)
	kinds := d.mails(t)
	want := []registration.Kind{registration.MailCancelled, registration.MailOffer, registration.MailCancelled,
		registration.MailOffer, registration.MailOfferEnded, registration.MailOffer}
	if got := kinds[len(kinds)-len(want):]; !slices.Equal(got, want) {
		t.Errorf("mails end in %v, want %v", got, want)
	}
	d.check(t)
}

// TestOffersAtOnce: as many as there are seats, whatever the parties' sizes.
func TestOffersAtOnce(t *testing.T) {
	t.Parallel()
	d := queueing(t, 0, nil)
	d.join(t, 1, 1)
	d.join(t, 2, 0, "innovation")
	d.join(t, 3, 0)
	if err := desktest.SetSeats(t.Context(), d.Desk, slug, registration.MeetingSession, 3); err != nil {
		t.Fatal(err)
	}
	d.want(t, 1, registration.StatusOffered)
	d.want(t, 2, registration.StatusOffered)
	d.want(t, 3, registration.StatusWaitlisted)
	// A session's seat is for those who have one in the meeting.
	if got := d.byNumber(t, 2).State("innovation"); got != registration.Queued {
		t.Errorf("innovation is %q before the meeting's seat was taken, want queued", got)
	}
	s, err := d.Accept(t.Context(), d.manage(d.byNumber(t, 2)))
	if err != nil || s.State("innovation") != registration.Seated {
		t.Errorf("innovation is %q after it, %v; want a seat", s.State("innovation"), err)
	}
	d.check(t)
}

// TestUndoGoesFirst: who comes back is served before those who wait, also
// before those who signed up earlier.
func TestUndoGoesFirst(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, nil)
	ctx := t.Context()
	later := func() { d.clock.Set(d.Now().Add(time.Minute)) }
	d.join(t, 1, 1) // a party that does not fit
	later()
	single := d.join(t, 2, 0)
	later()
	d.join(t, 3, 0)
	later()
	d.want(t, 2, registration.StatusConfirmed)
	if _, err := d.Cancel(ctx, d.manage(single)); err != nil {
		t.Fatal(err)
	}
	d.want(t, 3, registration.StatusOffered)
	if _, err := d.Undo(ctx, d.manage(single)); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Position(ctx, d.byNumber(t, 2), registration.MeetingSession); got != 1 || err != nil {
		t.Errorf("position %d, %v; want 1", got, err)
	}
	if err := desktest.SetSeats(ctx, d.Desk, slug, registration.MeetingSession, 3); err != nil { // two more
		t.Fatal(err)
	}
	d.want(t, 2, registration.StatusOffered)
	d.want(t, 1, registration.StatusWaitlisted)
	d.check(t)
}

// TestFreeze: when seats stop moving by themselves nobody is offered one.
func TestFreeze(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, func(m *registration.Meeting) { m.FreezesAt = at(t, "2019-06-10 12:00") })
	first := d.join(t, 1, 0)
	d.join(t, 2, 0)
	d.clock.Set(at(t, "2019-06-10 12:00"))
	if _, err := d.Cancel(t.Context(), d.manage(first)); err != nil {
		t.Fatal(err)
	}
	d.want(t, 2, registration.StatusWaitlisted)
	if _, err := d.Edit(t.Context(), d.manage(d.all(t)[1]), request(2)); !errors.Is(err, registration.ErrClosed) {
		t.Errorf("an edit after the freeze: %v, want ErrClosed", err)
	}
}

// TestEditAfterClosing: what people say of themselves can be mended until the
// freeze; nobody new comes once sign-ups are closed.
func TestEditAfterClosing(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, func(m *registration.Meeting) {
		m.ClosesAt, m.FreezesAt, m.Companions = at(t, "2019-06-10 12:00"), at(t, "2019-06-11 12:00"), 1
	})
	s := d.join(t, 1, 0)
	d.clock.Set(at(t, "2019-06-10 12:00"))
	if _, err := d.Edit(t.Context(), d.manage(s), request(1)); err != nil {
		t.Errorf("an edit between closing and freeze: %v", err)
	}
	if _, err := d.ChooseSessions(t.Context(), d.manage(s), sessionIDs[:1]); err != nil {
		t.Errorf("another session between closing and freeze: %v", err)
	}
	if _, err := d.AddCompanion(t.Context(), d.manage(s), registration.Companion{GivenName: "Paul", FamilyName: "d’Arc"}); !errors.Is(err, registration.ErrClosed) {
		t.Errorf("a companion after closing: %v, want ErrClosed", err)
	}
}

// TestParty: a party waits and moves together; one that does not fit lets
// smaller ones pass and stays first for the seats that will do.
func TestParty(t *testing.T) {
	t.Parallel()
	d := queueing(t, 3, nil)
	ctx := t.Context()
	one, two, three := d.join(t, 1, 0), d.join(t, 2, 0), d.join(t, 3, 0)
	party := d.join(t, 4, 2)
	d.join(t, 5, 0)
	for i, s := range []registration.Signup{one, two, three} {
		if _, err := d.Cancel(ctx, d.manage(s)); err != nil {
			t.Fatal(err)
		}
		want := registration.StatusOffered // the single one passes with the first seat
		if i == 0 {
			d.want(t, 4, registration.StatusWaitlisted)
		}
		d.want(t, 5, want)
	}
	d.want(t, 4, registration.StatusWaitlisted) // two seats for three
	if err := desktest.SetSeats(ctx, d.Desk, slug, registration.MeetingSession, 4); err != nil {
		t.Fatal(err)
	}
	d.want(t, 4, registration.StatusOffered)
	if _, err := d.Accept(ctx, d.manage(party)); err != nil {
		t.Fatal(err)
	}
	members, err := d.Party(ctx, party)
	if err != nil || len(members) != 3 || members[0].ID != party.ID {
		t.Fatalf("party of %d, %v; want 3, the lead first", len(members), err)
	}
	for _, s := range members {
		if s.Status() != registration.StatusConfirmed {
			t.Errorf("%s is %s, want confirmed", s.FamilyName, s.Status())
		}
	}
	if _, err := d.RemoveCompanion(ctx, d.manage(party), members[1].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.RemoveCompanion(ctx, d.manage(party), one.ID); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("remove a stranger: %v, want ErrNotFound", err)
	}
	if _, err := d.AddCompanion(ctx, d.manage(party), registration.Companion{GivenName: "Luc", FamilyName: "Petit", Email: "luc@exemple.fr"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Cancel(ctx, d.manage(party)); err != nil {
		t.Fatal(err)
	}
	members, err = d.Party(ctx, party)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range members {
		if s.Status() != registration.StatusCancelled {
			t.Errorf("%s is %s after the lead cancelled", s.FamilyName, s.Status())
		}
	}
	d.check(t)
}

func TestSessionsQueue(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, nil)
	ctx := t.Context()
	one, two := d.join(t, 1, 0, "innovation"), d.join(t, 2, 0, "innovation")
	d.want(t, 2, registration.StatusConfirmed) // a full session does not block the meeting
	if got := d.byNumber(t, 2).Sessions(); !slices.Equal(got, []string{"innovation?"}) {
		t.Errorf("sessions %v, want a place in the queue", got)
	}
	if _, err := d.ChooseSessions(ctx, d.manage(one), nil); err != nil {
		t.Fatal(err)
	}
	if got := d.byNumber(t, 2).State("innovation"); got != registration.Offered {
		t.Errorf("the freed seat is %q for who waits, want offered", got)
	}
	if _, err := d.Decline(ctx, d.manage(two)); err != nil {
		t.Fatal(err)
	}
	d.want(t, 2, registration.StatusConfirmed) // declining a session leaves the rest
	d.check(t)
}

func TestExclusiveSessions(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, func(m *registration.Meeting) { m.Sessions[0].Slot, m.Sessions[1].Slot = "11h", "11h" })
	r := request(1)
	r.Sessions = []registration.SessionID{"attractivite", "innovation"}
	_, err := d.SignUp(t.Context(), slug, r)
	bad, ok := errors.AsType[*validation.Error](err)
	if !ok || bad.Fields[0].Path != "sessions" || bad.Fields[0].Rule != "clash" {
		t.Errorf("two sessions at one hour: %v", err)
	}
	one := d.join(t, 1, 0, "attractivite")
	if _, err := d.ChooseSessions(t.Context(), d.manage(one), r.Sessions); err == nil {
		t.Error("two sessions at one hour were chosen later")
	}
	if _, err := d.ChooseSessions(t.Context(), d.manage(one), r.Sessions[1:]); err != nil {
		t.Errorf("change of session: %v", err)
	}
}
