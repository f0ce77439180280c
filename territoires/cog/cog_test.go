package cog_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// TestCounts compares each vintage with the figures that the producers give.
func TestCounts(t *testing.T) {
	t.Parallel()
	type counts struct {
		Regions, Departements, Communes, CC, CA, CU, Metropole, Lyon, EPT int
	}
	want := map[cog.Vintage]counts{
		// 34,970 communes in régions and 94 in collectivities overseas.
		cog.V2019: {18, 101, 35064, 1001, 223, 13, 21, 1, 11},
		cog.V2026: {18, 101, 34969, 989, 230, 14, 21, 1, 11},
		0:         {},
	}
	for v, want := range want {
		kinds := map[cog.Kind]int{}
		for e := range v.EPCIs() {
			kinds[e.Kind]++
		}
		got := counts{
			length(v.Regions()), length(v.Departements()), length(v.Communes()),
			kinds[cog.KindCC], kinds[cog.KindCA], kinds[cog.KindCU], kinds[cog.KindMetropole], kinds[cog.KindMetropoleLyon], kinds[cog.KindEPT],
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v mismatch (-want +got):\n%s", v, diff)
		}
	}
}

func length[T any](seq func(func(T) bool)) (n int) {
	for range seq {
		n++
	}
	return n
}

// TestEveryCommune looks up what iteration yields, and holds each commune to
// what its code, its SIREN and its groupings may be.
func TestEveryCommune(t *testing.T) {
	t.Parallel()
	for _, v := range cog.Vintages() {
		alone, last := []string{}, cog.CommuneCode("")
		for c := range v.Communes() {
			if got, ok := v.Commune(c.Code); !ok || got != c || c.Code <= last {
				t.Fatalf("%v: Commune(%v) = %+v, %v; want %+v, in order", v, c.Code, got, ok, c)
			}
			last = c.Code
			if _, ok := v.Departement(c.Departement); !ok {
				if c.Code < "975" || c.SIREN != "" || c.Departement != "" {
					t.Errorf("%v: %+v has no département", v, c)
				}
				continue
			}
			if !strings.HasPrefix(c.Code.String(), c.Departement.String()) || !sirene.SIREN(c.SIREN).Valid() || c.Name == "" {
				t.Errorf("%v: %+v", v, c)
			}
			if c.EPCI == "" {
				alone = append(alone, c.Name)
			}
			if e, ok := v.EPCI(c.EPT); (c.EPT != "") != ok || ok && (e.Kind != cog.KindEPT || c.EPCI != "200054781") {
				t.Errorf("%v: %+v is in EPT %+v", v, c, e)
			}
		}
		want := []string{"Île-de-Bréhat", "Île-de-Sein", "Ouessant", "L'Île-d'Yeu"}
		if diff := cmp.Diff(want, alone); diff != "" {
			t.Errorf("%v: communes without EPCI mismatch (-want +got):\n%s", v, diff)
		}
	}
}

// TestEveryEPCI checks both directions between EPCI and communes.
func TestEveryEPCI(t *testing.T) {
	t.Parallel()
	for _, v := range cog.Vintages() {
		members, last := 0, cog.EPCICode("")
		for e := range v.EPCIs() {
			if !sirene.SIREN(e.Code).Valid() || e.Name == "" || e.Code <= last {
				t.Errorf("%v: %+v", v, e)
			}
			last = e.Code
			if got, err := v.ParseEPCI(e.Code.String()); got != e.Code || err != nil {
				t.Errorf("%v: ParseEPCI(%q) = %v, %v", v, e.Code, got, err)
			}
			n := 0
			for c := range v.CommunesOf(e.Code) {
				if c.EPCI != e.Code && c.EPT != e.Code {
					t.Errorf("%v: %+v is not in %v", v, c, e.Code)
				}
				n++
			}
			if n == 0 {
				t.Errorf("%v: %v has no commune", v, e)
			}
			members += n
		}
		in := 0
		for c := range v.Communes() {
			if c.EPCI != "" {
				in++
			}
			if c.EPT != "" {
				in++
			}
		}
		if members != in {
			t.Errorf("%v: EPCI have %d members; communes name %d", v, members, in)
		}
	}
}

