package territoires_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"ti-0101", "ti-9999", "TI-0101", "", "ti-01\x001", "ti-0101\r\n", "\u200bti-０1０1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := territoires.ParseID(s)
		if again, err2 := territoires.ParseID(string(id)); err == nil && (again != id || err2 != nil) || err != nil && id != "" {
			t.Errorf("ParseID(%q) = %q, %v; read again: %q, %v", s, id, err, again, err2)
		}
		if err != nil && !errors.Is(err, territoires.ErrSyntax) && !errors.Is(err, territoires.ErrUnknown) {
			t.Errorf("ParseID(%q) = %v: neither malformed nor unknown", s, err)
		}
	})
}

func FuzzParseSpan(f *testing.F) {
	for _, s := range []string{"2019-06-12", "2019-03-18/2019-03-24", "../2019-05-16", "/", "2019-02-30", " ２０１９-03-18\u00a0/ 2019-03-24\r\n", ". ./2019-05-16"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		readTwice(t, s, territoires.ParseSpan)
	})
}

// FuzzReadList wants every accepted list to be written and read back alike,
// and every refusal to say a line.
func FuzzReadList(f *testing.F) {
	f.Add(head + "ti-2701,Auxois Morvan,CC du Montbardois,242101491\n")
	f.Add("id_ti;lib_ti;lib_groupement;siren_groupement\r\nti-2701;\"a;b\";c;242 101 491")
	f.Add(head + "ti-2701,x\n\"")
	f.Fuzz(func(t *testing.T, s string) {
		all, err := territoires.ReadList(strings.NewReader(s), territoires.PhaseI)
		if err != nil {
			if _, ok := errors.AsType[*territoires.LineError](err); !ok || all != nil {
				t.Fatalf("ReadList = %d territories, %v", len(all), err)
			}
			return
		}
		var b strings.Builder
		seq := func(yield func(territoires.Territory) bool) {
			for _, tr := range all {
				if !yield(tr) {
					return
				}
			}
		}
		if err := territoires.WriteCSV(&b, seq); err != nil {
			t.Fatal(err)
		}
		again, err := territoires.ReadList(strings.NewReader(b.String()), territoires.PhaseI)
		if err != nil || len(again) != len(all) {
			t.Fatalf("reading back %q: %d territories, %v", b.String(), len(again), err)
		}
		for i := range all {
			if !all[i].Equal(again[i]) {
				t.Errorf("%v became %v", all[i], again[i])
			}
		}
		var features struct {
			Features []struct{ Properties map[string]any }
		}
		b.Reset()
		if err := territoires.WriteGeoJSON(&b, seq); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(b.String()), &features); err != nil || len(features.Features) != len(all) {
			t.Errorf("GeoJSON of %d territories has %d, %v: %s", len(all), len(features.Features), err, b.String())
		}
	})
}

// FuzzSearch wants no panic, no more than the limit, and each territory once.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{"auxois", "ti-0101", "21425", "\xff", "d'", "montbard 21500", "saint", "nantes", "ambérieu e bugey, ain", strings.Repeat("a ", 128)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		seen := map[territoires.ID]bool{}
		for _, m := range territoires.Search(territoires.PhaseII, s, 4) {
			five := len(m.Text) == 5 && strings.Trim(m.Text, "0123456789") == ""
			if m.By == territoires.MatchCommune && m.Commune.Code == "" || five && (m.Exact || m.Commune.Code == "") {
				t.Errorf("Search(%q) does not say where %+v is", s, m)
			}
			if seen[m.Territory.ID] || m.Text == "" || m.Territory.Phase != territoires.PhaseII {
				t.Errorf("Search(%q) gives %+v", s, m)
			}
			seen[m.Territory.ID] = true
		}
		if len(seen) > 4 {
			t.Errorf("Search(%q) gives %d matches", s, len(seen))
		}
		for c := range territoires.Outside(territoires.PhaseII, s) {
			if in, ok := territoires.OfCommune(territoires.PhaseII, c.Code); ok {
				t.Errorf("Outside(%q) gives %v, which lies in %v", s, c, in)
			}
		}
	})
}

