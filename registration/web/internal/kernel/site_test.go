package kernel

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

func TestOneAtATime(t *testing.T) {
	t.Parallel()
	s, running, failed := new(Site), atomic.Int32{}, errors.New("x")
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			err := s.OneAtATime(func() error {
				if n := running.Add(1); n > 1 {
					t.Errorf("%d at a time", n)
				}
				runtime.Gosched()
				running.Add(-1)
				return failed
			})
			if err != failed {
				t.Errorf("error %v, want %v", err, failed)
			}
		})
	}
	wg.Wait()
	func() {
		defer func() { recover() }()
		s.OneAtATime(func() error { panic("x") })
	}()
	if err := s.OneAtATime(func() error { return nil }); err != nil { // a panic has let go
		t.Error(err)
	}
}
