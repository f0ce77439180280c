package registration_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// guarded opens a desk with a meeting for everybody and with its limits on.
func guarded(t *testing.T) desk {
	t.Helper()
	d := newDesk(t, registration.Unlimited, registration.Unlimited, registration.Unlimited)
	var err error
	d.Desk, err = registration.NewDesk(registration.DeskOptions{Store: d.store, Organisers: d.store, Keyring: d.keys, Clock: d.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// crowd signs n people up at once, the trace of each as given, and returns how
// many were let in.
func (d desk) crowd(t *testing.T, from, n int, trace func(i int) registration.BotSignals) int {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	let := 0
	people := make(chan int)
	for range 64 {
		wg.Go(func() {
			for i := range people {
				r := request(from + i)
				r.Signals = trace(i)
				_, err := d.SignUp(t.Context(), slug, r)
				switch {
				case err == nil:
					mu.Lock()
					let++
					mu.Unlock()
				case !errors.Is(err, registration.ErrTooMany):
					t.Errorf("person %d: %v", i, err)
				}
			}
		})
	}
	for i := range n {
		people <- i
	}
	close(people)
	wg.Wait()
	return let
}

// numbered returns the IPv4 address number n of a network for documentation.
func numbered(n int) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], 0xC0000200+uint32(n))
	return netip.AddrFrom4(b)
}

// TestRobots: floods are refused, people are not, also when they come from the
// same network and at the same time, up to as many as an hour has room for.
func TestRobots(t *testing.T) {
	t.Parallel()
	flood := 3_000 // the others, of which as few come through, are shorter
	if os.Getenv("TEST_FULL") != "" {
		flood = 10_000
	}
	office := numbered(1)
	d := guarded(t)
	old := d.FormToken(time.Time{})
	const enough = 1_200 // behind one address in an hour
	forms := make([]string, enough+30)
	for i := range forms {
		forms[i] = d.FormToken(time.Time{})
	}
	d.clock.Set(d.Now().Add(registration.FillTime))
	if let := d.crowd(t, 0, len(forms), func(i int) registration.BotSignals { return registration.BotSignals{Form: forms[i], Network: office} }); let != enough {
		t.Errorf("%d of %d people were let in, want %d", let, len(forms), enough)
	}
	from := 0
	for name, trace := range map[string]func(i int) registration.BotSignals{
		"no form":          func(int) registration.BotSignals { return registration.BotSignals{Network: numbered(2)} },
		"one form for all": func(int) registration.BotSignals { return registration.BotSignals{Form: old, Network: numbered(3)} },
		"too fast": func(int) registration.BotSignals {
			return registration.BotSignals{Form: d.FormToken(time.Time{}), Network: numbered(4)}
		},
		"forged": func(i int) registration.BotSignals {
			return registration.BotSignals{Form: fmt.Sprint(i), Network: numbered(5)}
		},
		"into the trap": func(i int) registration.BotSignals {
			return registration.BotSignals{Honeypot: "x", Network: numbered(100 + i)}
		},
		"one /64 of IPv6":   func(i int) registration.BotSignals { return registration.BotSignals{Network: subscriber(i)} },
		"no network at all": func(int) registration.BotSignals { return registration.BotSignals{} },
	} {
		n, most := flood, flood/99
		if name != "no form" && flood < 10_000 {
			n, most = 200, 21 // one proven, twenty unproven
		}
		from += 10_000
		if let := d.crowd(t, from, n, trace); let > most {
			t.Errorf("%s: %d of %d were let in, want at most %d", name, let, n, most)
		}
	}
	d.check(t)
}

// subscriber returns address number n of one subscriber's IPv6 network.
func subscriber(n int) netip.Addr {
	b := netip.MustParseAddr("2001:db8::").As16()
	binary.BigEndian.PutUint32(b[12:], uint32(n))
	return netip.AddrFrom16(b)
}

// TestLimitsEnd: an hour later the same network may sign up again, and the
// counters are deleted in the end.
func TestLimitsEnd(t *testing.T) {
	t.Parallel()
	d := guarded(t)
	none := func(int) registration.BotSignals { return registration.BotSignals{Network: numbered(1)} }
	if let := d.crowd(t, 0, 50, none); let != 20 {
		t.Errorf("%d were let in, want 20", let)
	}
	d.clock.Set(d.Now().Add(time.Hour))
	if let := d.crowd(t, 100, 50, none); let != 20 {
		t.Errorf("%d were let in an hour later, want 20", let)
	}
	if _, err := d.store.DeleteCounters(t.Context(), d.Now().Add(time.Hour), 1000); err != nil {
		t.Fatal(err)
	}
	if let := d.crowd(t, 200, 50, none); let != 20 {
		t.Errorf("%d were let in after the counters were deleted, want 20", let)
	}
}

// TestOldForms: a form of yesterday proves nothing.
func TestOldForms(t *testing.T) {
	t.Parallel()
	for age, want := range map[time.Duration]int{24*time.Hour - time.Microsecond: 30, 24 * time.Hour: 20} {
		d := guarded(t)
		forms := make([]string, 30)
		for i := range forms {
			forms[i] = d.FormToken(time.Time{})
		}
		d.clock.Set(d.Now().Add(age))
		let := d.crowd(t, 0, len(forms), func(i int) registration.BotSignals {
			return registration.BotSignals{Form: forms[i], Network: numbered(1)}
		})
		if let != want {
			t.Errorf("forms %v old: %d were let in, want %d", age, let, want)
		}
	}
}

// uncounted is a store that cannot count what has a name with this beginning.
type uncounted struct {
	registration.Store
	what string
}

// errUncounted is its error.
var errUncounted = errors.New("cannot count")

func (u uncounted) Change(ctx context.Context, slug string, run func(registration.Tx) error, about ...registration.ID) error {
	return u.Store.Change(ctx, slug, func(tx registration.Tx) error { return run(uncountedTx{tx, u.what}) }, about...)
}

type uncountedTx struct {
	registration.Tx
	what string
}

func (u uncountedTx) Count(id string, window time.Time) (int, error) {
	if strings.HasPrefix(id, u.what) {
		return 0, errUncounted
	}
	return u.Tx.Count(id, window)
}

// TestUncounted: where sign-ups cannot be counted nobody is let in.
func TestUncounted(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"all ", "form ", "unproven "} {
		d := guarded(t)
		var err error
		d.Desk, err = registration.NewDesk(registration.DeskOptions{Store: uncounted{d.store, what}, Organisers: d.store, Keyring: d.keys, Clock: d.clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		r := request(1)
		r.Signals = registration.BotSignals{Network: numbered(1)}
		if what != "unproven " {
			r.Signals.Form = d.FormToken(time.Time{})
			d.clock.Set(d.Now().Add(registration.FillTime))
		}
		if _, err := d.SignUp(t.Context(), slug, r); !errors.Is(err, errUncounted) || len(d.all(t)) != 0 {
			t.Errorf("%q: %v, %d sign-ups; want %v and none", what, err, len(d.all(t)), errUncounted)
		}
	}
}
