package courier_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/courier"
)

// sentLog is what a sender saw.
type sentLog struct {
	mu sync.Mutex
	at []time.Time
	to []string
}

func (l *sentLog) add(to string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at, l.to = append(l.at, time.Now()), append(l.to, to)
}

func (l *sentLog) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.at)
}

// TestCourierOutage: while the server is away for a day nobody hammers it; when
// it is back, one mail tries, the rest follow over the courier's own few
// connections, and no mail has lost an attempt.
func TestCourierOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const mails = 500
		began := time.Now()
		back := began.Add(24 * time.Hour)
		var tries, sent sentLog
		var mu sync.Mutex
		now, most := 0, 0
		o, start, stop := open(t, func(_ context.Context, m registration.Message) error {
			if time.Now().Before(back) {
				tries.add(m.To)
				return fmt.Errorf("dial: %w", registration.ErrAway)
			}
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(100 * time.Millisecond)
			sent.add(m.To)
			mu.Lock()
			now--
			mu.Unlock()
			return nil
		})
		for n := range mails {
			o.post(fmt.Sprintf("jeanne@%d.exemple.fr", n%7))
		}
		start()
		time.Sleep(25 * time.Hour)
		stop()
		if len(sent.at) != mails {
			t.Fatalf("%d mails left after the outage, want %d", len(sent.at), mails)
		}
		if n := len(tries.at); n < 24*12-2 || n > 24*20 {
			t.Errorf("%d tries in a day, want one every four to five minutes", n)
		}
		if wait := sent.at[0].Sub(back); wait > 6*time.Minute {
			t.Errorf("the first mail left %v after the server was back", wait)
		}
		if most > 2 {
			t.Errorf("%d mails at the same time, want at most 2", most)
		}
		if sent.at[1].Sub(sent.at[0]) < 100*time.Millisecond {
			t.Error("the second mail did not wait for the first to get through")
		}
	})
}

// TestCourierDomainLater: a domain that says "later" is left alone for longer
// and longer, with one mail to try; the others do not wait for it.
func TestCourierDomainLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var tries, others, sent sentLog
		o, start, stop := open(t, func(_ context.Context, m registration.Message) error {
			switch {
			case !strings.HasSuffix(m.To, "@gris.example"):
				others.add(m.To)
			case time.Since(began) < 6*time.Hour:
				tries.add(m.To)
				return &registration.SendError{Code: 451, Reply: "451 4.7.1 greylisted"}
			default:
				sent.add(m.To)
			}
			return nil
		})
		for range 50 {
			o.post("jeanne@gris.example")
			o.post("jeanne@exemple.fr")
		}
		start()
		time.Sleep(time.Minute)
		if others.count() != 50 {
			t.Errorf("%d of 50 mails to another domain left in a minute", others.count())
		}
		time.Sleep(15 * time.Hour)
		stop()
		if n := len(tries.at); n < 6 || n > 14 {
			t.Errorf("%d tries in six hours, want a doubling wait from a minute on", n)
		}
		if len(sent.at) != 50 {
			t.Errorf("%d of 50 mails left in the end", len(sent.at))
		}
	})
}

// TestCourierBadRecipient: a full mailbox says nothing about its domain.
func TestCourierBadRecipient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o, start, stop := open(t, func(_ context.Context, m registration.Message) error {
			if strings.HasPrefix(m.To, "pleine") {
				return &registration.SendError{Recipient: true, Code: 452, Reply: "452 4.2.2 mailbox full"}
			}
			return nil
		})
		full := o.post("pleine@exemple.fr")
		var good []registration.Mail
		for range 20 {
			good = append(good, o.post("jeanne@exemple.fr"))
		}
		start()
		time.Sleep(5 * time.Second)
		for i, m := range good {
			if len(o.outcomes(m)) != 1 {
				t.Errorf("mail %d waits behind a full mailbox", i)
			}
		}
		time.Sleep(6 * 24 * time.Hour)
		stop()
		got := o.outcomes(full)
		if last := got[len(got)-1]; last.ParkedAt.IsZero() || last.Reply != "452 4.2.2 mailbox full" {
			t.Errorf("after six days %+v, want it parked with the server's words", last)
		}
	})
}

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

// TestCourierOvertaken: what is no longer so is dropped.
func TestCourierOvertaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o, start, stop := open(t, func(context.Context, registration.Message) error {
			return errors.New("must not be sent")
		})
		o.compose = func(registration.Letter) (registration.Message, error) {
			return registration.Message{}, registration.ErrOvertaken
		}
		m := o.post("jeanne@exemple.fr")
		start()
		time.Sleep(time.Minute)
		stop()
		if got := o.outcomes(m); len(got) != 1 || got[0].SentAt.IsZero() || got[0].Reply == "" {
			t.Errorf("%+v, want it dropped with the reason", got)
		}
	})
}

// TestCourierClockSetBack: what was decided by a clock that ran ahead does not hold mails
// back until it would be that late again.
func TestCourierClockSetBack(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]courier.Options{
		"per second": {Workers: 2, PerSecond: 10},
		"per domain": {Workers: 2, PerDomain: 10},
		"away":       {Workers: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var ahead atomic.Int64
				ahead.Store(int64(time.Hour))
				var sent sentLog
				away := name == "away"
				options.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
				o, start, stop := openWith(t, options, func(_ context.Context, m registration.Message) error {
					if away {
						away = false
						return fmt.Errorf("dial: %w", registration.ErrAway)
					}
					sent.add(m.To)
					return nil
				})
				o.post("jeanne@exemple.fr")
				start()
				time.Sleep(time.Second)
				ahead.Store(0)
				time.Sleep(2 * time.Minute)
				o.post("paul@exemple.fr")
				time.Sleep(3 * time.Minute)
				stop()
				if len(sent.at) < 1 || sent.to[len(sent.to)-1] != "paul@exemple.fr" {
					t.Errorf("sent to %q five minutes after the clock was set back; want also paul", sent.to)
				}
			})
		})
	}
}
