package registration_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
)

// onDay is the shipped example moved to another day, open for four weeks.
func onDay(t rapid.TB, day string) registration.Meeting {
	t.Helper()
	d, err := territoires.ParseDate(day)
	if err != nil {
		t.Fatal(err)
	}
	m := registration.ShippedExample().Clone(slug, d)
	m.Published = true
	return m
}

// TestDayOfTheChange: the days on which clocks in Paris change are of 23 and 25
// hours; the meeting's phases keep to what clocks show.
func TestDayOfTheChange(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		day   string
		hours int
	}{{"2026-03-28", 24}, {"2026-03-29", 23}, {"2026-03-30", 24}, {"2026-10-24", 24}, {"2026-10-25", 25}, {"2026-10-26", 24}} {
		m := onDay(t, tt.day)
		if got := m.Day.AddDays(1).In(registration.Paris).Sub(m.Day.In(registration.Paris)); got != time.Duration(tt.hours)*time.Hour {
			t.Errorf("%s has %v", tt.day, got)
		}
		if !m.ClosesAt.Equal(at(t, tt.day+" 00:00")) {
			t.Errorf("sign-ups for %s close at %v, not when the day begins", tt.day, m.ClosesAt)
		}
		last := m.Day.AddDays(1).In(registration.Paris).Add(-time.Microsecond)
		for when, want := range map[time.Time]registration.Phase{
			m.OpensAt.Add(-time.Microsecond): registration.PhaseBefore, m.OpensAt: registration.PhaseOpen,
			m.ClosesAt.Add(-time.Microsecond): registration.PhaseOpen, m.ClosesAt: registration.PhaseClosed,
			registration.Hour("16:30").On(m.Day): registration.PhaseClosed, last: registration.PhaseClosed, last.Add(time.Microsecond): registration.PhasePast,
		} {
			if got := m.Phase(when); got != want {
				t.Errorf("%s at %v: %s, want %s", tt.day, when.In(registration.Paris), got, want)
			}
		}
		if got := registration.Hour("09:30").On(m.Day); !got.Equal(at(t, tt.day+" 09:30")) {
			t.Errorf("half past nine on %s is %v", tt.day, got)
		}
	}
}

// TestHoldOverTheChange: a hold is so many hours, whatever clocks show; its end
// is told without doubt also in the hour that comes twice.
func TestHoldOverTheChange(t *testing.T) {
	t.Parallel()
	spring, autumn := onDay(t, "2026-04-10"), onDay(t, "2026-11-06")
	for _, tt := range []struct {
		m         registration.Meeting
		from      string
		ends      string // RFC 3339
		told      string
		toldAgain string // in English
	}{
		{spring, "2026-03-27T02:30:00+01:00", "2026-03-29T01:30:00Z", "dimanche 29 mars 2026 à 3\u00a0h\u00a030", "Sunday 29 March 2026 at 03:30"},
		{spring, "2026-03-27T01:59:00+01:00", "2026-03-29T00:59:00Z", "dimanche 29 mars 2026 à 1\u00a0h\u00a059", "Sunday 29 March 2026 at 01:59"},
		{autumn, "2026-10-23T02:30:00+02:00", "2026-10-25T00:30:00Z", "dimanche 25 octobre 2026 à 2\u00a0h\u00a030 (heure d’été)", "Sunday 25 October 2026 at 02:30 (summer time)"},
		{autumn, "2026-10-23T03:30:00+02:00", "2026-10-25T01:30:00Z", "dimanche 25 octobre 2026 à 2\u00a0h\u00a030 (heure d’hiver)", "Sunday 25 October 2026 at 02:30 (winter time)"},
	} {
		from, err := time.Parse(time.RFC3339, tt.from)
		if err != nil {
			t.Fatal(err)
		}
		end := tt.m.HoldUntil(from)
		if got := end.UTC().Format(time.RFC3339); got != tt.ends {
			t.Errorf("a hold from %s ends at %s, want %s", tt.from, got, tt.ends)
		}
		if fr, en := locale.For("fr").Moment(end), locale.For("en").Moment(end); fr != tt.told || en != tt.toldAgain {
			t.Errorf("the end is told as %q and %q", fr, en)
		}
		d := newDesk(t, 1, 1, 1)
		tt.m.Queue, tt.m.Seats = false, 1
		if err := d.store.PutMeeting(t.Context(), tt.m); err != nil {
			t.Fatal(err)
		}
		d.clock.Set(from)
		if _, err := d.SignUp(t.Context(), slug, request(1)); err != nil {
			t.Fatal(err)
		}
		s := d.byNumber(t, 1)
		d.clock.Set(end.Add(-time.Microsecond))
		if _, err := d.SignUp(t.Context(), slug, request(2)); !errors.Is(err, registration.ErrFull) {
			t.Errorf("the seat went before its hold ended: %v", err)
		}
		d.clock.Set(end)
		if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, s)); !errors.Is(err, registration.ErrExpired) {
			t.Errorf("confirmed at the end of the hold: %v", err)
		}
		if _, err := d.SignUp(t.Context(), slug, request(2)); err != nil {
			t.Errorf("the seat was not free at the end of its hold: %v", err)
		}
	}
}