func TestCommune(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		v    cog.Vintage
		code cog.CommuneCode
		want cog.Commune
	}{
		{cog.V2019, "21425", cog.Commune{Code: "21425", Name: "Montbard", SIREN: "212104251", Departement: "21", EPCI: "242101491"}},
		{cog.V2019, "2A004", cog.Commune{Code: "2A004", Name: "Ajaccio", SIREN: "212000046", Departement: "2A", EPCI: "242010056"}},
		{cog.V2019, "97101", cog.Commune{Code: "97101", Name: "Les Abymes", SIREN: "219711017", Departement: "971", EPCI: "200018653"}},
		{cog.V2019, "75107", cog.Commune{Code: "75107", Name: "Paris 7e Arrondissement", Departement: "75", Parent: "75056"}},
		{cog.V2019, "97502", cog.Commune{Code: "97502", Name: "Saint-Pierre"}},
		// Béon merged into Culoz-Béon.
		{cog.V2019, "01039", cog.Commune{Code: "01039", Name: "Béon", SIREN: "210100392", Departement: "01", EPCI: "200040350"}},
		{cog.V2026, "01039", cog.Commune{}},
		{cog.V2019, "01138", cog.Commune{Code: "01138", Name: "Culoz", SIREN: "210101382", Departement: "01", EPCI: "200040350"}},
		{cog.V2026, "01138", cog.Commune{Code: "01138", Name: "Culoz-Béon", SIREN: "200099406", Departement: "01", EPCI: "200040350"}},
		{cog.V2019, "93070", cog.Commune{Code: "93070", Name: "Saint-Ouen-sur-Seine", SIREN: "219300704", Departement: "93", EPCI: "200054781", EPT: "200057867"}},
		{0, "21425", cog.Commune{}},
		{cog.V2019, "", cog.Commune{}},
		{cog.V2019, "00000", cog.Commune{}},
		{cog.V2019, "99999", cog.Commune{}},
	} {
		got, ok := tt.v.Commune(tt.code)
		if diff := cmp.Diff(tt.want, got); diff != "" || ok != (tt.want.Code != "") {
			t.Errorf("%v.Commune(%q) mismatch, %v (-want +got):\n%s", tt.v, tt.code, ok, diff)
		}
	}
}

// TestCollidingCodes is why régions and départements have types of their own.
func TestCollidingCodes(t *testing.T) {
	t.Parallel()
	var names []string
	for _, code := range []string{"75", "93", "94", "76", "44"} {
		r, _ := cog.V2019.Region(cog.RegionCode(code))
		d, _ := cog.V2019.Departement(cog.DepartementCode(code))
		names = append(names, r.Name+"/"+d.Name)
	}
	want := []string{
		"Nouvelle-Aquitaine/Paris", "Provence-Alpes-Côte d'Azur/Seine-Saint-Denis", "Corse/Val-de-Marne",
		"Occitanie/Seine-Maritime", "Grand Est/Loire-Atlantique",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("names mismatch (-want +got):\n%s", diff)
	}
}

// TestIterationStops leaves every sequence at its first element.
func TestIterationStops(t *testing.T) {
	t.Parallel()
	n := 0
	for range cog.V2019.Communes() {
		n++
		break
	}
	for range cog.V2019.EPCIs() {
		n++
		break
	}
	for range cog.V2019.CommunesOf("242101442") {
		n++
		break
	}
	for range cog.V2019.CommunesNamed("Saint-Ouen") {
		n++
		break
	}
	if n != 4 {
		t.Errorf("%d elements; want 4", n)
	}
	if !slices.Equal(cog.Vintages(), []cog.Vintage{cog.V2019, cog.V2026}) || cog.V2019.String() != "2019" {
		t.Errorf("vintages %v", cog.Vintages())
	}
}

func TestLookupAllocatesNothing(t *testing.T) {
	n := testing.AllocsPerRun(100, func() {
		_, _ = cog.V2019.Region("84")
		_, _ = cog.V2019.Departement("2A")
		_, _ = cog.V2019.EPCI("242101442")
		_, _ = cog.V2026.Commune("01138")
		_, _ = cog.V2019.ParseCommune("97101")
		_, _ = cog.TraceCommune(cog.V2019, cog.V2026, "01039")
	})
	if n != 0 {
		t.Errorf("lookups allocate %v times; want 0", n)
	}
}

func TestJSONRoundTrips(t *testing.T) {
	t.Parallel()
	type places struct {
		Region      cog.Region
		Departement cog.Departement
		Commune     cog.Commune
		EPCI        cog.EPCI
		Shares      []cog.Share
	}
	var want, got places
	want.Region, _ = cog.V2019.Region("01")
	want.Departement, _ = cog.V2019.Departement("2A")
	want.Commune, _ = cog.V2019.Commune("93070")
	want.EPCI, _ = cog.V2019.EPCI(want.Commune.EPCI)
	want.Shares = cog.TraceEPCI(cog.V2019, cog.V2026, "200071157")
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("round trip mismatch (-want +got):\n%s", diff)
	}
}
