package territoires_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

func day(s string) territoires.Date {
	d, err := territoires.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func on(s string) territoires.Span {
	span, err := territoires.ParseSpan(s)
	if err != nil {
		panic(err)
	}
	return span
}

func voted(s string) *territoires.Deliberation { return &territoires.Deliberation{On: on(s)} }

// parties are those of an invented agreement: only the territory, its two
// régions and the operator exist.
func parties() []territoires.Signatory {
	signed := on("2019-07-15")
	return []territoires.Signatory{
		{Kind: territoires.KindEPCI, Name: "Première intercommunalité", SIREN: "732829320", Deliberation: voted("2019-06-24"), Signed: signed},
		{Kind: territoires.KindEPCI, Name: "Seconde intercommunalité", SIREN: "356000000", Deliberation: voted("2019-06-26"), Signed: signed},
		{Kind: territoires.KindRegion, Name: "Région Nouvelle-Aquitaine", Region: "75", Deliberation: voted("2019-05-20"), Signed: signed},
		{Kind: territoires.KindRegion, Name: "Région Occitanie", Region: "76", Deliberation: voted("../2019-06-30"), Signed: signed},
		{Kind: territoires.KindState, Name: "Préfet de département", Signed: signed},
		{Kind: territoires.KindOperator, Name: "Bpifrance", Operator: territoires.Bpifrance, Signed: signed},
		{Kind: territoires.KindChamber, Name: "Chambre de commerce"},
	}
}

func rightSheet() territoires.ActionSheet {
	return territoires.ActionSheet{
		Phase: territoires.PhaseI, Territory: "ti-7505", Title: "École de production",
		Axes:   []territoires.Axis{territoires.AxisAttract, territoires.AxisRecruit},
		Owners: []string{"Première intercommunalité", "UIMM"}, Version: day("2019-05-02"),
		Costs:       []territoires.Line{{"Travaux", territoires.Euros(900_000)}, {"Études", 12_345_67}},
		Financing:   []territoires.Line{{"Région", territoires.Euros(500_000)}, {"Maître d’ouvrage", territoires.Euros(400_000) + 12_345_67}},
		Starts:      day("2019-09-01"),
		Ends:        day("2021-06-30"),
		Indicators:  []territoires.Indicator{{Name: "élèves formés", Unit: "élèves", Target: "40 par an"}},
		Commitments: []territoires.Commitment{{territoires.PoleEmploi, "Présente l’école aux demandeurs d’emploi."}},
	}
}

func rightProtocol() *territoires.Protocol {
	p := &territoires.Protocol{
		Phase: territoires.PhaseI, Territory: "ti-7505", TerritoryName: "Lacq Pau-Tarbes",
		Regions: []cog.RegionCode{"75", "76"}, Signatories: parties(), Sheets: []territoires.ActionSheet{rightSheet()},
	}
	for i := range p.Signatories {
		p.Signatories[i].Deliberation = nil
		p.Signatories[i].Signed = territoires.Span{}
		if p.Signatories[i].Kind.Deliberates() {
			p.Signatories[i].Deliberation = voted("2019-03-11")
		}
		if p.Signatories[i].Kind.College() != territoires.CollegeOther {
			p.Signatories[i].Signed = on("../2019-05-16")
		}
	}
	return p
}

func rightContract() *territoires.Contract {
	return &territoires.Contract{
		Phase: territoires.PhaseI, Territory: "ti-7505", TerritoryName: "Lacq-Pau - Tarbes",
		Regions: []cog.RegionCode{"75", "76"}, Term: territoires.Term{First: 2019, Last: 2022},
		Signatories: parties(), Sheets: []territoires.ActionSheet{rightSheet()},
		Amendments: []territoires.Amendment{{Subject: "Fiche 3 annulée", Signed: on("2020-02-03")}},
	}
}

// rules validates x and returns "path: rule=param" for each field that is
// wrong. Every rule must have its sentence in both languages.
func rules(t *testing.T, x any) []string {
	t.Helper()
	err := territoires.Validate(x)
	if err == nil {
		return nil
	}
	bad, ok := errors.AsType[*territoires.ValidationError](err)
	if !ok {
		t.Fatalf("Validate = %T %v; want a *ValidationError", err, err)
	}
	var out []string
	for _, f := range bad.Fields {
		wantSentences(t, f)
		out = append(out, f.Error())
	}
	return out
}

func wantSentences(t *testing.T, f territoires.FieldError) {
	t.Helper()
	general := territoires.FieldError{Rule: "no such rule"}
	hole := f
	hole.Param = "§"
	for _, lang := range []string{"fr", "en"} {
		if m := f.Message(lang); m == general.Message(lang) || strings.Contains(m, "{}") {
			t.Errorf("rule %q has no sentence in %s: %q", f.Rule, lang, m)
		}
		if m := hole.Message(lang); f.Param == "" && strings.Contains(m, "§") {
			t.Errorf("rule %q has a sentence in %s that wants a parameter: %q", f.Rule, lang, m)
		}
	}
}

func TestRightDocuments(t *testing.T) {
	t.Parallel()
	sheet := rightSheet()
	for _, x := range []any{&sheet, sheet, rightProtocol(), rightContract(), *rightContract(), rightDossier(), rightVTE(), *rightVTE()} {
		if got := rules(t, x); got != nil {
			t.Errorf("%T: %q", x, got)
		}
	}
}

func TestWrongContracts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*territoires.Contract)
		want   []string
	}{
		{"no région", func(c *territoires.Contract) { c.Regions = nil }, []string{
			"contract.regions: required", "contract.signatories[2].region: same=regions", "contract.signatories[3].region: same=regions"}},
		{"a région that does not sign", func(c *territoires.Contract) { c.Signatories = slices.Delete(c.Signatories, 3, 4) }, []string{
			"contract.regions[1]: region_party"}},
		{"the préfet of a région in its place", func(c *territoires.Contract) { c.Signatories[3].Kind = territoires.KindState }, []string{
			"contract.signatories[3].region: excluded=kind", "contract.regions[1]: region_party"}},
		{"a région that is not one", func(c *territoires.Contract) { c.Regions[1] = "05" }, []string{
			"contract.regions[1]: region", "contract.signatories[3].region: same=regions", "contract.regions[1]: region_party"}},
		{"no party at all", func(c *territoires.Contract) { c.Signatories = nil }, []string{"contract.signatories: required"}},
		{"neither State nor local authority", func(c *territoires.Contract) { c.Signatories = c.Signatories[2:4] }, []string{
			"contract.signatories: local_party", "contract.signatories: state_party"}},
		{"signed before its deliberation", func(c *territoires.Contract) { c.Signatories[2].Deliberation = voted("2019-07-16") }, []string{
			"contract.signatories[2].deliberation: before=signed"}},
		{"signed without deliberation", func(c *territoires.Contract) { c.Signatories[1].Deliberation = nil }, []string{
			"contract.signatories[1].deliberation: required"}},
		{"a deliberation without a date", func(c *territoires.Contract) { c.Signatories[0].Deliberation = &territoires.Deliberation{} }, []string{
			"contract.signatories[0].deliberation.on: required"}},
		{"not an operator", func(c *territoires.Contract) { c.Signatories[5].Operator = "cner" }, []string{
			"contract.signatories[5].operator: operator"}},
		{"a région and an operator that are not said", func(c *territoires.Contract) {
			c.Signatories[2].Region, c.Signatories[5].Operator = "", ""
		}, []string{"contract.signatories[2].region: required", "contract.signatories[5].operator: required", "contract.regions[0]: region_party"}},
		{"a région code on a company", func(c *territoires.Contract) {
			c.Signatories[6].Kind, c.Signatories[6].Region = territoires.KindCompany, "75"
		}, []string{"contract.signatories[6].region: excluded=kind"}},
		{"a kind that is none", func(c *territoires.Contract) { c.Signatories[6].Kind = "club" }, []string{
			"contract.signatories[6].kind: signatory_kind"}},
		{"a SIREN with a wrong digit", func(c *territoires.Contract) { c.Signatories[0].ActsFor = []sirene.SIREN{"200069300", "200069301"} }, []string{
			"contract.signatories[0].acts_for[1]: siren"}},
		{"a term that ends before it begins", func(c *territoires.Contract) { c.Term.Last = 2018 }, []string{"contract.term.last: after=first"}},
		{"amended before it was signed", func(c *territoires.Contract) { c.Amendments[0].Signed = on("2019-07-14") }, []string{
			"contract.amendments[0].signed: after=contract"}},
		{"the sheet of another territory", func(c *territoires.Contract) { c.Sheets[0].Territory = "ti-7504" }, []string{
			"contract.sheets[0].territory: same=territory"}},
		{"a territory of the other phase", func(c *territoires.Contract) { c.Territory, c.TerritoryName, c.Sheets = "ti-1110", "", nil }, []string{
			"contract.territory: territory=I"}},
		{"the name in the other phase", func(c *territoires.Contract) {
			c.Territory, c.TerritoryName, c.Sheets = "ti-0101", "Basse-Terre", nil
		}, []string{"contract.territory_name: territory_name=I"}},
		{"no phase", func(c *territoires.Contract) { c.Phase, c.TerritoryName, c.Sheets = 0, "", nil }, []string{"contract.phase: required"}},
		{"a third phase", func(c *territoires.Contract) { c.Phase, c.TerritoryName, c.Sheets = 3, "", nil }, []string{"contract.phase: phase"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := rightContract()
			tt.change(c)
			if diff := cmp.Diff(tt.want, rules(t, c)); diff != "" {
				t.Errorf("rules mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWrongSheets(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*territoires.ActionSheet)
		want   []string
	}{
		{"no axis", func(s *territoires.ActionSheet) { s.Axes = nil }, []string{"action_sheet.axes: required"}},
		{"an empty list of axes", func(s *territoires.ActionSheet) { s.Axes = []territoires.Axis{} }, []string{"action_sheet.axes: min=1"}},
		{"an axis of the other phase", func(s *territoires.ActionSheet) { s.Axes[1] = territoires.AxisLand }, []string{"action_sheet.axes[1]: axis=I"}},
		{"an axis that is none", func(s *territoires.ActionSheet) { s.Axes[0] = "rire" }, []string{"action_sheet.axes[0]: axis=I"}},
		{"an axis twice", func(s *territoires.ActionSheet) { s.Axes[1] = s.Axes[0] }, []string{"action_sheet.axes: unique"}},
		{"nobody owns it", func(s *territoires.ActionSheet) { s.Owners = nil }, []string{"action_sheet.owners: required"}},
		{"financing one cent short", func(s *territoires.ActionSheet) { s.Financing[1].Amount-- }, []string{"action_sheet.financing: sum=costs"}},
		{"costs without financing", func(s *territoires.ActionSheet) { s.Financing = nil }, []string{"action_sheet.financing: sum=costs"}},
		{"a negative cost", func(s *territoires.ActionSheet) { s.Costs, s.Financing = []territoires.Line{{"x", -1}}, nil }, []string{
			"action_sheet.costs[0].amount: min=0", "action_sheet.financing: sum=costs"}},
		{"it ends before it starts", func(s *territoires.ActionSheet) { s.Ends = day("2019-08-31") }, []string{"action_sheet.ends: after=starts"}},
		{"the commitment of nobody", func(s *territoires.ActionSheet) { s.Commitments[0].Operator = "ademe" }, []string{
			"action_sheet.commitments[0].operator: operator"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := rightSheet()
			tt.change(&s)
			if diff := cmp.Diff(tt.want, rules(t, &s)); diff != "" {
				t.Errorf("rules mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBoundaries holds what is still right on the last day or the last cent.
func TestBoundaries(t *testing.T) {
	t.Parallel()
	c := rightContract()
	c.Signatories[2].Deliberation = voted("2019-07-15") // voted and signed on one day
	c.Amendments[0].Signed = on("2019-07-15")
	c.Term = territoires.Term{First: 2019, Last: 2019}
	s := rightSheet()
	s.Starts, s.Ends = day("2019-09-01"), day("2019-09-01")
	s.Costs, s.Financing = nil, nil
	v := rightVTE()
	v.Candidate = territoires.Candidate{Status: territoires.Student, Level: new(8)}
	v.Placement.Contract, v.Placement.Months = territoires.Apprenticeship, 10
	for _, x := range []any{c, &s, v} {
		if got := rules(t, x); got != nil {
			t.Errorf("%T: %q", x, got)
		}
	}
	if got := rules(t, &territoires.ActionSheet{Territory: "ti-7505", Title: "t", Axes: []territoires.Axis{"attirer"}, Owners: []string{"o"}}); len(got) != 1 {
		t.Errorf("without a phase: %q; want that alone", got)
	}
}

// TestCollectivites has the collectivity that stands for a région sign in its
// place: in Corse, and overseas.
func TestCollectivites(t *testing.T) {
	t.Parallel()
	for region, name := range map[cog.RegionCode]string{"94": "Collectivité de Corse", "02": "Collectivité territoriale de Martinique"} {
		c := rightContract()
		c.Territory, c.TerritoryName, c.Sheets = territoires.ID("ti-"+string(region)+"01"), "", nil
		c.Regions, c.Signatories = []cog.RegionCode{region}, slices.Delete(c.Signatories, 3, 4)
		c.Signatories[2].Region, c.Signatories[2].Name = region, name
		if got := rules(t, c); got != nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestSigned(t *testing.T) {
	t.Parallel()
	c := rightContract()
	if got := c.Signed(); got != on("2019-07-15") {
		t.Errorf("Signed = %v; want the day on which all signed", got)
	}
	c.Signatories[1].Signed = on("2019-07-20/2019-07-31")
	if got := c.Signed(); got != on("2019-07-20/2019-07-31") {
		t.Errorf("Signed = %v; want the last signature", got)
	}
	for _, tt := range []struct {
		on   string
		want []string
	}{
		{"2019-07-31", nil},
		{"2019-07-30", []string{"contract.signatories[1].signed: signature=Seconde intercommunalité"}},
	} {
		var got []string
		for _, f := range c.Missing(day(tt.on)) {
			wantSentences(t, f)
			got = append(got, f.Error())
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Missing on %s (-want +got):\n%s", tt.on, diff)
		}
	}
	c.Signatories[0].Signed = territoires.Span{}
	if got := c.Signed(); !got.IsZero() {
		t.Errorf("Signed = %v without one of the signatures", got)
	}
	if got := (&territoires.Protocol{}).Signed(); !got.IsZero() {
		t.Errorf("Signed of nothing = %v", got)
	}
}

func TestMissingParties(t *testing.T) {
	t.Parallel()
	p := &territoires.Protocol{Regions: []cog.RegionCode{"28"}, Signatories: []territoires.Signatory{
		{Kind: territoires.KindOperator, Name: "Bpifrance", Operator: territoires.Bpifrance, Signed: on("2019-03-18")}}}
	var got []string
	for _, f := range p.Missing(day("2019-05-16")) {
		wantSentences(t, f)
		got = append(got, f.Error())
	}
	want := []string{"protocol.signatories: local_party", "protocol.signatories: state_party", "protocol.regions[0]: region_party"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Missing (-want +got):\n%s", diff)
	}
}

func TestColleges(t *testing.T) {
	t.Parallel()
	c := rightContract()
	got := map[territoires.College]int{}
	for _, college := range []territoires.College{territoires.CollegeLocal, territoires.CollegePublic, territoires.CollegeOther} {
		for s := range c.InCollege(college) {
			if s.Kind.College() != college {
				t.Errorf("%s is in college %s", s.Name, college)
			}
			got[college]++
		}
	}
	want := map[territoires.College]int{territoires.CollegeLocal: 2, territoires.CollegePublic: 4, territoires.CollegeOther: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("colleges (-want +got):\n%s", diff)
	}
	for range rightProtocol().InCollege(territoires.CollegePublic) {
		break
	}
	if k := territoires.SignatoryKind("club"); k.College() != "" || k.Deliberates() {
		t.Error("a kind that is none has a college")
	}
}

func TestAmount(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a            territoires.Amount
		text, fr, en string
	}{
		{0, "0.00", "0\u00a0€", "€0"},
		{5, "0.05", "0,05\u00a0€", "€0.05"},
		{-123_450, "-1234.50", "-1\u202f234,50\u00a0€", "-€1,234.50"},
		{territoires.Euros(1_500_000_000), "1500000000.00", "1\u202f500\u202f000\u202f000\u00a0€", "€1,500,000,000"},
		{-1 << 63, "-92233720368547758.08", "-92\u202f233\u202f720\u202f368\u202f547\u202f758,08\u00a0€", "-€92,233,720,368,547,758.08"},
	} {
		if tt.a.String() != tt.text || tt.a.Format("fr") != tt.fr || tt.a.Format("en-GB") != tt.en {
			t.Errorf("%d: %q, %q, %q; want %q, %q, %q", tt.a, tt.a, tt.a.Format("fr"), tt.a.Format("en-GB"), tt.text, tt.fr, tt.en)
		}
	}
}
