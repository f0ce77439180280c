package courier_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/courier"
)

func TestCourierLimits(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		options courier.Options
		least   time.Duration // between the first and the last of 20 to one domain
	}{
		"none":         {courier.Options{Workers: 4}, 0},
		"per second":   {courier.Options{Workers: 4, PerSecond: 5}, 19 * 200 * time.Millisecond},
		"per domain":   {courier.Options{Workers: 4, PerDomain: 2}, 19 * 500 * time.Millisecond},
		"both":         {courier.Options{Workers: 4, PerSecond: 10, PerDomain: 1}, 19 * time.Second},
		"below a unit": {courier.Options{Workers: 4, PerDomain: 0.1}, 190 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var sent sentLog
				o, start, stop := openWith(t, tt.options, func(_ context.Context, m registration.Message) error {
					sent.add(m.To)
					return nil
				})
				for range 20 {
					o.post("jeanne@exemple.fr")
				}
				start()
				time.Sleep(20 * time.Minute)
				stop()
				if len(sent.at) != 20 {
					t.Fatalf("%d of 20 mails left", len(sent.at))
				}
				took := sent.at[19].Sub(sent.at[0])
				if took < tt.least || took > tt.least*2+time.Minute {
					t.Errorf("20 mails in %v, want %v and not much more", took, tt.least)
				}
			})
		})
	}
}

// TestCourierRefusesLimits: a limit is a number of mails that leave within a day.
func TestCourierRefusesLimits(t *testing.T) {
	t.Parallel()
	o := &office{}
	with := func(perSecond, perDomain float64) error {
		_, err := courier.New(courier.Options{Outbox: o, Recipients: o.recipients, Letter: o.letter, Composer: o, Sender: o, PerSecond: perSecond, PerDomain: perDomain})
		return err
	}
	for _, good := range []float64{0, 1.0 / 86400, 0.5, 1e6} {
		if err := errors.Join(with(good, 0), with(0, good)); err != nil {
			t.Errorf("%v: %v", good, err)
		}
	}
	for _, bad := range []float64{-1, 1e-10, 1.0 / 86401, math.NaN(), math.Inf(1), math.Inf(-1)} {
		if with(bad, 0) == nil || with(0, bad) == nil {
			t.Errorf("a limit of %v mails a second was taken", bad)
		}
	}
}

// TestCourierPace: a limit per domain is used up, and holds nobody else's mails up.
func TestCourierPace(t *testing.T) {
	t.Parallel()
	for perDomain, want := range map[float64]time.Duration{1: 99 * time.Second, 10: 9900 * time.Millisecond, 100: 990 * time.Millisecond} {
		t.Run(fmt.Sprint(perDomain), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var sent, other sentLog
				o, start, stop := openWith(t, courier.Options{Workers: 4, PerDomain: perDomain}, func(_ context.Context, m registration.Message) error {
					time.Sleep(3 * time.Millisecond)
					if m.To == "jeanne@exemple.fr" {
						sent.add(m.To)
					} else {
						other.add(m.To)
					}
					return nil
				})
				for range 100 {
					o.post("jeanne@exemple.fr")
				}
				for i := range 10 {
					o.post(fmt.Sprintf("paul@exemple-%d.fr", i))
				}
				start()
				time.Sleep(10 * time.Minute)
				stop()
				if len(sent.at) != 100 || len(other.at) != 10 {
					t.Fatalf("%d and %d mails left, want 100 and 10", len(sent.at), len(other.at))
				}
				if took := sent.at[99].Sub(sent.at[0]); took < want-5*time.Millisecond || took > want*3/2 {
					t.Errorf("100 mails in %v, want %v and hardly more", took, want)
				}
				if took := other.at[9].Sub(sent.at[0]); took > time.Second {
					t.Errorf("the last mail to somebody else left after %v", took)
				}
			})
		})
	}
}

