package site_test

import (
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration/site"
)

// TestDrainFlatMemory: ten thousand mails leave, each with a ticket, and what is
// alive does not grow with them.
func TestDrainFlatMemory(t *testing.T) {
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("set TEST_FULL=1 to drain 10,000 mails")
	}
	const n = 10_000
	store, _ := outbox(t, n)
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var seen []uint64
	took := drain(t, signer(t, site.Paper()), store, n, func() { seen = append(seen, heap()) })
	// What is in hand comes and goes, eight tickets at most; what stays shows in the
	// least that is in use.
	if len(seen) < 40 {
		t.Fatalf("%d looks at the heap in %v show nothing", len(seen), took)
	}
	quarter := len(seen) / 4
	early, late := slices.Min(seen[quarter:2*quarter]), slices.Min(seen[3*quarter:])
	t.Logf("%d mails in %v, heap at least %d kB early, %d kB late, %d kB at most", n, took.Round(time.Millisecond), early>>10, late>>10, slices.Max(seen)>>10)
	if late > early+8<<20 {
		t.Errorf("heap grew from %d to %d bytes", early, late)
	}
	if most := slices.Max(seen); most > 96<<20 {
		t.Errorf("%d bytes of heap in use at once", most)
	}
}
