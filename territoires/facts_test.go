package territoires_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// TestFacts adds the answers up by question and wants a source for each.
func TestFacts(t *testing.T) {
	t.Parallel()
	got := map[territoires.Question]map[territoires.Answer]int{}
	for tr := range territoires.All(territoires.PhaseI) {
		for _, q := range territoires.Questions() {
			f := tr.Fact(q)
			if got[q] == nil {
				got[q] = map[territoires.Answer]int{}
			}
			got[q][f.Answer]++
			if f.Question != q || f.On.IsZero() || (f.Answer == territoires.Unknown) != (len(f.Sources) == 0) {
				t.Errorf("%v: %+v", tr.ID, f)
			}
			for _, s := range f.Sources {
				checkSource(t, s)
			}
		}
	}
	want := map[territoires.Question]map[territoires.Answer]int{
		territoires.InList124: {territoires.Yes: 67, territoires.No: 11, territoires.Unknown: 71},
		territoires.InList136: {territoires.Yes: 76, territoires.Likely: 17, territoires.No: 3, territoires.Unknown: 53},
		territoires.Pilot:     {territoires.Yes: 13, territoires.No: 33, territoires.Unknown: 103},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers mismatch (-want +got):\n%s", diff)
	}
	later, _ := territoires.Lookup(territoires.PhaseII, "ti-0101")
	if f := later.Fact(territoires.Pilot); f.Answer != territoires.Unknown {
		t.Errorf("a territory of phase II was a pilot of 2019: %+v", f)
	}
	orly, _ := territoires.Lookup(territoires.PhaseI, "ti-1104")
	if f := orly.Fact("no such question"); f.Answer != territoires.Unknown {
		t.Errorf("an unknown question is answered: %+v", f)
	}
}

