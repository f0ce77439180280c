package courier_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

func TestResentLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		o, start, stop := open(t, func(context.Context, registration.Message) error {
			if attempts++; attempts == 1 {
				return &registration.SendError{Code: 451, Recipient: true, Reply: "greylisted, try again later"}
			}
			return nil
		})
		m := o.post("jeanne@exemple.fr")
		o.mails[0].CreatedAt, o.mails[0].Attempts = time.Now().Add(-6*24*time.Hour), 1 // parked, and resent by an organiser now
		start()
		time.Sleep(time.Hour)
		stop()
		if got := o.outcomes(m); len(got) != 2 || got[1].SentAt.IsZero() {
			t.Errorf("outcomes %+v, want a second attempt", got)
		}
	})
}

// TestGivesUp: after five days and thirteen attempts a mail is parked, with what the
// server last said about it.
func TestGivesUp(t *testing.T) {
	for _, tt := range []struct {
		name     string
		age      time.Duration
		attempts int // made before
		err      error
		parked   bool
		reply    string
	}{
		{"the server's words", 6 * 24 * time.Hour, 12, &registration.SendError{Code: 451, Reply: "mailbox full"}, true, "mailbox full"},
		{"no words", 6 * 24 * time.Hour, 12, errors.New("time-out"), true, "no answer"},
		{"twelfth attempt", 6 * 24 * time.Hour, 11, &registration.SendError{Code: 451, Reply: "mailbox full"}, false, "mailbox full"},
		{"five days", 5 * 24 * time.Hour, 20, &registration.SendError{Code: 451, Reply: "mailbox full"}, false, "mailbox full"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, start, stop := open(t, func(context.Context, registration.Message) error { return tt.err })
				m := o.post("jeanne@exemple.fr")
				o.mails[0].CreatedAt, o.mails[0].Attempts = time.Now().Add(-tt.age), tt.attempts
				start()
				time.Sleep(time.Second)
				stop()
				got := o.outcomes(m)
				if len(got) != 1 || got[0].ParkedAt.IsZero() == tt.parked || got[0].RetryAt.IsZero() != tt.parked || got[0].Reply != tt.reply {
					t.Errorf("outcomes %+v, want one: parked %v, %q", got, tt.parked, tt.reply)
				}
			})
		})
	}
}
