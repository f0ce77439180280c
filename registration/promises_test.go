package registration_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// bringing signs up person number n with companions who have addresses of their
// own: the numbers of the others.
func (d desk) bringing(t testing.TB, n int, others ...int) registration.Signup {
	t.Helper()
	r := request(n)
	for _, o := range others {
		r.Companions = append(r.Companions, registration.Companion{GivenName: "Paul", FamilyName: "d’Arc", Email: request(o).Email})
	}
	if _, err := d.SignUp(t.Context(), slug, r); err != nil {
		t.Fatal(err)
	}
	return d.byNumber(t, n)
}

// TestInvitationWaitsForLead: who is brought hears of it from somebody whose
// address is confirmed, and has the whole hold from then on.
func TestInvitationWaitsForLead(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, nil)
	lead := d.bringing(t, 1, 2)
	if got, want := d.mails(t), []registration.Kind{registration.MailConfirm}; !slices.Equal(got, want) {
		t.Fatalf("before the lead confirmed: mails %v, want %v", got, want)
	}
	d.clock.Set(d.Now().Add(24 * time.Hour))
	if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, lead)); err != nil {
		t.Fatal(err)
	}
	companion := d.byNumber(t, 2)
	if got, want := companion.HeldUntil, d.Now().Add(registration.HoldFor); !got.Equal(want) {
		t.Errorf("the companion's hold ends at %v, want %v", got, want)
	}
	l := d.letter(t, registration.MailInvitation, companion)
	if l.Lead != lead.Person || l.Links.Confirm == "" {
		t.Errorf("the invitation is from %+v, links %+v", l.Lead, l.Links)
	}
	// One who is added later is invited at once.
	if _, err := d.AddCompanion(t.Context(), d.manage(lead), registration.Companion{GivenName: "Ana", FamilyName: "d’Arc", Email: request(3).Email}); err != nil {
		t.Fatal(err)
	}
	d.letter(t, registration.MailInvitation, d.byNumber(t, 3))
}

// TestUnansweredLeadInvitesNobody: a hold that ends unanswered ends those of the
// companions too, and nobody wrote to them.
func TestUnansweredLeadInvitesNobody(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, nil)
	lead := d.bringing(t, 1, 2)
	d.clock.Set(lead.HeldUntil)
	if err := d.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.want(t, 1, registration.StatusExpired)
	d.want(t, 2, registration.StatusExpired)
	if got, want := d.mails(t), []registration.Kind{registration.MailConfirm}; !slices.Equal(got, want) {
		t.Errorf("mails %v, want %v", got, want)
	}
}

// TestCancelAloneOrAll: the lead gives back one seat or those of the group; the
// companions' mail says who cancelled.
func TestCancelAloneOrAll(t *testing.T) {
	t.Parallel()
	for _, alone := range []bool{true, false} {
		d := queueing(t, 10, nil)
		lead := d.bringing(t, 1, 2)
		if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, lead)); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, d.byNumber(t, 2))); err != nil {
			t.Fatal(err)
		}
		d.mails(t)
		cancel, want := d.Cancel, registration.StatusCancelled
		if alone {
			cancel, want = d.CancelAlone, registration.StatusConfirmed
		}
		for range 2 {
			if _, err := cancel(t.Context(), d.manage(lead)); err != nil {
				t.Fatal(err)
			}
		}
		d.want(t, 1, registration.StatusCancelled)
		d.want(t, 2, want)
		if alone {
			if got, want := d.mails(t), []registration.Kind{registration.MailCancelled}; !slices.Equal(got, want) {
				t.Errorf("alone: mails %v, want %v", got, want)
			}
			continue
		}
		if l := d.letter(t, registration.MailCancelled, d.byNumber(t, 2)); l.Lead != lead.Person {
			t.Errorf("the companion reads that %+v cancelled, want the lead", l.Lead)
		}
	}
}

// TestTakePart: a party that does not fit takes the seats that are free for
// some of it, and the others go on waiting at their rank.
func TestTakePart(t *testing.T) {
	t.Parallel()
	d := queueing(t, 2, nil)
	first, second := d.join(t, 1, 0), d.join(t, 2, 0)
	lead := d.join(t, 3, 2) // three of them
	d.join(t, 4, 1)         // two come later
	if _, err := d.TakePart(t.Context(), d.manage(lead), registration.MeetingSession, nil); !errors.Is(err, registration.ErrFull) {
		t.Fatalf("no seat is free: %v, want ErrFull", err)
	}
	if _, err := d.Cancel(t.Context(), d.manage(first)); err != nil { // one seat for three, or for two
		t.Fatal(err)
	}
	party, err := d.Party(t.Context(), lead)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.TakePart(t.Context(), d.manage(lead), registration.MeetingSession, []registration.ID{party[1].ID}); !errors.Is(err, registration.ErrFull) {
		t.Errorf("two take one seat: %v, want ErrFull", err)
	}
	if _, err := d.TakePart(t.Context(), d.manage(lead), registration.MeetingSession, []registration.ID{d.byNumber(t, 4).ID}); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("somebody of another party takes a seat: %v, want ErrNotFound", err)
	}
	for range 2 {
		if _, err := d.TakePart(t.Context(), d.manage(lead), registration.MeetingSession, nil); err != nil {
			t.Fatal(err)
		}
	}
	d.want(t, 3, registration.StatusConfirmed)
	if party, err = d.Party(t.Context(), lead); err != nil {
		t.Fatal(err)
	}
	for i, p := range party[1:] {
		if got := p.Status(); got != registration.StatusWaitlisted {
			t.Errorf("companion %d is %s, want on the waiting list", i+1, got)
		}
	}
	if _, err := d.Cancel(t.Context(), d.manage(second)); err != nil {
		t.Fatal(err)
	}
	d.want(t, 4, registration.StatusWaitlisted) // one seat, for nobody's two
	d.check(t)
}

