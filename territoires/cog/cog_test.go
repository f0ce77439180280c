package cog_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
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

func TestParse(t *testing.T) {
	t.Parallel()
	v := cog.V2019
	region := func(s string) (string, error) { c, err := v.ParseRegion(s); return string(c), err }
	departement := func(s string) (string, error) { c, err := v.ParseDepartement(s); return string(c), err }
	commune := func(s string) (string, error) { c, err := v.ParseCommune(s); return string(c), err }
	commune2026 := func(s string) (string, error) { c, err := cog.V2026.ParseCommune(s); return string(c), err }
	epci := func(s string) (string, error) { c, err := v.ParseEPCI(s); return string(c), err }
	for _, tt := range []struct {
		name    string
		parse   func(string) (string, error)
		in      string
		want    string
		wantErr error
		part    string // what the error must name
	}{
		{name: "région", parse: region, in: "75", want: "75"},
		{name: "région with its zero", parse: region, in: " 01\u00a0", want: "01"},
		{name: "région without its zero", parse: region, in: "1", wantErr: cog.ErrSyntax, part: "01 is Guadeloupe"},
		{name: "région 05", parse: region, in: "05", wantErr: cog.ErrUnknown, part: "05"},
		{name: "région by name", parse: region, in: "Bretagne", wantErr: cog.ErrSyntax, part: "two digits"},
		{name: "département", parse: departement, in: "75", want: "75"},
		{name: "département without its zero", parse: departement, in: "1", wantErr: cog.ErrSyntax, part: "01 is Ain"},
		{name: "Corse", parse: departement, in: "2A", want: "2A"},
		{name: "lower-case 2a", parse: departement, in: "2a\r\n", want: "2A"},
		{name: "département 20", parse: departement, in: "20", wantErr: cog.ErrUnknown, part: "2A and 2B"},
		{name: "Mayotte", parse: departement, in: "976", want: "976"},
		{name: "a collectivity overseas", parse: departement, in: "975", wantErr: cog.ErrUnknown, part: "975"},
		{name: "three digits", parse: departement, in: "123", wantErr: cog.ErrSyntax, part: "971"},
		{name: "commune", parse: commune, in: "21425", want: "21425"},
		{name: "commune in Corse", parse: commune, in: "2B033", want: "2B033"},
		{name: "lower-case commune", parse: commune, in: "2a004", want: "2A004"},
		{name: "spaces", parse: commune, in: "21\u202f425\n", want: "21425"},
		{name: "invisible characters", parse: commune, in: "\ufeff21\u200b425\u00ad", want: "21425"},
		{name: "full-width digits", parse: commune, in: "２Ａ００４", want: "2A004"},
		{name: "commune without its zero", parse: commune, in: "1001", wantErr: cog.ErrSyntax, part: "01001 is L'Abergement-Clémenciat"},
		{name: "four digits of nothing", parse: commune, in: "1003", wantErr: cog.ErrSyntax, part: "five digits"},
		{name: "commune of the old Corse", parse: commune, in: "20004", wantErr: cog.ErrUnknown, part: "2A or 2B"},
		{name: "postal code", parse: commune, in: "35400", wantErr: cog.ErrUnknown, part: "postal code"},
		{name: "arrondissement municipal", parse: commune, in: "75107", wantErr: cog.ErrUnknown, part: "75056 Paris"},
		{name: "commune déléguée", parse: commune, in: "50602", wantErr: cog.ErrUnknown, part: "50602 Tourlaville is part of 50129 Cherbourg-en-Cotentin"},
		{name: "commune of later", parse: commune, in: "14666", wantErr: cog.ErrUnknown, part: "14666 Sannerville is part of 14712 "},
		{name: "commune of before", parse: commune2026, in: "01039", wantErr: cog.ErrUnknown, part: "01039 Béon is part of 01138 Culoz-Béon"},
		{name: "NUL", parse: commune, in: "21\x00425", wantErr: cog.ErrSyntax, part: "five digits"},
		{name: "invalid UTF-8", parse: commune, in: "2142\xff", wantErr: cog.ErrSyntax, part: "five digits"},
		{name: "endless", parse: commune, in: strings.Repeat("2", 10<<20), wantErr: cog.ErrSyntax, part: "five digits"},
		{name: "EPCI", parse: epci, in: "242101442", want: "242101442"},
		{name: "EPT", parse: epci, in: "200057867", want: "200057867"},
		{name: "spaced EPCI", parse: epci, in: "242 101\u2009442", want: "242101442"},
		{name: "EPCI of later", parse: epci, in: "200089456", wantErr: cog.ErrUnknown, part: "2026"},
		{name: "no EPCI", parse: epci, in: "732829320", wantErr: cog.ErrUnknown, part: "732829320"},
		{name: "empty", parse: epci, in: "", wantErr: cog.ErrSyntax, part: "nine digits"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.parse(tt.in)
			if got != tt.want || !errors.Is(err, tt.wantErr) {
				t.Errorf("parse(%.20q) = %q, %v; want %q, %v", tt.in, got, err, tt.want, tt.wantErr)
			}
			if tt.wantErr == nil {
				return
			}
			pe, ok := errors.AsType[*cog.ParseError](err)
			if !ok || !strings.Contains(pe.Part, tt.part) || len(err.Error()) > 200 {
				t.Errorf("parse(%.20q) = %v; want it to name %q", tt.in, err, tt.part)
			}
		})
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Saint-Étienne":              "saint etienne",
		"ST ETIENNE":                 "saint etienne",
		"Saint-E\u0301tienne":        "saint etienne",
		"Ste-Marie-aux-Mines":        "sainte marie aux mines",
		"  L'Haÿ-les-Roses ":         "l hay les roses",
		"Stes-Maries-de-la-Mer":      "saintes maries de la mer",
		"STS GEOSMES":                "saints geosmes",
		"Œuilly":                     "oeuilly",
		"Est":                        "est",
		"Brest":                      "brest",
		"Vallée – de l’Arve":         "vallee de l arve",
		"":                           "",
		"\xff\x00":                   "",
		"Bazancourt\u00a0– Pomacle":  "bazancourt pomacle",
		"\ufeffMont\u00adbard\u200b": "montbard",
		"Ｓｔ-Ｏｕｅｎ ９３":                 "saint ouen 93",
	} {
		if got := cog.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q; want %q", in, got, want)
		}
	}
}