// TestCourierMailingWaits: while a mailing leaves as slowly as a limit wants, what
// somebody asks for leaves within seconds, also to a domain of which many are written to.
func TestCourierMailingWaits(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]courier.Options{
		"per second":             {PerSecond: 10},
		"per domain":             {PerDomain: 1},
		"per second, per domain": {PerSecond: 10, PerDomain: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var sent sentLog
				o, start, stop := openWith(t, options, func(_ context.Context, m registration.Message) error {
					sent.add(m.To)
					return nil
				})
				of := registration.NewID()
				for range 1000 {
					o.mailTo("jeanne@exemple.fr", of)
				}
				start()
				time.Sleep(10*time.Second + 50*time.Millisecond)
				before, asked := sent.count(), time.Now()
				for range 5 {
					o.post("paul@exemple.fr")
					o.post("zoe@exemple.com")
				}
				time.Sleep(2 * time.Hour)
				stop()
				if before < 10 || before > 110 || len(sent.at) != 1010 {
					t.Fatalf("%d mails left in ten seconds, %d in all; want at least ten and 1010", before, len(sent.at))
				}
				last := map[string]time.Duration{}
				for i, to := range sent.to {
					last[to] = sent.at[i].Sub(asked)
				}
				if last["zoe@exemple.com"] > 6*time.Second || last["paul@exemple.fr"] > 8*time.Second {
					t.Errorf("what was asked for left after %v and, to the domain of the mailing, %v", last["zoe@exemple.com"], last["paul@exemple.fr"])
				}
				if want := 1010 * time.Second; last["jeanne@exemple.fr"] > want*11/10 {
					t.Errorf("the mailing was over after %v", last["jeanne@exemple.fr"])
				}
			})
		})
	}
}

// TestCourierPaceSlowDatabase: the time that the database takes is not taken from a
// domain's limit, and the limit is kept.
func TestCourierPaceSlowDatabase(t *testing.T) {
	t.Parallel()
	for perDomain, takes := range map[int]time.Duration{10: 50 * time.Millisecond, 20: 20 * time.Millisecond, 50: 5 * time.Millisecond} {
		t.Run(fmt.Sprint(perDomain), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var sent sentLog
				o, start, stop := openWith(t, courier.Options{PerDomain: float64(perDomain)}, func(_ context.Context, m registration.Message) error {
					sent.add(m.To)
					time.Sleep(30 * time.Millisecond)
					return nil
				})
				o.takes = takes
				mails := 20*perDomain + 1
				for range mails {
					o.post("jeanne@exemple.fr")
				}
				start()
				time.Sleep(10 * time.Minute)
				stop()
				if len(sent.at) != mails {
					t.Fatalf("%d mails left, want %d", len(sent.at), mails)
				}
				if took := sent.at[mails-1].Sub(sent.at[0]); took > 22*time.Second {
					t.Errorf("%d mails in %v, want twenty seconds and hardly more", mails, took)
				}
				for i := range mails - perDomain - 1 {
					if sent.at[i+perDomain+1].Sub(sent.at[i]) < time.Second {
						t.Fatalf("%d mails in less than a second", perDomain+2)
					}
				}
			})
		})
	}
}

// TestCourierSlowLimit: where a mail leaves every ten seconds, what somebody asks for
// waits for the next of them, not behind as many as there are workers.
func TestCourierSlowLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent sentLog
		o, start, stop := openWith(t, courier.Options{PerSecond: 0.1}, func(_ context.Context, m registration.Message) error {
			sent.add(m.To)
			return nil
		})
		o.takes = time.Millisecond
		of := registration.NewID()
		for i := range 50 {
			o.mailTo(fmt.Sprintf("jeanne@exemple-%d.fr", i), of)
		}
		start()
		time.Sleep(time.Minute + time.Second)
		asked := time.Now()
		o.post("paul@exemple.fr")
		time.Sleep(10 * time.Minute)
		stop()
		if i := slices.Index(sent.to, "paul@exemple.fr"); i < 0 || sent.at[i].Sub(asked) > 30*time.Second {
			t.Errorf("half a minute after it was asked for, a mail waits behind those of a mailing")
		}
		if len(sent.at) != 51 || sent.at[50].Sub(sent.at[0]) > 505*time.Second {
			t.Errorf("%d mails left in %v; want 51, one every ten seconds", len(sent.at), sent.at[len(sent.at)-1].Sub(sent.at[0]))
		}
	})
}

// TestCourierReadsClockAnyhow: of two workers who read the clock one after the other
// the second may ask first. Without a limit no mail waits for that.
func TestCourierReadsClockAnyhow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var read atomic.Int64
		var sent sentLog
		clock := func() time.Time { return time.Now().Add(-time.Duration(read.Add(1)) * time.Microsecond) }
		o, start, stop := openWith(t, courier.Options{Workers: 1, Clock: clock}, func(_ context.Context, m registration.Message) error {
			sent.add(m.To)
			return nil
		})
		for range 10 {
			o.post("jeanne@exemple.fr")
		}
		start()
		time.Sleep(time.Minute)
		stop()
		if len(sent.at) != 10 {
			t.Fatalf("%d of 10 mails left", len(sent.at))
		}
		if took := sent.at[9].Sub(sent.at[0]); took > 0 {
			t.Errorf("the last mail left %v after the first", took)
		}
	})
}
