package courier_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/courier"
)

// TestCourierWritesLater: the server took the mails, and the database was away
// when that was to be written down, or did not say whether it was. They do not leave
// again.
func TestCourierWritesLater(t *testing.T) {
	t.Parallel()
	for _, loss := range []error{registration.ErrUnavailable, registration.ErrUnsure} {
		t.Run(loss.Error(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var sent sentLog
				o, start, stop := open(t, func(_ context.Context, m registration.Message) error {
					sent.add(m.To)
					return nil
				})
				m := o.post("jeanne@exemple.fr")
				o.post("paul@exemple.fr")
				o.lose, o.loss = 600, loss // five minutes
				start()
				time.Sleep(time.Hour)
				stop()
				if sent.count() != 2 {
					t.Errorf("two mails left %d times", sent.count())
				}
				if got := o.outcomes(m); len(got) != 1 || got[0].SentAt.IsZero() {
					t.Errorf("outcomes %+v, want sent", got)
				}
			})
		})
	}
}

// TestCourierStopsWithoutDatabase: what cannot be written down does not keep a
// process from ending.
func TestCourierStopsWithoutDatabase(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o, start, stop := open(t, func(context.Context, registration.Message) error { return nil })
		for range 50 {
			o.post("jeanne@exemple.fr")
		}
		o.lose = 1 << 30
		start()
		time.Sleep(time.Minute)
		began := time.Now()
		stop()
		if took := time.Since(began); took > 15*time.Second {
			t.Errorf("stopping took %v", took)
		}
	})
}

// TestCourierRenews: who takes his time over a mail, and over those that wait
// behind it, keeps them.
func TestCourierRenews(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent sentLog
		o, start, stop := openWith(t, courier.Options{Workers: 1}, func(_ context.Context, m registration.Message) error {
			time.Sleep(3 * time.Minute)
			sent.add(m.To)
			return nil
		})
		for range 20 {
			o.post("jeanne@exemple.fr")
		}
		start()
		for range 180 {
			time.Sleep(20 * time.Second)
			if mails, err := o.Claim(t.Context(), time.Now(), time.Minute, 100); err != nil || len(mails) > 0 {
				t.Fatalf("another process gets %d mails, %v", len(mails), err)
			}
		}
		time.Sleep(time.Hour)
		stop()
		if sent.count() != 20 {
			t.Errorf("%d mails left, want 20", sent.count())
		}
	})
}

// TestCourierLosesLease: mails that wait in a process for longer than their
// lease, and are another's by now, are not sent by both.
func TestCourierLosesLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent sentLog
		o, start, stop := openWith(t, courier.Options{Workers: 1}, func(_ context.Context, m registration.Message) error {
			sent.add(m.To)
			time.Sleep(5 * time.Minute)
			return errors.New("time-out")
		})
		for range 20 {
			o.post("jeanne@exemple.fr")
		}
		o.deaf = true
		start()
		time.Sleep(61 * time.Second)
		other, err := o.Claim(t.Context(), time.Now(), time.Hour, 100)
		if err != nil || len(other) != 20 {
			t.Fatalf("another process gets %d mails, %v; want 20", len(other), err)
		}
		time.Sleep(20 * time.Minute)
		if sent.count() != 1 {
			t.Errorf("%d mails were begun, want the one before the lease ended", sent.count())
		}
		stop()
	})
}

// TestCourierDoesNotTakeBack: while the database was away, leases ended and
// another process got the mails. When it is back they stay the other's: none is
// renewed, none is begun here, and a refusal that waited to be written down
// does not end the other's lease.
func TestCourierDoesNotTakeBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent sentLog
		var o *office
		o, start, stop := openWith(t, courier.Options{Workers: 2}, func(_ context.Context, m registration.Message) error {
			o.setAway(true)
			sent.add(m.To)
			if m.To == "slow@exemple.fr" {
				time.Sleep(100 * time.Second)
			}
			return &registration.SendError{Code: 451, Recipient: true, Reply: "later"}
		})
		o.post("slow@exemple.fr")
		refused := o.post("refused@exemple.fr")
		o.post("slow@exemple.fr")
		for range 17 {
			o.post("jeanne@exemple.fr")
		}
		start()
		time.Sleep(time.Second)
		begun := sent.count()
		time.Sleep(60 * time.Second)
		o.setAway(false)
		if other, err := o.Claim(t.Context(), time.Now(), time.Hour, 100); err != nil || len(other) != 20 {
			t.Errorf("another process gets %d mails, %v; want 20", len(other), err)
		}
		time.Sleep(50 * time.Minute)
		if sent.count() != begun {
			t.Errorf("%d mails were begun, want the %d before the leases ended", sent.count(), begun)
		}
		if got := o.outcomes(refused); len(got) != 0 {
			t.Errorf("outcomes %+v of a mail that is another's", got)
		}
		stop()
	})
}

// TestCourierUnsure: that a mail waits was written down, and the answer was lost;
// that ended its lease, and by the time the database answers again it is another
// process's. It stays the other's: what is known here is not written over that, and
// nothing is begun here.
func TestCourierUnsure(t *testing.T) {
	t.Parallel()
	const otherFor = 10 * time.Minute
	for name, tt := range map[string]struct {
		stop    bool          // it is put off because the process ends
		another time.Duration // claims it after so long
	}{
		"server away": {another: 5 * time.Second},
		"stopping":    {stop: true, another: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var sent sentLog
				var o *office
				var m registration.Mail
				o, start, stop := openWith(t, courier.Options{Workers: 1}, func(_ context.Context, msg registration.Message) error {
					sent.add(msg.To)
					if tt.stop { // the other mail waits behind this one
						time.Sleep(time.Second)
						return nil
					}
					return registration.ErrAway
				})
				if tt.stop {
					o.post("first@exemple.fr")
				}
				m = o.post("jeanne@exemple.fr")
				o.unsure = 1
				start()
				ended := make(chan struct{})
				if tt.stop {
					time.Sleep(time.Second / 2)
					go func() { stop(); close(ended) }()
				}
				for len(o.outcomes(m)) == 0 {
					time.Sleep(time.Millisecond)
				}
				o.setAway(true)
				time.Sleep(tt.another)
				o.setAway(false)
				begun := sent.count()
				other, err := o.Claim(t.Context(), time.Now(), otherFor, 100)
				if err != nil || len(other) != 1 || other[0].ID != m.ID {
					t.Fatalf("another process gets %+v, %v; want the mail", other, err)
				}
				time.Sleep(otherFor / 2)
				if got := o.outcomes(m); len(got) != 1 {
					t.Errorf("outcomes %+v: the mail was another's after the first", got)
				}
				if again, err := o.Claim(t.Context(), time.Now(), otherFor, 100); err != nil || len(again) != 0 {
					t.Errorf("%d mails are leased by nobody, %v: the other's lease was ended", len(again), err)
				}
				if sent.count() != begun {
					t.Errorf("%d mails were begun, want %d", sent.count(), begun)
				}
				if tt.stop {
					<-ended
				} else {
					stop()
				}
			})
		})
	}
}
