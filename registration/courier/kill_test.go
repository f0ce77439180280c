package courier_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/courier"
)

// resent says which mails may be sent again after a kill: the one that each
// worker was sending, and those that the server accepted within this time before.
// Outcomes wait so long for each other before they are recorded together.
// Recording takes no time here, where the database is not a real one.
const resent = 20 * time.Millisecond

// TestKillSendsLittleAgain looks at every millisecond of a busy courier, as if it
// were killed there: what was accepted longer ago than that is written down.
func TestKillSendsLittleAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const workers, mails = 8, 600
		var mu sync.Mutex
		accepted, inHand := map[string]time.Time{}, 0
		o, start, stop := openWith(t, courier.Options{Workers: workers}, func(_ context.Context, m registration.Message) error {
			mu.Lock()
			inHand++
			mu.Unlock()
			time.Sleep(3 * time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			inHand--
			accepted[m.To] = time.Now()
			return nil
		})
		posted := map[string]registration.Mail{}
		for i := range mails {
			to := fmt.Sprintf("p%d@exemple.fr", i)
			posted[to] = o.post(to)
		}
		start()
		began, most := time.Now(), 0
		for done := false; !done; {
			time.Sleep(time.Millisecond)
			synctest.Wait()
			mu.Lock()
			again := 0
			for to, at := range accepted {
				if len(o.outcomes(posted[to])) > 0 {
					continue
				}
				if again++; time.Since(at) > resent {
					t.Errorf("after %v: accepted %v ago, and not written down", time.Since(began), time.Since(at))
				}
			}
			if inHand > workers {
				t.Errorf("%d mails in hand, want %d at most", inHand, workers)
			}
			most = max(most, again)
			done = again == 0 && len(accepted) == mails || t.Failed() || time.Since(began) > time.Minute
			mu.Unlock()
		}
		if len(accepted) != mails && !t.Failed() {
			t.Errorf("%d of %d mails left", len(accepted), mails)
		}
		stop()
		if most == 0 {
			t.Error("nothing ever waited to be written down: the test shows nothing")
		}
	})
}
