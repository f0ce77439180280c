package web_test

import (
	"runtime"
	"testing"

	"github.com/territoires-industrie/sdk/registration/web"
)

// TestSiteStartsLight counts what a site keeps of what it reads at its start. It
// runs alone.
func TestSiteStartsLight(t *testing.T) {
	f := open(t, web.Options{}) // has read what all sites share
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	h, err := web.New(web.Options{Desk: f.desk, Team: f.team, Keyring: f.keys, BaseURL: "https://rencontres.example"})
	if err != nil {
		t.Fatal(err)
	}
	if kept := int64(heap()) - int64(before); kept > 5<<20 {
		t.Errorf("a site that has shown no page keeps %d bytes, want 5 MiB at most", kept)
	}
	runtime.KeepAlive(h)
	runtime.KeepAlive(f)
}
