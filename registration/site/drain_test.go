package site_test

import (
	"os"
	"runtime"
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
	first, most := heap(), uint64(0)
	took := drain(t, signer(t, site.Paper()), store, n, func() { most = max(most, heap()) })
	t.Logf("%d mails in %v, heap %d kB at first, %d kB at most", n, took.Round(time.Millisecond), first>>10, most>>10)
	if most > first+8<<20 {
		t.Errorf("heap grew from %d to %d bytes", first, most)
	}
}
