package cog_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
)

// FuzzParse wants every code that is read to be read again as itself, and
// every refusal to be of one of the two kinds.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"75", "2A", "2a", "20", "05", "1", "1001", "21425", "21 425\r\n", "２１４２５", "75107", "50602", "2A004", "242101491", "", "\x00", "97\xff", "\u200b", "Montbard", "st-ouen", "01039"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, v := range cog.Vintages() {
			same(t, s, v.ParseRegion)
			same(t, s, v.ParseDepartement)
			same(t, s, v.ParseCommune)
			same(t, s, v.ParseEPCI)
			for c := range v.CommunesNamed(s) {
				if cog.Fold(c.Name) != cog.Fold(s) {
					t.Errorf("%v is said to be named %q", c, s)
				}
			}
			for _, to := range cog.Vintages() {
				c, ok := cog.TraceCommune(v, to, cog.CommuneCode(s))
				if _, there := to.Commune(c); ok != there {
					t.Errorf("TraceCommune(%v, %v, %q) = %q, %v", v, to, s, c, ok)
				}
			}
		}
	})
}

func same[T ~string](t *testing.T, s string, parse func(string) (T, error)) {
	t.Helper()
	code, err := parse(s)
	if (err == nil) != (code != "") {
		t.Errorf("parse(%q) = %q, %v", s, code, err)
	}
	if again, err2 := parse(string(code)); err == nil && (again != code || err2 != nil) {
		t.Errorf("parse(%q) = %q, which is read as %q, %v", s, code, again, err2)
	}
	if err != nil && !errors.Is(err, cog.ErrSyntax) && !errors.Is(err, cog.ErrUnknown) {
		t.Errorf("parse(%q) = %v: neither malformed nor unknown", s, err)
	}
}

// FuzzSearch wants no commune twice, and each in 2026.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{"montbard", "21 - Montbard", "saint", "sai mar", "cherbuorg", "Loire", "\xff", "l l l"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		seen := map[cog.CommuneCode]bool{}
		last := cog.Fit(0)
		for c := range cog.Search(s) {
			now, ok := cog.V2026.Commune(c.Commune.Code)
			if !ok || now != c.Commune || seen[now.Code] || c.Name == "" || c.Fit < last {
				t.Errorf("Search(%q) gives %+v", s, c)
			}
			seen[now.Code], last = true, c.Fit
		}
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Saint-Étienne", "St", "ST STE", "l’Œ", "\xff", "e\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := cog.Fold(s); cog.Fold(once) != once {
			t.Errorf("Fold(%q) = %q, folded again %q", s, once, cog.Fold(once))
		}
	})
}

// TestCommuneOfAnyCode draws codes and compares the search in place with a
// plain list of all communes.
func TestCommuneOfAnyCode(t *testing.T) {
	t.Parallel()
	known := map[cog.Vintage]map[cog.CommuneCode]cog.Commune{}
	for _, v := range cog.Vintages() {
		known[v] = map[cog.CommuneCode]cog.Commune{}
		for c := range v.Communes() {
			known[v][c.Code] = c
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SampledFrom(cog.Vintages()).Draw(t, "vintage")
		code := cog.CommuneCode(rapid.StringMatching(`[0-9][0-9AB][0-9]{3}`).Draw(t, "code"))
		got, _ := v.Commune(code)
		if want := known[v][code]; got != want && got.Parent == "" {
			t.Errorf("%v.Commune(%v) = %+v; want %+v", v, code, got, want)
		}
	})
}

func BenchmarkCommune(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		cog.V2019.Commune("21425")
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, query := range []string{"Montbard", "monbard", "saint", "Montbard Côte-d'Or"} {
		b.Run(query, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for range cog.Search(query) {
					break
				}
			}
		})
	}
}

func BenchmarkCommunesNamed(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for range cog.V2019.CommunesNamed("Montbard") {
		}
	}
}

// TestCommunesNamedCost holds looking a name up to an eighth of a yardstick, the best of
// some tries: the machine is shared. On a usual one that is about 20 microseconds.
func TestCommunesNamedCost(t *testing.T) {
	most := sample.Yardstick() / 8
	for _, name := range []string{"Montbard", "Saint-Martin", "Sainte-Marie", "Saint", "Saint-Pierre-de-Chartreuse", "xyzzy", ""} {
		best := time.Hour
		for range 50 {
			start := time.Now()
			for range cog.V2026.CommunesNamed(name) {
			}
			best = min(best, time.Since(start))
		}
		t.Logf("%8v: %q", best, name)
		if best > most && !raceEnabled {
			t.Errorf("CommunesNamed(%q) takes %v; want at most %v", name, best, most)
		}
	}
}