// FuzzParsePhase wants what is read to be written and read back alike.
func FuzzParsePhase(f *testing.F) {
	for _, s := range []string{"I", "ii", " II\r\n", "2", "III", "", "\u200bＩ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := territoires.ParsePhase(s)
		again, err2 := territoires.ParsePhase(p.String())
		if err == nil && (again != p || err2 != nil || !p.Valid()) || err != nil && p != 0 {
			t.Errorf("ParsePhase(%q) = %v, %v; read again: %v, %v", s, p, err, again, err2)
		}
	})
}

// FuzzWords wants what the parsers of the small types read to be valid, and to be
// written and read back alike; and every refusal to be malformed or unknown.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"attirer", " Foncier\r\n", "bpifrance", "2019-06-12", "2019-02-30", "Stage(2)", "amended", "oui", "yes", "", "ＩＩ", "epci", "autres"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		readTwice(t, s, func(s string) (territoires.Axis, error) { return territoires.ParseAxis(territoires.PhaseI, s) })
		readTwice(t, s, territoires.ParseOperator)
		readTwice(t, s, territoires.ParseDate)
		readTwice(t, s, agreement.ParseStage)
		readTwice(t, s, programme.ParseAnswer)
		var kind agreement.SignatoryKind
		if err := kind.UnmarshalText([]byte(s)); (err == nil) != (kind.Valid() || s == "") {
			t.Errorf("the kind of signatory %q is read as %q, %v", s, kind, err)
		}
	})
}

func readTwice[T interface {
	comparable
	String() string
	Valid() bool
}](t *testing.T, s string, parse func(string) (T, error)) {
	t.Helper()
	v, err := parse(s)
	if err != nil {
		var zero T
		cause, ok := err.(interface {
			Malformed() bool
			Unknown() bool
		})
		if v != zero || !ok || cause.Malformed() == cause.Unknown() {
			t.Errorf("%T %q: %v, %v", v, s, v, err)
		}
		return
	}
	if again, err := parse(v.String()); err != nil || again != v || !v.Valid() {
		t.Errorf("%T %q is read as %v, which is valid: %v, and read again %v, %v", v, s, v, v.Valid(), again, err)
	}
}

// FuzzByName wants a territory that bears the name in some spelling.
func FuzzByName(f *testing.F) {
	for _, s := range []string{"Auxois Morvan", "auxois-morvan ", "Dieppe Côte d'Albâtre", "", "\xff", "Montbard Metal Valley"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		found, ok := territoires.ByName(territoires.PhaseI, s)
		if !ok {
			return
		}
		names := []string{found.Name}
		for _, a := range found.Aliases() {
			names = append(names, a.Name)
		}
		if !slices.ContainsFunc(names, func(n string) bool { return n == s || cog.Fold(n) == cog.Fold(s) }) {
			t.Errorf("ByName(%q) = %v", s, found)
		}
	})
}

// FuzzTerritoryJSON wants a territory that is read to be written and read back
// alike.
func FuzzTerritoryJSON(f *testing.F) {
	one, _ := territoires.Lookup(territoires.PhaseI, "ti-9303")
	b, err := json.Marshal(one)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"phase": "II", "id": "ti-0101", "members": null, "point": {}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var tr, again territoires.Territory
		if json.Unmarshal(b, &tr) != nil {
			return
		}
		text, err := json.Marshal(tr)
		if err != nil {
			return // a value that may be read and not written: a date of an alias, a code
		}
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, text)
		}
		if second, err := json.Marshal(again); err != nil || !bytes.Equal(second, text) {
			t.Fatalf("written twice:\n%s\n%s, %v", text, second, err)
		}
	})
}