// TestOfferOverTheChange: an offer never ends at night, whichever hours the
// night has.
func TestOfferOverTheChange(t *testing.T) {
	t.Parallel()
	for _, m := range []registration.Meeting{onDay(t, "2026-04-10"), onDay(t, "2026-11-06")} {
		for when := m.ClosesAt.Add(-20 * 24 * time.Hour); when.Before(m.ClosesAt.Add(-3 * 24 * time.Hour)); when = when.Add(17 * time.Minute) {
			end := m.OfferUntil(when)
			awake := time.Duration(0)
			for at := when; at.Before(end); at = at.Add(time.Minute) {
				if h := at.In(registration.Paris).Hour(); h >= 7 && h < 21 {
					awake += time.Minute
				}
			}
			if h := end.In(registration.Paris); awake.Round(2*time.Minute) != 12*time.Hour || h.Hour() < 7 || h.After(registration.Hour("21:00").On(territoires.DateOf(h, registration.Paris))) {
				t.Fatalf("an offer of %v lasts until %v, %v of it by day", when.In(registration.Paris), h, awake)
			}
		}
	}
}

// TestRemindersOverTheChange: at nine in Paris, whichever offset that is.
func TestRemindersOverTheChange(t *testing.T) {
	t.Parallel()
	for day, want := range map[string][]string{
		"2026-03-29": {"2026-03-22T08:00:00Z", "2026-03-28T08:00:00Z"}, "2026-04-02": {"2026-03-26T08:00:00Z", "2026-04-01T07:00:00Z"},
		"2026-10-25": {"2026-10-18T07:00:00Z", "2026-10-24T07:00:00Z"}, "2026-10-26": {"2026-10-19T07:00:00Z", "2026-10-25T08:00:00Z"},
	} {
		d := newDesk(t, 1, 1, 1)
		m := onDay(t, day)
		if err := d.store.PutMeeting(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		var got []string
		for when := m.ClosesAt.Add(-9 * 24 * time.Hour); when.Before(m.ClosesAt.Add(48 * time.Hour)); when = when.Add(30 * time.Minute) {
			d.clock.Set(when)
			if err := d.Remind(t.Context()); err != nil {
				t.Fatal(err)
			}
			all, err := d.Mailings(t.Context(), slug)
			if err != nil {
				t.Fatal(err)
			}
			if len(all) > len(got) {
				got = append(got, all[len(all)-1].DueAt.Format(time.RFC3339))
				if !all[len(all)-1].DueAt.Equal(when) {
					t.Errorf("%s: begun at %v", day, when)
				}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("reminders of %s at %v, want %v", day, got, want)
		}
	}
}

// TestClockSetBack: the machine's clock goes back by an hour between any two
// acts. Nothing happens twice, and nobody overtakes anybody.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, nil)
	ctx := t.Context()
	back := func() { d.clock.Set(d.clock.Now().Add(-time.Hour)) }
	start := d.clock.Now()
	if _, err := d.SignUp(ctx, slug, request(1)); err != nil {
		t.Fatal(err)
	}
	held := d.byNumber(t, 1).HeldUntil
	back()
	first, err := d.Confirm(ctx, d.token(link.ForConfirm, d.byNumber(t, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if first.AddressConfirmedAt.Before(first.CreatedAt) || !first.HeldUntil.Equal(held) {
		t.Errorf("created %v, confirmed %v, held until %v", first.CreatedAt, first.AddressConfirmedAt, first.HeldUntil)
	}

	d.clock.Set(start)
	second := d.join(t, 2, 0)
	back()
	third := d.join(t, 3, 0)
	for n, s := range map[int]registration.Signup{1: second, 2: third} {
		if got, err := d.Position(ctx, s, registration.MeetingSession); err != nil || got != n {
			t.Errorf("who came as number %d is at %d, %v", n, got, err)
		}
	}
	d.clock.Set(start.Add(time.Hour))
	d.mails(t)
	if _, err := d.Cancel(ctx, d.manage(first)); err != nil {
		t.Fatal(err)
	}
	d.want(t, 2, registration.StatusOffered)
	offer := d.byNumber(t, 2).Places[0].Until
	want := []registration.Kind{registration.MailCancelled, registration.MailOffer}
	for range 3 { // every return of the past changes nothing
		back()
		for range 2 {
			if err := errors.Join(d.Release(ctx), d.Remind(ctx), d.ApplyRetention(ctx)); err != nil {
				t.Fatal(err)
			}
		}
		d.want(t, 2, registration.StatusOffered)
		if got := d.byNumber(t, 2).Places[0].Until; !got.Equal(offer) {
			t.Errorf("the offer now ends at %v, not %v", got, offer)
		}
	}
	d.clock.Set(start.Add(time.Hour))
	if got := d.mails(t); !slices.Equal(got, want) {
		t.Errorf("mails %v, want %v", got, want)
	}

	// A cancellation can be taken back as long as its page said, not longer.
	s := d.byNumber(t, 3)
	if _, err := d.Cancel(ctx, d.manage(s)); err != nil {
		t.Fatal(err)
	}
	d.clock.Set(d.clock.Now().Add(registration.UndoFor))
	if _, err := d.Undo(ctx, d.manage(s)); !errors.Is(err, registration.ErrExpired) {
		t.Errorf("undo when it is over: %v", err)
	}
	back()
	if _, err := d.Undo(ctx, d.manage(s)); err != nil {
		t.Errorf("undo before its end: %v", err)
	}

	// An offer that has ended stays ended.
	d.clock.Set(offer)
	if err := d.Release(ctx); err != nil {
		t.Fatal(err)
	}
	back()
	if _, err := d.Accept(ctx, d.manage(second)); !errors.Is(err, registration.ErrExpired) {
		t.Errorf("an offer that was passed on: %v", err)
	}
	d.want(t, 2, registration.StatusExpired)
	d.want(t, 3, registration.StatusOffered)
	d.check(t)
}

// TestHoldEndsOnce: a hold that was released stays so, and one that was not
// waits for its instant, neither longer nor shorter.
func TestHoldEndsOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 2, 1, 1)
	ctx := t.Context()
	for n := range 2 {
		if _, err := d.SignUp(ctx, slug, request(n)); err != nil {
			t.Fatal(err)
		}
		d.clock.Set(d.clock.Now().Add(time.Minute))
	}
	zero, one := d.byNumber(t, 0), d.byNumber(t, 1)
	d.clock.Set(zero.HeldUntil)
	for range 2 {
		if err := d.Release(ctx); err != nil {
			t.Fatal(err)
		}
		d.want(t, 0, registration.StatusExpired)
		d.want(t, 1, registration.StatusPending)
		d.clock.Set(zero.HeldUntil.Add(-time.Hour))
	}
	if got := d.byNumber(t, 1).HeldUntil; !got.Equal(one.HeldUntil) {
		t.Errorf("held until %v, not %v", got, one.HeldUntil)
	}
	if _, err := d.Confirm(ctx, d.token(link.ForConfirm, zero)); !errors.Is(err, registration.ErrExpired) {
		t.Errorf("confirm after the release: %v", err)
	}
	history, err := d.History(ctx, zero)
	if err != nil || len(history) != 2 {
		t.Errorf("history %v, %v; want two lines", history, err)
	}
	d.check(t)
}

// TestLeaseEndsAfterSetBack: a mail whose sender died waits as long as the
// clock went back, and then leaves.
func TestLeaseEndsAfterSetBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1, 1, 1)
	ctx := t.Context()
	if _, err := d.SignUp(ctx, slug, request(1)); err != nil {
		t.Fatal(err)
	}
	now := d.clock.Now()
	claimed := func(at time.Time) int {
		t.Helper()
		all, err := d.store.Claim(ctx, at, time.Minute, 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if n := claimed(now); n != 1 {
		t.Fatalf("%d mails", n)
	}
	if n := claimed(now.Add(-time.Hour)); n != 0 {
		t.Error("the mail was claimed twice")
	}
	if n := claimed(now.Add(time.Minute)); n != 1 {
		t.Error("the lease did not end")
	}
	if err := d.store.Reclaim(ctx, now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := claimed(now.Add(-time.Hour)); n != 1 {
		t.Error("the one process of a store did not get its mail back")
	}
}

// TestFormFromTheFuture: who was shown the form before the clock went back is
// no robot; nor is a network of such people.
func TestFormFromTheFuture(t *testing.T) {
	t.Parallel()
	d := guarded(t)
	forms := make([]string, 100)
	for i := range forms {
		forms[i] = d.FormToken(time.Time{})
	}
	d.clock.Set(d.clock.Now().Add(-time.Hour))
	let := d.crowd(t, 0, len(forms), func(i int) registration.BotSignals {
		return registration.BotSignals{Form: forms[i], Network: numbered(1)}
	})
	if let != len(forms) {
		t.Errorf("%d of %d people were let in", let, len(forms))
	}
	early := d.FormToken(time.Time{}) // sent at once, by machines whose clocks differ a little
	d.clock.Set(d.clock.Now().Add(-time.Second))
	if let := d.crowd(t, 200, 30, func(int) registration.BotSignals { return registration.BotSignals{Form: early, Network: numbered(2)} }); let > 20 {
		t.Errorf("%d robots were let in", let)
	}
}