func TestCommunesNamed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]cog.CommuneCode{
		"carros":    {"06033"},
		"ST BRIEUC": {"22278"},
		"Saint-Ouen": {
			"41226", "80711",
		},
		"paris 7e arrondissement": nil,
		"":                        nil,
	} {
		var got []cog.CommuneCode
		for c := range cog.V2019.CommunesNamed(name) {
			got = append(got, c.Code)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("CommunesNamed(%q) mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		query string
		want  cog.CommuneCode // of the first; "" for none
		fit   cog.Fit
	}{
		{"Montbard", "21425", cog.FitWhole},
		{"le havre", "76351", cog.FitWhole},
		{"havre", "76351", cog.FitWhole},
		{"Havre (Le)", "76351", cog.FitWhole},
		{"cherbourg", "50129", cog.FitBeginning},
		{"cotentin", "50082", cog.FitWithin},
		{"Monbard", "21425", cog.FitWholeMistyped},
		{"Roen", "76540", cog.FitWholeMistyped}, // a letter missing of five
		{"cherbourg cotntin", "50129", cog.FitWholeMistyped},
		{"montbar", "21425", cog.FitWholeMistyped},
		{"cherbour", "50129", cog.FitCutShort},
		{"cherbuorg", "50129", cog.FitMistyped},
		{"Montbard 21500", "21425", cog.FitWhole},
		{"21 - Montbard", "21425", cog.FitWhole},
		{"Saint-Pierre, La Réunion", "97416", cog.FitWhole},
		{"2A Ajaccio", "2A004", cog.FitWhole},
		{"20000 ajaccio", "2A004", cog.FitWhole},
		{"Montbard 75001", "21425", cog.FitWhole}, // of another département: the name counts
		{"Montlouis-sur-Loire, Indre-et-Loire", "37156", cog.FitWhole},
		{"Tourlaville", "50129", cog.FitWhole},
		{"Béon, Ain", "01138", cog.FitWhole}, // merged since 2019
		{"Lyon 3e", "69123", cog.FitWhole},
		{"lyon 3", "69123", cog.FitWhole},
		{"Lyon 8ème, Rhône", "69123", cog.FitWhole},
		{"Paris 7e Arrondissement", "75056", cog.FitWhole},
		{"75001 Paris 1er", "75056", cog.FitWhole},
		{"16e arrondissement de Marseille", "13055", cog.FitWhole},
		{"Stes Maries de la Mer", "13096", cog.FitWhole},
		{"01000 BOURG EN BRESSE CEDEX", "01053", cog.FitWhole}, // a line of an address
		{"Cedex", "", 0},
		{"Toulouse 3e", "31555", cog.FitWholeMistyped}, // has no arrondissements
		{"21425", "", 0},
		{"xyzzy", "", 0},
		{"entreprise", "", 0},
		{"", "", 0},
		{"\xff", "", 0},
		{strings.Repeat("Montbard ", 50), "", 0},
		{"a b c d e f g h i j montbard", "", 0},
	} {
		var got cog.Found
		for got = range cog.Search(tt.query) {
			break
		}
		if got.Commune.Code != tt.want || got.Fit != tt.fit {
			t.Errorf("Search(%.40q) = %v %q, %v; want %v, %v", tt.query, got.Commune.Code, got.Name, got.Fit, tt.want, tt.fit)
		}
	}
}

// TestSearchArrondissements finds the commune by the name of each arrondissement.
func TestSearchArrondissements(t *testing.T) {
	t.Parallel()
	n := 0
	for first, last := range map[int]int{75101: 75120, 69381: 69389, 13201: 13216} {
		for code := first; code <= last; code++ {
			c, ok := cog.V2026.Commune(cog.CommuneCode(strconv.Itoa(code)))
			if !ok {
				t.Fatalf("%d is no arrondissement", code)
			}
			n++
			for f := range cog.Search(c.Name) {
				if f.Commune.Code != c.Parent || f.Fit != cog.FitWhole {
					t.Errorf("Search(%q) = %v", c.Name, f)
				}
				n--
				break
			}
		}
	}
	if n != 0 {
		t.Errorf("%d arrondissements find nothing", n)
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
