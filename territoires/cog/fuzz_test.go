package cog_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{"75", "2A", "2a", "20", "05", "21425", "75107", "2A004", "242101491", "", "\x00", "97\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := cog.V2019
		r, err1 := v.ParseRegion(s)
		d, err2 := v.ParseDepartement(s)
		c, err3 := v.ParseCommune(s)
		e, err4 := v.ParseEPCI(s)
		for code, err := range map[string]error{"r" + string(r): err1, "d" + string(d): err2, "c" + string(c): err3, "e" + string(e): err4} {
			if err == nil && code[1:] != s || err != nil && code[1:] != "" {
				t.Errorf("parse(%q) = %q, %v", s, code, err)
			}
			if err != nil && !errors.Is(err, cog.ErrSyntax) && !errors.Is(err, cog.ErrUnknown) {
				t.Errorf("parse(%q) = %v: neither malformed nor unknown", s, err)
			}
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

func BenchmarkCommunesNamed(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for range cog.V2019.CommunesNamed("Montbard") {
		}
	}
}
