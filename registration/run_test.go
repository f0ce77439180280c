package registration_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// TestRunKeepsTime: the desk's own loop, nobody asking for anything, releases
// holds and offers within a minute of their end, to those who wait first, and
// deletes what is not kept any longer. The bubble's clock is the desk's.
func TestRunKeepsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, 1, 1, 1)
		day := territoires.DateOf(time.Now(), registration.Paris).AddDays(3)
		m := registration.ShippedExample().Clone(slug, day)
		m.Published, m.OpensAt, m.Seats, m.Queue, m.Notice.RetentionDays = true, time.Now().Add(-time.Hour), 1, true, 1
		m.OfferFor, m.Starts = time.Hour, "16:00" // a hold and two offers end before the freeze
		m.ClosesAt = m.FreezeAt()
		if err := d.store.PutMeeting(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		var err error
		d.Desk, err = registration.NewDesk(registration.DeskOptions{Store: d.store, Organisers: d.store, Keyring: d.keys, NoLimits: true})
		if err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		run := func() (stop func()) {
			running, end := context.WithCancel(ctx)
			ended := make(chan struct{})
			go func() { d.Run(running); close(ended) }()
			return func() { end(); <-ended }
		}
		stop := run()

		time.Sleep(7 * time.Second) // the loop does not wait for us
		if _, err := d.SignUp(ctx, slug, request(1)); err != nil {
			t.Fatal(err)
		}
		two, three := d.join(t, 2, 0), d.join(t, 3, 0)
		d.mails(t)
		holder := d.byNumber(t, 1)
		time.Sleep(time.Until(holder.HeldUntil) - time.Second)
		d.want(t, 1, registration.StatusPending)
		d.want(t, 2, registration.StatusWaitlisted)
		d.passes(t, 1, holder.HeldUntil, registration.StatusExpired)
		d.passes(t, 2, holder.HeldUntil, registration.StatusOffered)
		if got, want := d.mails(t), []registration.Kind{registration.MailConfirmReminder, registration.MailOffer}; !slices.Equal(got, want) {
			t.Errorf("mails %v, want %v", got, want)
		}
		d.want(t, 3, registration.StatusWaitlisted)

		offer := d.byNumber(t, 2).Places[0].Until
		time.Sleep(time.Until(offer) - time.Second)
		d.want(t, 2, registration.StatusOffered)
		d.passes(t, 2, offer, registration.StatusExpired)
		d.passes(t, 3, offer, registration.StatusOffered)
		if got := d.mails(t); len(got) != 2 {
			t.Errorf("mails %v, want the end of one offer and another", got)
		}
		if _, err := d.Accept(ctx, d.manage(three)); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Accept(ctx, d.manage(two)); err == nil {
			t.Error("who did not answer in time took the seat")
		}

		time.Sleep(time.Until(m.FreezeAt()) + time.Minute)
		list, err := d.SecurityList(ctx, slug)
		if since := list.FrozenAt.Sub(m.FreezeAt()); err != nil || list.FrozenAt.IsZero() || since < 0 || since > time.Minute {
			t.Errorf("the list was frozen at %v, want %v, %v", list.FrozenAt, m.FreezeAt(), err)
		}

		stop() // each minute costs a round; after two days the clock would be in doubt
		last := day.AddDays(1).AddDays(1).In(registration.Paris)
		time.Sleep(time.Until(last) - 12*time.Hour)
		stop = run()
		time.Sleep(time.Until(last) - time.Second)
		if d.byNumber(t, 3).Email == "" {
			t.Error("forgotten a second too early")
		}
		time.Sleep(time.Hour + time.Minute)
		for _, s := range d.all(t) {
			if s.Person != (registration.Person{}) {
				t.Errorf("not forgotten an hour after the last day: %+v", s.Person)
			}
		}
		stop()
		d.check(t)
		if err := d.store.Close(); err != nil { // before the bubble ends
			t.Error(err)
		}
	})
}

// passes waits for person n to have the status, and fails unless that is
// within a minute of this instant.
func (d desk) passes(t *testing.T, n int, since time.Time, want registration.Status) {
	t.Helper()
	for d.byNumber(t, n).Status() != want {
		if time.Since(since) > time.Minute {
			t.Fatalf("person %d is %s a minute after %v, want %s", n, d.byNumber(t, n).Status(), since, want)
		}
		time.Sleep(time.Second)
	}
	if time.Since(since) < 0 {
		t.Fatalf("person %d was %s before %v", n, want, since)
	}
}
