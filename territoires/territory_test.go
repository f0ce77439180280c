package territoires_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// TestEveryRow holds every embedded territory to what an identifier, a name, a
// member and a point may be.
func TestEveryRow(t *testing.T) {
	t.Parallel()
	for phase, want := range map[territoires.Phase]int{territoires.PhaseI: 149, territoires.PhaseII: 183, 0: 0} {
		members := map[string]territoires.ID{}
		count, last := 0, territoires.ID("")
		for tr := range territoires.All(phase) {
			count++
			if tr.Phase != phase || tr.ID <= last {
				t.Errorf("%v %v is out of order", tr.Phase, tr.ID)
			}
			last = tr.ID
			checkTerritory(t, tr)
			for _, m := range tr.Members() {
				if other, taken := members[m.SIREN.String()]; taken {
					t.Errorf("%v %v: member %v is also in %v", phase, tr.ID, m.SIREN, other)
				}
				members[m.SIREN.String()] = tr.ID
			}
		}
		if count != want {
			t.Errorf("phase %q has %d territories; want %d", phase, count, want)
		}
	}
}

func checkTerritory(t *testing.T, tr territoires.Territory) {
	t.Helper()
	if got, err := territoires.ParseID(string(tr.ID)); got != tr.ID || err != nil {
		t.Errorf("ParseID(%q) = %q, %v", tr.ID, got, err)
	}
	if got, ok := territoires.Lookup(tr.Phase, tr.ID); !ok || !got.Equal(tr) {
		t.Errorf("Lookup(%v, %v) = %v, %v", tr.Phase, tr.ID, got, ok)
	}
	if got, ok := territoires.ByName(tr.Phase, tr.Name); !ok || got.ID != tr.ID {
		t.Errorf("ByName(%v, %q) = %v, %v; want %v", tr.Phase, tr.Name, got.ID, ok, tr.ID)
	}
	if tr.Name == "" || strings.TrimSpace(tr.Name) != tr.Name || strings.Contains(tr.Name, "\u00a0") {
		t.Errorf("%v %v: name %q", tr.Phase, tr.ID, tr.Name)
	}
	if rs := tr.Regions(); len(rs) == 0 || rs[0] != tr.ID.Region() {
		t.Errorf("%v %v: régions %v do not begin with the leading one", tr.Phase, tr.ID, rs)
	}
	for _, r := range tr.Regions() {
		if _, ok := cog.V2019.Region(r); !ok {
			t.Errorf("%v %v: no région %v", tr.Phase, tr.ID, r)
		}
	}
	if len(tr.Departements()) == 0 || len(tr.Members()) == 0 {
		t.Errorf("%v %v: départements %v, members %v", tr.Phase, tr.ID, tr.Departements(), tr.Members())
	}
	for _, d := range tr.Departements() {
		if _, ok := cog.V2019.Departement(d); !ok {
			t.Errorf("%v %v: no département %v", tr.Phase, tr.ID, d)
		}
	}
	for _, m := range tr.Members() {
		if !m.SIREN.Valid() || m.Name == "" || (m.Kind == "") != (m.Commune != "") {
			t.Errorf("%v %v: member %+v", tr.Phase, tr.ID, m)
		}
	}
	if p := tr.Point; p.Longitude < -62 || p.Longitude > 56 || p.Latitude < -22 || p.Latitude > 52 || p == (territoires.Point{}) {
		t.Errorf("%v %v: point %v is nowhere in France", tr.Phase, tr.ID, p)
	}
}

func TestParseID(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in      string
		want    territoires.ID
		wantErr error
	}{
		{in: "ti-0101", want: "ti-0101"},
		{in: "ti-1110", want: "ti-1110"}, // phase II alone
		{in: "ti-9999", wantErr: territoires.ErrUnknown},
		{in: "", wantErr: territoires.ErrSyntax},
		{in: "TI-0101", want: "ti-0101"},
		{in: "\ufeff ti-01\u200b01 \r\n", want: "ti-0101"},
		{in: "ＴＩ‐０１０１", want: "ti-0101"},
		{in: "ti0101", wantErr: territoires.ErrSyntax},
		{in: "ti-01\x001", wantErr: territoires.ErrSyntax},
		{in: "ti-" + strings.Repeat("1", 10<<20), wantErr: territoires.ErrSyntax},
	} {
		got, err := territoires.ParseID(tt.in)
		if got != tt.want || !errors.Is(err, tt.wantErr) {
			t.Errorf("ParseID(%.20q) = %q, %v; want %q, %v", tt.in, got, err, tt.want, tt.wantErr)
		}
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	// The two phases share a namespace: the same identifier, other territories.
	first, _ := territoires.Lookup(territoires.PhaseI, "ti-0101")
	second, _ := territoires.Lookup(territoires.PhaseII, "ti-0101")
	got := []string{first.Name, second.Name}
	if diff := cmp.Diff([]string{"Communauté d'agglomération Cap Excellence", "Basse-Terre"}, got); diff != "" {
		t.Errorf("ti-0101 mismatch (-want +got):\n%s", diff)
	}
	if tr, ok := territoires.Lookup(0, "ti-0101"); ok || !tr.Equal(territoires.Territory{}) {
		t.Errorf("Lookup in no phase = %v, %v", tr, ok)
	}
	lacq, _ := territoires.Lookup(territoires.PhaseI, "ti-7505")
	if diff := cmp.Diff([]cog.RegionCode{"75", "76"}, lacq.Regions()); diff != "" {
		t.Errorf("régions of Lacq-Pau - Tarbes mismatch (-want +got):\n%s", diff)
	}
	carros, _ := territoires.Lookup(territoires.PhaseI, "ti-9303")
	want := []territoires.Member{{SIREN: "210600334", Name: "Carros", Commune: "06033"}}
	if diff := cmp.Diff(want, carros.Members()); diff != "" {
		t.Errorf("members of Carros mismatch (-want +got):\n%s", diff)
	}
}

