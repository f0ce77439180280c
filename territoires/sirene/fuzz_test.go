package sirene_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// same is what every parser promises: what it returns is valid, parses to
// itself, and is "" on an error.
func same[T interface {
	~string
	Valid() bool
}](t *testing.T, s string, parse func(string) (T, error)) {
	got, err := parse(s)
	if (err == nil) != (got != "") || err == nil && !got.Valid() {
		t.Errorf("parse(%q) = %q, %v", s, got, err)
	}
	if again, err2 := parse(string(got)); err == nil && (again != got || err2 != nil) {
		t.Errorf("parse(%q) = %q, %v; want itself", got, again, err2)
	}
}

func FuzzParseSIREN(f *testing.F) {
	for _, s := range []string{"732829320", "732 829 320", "732829321", "", "\xc2", "\xe2\x80", "\ufeff732829320\r\n", "７３２８２９３２０"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { same(t, s, sirene.ParseSIREN) })
}

func FuzzParseSIRET(f *testing.F) {
	for _, s := range []string{"73282932000074", "35600000049837", "732 829 320 00074", "732829320"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { same(t, s, sirene.ParseSIRET) })
}

func FuzzParseNAF(f *testing.F) {
	for _, s := range []string{"25.62B", "2562B", "25 62 B", "25..62B", "é", "2562b\u200b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { same(t, s, sirene.ParseNAF) })
}

// TestRoundTrips draws numbers with a right check digit, prints them for
// people, and reads them back; one digit changed must be noticed.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := sirene.SIREN(withCheckDigit(rapid.StringMatching(`[0-9]{8}`).Draw(t, "siren")))
		if got, err := sirene.ParseSIREN(s.Format()); got != s || err != nil {
			t.Errorf("ParseSIREN(%q) = %q, %v; want %q", s.Format(), got, err, s)
		}
		siret := sirene.SIRET(withCheckDigit(string(s) + rapid.StringMatching(`[0-9]{4}`).Draw(t, "nic")))
		if got, err := sirene.ParseSIRET(siret.Format()); got != siret || err != nil || got.SIREN() != s {
			t.Errorf("ParseSIRET(%q) = %q, %v; want %q", siret.Format(), got, err, siret)
		}
		at := rapid.IntRange(0, 8).Draw(t, "place")
		wrong := string(s[:at]) + string('0'+(s[at]-'0'+1)%10) + string(s[at+1:])
		if sirene.SIREN(wrong).Valid() {
			t.Errorf("%q with one digit changed to %q is valid", s, wrong)
		}
	})
}

// withCheckDigit tries the ten digits: only one satisfies Luhn's rule.
func withCheckDigit(s string) string {
	for d := '0'; d <= '9'; d++ {
		if tableLuhn(s + string(d)) {
			return s + string(d)
		}
	}
	panic("no check digit for " + s)
}

// tableLuhn is Luhn's rule as a loop over a table: another hand than the
// package's, and the floor that its speed is compared with.
func tableLuhn(s string) bool {
	sum := 0
	for i := range len(s) {
		sum += luhnTable[(len(s)-1-i)%2][s[i]-'0']
	}
	return sum%10 == 0
}

var luhnTable = [2][10]int{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {0, 2, 4, 6, 8, 1, 3, 5, 7, 9}}

func BenchmarkParseSIREN(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = sirene.ParseSIREN("732829320")
	}
}

func BenchmarkParseSIRENSpaced(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = sirene.ParseSIREN("732 829 320")
	}
}

// BenchmarkLuhnFloor is the least that checking a SIREN takes.
func BenchmarkLuhnFloor(b *testing.B) {
	for b.Loop() {
		tableLuhn("732829320")
	}
}

// TestParseCost holds ParseSIREN to three times the floor.
func TestParseCost(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector slows both unevenly")
	}
	ratio := 100.0
	for range 20 { // the machine is shared: the best of some runs
		parse := testing.Benchmark(BenchmarkParseSIREN)
		floor := testing.Benchmark(BenchmarkLuhnFloor)
		ratio = min(ratio, float64(parse.NsPerOp())/float64(max(floor.NsPerOp(), 1)))
		if ratio <= 3 {
			break
		}
	}
	t.Logf("ParseSIREN takes %.1f times a Luhn loop", ratio)
	if ratio > 3 {
		t.Errorf("ParseSIREN takes %.1f times a Luhn loop; want at most 3", ratio)
	}
}