// TestToldOnce: what counts as news is what people were told last, not the
// configuration before.
func TestToldOnce(t *testing.T) {
	t.Parallel()
	changed, cancelled := registration.MailMeetingChanged, registration.MailMeetingCancelled
	for name, tt := range map[string]struct {
		steps []func(*registration.Meeting)
		want  []registration.Kind
	}{
		"changed while unpublished": {[]func(*registration.Meeting){
			func(m *registration.Meeting) { m.Published = false },
			func(m *registration.Meeting) { m.Starts = "10:00" },
			func(m *registration.Meeting) { m.Published = true },
		}, []registration.Kind{changed}},
		"cancelled while unpublished": {[]func(*registration.Meeting){
			func(m *registration.Meeting) { m.Published = false },
			func(m *registration.Meeting) { m.CancelledAt = m.OpensAt },
			func(m *registration.Meeting) { m.Published = true },
		}, []registration.Kind{cancelled}},
		"changed and changed back": {[]func(*registration.Meeting){
			func(m *registration.Meeting) { m.Published = false },
			func(m *registration.Meeting) { m.Starts = "10:00" },
			func(m *registration.Meeting) { m.Starts = "09:30" },
			func(m *registration.Meeting) { m.Published = true },
		}, nil},
		"cancelled, moved, and held after all": {[]func(*registration.Meeting){
			func(m *registration.Meeting) { m.CancelledAt = m.OpensAt },
			func(m *registration.Meeting) { m.Starts = "10:00" },
			func(m *registration.Meeting) { m.CancelledAt = time.Time{} },
		}, []registration.Kind{cancelled, changed}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := queueing(t, 10, nil)
			d.join(t, 1, 0)
			d.mails(t)
			var got []registration.Kind
			for _, step := range tt.steps {
				d.configure(t, step)
				d.clock.Set(d.Now().Add(time.Minute))
				if err := d.Release(t.Context()); err != nil {
					t.Fatal(err)
				}
				got = append(got, d.mails(t)...)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("mails %v, want %v", got, tt.want)
			}
		})
	}
}

// TestHoldReminder: one, for holds of two days, on their last day, not at night,
// and none once the address is confirmed or the hold has ended.
func TestHoldReminder(t *testing.T) {
	t.Parallel()
	signedUp := at(t, "2019-05-16 23:00") // the hold ends on the 18th at 23:00
	for name, tt := range map[string]struct {
		hold    time.Duration
		confirm bool
		when    []string
		want    int
	}{
		"before the last day": {0, false, []string{"2019-05-17 22:59"}, 0},
		"at night":            {0, false, []string{"2019-05-17 23:30", "2019-05-18 06:59"}, 0},
		"in the morning":      {0, false, []string{"2019-05-18 07:00", "2019-05-18 12:00"}, 1},
		"confirmed":           {0, true, []string{"2019-05-18 07:00"}, 0},
		"ended":               {0, false, []string{"2019-05-18 23:00", "2019-05-19 09:00"}, 0},
		"short hold":          {36 * time.Hour, false, []string{"2019-05-17 20:00", "2019-05-18 10:00"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := queueing(t, 10, func(m *registration.Meeting) { m.Hold = tt.hold })
			d.clock.Set(signedUp)
			s := d.newcomer(t, 1, 0)
			if tt.confirm {
				if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, s)); err != nil {
					t.Fatal(err)
				}
			}
			d.mails(t)
			var got []registration.Kind
			for _, when := range tt.when {
				d.clock.Set(at(t, when))
				if err := d.Release(t.Context()); err != nil {
					t.Fatal(err)
				}
				got = append(got, d.mails(t)...)
			}
			if want := slices.Repeat([]registration.Kind{registration.MailConfirmReminder}, tt.want); !slices.Equal(got, want) {
				t.Errorf("mails %v, want %v", got, want)
			}
		})
	}
}