func checkSource(t *testing.T, s territoires.Source) {
	t.Helper()
	if s.Publisher == "" || !strings.HasPrefix(s.URL, "http") {
		t.Errorf("source %+v", s)
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	var got []int
	last := territoires.Date{}
	for _, c := range territoires.Counts() {
		got = append(got, c.Territories)
		if c.On.To.Compare(last) <= 0 || len(c.Sources) == 0 {
			t.Errorf("%+v is out of order or has no source", c)
		}
		last = c.On.To
		for _, s := range c.Sources {
			checkSource(t, s)
		}
	}
	if diff := cmp.Diff([]int{124, 136, 141, 144, 146, 148, 149, 183}, got); diff != "" {
		t.Errorf("counts mismatch (-want +got):\n%s", diff)
	}
	for _, tt := range []struct {
		day  territoires.Date
		want int
	}{
		{territoires.Date{Year: 2018, Month: time.November, Day: 21}, 0},
		{territoires.Date{Year: 2018, Month: time.November, Day: 22}, 124},
		{territoires.Date{Year: 2019, Month: time.May, Day: 16}, 136},
		{territoires.Date{Year: 2019, Month: time.June, Day: 18}, 141},
		{territoires.Date{Year: 2030, Month: time.January, Day: 1}, 183},
	} {
		if c, ok := territoires.CountAsOf(tt.day); c.Territories != tt.want || ok != (tt.want > 0) {
			t.Errorf("CountAsOf(%v) = %d, %v; want %d", tt.day, c.Territories, ok, tt.want)
		}
	}
}

// TestOverlaps checks that shares are symmetric and never exceed either side.
func TestOverlaps(t *testing.T) {
	t.Parallel()
	none, whole := 0, 0
	for tr := range territoires.All(territoires.PhaseI) {
		total := 0
		for _, o := range tr.Overlaps() {
			total += o.Communes
			if o.Territory.Phase != territoires.PhaseII || o.Communes < 1 || o.Communes > o.Territory.CommuneCount() {
				t.Errorf("%v overlaps %+v", tr.ID, o)
			}
			if !mirrored(tr, o) {
				t.Errorf("%v overlaps %v, but not the other way round", tr.ID, o.Territory.ID)
			}
		}
		switch {
		case total == 0:
			none++
		case total == tr.CommuneCount():
			whole++
		case total > tr.CommuneCount():
			t.Errorf("%v shares %d communes and has %d", tr.ID, total, tr.CommuneCount())
		}
	}
	if none != 7 || whole < 115 {
		t.Errorf("%d territories without counterpart, %d continued as a whole; want 7 and at least 115", none, whole)
	}
	cap, _ := territoires.Lookup(territoires.PhaseI, "ti-0101")
	if o := cap.Overlaps(); len(o) != 1 || o[0].Territory.ID != "ti-0102" || o[0].Communes != 3 {
		t.Errorf("Cap Excellence is continued by %+v; want ti-0102 with 3 communes", o)
	}
}

func mirrored(tr territoires.Territory, o territoires.Overlap) bool {
	for _, back := range o.Territory.Overlaps() {
		if back.Territory.Equal(tr) && back.Communes == o.Communes {
			return true
		}
	}
	return false
}

// TestComputedColumns recomputes from the members what the table says of
// régions, départements and communes, and looks every member up.
func TestComputedColumns(t *testing.T) {
	t.Parallel()
	for _, phase := range []territoires.Phase{territoires.PhaseI, territoires.PhaseII} {
		for tr := range territoires.All(phase) {
			regions, departements, communes := map[cog.RegionCode]bool{}, map[cog.DepartementCode]bool{}, 0
			for c := range tr.Communes() {
				communes++
				d, _ := cog.V2026.Departement(c.Departement)
				regions[d.Region], departements[d.Code] = true, true
			}
			if communes != tr.CommuneCount() {
				t.Errorf("%v %v has %d communes; the table says %d", phase, tr.ID, communes, tr.CommuneCount())
			}
			if diff := cmp.Diff(set(tr.Regions()), regions); diff != "" {
				t.Errorf("%v %v régions (-table +computed):\n%s", phase, tr.ID, diff)
			}
			if diff := cmp.Diff(set(tr.Departements()), departements); diff != "" {
				t.Errorf("%v %v départements (-table +computed):\n%s", phase, tr.ID, diff)
			}
			for _, m := range tr.Members() {
				checkMember(t, tr, m)
			}
		}
	}
}

func set[T comparable](list []T) map[T]bool {
	m := map[T]bool{}
	for _, x := range list {
		m[x] = true
	}
	return m
}

func checkMember(t *testing.T, tr territoires.Territory, m territoires.Member) {
	t.Helper()
	if at, ok := territoires.OfMember(tr.Phase, m.SIREN); !ok || at.ID != tr.ID {
		t.Errorf("OfMember(%v, %v) = %v, %v; want %v", tr.Phase, m.SIREN, at.ID, ok, tr.ID)
	}
	if m.Commune != "" {
		if c, ok := cog.V2026.Commune(m.Commune); !ok || c.SIREN != m.SIREN.String() || c.Name != m.Name {
			t.Errorf("%v %v: member %+v is %+v in the COG", tr.Phase, tr.ID, m, c)
		}
		return
	}
	if e, ok := cog.V2026.EPCI(cog.EPCICode(m.SIREN)); !ok || e.Name != m.Name || e.Kind != m.Kind {
		t.Errorf("%v %v: member %+v is %+v in the COG", tr.Phase, tr.ID, m, e)
	}
}

func TestAliases(t *testing.T) {
	t.Parallel()
	n := 0
	for tr := range territoires.All(territoires.PhaseI) {
		for _, a := range tr.Aliases() {
			n++
			if a.Name == "" || a.Name == tr.Name {
				t.Errorf("%v: alias %+v", tr.ID, a)
			}
			checkSource(t, a.Source)
		}
	}
	if n == 0 {
		t.Error("no alias")
	}
	// The thirteen names of the announcement each find a territory.
	for name, want := range map[string]territoires.ID{
		"Nord Franche-Comté": "ti-2707", "Auxois Morvan": "ti-2701", "Grand Est Touraine": "ti-2402", "Sud Alsace": "ti-4410",
		"Grand Orly": "ti-1104", "Axe Seine": "ti-2801", "Dieppe Côte d'Albâtre": "ti-2804", "Pays de l'Aigle": "ti-2807",
		"Collines de Normandie": "ti-2803", "Grand-Châtellerault": "ti-7504", "Val de Garonne Guyenne Gascogne": "ti-7514",
		"Lacq Pau-Tarbes": "ti-7505", "Carros": "ti-9303",
	} {
		if got, _ := territoires.ByName(territoires.PhaseI, name); got.ID != want {
			t.Errorf("ByName(%q) = %q; want %q", name, got.ID, want)
		}
	}
}

// TestSourcesAreCited wants each source to be named by a table or by the code:
// one that bears out nothing is a fact that was lost.
func TestSourcesAreCited(t *testing.T) {
	t.Parallel()
	tables, _ := filepath.Glob("data/*.csv")
	code, _ := filepath.Glob("*.go")
	var text strings.Builder
	for _, name := range append(tables, code...) {
		if b, err := os.ReadFile(name); err != nil {
			t.Fatal(err)
		} else if !strings.HasSuffix(name, "_test.go") && name != "data/sources.csv" {
			text.Write(b)
		}
	}
	list, err := os.ReadFile("data/sources.csv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		if key, _, _ := strings.Cut(line, ";"); key != "key" && !regexp.MustCompile(`[;" ]`+regexp.QuoteMeta(key)+`[" \n]`).MatchString(text.String()) {
			t.Errorf("nothing cites %s", key)
		}
	}
}

// TestDigests compares every embedded table with SOURCES.md, so that none
// changes without its origin being looked at.
func TestDigests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("data/SOURCES.md")
	if err != nil {
		t.Fatal(err)
	}
	own, _ := filepath.Glob("data/*.csv")
	places, _ := filepath.Glob("cog/data/*.*")
	drawn, _ := filepath.Glob("internal/data/*.csv")
	if len(own) != 15 || len(places) != 5 || len(drawn) != 1 {
		t.Errorf("tables %v and %v; want 15 and 5, and one drawn: %v", own, places, drawn)
	}
	size := 0
	for _, name := range slices.Concat(own, places, drawn) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if sum := fmt.Sprintf("%x", sha256.Sum256(b)); !strings.Contains(string(text), sum) {
			t.Errorf("%s has SHA-256 %s, which data/SOURCES.md does not name: run go generate", name, sum)
		}
		size += len(b)
	}
	if size > 1_800_000 {
		t.Errorf("the tables take %d bytes; want at most 1.8 MB", size)
	}
}
