package territoires_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
)

// TestFirstUse measures the first lookup of a fresh process, this test run
// again, where nothing has been read yet.
func TestFirstUse(t *testing.T) {
	if os.Getenv("FIRST_USE") != "" {
		start := time.Now()
		_, ok := territoires.Lookup(territoires.PhaseI, "ti-2701")
		fmt.Println("first use took", time.Since(start).Microseconds(), ok)
		return
	}
	if sample.Race {
		t.Skip("the race detector is slower than what is promised")
	}
	// The best of some processes, of more on a busy machine: this one shares
	// its processors.
	const promised = 5 * time.Millisecond
	best := time.Hour
	for n := 0; n < 8 || n < 100 && best > promised; n++ {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFirstUse$")
		cmd.Env = append(os.Environ(), "FIRST_USE=1")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		var us int64
		_, text, _ := strings.Cut(string(out), "first use took ")
		if _, err := fmt.Sscanf(text, "%d true", &us); err != nil {
			t.Fatalf("%v in %q", err, out)
		}
		best = min(best, time.Duration(us)*time.Microsecond)
	}
	t.Logf("first use of the territories: %v", best)
	if best > promised {
		t.Errorf("first use of the territories took %v; want under 5 ms", best)
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if n, err := territoires.ReadTables(); n != 332 || err != nil {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		territoires.Lookup(territoires.PhaseI, "ti-7505")
	}
}

func BenchmarkOfCommune(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		territoires.OfCommune(territoires.PhaseI, "21425")
	}
}

func BenchmarkSearch(b *testing.B) {
	for name, query := range map[string]string{"code": "ti-2701", "exact": "Auxois Morvan", "mistyped": "axuois morvn", "commune": "Montbard"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				territoires.Search(territoires.PhaseI, query, 5)
			}
		})
	}
}

func BenchmarkNearest(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		territoires.Nearest(territoires.PhaseI, territoires.Point{Longitude: 5, Latitude: 47}, 5)
	}
}
