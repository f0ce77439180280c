package courier_test

import (
	"context"
	"errors"
	"fmt"
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
				return &registration.SendError{Code: 451, Reply: "451 4.7.500 server busy"}
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

// TestCourierGreylisting: a server that asks to come back five minutes later, once for
// each recipient, has the mail of all of them soon after.
func TestCourierGreylisting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first := map[string]time.Time{}
		var mu sync.Mutex
		o, start, stop := open(t, func(_ context.Context, m registration.Message) error {
			mu.Lock()
			defer mu.Unlock()
			if first[m.To].IsZero() {
				first[m.To] = time.Now()
			}
			if time.Since(first[m.To]) < 5*time.Minute {
				return &registration.SendError{Recipient: true, Code: 451, Reply: "451 4.7.1 come back in 5 minutes"}
			}
			return nil
		})
		var all []registration.Mail
		for i := range 50 {
			all = append(all, o.post(fmt.Sprintf("p%d@gris.example", i)))
		}
		start()
		time.Sleep(15 * time.Minute)
		stop()
		for _, m := range all {
			if got := o.outcomes(m); len(got) == 0 || got[len(got)-1].SentAt.IsZero() {
				t.Errorf("after a quarter of an hour %+v, want it sent", got)
			}
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
