package courier_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/courier"
)

// TestCourierRecipients: the recipients of a claim are read with one question. What
// was read counts for a second; beyond it, and whenever that question was of no use,
// each is read alone. The second of three people cancels while the first mail is sent.
func TestCourierRecipients(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		first    time.Duration // that the first mail takes to be sent
		step     time.Duration // by which the clock is set meanwhile
		together func(context.Context) error
		erased   bool  // the third person was erased before the claim
		read     []int // how many recipients each question asks for
		heeded   bool  // the second mail knows of the cancellation
	}{
		"within a second": {first: time.Second, read: []int{3}},
		"after a second":  {first: time.Second + time.Microsecond, read: []int{3, 1, 1}, heeded: true},
		"the clock steps": {first: time.Millisecond, step: 2 * time.Second, read: []int{3, 1, 1}, heeded: true},
		"it is set back":  {first: time.Millisecond, step: -time.Hour, read: []int{3, 1, 1}, heeded: true},
		"unavailable": {together: func(context.Context) error { return registration.ErrUnavailable },
			first: time.Millisecond, read: []int{3, 1, 1, 1}, heeded: true},
		"panic": {together: func(context.Context) error { panic("no column") },
			first: time.Millisecond, read: []int{3, 1, 1, 1}, heeded: true},
		"hangs": {together: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			first: time.Millisecond, read: []int{3, 1, 1, 1}, heeded: true},
		"slow": {together: func(context.Context) error { time.Sleep(1500 * time.Millisecond); return nil },
			first: time.Millisecond, read: []int{3, 1, 1, 1}, heeded: true},
		"one is gone": {first: time.Millisecond, erased: true, read: []int{3, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var ahead atomic.Int64
				clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
				var o *office
				var second registration.Mail
				o, start, stop := openWith(t, courier.Options{Workers: 1, Clock: clock}, func(_ context.Context, m registration.Message) error {
					if m.To != "jeanne@un.example" {
						return nil
					}
					o.mu.Lock()
					s := o.signups[second.Signup]
					s.EndedAt = time.Now()
					o.signups[s.ID] = s
					o.mu.Unlock()
					ahead.Store(int64(tt.step))
					time.Sleep(tt.first)
					return nil
				})
				o.together = tt.together
				o.post("jeanne@un.example") // a domain each: none waits for another
				second = o.post("paul@deux.example")
				third := o.post("zoe@trois.example")
				if tt.erased {
					delete(o.signups, third.Signup)
				}
				start()
				time.Sleep(10 * time.Second)
				stop()
				if diff := cmp.Diff(tt.read, o.read); diff != "" {
					t.Errorf("questions (-want +got):\n%s", diff)
				}
				for _, m := range []registration.Mail{second, third} {
					if got := o.outcomes(m); len(got) != 1 || got[0].SentAt.IsZero() {
						t.Errorf("outcomes %+v, want sent", got)
					}
				}
				for _, l := range o.letters {
					if heeded := !l.Signup.EndedAt.IsZero(); l.Mail.ID == second.ID && heeded != tt.heeded {
						t.Errorf("the letter heeds the cancellation: %v, want %v", heeded, tt.heeded)
					}
				}
			})
		})
	}
}

// TestCourierRecipientsKinds: mails to organisers are nobody's sign-up, and if no mail
// is claimed, no question is asked.
func TestCourierRecipientsKinds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o, start, stop := open(t, func(context.Context, registration.Message) error { return nil })
		zero := registration.ID{}
		o.signups[zero] = registration.Signup{}
		o.post("jeanne@exemple.fr")
		for range 3 {
			o.mails = append(o.mails, registration.Mail{ID: registration.NewID(), Kind: registration.MailDigest, CreatedAt: time.Now()})
		}
		start()
		time.Sleep(time.Minute)
		stop()
		if diff := cmp.Diff([]int{1, 1, 1, 1}, o.read); diff != "" {
			t.Errorf("questions (-want +got):\n%s", diff)
		}
	})
}

// TestCourierStopsWhileReading: a question that hangs does not keep a process from
// ending, and the mails of its claim are given back.
func TestCourierStopsWhileReading(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o, start, stop := open(t, func(context.Context, registration.Message) error { return errors.New("must not be sent") })
		o.together = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		mails := []registration.Mail{o.post("jeanne@exemple.fr"), o.post("paul@exemple.fr")}
		start()
		time.Sleep(time.Second / 2)
		began := time.Now()
		stop()
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("stopping took %v", took)
		}
		for _, m := range mails {
			if got := o.outcomes(m); len(got) != 1 || !got[0].Untried {
				t.Errorf("outcomes %+v, want it given back", got)
			}
		}
	})
}