func TestByName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		want territoires.ID
	}{
		{"Auxois Morvan", "ti-2701"},
		{"Montbard Metal Valley", "ti-2701"},
		{"Dieppe Côte d'Albâtre", "ti-2804"}, // a name of the announcement
		{"Grand Orly", "ti-1104"},
		{"Lacq Pau-Tarbes", "ti-7505"},
		{"Val et Terres de Lorraine", ""}, // split in two later: names neither
		{"auxois morvan", "ti-2701"},
		{" AUXOIS–MORVAN\u00a0", "ti-2701"},
		{"Dieppe Cote d’Albatre", "ti-2804"},
		{"Dieppe Co\u0302te d'Alba\u0302tre", "ti-2804"}, // accents after their letters
		{"PAYS DE L’AIGLE\r\n", "ti-2807"},
		{"val-et-terres-de-lorraine", ""},
		{"Auxois", ""}, // not the whole name
		{"", ""},
		{" - ", ""},
	} {
		if got, ok := territoires.ByName(territoires.PhaseI, tt.name); got.ID != tt.want || ok != (tt.want != "") {
			t.Errorf("ByName(%q) = %q, %v; want %q", tt.name, got.ID, ok, tt.want)
		}
	}
}

// TestTablesAreReadOnly changes everything that can be reached and looks again.
// TestEqual tells territories apart that differ in one part.
func TestEqual(t *testing.T) {
	t.Parallel()
	montbard, _ := territoires.Lookup(territoires.PhaseI, "ti-2701")
	text, err := json.Marshal(montbard)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{`"commune_count":`, `"commune_count":1`}, {`"phase":"I"`, `"phase":"II"`}, {`"id":"ti-2701"`, `"id":"ti-2702"`}, {`"longitude":`, `"longitude":1`},
		{`"name":"Auxois`, `"name":"Auxerrois`}, {`"regions":["27"`, `"regions":["28"`}, {`"departements":["21"`, `"departements":["22"`}, {`"kind":"CC"`, `"kind":"CA"`},
	} {
		var other territoires.Territory
		if err := json.Unmarshal([]byte(strings.Replace(string(text), change[0], change[1], 1)), &other); err != nil || other.Equal(montbard) {
			t.Errorf("%s in place of %s: equal, or %v", change[1], change[0], err)
		}
	}
}

func TestTablesAreReadOnly(t *testing.T) {
	tr, _ := territoires.Lookup(territoires.PhaseI, "ti-2701")
	before, _ := territoires.Lookup(territoires.PhaseI, "ti-2701")
	wantMembers, wantRegions := before.Members(), before.Regions()
	clear(tr.Members())
	clear(tr.Regions())
	clear(tr.Departements())
	clear(tr.Aliases())
	tr.Name = "changed"
	after, _ := territoires.Lookup(territoires.PhaseI, "ti-2701")
	if diff := cmp.Diff(wantMembers, after.Members()); diff != "" {
		t.Errorf("members changed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantRegions, after.Regions()); diff != "" || after.Name == "changed" {
		t.Errorf("régions or name changed (-want +got):\n%s", diff)
	}
}

func TestLookupAllocatesNothing(t *testing.T) {
	n := testing.AllocsPerRun(100, func() {
		_, _ = territoires.Lookup(territoires.PhaseI, "ti-7505")
		_, _ = territoires.ByName(territoires.PhaseI, "Auxois Morvan")
		_, _ = territoires.ParseID("ti-0101")
		_ = territoires.Search(territoires.PhaseI, "", 1) // a form whose field was left empty
	})
	if n != 0 {
		t.Errorf("looking a territory up allocates %v times; want 0", n)
	}
}
