package sqldb

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
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

// TestOneProbeAtATime: who asks while a probe runs shares its answer. Without the
// lock everybody would write one.
func TestOneProbeAtATime(t *testing.T) {
	t.Parallel()
	const askers = 20
	// crowd asks so often at once, releases the probes once so many have begun,
	// and returns how many there were.
	crowd := func(begun int, ready func(o *outcome, probe func() error) error) int64 {
		var o outcome
		var probes atomic.Int64
		entered, release := make(chan struct{}, askers), make(chan struct{})
		probe := func() error {
			probes.Add(1)
			entered <- struct{}{}
			<-release
			return nil
		}
		var wg sync.WaitGroup
		for range askers {
			wg.Go(func() { _ = ready(&o, probe) })
		}
		for range begun {
			<-entered
		}
		close(release)
		wg.Wait()
		return probes.Load()
	}
	if n := crowd(1, func(o *outcome, probe func() error) error { return o.ready(time.Now, probe) }); n != 1 {
		t.Errorf("%d probes, want 1", n)
	}
	unguarded := func(o *outcome, probe func() error) error {
		if err, fresh := o.last(time.Now()); fresh {
			return err
		}
		err := probe()
		o.record(err, true, time.Now())
		return err
	}
	if n := crowd(askers, unguarded); n != askers {
		t.Errorf("%d probes without the lock: the crowd does not meet", n)
	}
}
