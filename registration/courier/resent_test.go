package courier_test

import (
	"context"
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
