package registration_test

import (
	"errors"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// newcomer signs up person number n and returns the sign-up, not confirmed.
func (d desk) newcomer(t testing.TB, n, companions int, sessions ...registration.SessionID) registration.Signup {
	t.Helper()
	r := request(n)
	r.Sessions = sessions
	for range companions {
		r.Companions = append(r.Companions, registration.Companion{GivenName: "Paul", FamilyName: "d’Arc"})
	}
	if _, err := d.SignUp(t.Context(), slug, r); err != nil {
		t.Fatalf("sign up %d: %v", n, err)
	}
	return d.byNumber(t, n)
}

// configure applies a change to the meeting, as an organiser does.
func (d desk) configure(t testing.TB, change func(*registration.Meeting)) {
	t.Helper()
	m, err := d.store.Meeting(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	change(&m)
	if err := d.Configure(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

// TestConfigurationFreesSeats: whatever change of the configuration leaves
// seats free, those who wait are offered them before anybody else comes.
func TestConfigurationFreesSeats(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		before, change func(*registration.Meeting)
	}{
		"more seats": {nil, func(m *registration.Meeting) { m.Seats = 2 }},
		"queue switched on again": {func(m *registration.Meeting) { m.Queue, m.Seats = false, 2 },
			func(m *registration.Meeting) { m.Queue = true }},
		"later freeze": {func(m *registration.Meeting) { m.FreezesAt, m.Seats = m.OpensAt.Add(8*time.Hour), 2 },
			func(m *registration.Meeting) { m.FreezesAt = time.Time{} }},
		"reopened": {func(m *registration.Meeting) { m.CancelledAt, m.Seats = m.OpensAt, 2 },
			func(m *registration.Meeting) { m.CancelledAt = time.Time{} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := queueing(t, 1, nil)
			d.join(t, 1, 0)
			d.join(t, 2, 0)
			if tt.before != nil {
				d.configure(t, tt.before)
				d.want(t, 2, registration.StatusWaitlisted)
			}
			d.configure(t, tt.change)
			d.want(t, 2, registration.StatusOffered)
			if got := d.newcomer(t, 3, 0).State(registration.MeetingSession); got != registration.Queued {
				t.Errorf("who comes afterwards is %s, want in the queue", got)
			}
		})
	}
}

// TestNewcomerReleasesHold: the seats of holds that ended go to those who wait,
// in their order, and what is left to who comes now.
func TestNewcomerReleasesHold(t *testing.T) {
	t.Parallel()
	for seats, want := range map[registration.Seats]registration.State{1: registration.Queued, 2: registration.Seated} {
		d := queueing(t, seats, nil)
		for n := range int(seats) { // nobody confirms
			d.newcomer(t, n+1, 0)
		}
		d.join(t, 8, 0)
		d.want(t, 8, registration.StatusWaitlisted)
		d.clock.Set(d.byNumber(t, 1).HeldUntil)
		if got := d.newcomer(t, 9, 0).State(registration.MeetingSession); got != want {
			t.Errorf("%d seats released, one person waits: the newcomer is %s, want %s", seats, got, want)
		}
		d.want(t, 8, registration.StatusOffered)
		d.check(t)
	}
}

// TestFreezeBars: 24 hours before the start seats stop moving. A seat that is given
// back stays free, who waits for it bars those who come, and a party that it
// does not suffice for bars nobody.
func TestFreezeBars(t *testing.T) {
	t.Parallel()
	for waiting, want := range map[int]registration.State{0: "", 1: registration.Seated} { // companions of who waits
		d := queueing(t, 1, nil)
		first := d.join(t, 1, 0)
		d.join(t, 2, waiting)
		d.clock.Set(at(t, "2019-06-11 09:30")) // the meeting begins at 9:30 the next day
		if _, err := d.Cancel(t.Context(), d.manage(first)); err != nil {
			t.Fatal(err)
		}
		d.want(t, 2, registration.StatusWaitlisted)
		v, err := d.Meeting(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		wantState := registration.ViewOpen
		if want == "" {
			wantState = registration.ViewFull
		}
		if v.State != wantState || v.KeepsQueue {
			t.Errorf("a party of %d waits: the page says %s, keeps a queue: %v", waiting+1, v.State, v.KeepsQueue)
		}
		_, err = d.SignUp(t.Context(), slug, request(3))
		if want == "" {
			if !errors.Is(err, registration.ErrFull) {
				t.Errorf("somebody waits for the free seat, and a newcomer gets %v, want ErrFull", err)
			}
			continue
		}
		if got := d.byNumber(t, 3).State(registration.MeetingSession); err != nil || got != want {
			t.Errorf("a party of two waits for one free seat: the newcomer is %s, %v; want %s", got, err, want)
		}
	}
}

// TestNoOfferWithoutTimeToAnswer: the last offers begin while a person has two
// hours of the day left before the freeze.
func TestNoOfferWithoutTimeToAnswer(t *testing.T) {
	t.Parallel()
	for when, want := range map[string]registration.Status{
		"2019-06-11 07:30": registration.StatusOffered, // until 9:30
		"2019-06-11 07:31": registration.StatusWaitlisted,
		"2019-06-10 20:59": registration.StatusOffered, // two and a half hours in the morning
		"2019-06-10 23:00": registration.StatusOffered,
	} {
		d := queueing(t, 1, nil)
		first := d.join(t, 1, 0)
		d.join(t, 2, 0)
		d.clock.Set(at(t, when))
		if _, err := d.Cancel(t.Context(), d.manage(first)); err != nil {
			t.Fatal(err)
		}
		if got := d.byNumber(t, 2).Status(); got != want {
			t.Errorf("at %s the person who waits is %s, want %s", when, got, want)
		}
	}
}

// TestApprovalKeepsRank: who asked earlier comes before who asked later,
// whenever an organiser says yes.
func TestApprovalKeepsRank(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, func(m *registration.Meeting) { m.Approval = true })
	for n := 1; n <= 3; n++ {
		d.join(t, n, 0)
		d.clock.Set(d.Now().Add(time.Minute))
	}
	for _, n := range []int{1, 3, 2} {
		if err := d.Decide(t.Context(), slug, d.byNumber(t, n).ID, true); err != nil {
			t.Fatal(err)
		}
		d.clock.Set(d.Now().Add(time.Minute))
	}
	d.want(t, 1, registration.StatusConfirmed)
	for n, want := range map[int]int{2: 1, 3: 2} {
		if got, err := d.Position(t.Context(), d.byNumber(t, n), registration.MeetingSession); got != want || err != nil {
			t.Errorf("person %d is number %d in the queue, %v; want %d", n, got, err, want)
		}
	}
}

// TestWorkshopQueue: nobody is seated in a workshop past somebody who waits for
// it with a seat in the meeting; who has none there yet bars nobody.
func TestWorkshopQueue(t *testing.T) {
	t.Parallel()
	d := queueing(t, 3, nil) // the second workshop has one seat
	d.join(t, 1, 0, "innovation")
	d.join(t, 2, 0, "innovation") // waits for the workshop
	d.configure(t, func(m *registration.Meeting) { m.FreezesAt = d.Now().Add(time.Hour) })
	if _, err := d.ChooseSessions(t.Context(), d.manage(d.byNumber(t, 1)), nil); err != nil {
		t.Fatal(err)
	}
	if got := d.byNumber(t, 2).State("innovation"); got != registration.Queued {
		t.Fatalf("an hour before the freeze the person who waits is %s, want queued", got)
	}
	s := d.join(t, 3, 0)
	if _, err := d.ChooseSessions(t.Context(), d.manage(s), []registration.SessionID{"innovation"}); err != nil {
		t.Fatal(err)
	}
	if got := d.byNumber(t, 3).State("innovation"); got != registration.Queued {
		t.Errorf("who chose the workshop later is %s, want queued", got)
	}
}

// TestUpkeepOffersWhatIsFree: seats that an older version left free beside a
// queue are offered when the site starts.
func TestUpkeepOffersWhatIsFree(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, nil)
	d.join(t, 1, 0)
	d.join(t, 2, 0)
	m, err := d.store.Meeting(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	m.Seats = 2
	if err := d.store.PutMeeting(t.Context(), m); err != nil { // tells nobody
		t.Fatal(err)
	}
	d.want(t, 2, registration.StatusWaitlisted)
	if err := d.OfferFreeSeats(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.want(t, 2, registration.StatusOffered)
}

// TestReturnsOffer: what an act returns shows the offer that the act itself made
// possible.
func TestReturnsOffer(t *testing.T) {
	t.Parallel()
	t.Run("confirm", func(t *testing.T) {
		t.Parallel()
		d := queueing(t, 1, nil)
		first := d.join(t, 1, 0)
		second := d.newcomer(t, 2, 0)
		if _, err := d.Cancel(t.Context(), d.manage(first)); err != nil {
			t.Fatal(err)
		}
		d.want(t, 2, registration.StatusPending) // nobody who waits has confirmed yet
		got, err := d.Confirm(t.Context(), d.token(link.ForConfirm, second))
		if err != nil || got.Status() != registration.StatusOffered {
			t.Errorf("returned %s, %v; want an offer", got.Status(), err)
		}
		d.want(t, 2, registration.StatusOffered)
	})
	// A hold has just ended when the act looks at it: its seat goes to the first of the
	// queue, for whom the act is.
	for name, act := range map[string]func(*testing.T, desk, registration.Signup, registration.Companion) (registration.Signup, error){
		"replace": func(t *testing.T, d desk, s registration.Signup, c registration.Companion) (registration.Signup, error) {
			return d.Replace(t.Context(), d.manage(s), c)
		},
		"replace for": func(t *testing.T, d desk, s registration.Signup, c registration.Companion) (registration.Signup, error) {
			return d.ReplaceFor(t.Context(), slug, s.ID, c)
		},
		"accept transfer": func(t *testing.T, d desk, s registration.Signup, _ registration.Companion) (registration.Signup, error) {
			return d.AcceptTransfer(t.Context(), d.keys.Token(link.ForTransfer, s.ID, s.Transfer.Number))
		},
		"choose sessions": func(t *testing.T, d desk, s registration.Signup, _ registration.Companion) (registration.Signup, error) {
			return d.ChooseSessions(t.Context(), d.manage(s), []registration.SessionID{"innovation"})
		},
		"choose sessions for": func(t *testing.T, d desk, s registration.Signup, _ registration.Companion) (registration.Signup, error) {
			return d.ChooseSessionsFor(t.Context(), slug, s.ID, []registration.SessionID{"innovation"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := queueing(t, 1, nil)
			held := d.newcomer(t, 1, 0, "innovation")
			waits := d.join(t, 2, 0)
			d.want(t, 2, registration.StatusWaitlisted)
			c := registration.Companion{GivenName: "Jeanne", FamilyName: "d’Arc", Email: held.Email}
			if name == "accept transfer" {
				var err error
				if waits, err = d.Replace(t.Context(), d.manage(waits), c); err != nil {
					t.Fatal(err)
				}
				d.want(t, 2, registration.StatusWaitlisted)
			}
			d.clock.Set(held.HeldUntil)
			got, err := act(t, d, waits, c)
			if err != nil || got.Status() != registration.StatusOffered {
				t.Errorf("returned %s, %v; want an offer", got.Status(), err)
			}
			if stored, err := d.store.Signup(t.Context(), waits.ID); err != nil || stored.Status() != registration.StatusOffered {
				t.Errorf("stored is %s, %v; want an offer", stored.Status(), err)
			}
		})
	}
}
