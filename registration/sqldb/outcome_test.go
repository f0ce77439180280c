package sqldb

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

func TestOutcome(t *testing.T) {
	t.Parallel()
	now, probes := time.Unix(0, 0), 0
	var broken error
	var o outcome
	ready := func(wantProbes int, want error) {
		t.Helper()
		err := o.ready(func() time.Time { return now }, func() error { probes++; return broken })
		if !errors.Is(err, want) || probes != wantProbes {
			t.Errorf("at %v: %v after %d probes, want %v after %d", now.Unix(), err, probes, want, wantProbes)
		}
	}
	full := fmt.Errorf("disk full: %w", registration.ErrUnavailable)
	ready(1, nil)
	ready(1, nil) // the answer is shared
	o.record(full, false, now)
	ready(1, full) // a real write failed
	o.record(nil, false, now)
	o.record(registration.ErrFull, false, now)
	ready(1, full) // neither of these says that there is room
	o.record(nil, true, now)
	ready(1, nil)
	now, broken = now.Add(probeAfter), errors.New("disk on fire")
	ready(2, registration.ErrUnavailable)
	now, broken = now.Add(probeAfter), nil
	ready(3, nil)
}

func TestOneProbeAtATime(t *testing.T) {
	t.Parallel()
	var o outcome
	var probes int // guarded by o's own lock: -race tells otherwise
	entered, release := make(chan struct{}), make(chan struct{})
	probe := func() error {
		if probes++; probes == 1 {
			close(entered)
			<-release
		}
		return nil
	}
	var wg sync.WaitGroup
	ask := func() { _ = o.ready(time.Now, probe) }
	wg.Go(ask)
	<-entered
	for range 20 {
		wg.Go(ask)
	}
	close(release)
	wg.Wait()
	if probes != 1 {
		t.Errorf("%d probes, want 1", probes)
	}
}
