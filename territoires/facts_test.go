package territoires_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
)

// TestOverlaps checks that shares are symmetric and never exceed either side.
func TestOverlaps(t *testing.T) {
	t.Parallel()
	none, whole := 0, 0
	for tr := range territoires.All(territoires.PhaseI) {
		total := 0
		for _, o := range tr.Overlaps(territoires.PhaseII) {
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
	if o := cap.Overlaps(territoires.PhaseII); len(o) != 1 || o[0].Territory.ID != "ti-0102" || o[0].Communes != 3 {
		t.Errorf("Cap Excellence is continued by %+v; want ti-0102 with 3 communes", o)
	}
	for _, p := range []territoires.Phase{0, territoires.PhaseI, 3} {
		if o := cap.Overlaps(p); o != nil {
			t.Errorf("Cap Excellence, of phase I, overlaps %+v in phase %v", o, p)
		}
	}
}

func mirrored(tr territoires.Territory, o territoires.Overlap) bool {
	for _, back := range o.Territory.Overlaps(tr.Phase) {
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

// TestOverlapsOfAnotherList counts by the members that a list from a file gives, also
// where an identifier is one of the embedded list. Those that were read from JSON
// have the same overlaps as before.
func TestOverlapsOfAnotherList(t *testing.T) {
	t.Parallel()
	list, err := territoires.ReadList(strings.NewReader(head+
		"ti-2701,Auxois Morvan,CC du Montbardois,242101491\nti-2799,Ailleurs,CC neuve,732829320\nti-8499,Deux,CC du Grésivaudan,200018166\nti-8499,Deux,CC,200023075\n"), territoires.PhaseI)
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range list {
		want := map[territoires.ID]int{}
		for c := range tr.Communes() {
			if u, ok := territoires.OfCommune(territoires.PhaseII, c.Code); ok {
				want[u.ID]++
			}
		}
		got, last := map[territoires.ID]int{}, tr.CommuneCount()
		for _, o := range tr.Overlaps(territoires.PhaseII) {
			if got[o.Territory.ID] = o.Communes; o.Communes > last {
				t.Errorf("%v: %v is not in its place", tr, o)
			}
			last = o.Communes
		}
		if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 && tr.ID != "ti-2799" {
			t.Errorf("%v (-want +got):\n%s", tr, diff)
		}
		if tr.Overlaps(territoires.PhaseI) != nil || tr.Overlaps(0) != nil {
			t.Errorf("%v overlaps its own phase, or none", tr)
		}
	}
	for p := territoires.PhaseI; p <= territoires.PhaseII; p++ {
		for tr := range territoires.All(p) {
			b, err := json.Marshal(tr)
			if err != nil {
				t.Fatal(err)
			}
			var back territoires.Territory
			if err := json.Unmarshal(b, &back); err != nil {
				t.Fatal(err)
			}
			other := territoires.PhaseI + territoires.PhaseII - p
			if diff := cmp.Diff(tr.Overlaps(other), back.Overlaps(other)); diff != "" {
				t.Errorf("%v (-embedded +read):\n%s", tr, diff)
			}
		}
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
			sample.CheckSource(t, a.Source)
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
