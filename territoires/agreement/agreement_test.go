package agreement_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/sirene"
	"github.com/territoires-industrie/sdk/territoires/validation"
	"github.com/territoires-industrie/sdk/territoires/vte"
)

func TestRightDocuments(t *testing.T) {
	t.Parallel()
	sheet := sample.Sheet()
	for _, x := range []any{&sheet, sheet, sample.Protocol(), sample.Contract(), *sample.Contract(), sample.Dossier(), sample.VTE(), *sample.VTE()} {
		if got := sample.Rules(t, x); got != nil {
			t.Errorf("%T: %q", x, got)
		}
	}
}

func TestWrongContracts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*agreement.Contract)
		want   []string
	}{
		{"no région", func(c *agreement.Contract) { c.Regions = nil }, []string{
			"contract.regions: required", "contract.signatories[2].region: among=regions", "contract.signatories[3].region: among=regions"}},
		{"a région that does not sign", func(c *agreement.Contract) { c.Signatories = slices.Delete(c.Signatories, 3, 4) }, []string{
			"contract.regions[1]: region_party"}},
		{"the préfet of a région in its place", func(c *agreement.Contract) { c.Signatories[3].Kind = agreement.SignatoryState }, []string{
			"contract.regions[1]: region_party", "contract.signatories[3].region: excluded=kind"}},
		{"a région that is not one", func(c *agreement.Contract) { c.Regions[1] = "05" }, []string{
			"contract.regions[1]: region_departement=93", "contract.signatories[3].region: among=regions"}},
		{"a région in which the territory does not lie", func(c *agreement.Contract) { c.Regions[1], c.Signatories[3].Region = "84", "84" }, []string{
			"contract.regions[1]: territory_region=75, 76", "contract.signatories[3].region: territory_region=75, 76"}},
		{"what is the code of nothing", func(c *agreement.Contract) { c.Regions[1] = "99" }, []string{
			"contract.regions[1]: region", "contract.signatories[3].region: among=regions"}},
		{"a département of the territory in place of its région", func(c *agreement.Contract) { c.Signatories[2].Region = "64" }, []string{
			"contract.regions[0]: region_party", "contract.signatories[2].region: region_departement=75"}},
		{"an intercommunalité of another région", func(c *agreement.Contract) { c.Signatories[0].SIREN = "242101491" }, []string{
			"contract.signatories[0].siren: territory_epci"}},
		{"a member of another région in whose name somebody acts", func(c *agreement.Contract) {
			c.Signatories[0].ActsFor = []sirene.SIREN{"200039204", "242101491"}
		}, []string{"contract.signatories[0].acts_for[1]: territory_epci"}},
		{"the sheet of another phase", func(c *agreement.Contract) {
			c.Sheets[0].Phase, c.Sheets[0].Axes = territoires.PhaseII, []territoires.Axis{territoires.AxisLandPhaseII}
		}, []string{"contract.sheets[0].phase: same=phase"}},
		{"no party at all", func(c *agreement.Contract) { c.Signatories = nil }, []string{"contract.signatories: required"}},
		{"neither State nor local authority", func(c *agreement.Contract) { c.Signatories = c.Signatories[2:4] }, []string{
			"contract.signatories: local_party", "contract.signatories: state_party"}},
		{"signed before its deliberation", func(c *agreement.Contract) { c.Signatories[2].Deliberation = sample.Voted("2019-07-16") }, []string{
			"contract.signatories[2].deliberation: before=signed"}},
		{"signed without deliberation", func(c *agreement.Contract) { c.Signatories[1].Deliberation = nil }, []string{
			"contract.signatories[1].deliberation: required"}},
		{"a deliberation without a date", func(c *agreement.Contract) { c.Signatories[0].Deliberation = &agreement.Deliberation{} }, []string{
			"contract.signatories[0].deliberation.on: required"}},
		{"not an operator", func(c *agreement.Contract) { c.Signatories[5].Operator = "cner" }, []string{
			"contract.signatories[5].operator: operator"}},
		{"a région and an operator that are not said", func(c *agreement.Contract) {
			c.Signatories[2].Region, c.Signatories[5].Operator = "", ""
		}, []string{"contract.regions[0]: region_party", "contract.signatories[2].region: required", "contract.signatories[5].operator: required"}},
		{"a région code on a company", func(c *agreement.Contract) {
			c.Signatories[6].Kind, c.Signatories[6].Region = agreement.SignatoryCompany, "75"
		}, []string{"contract.signatories[6].region: excluded=kind"}},
		{"a kind that is none", func(c *agreement.Contract) { c.Signatories[6].Kind = "club" }, []string{
			"contract.signatories[6].kind: signatory_kind"}},
		{"a SIREN with a wrong digit", func(c *agreement.Contract) { c.Signatories[0].ActsFor = []sirene.SIREN{"200069300", "200069301"} }, []string{
			"contract.signatories[0].acts_for[1]: siren"}},
		{"a term that ends before it begins", func(c *agreement.Contract) { c.Term.Last = 2018 }, []string{"contract.term.last: after=first"}},
		{"amended before it was signed", func(c *agreement.Contract) { c.Amendments[0].Signed = sample.On("2019-07-14") }, []string{
			"contract.amendments[0].signed: after=contract"}},
		{"the sheet of another territory", func(c *agreement.Contract) { c.Sheets[0].Territory = "ti-7504" }, []string{
			"contract.sheets[0].territory: same=territory"}},
		{"a territory of the other phase", func(c *agreement.Contract) { c.Territory, c.TerritoryName, c.Sheets = "ti-1110", "", nil }, []string{
			"contract.territory: territory=I"}},
		{"the name in the other phase", func(c *agreement.Contract) {
			c.Territory, c.TerritoryName, c.Sheets = "ti-0101", "Basse-Terre", nil
		}, []string{"contract.territory_name: territory_name=I"}},
		{"no phase", func(c *agreement.Contract) { c.Phase, c.TerritoryName, c.Sheets = 0, "", nil }, []string{"contract.phase: required"}},
		{"a third phase", func(c *agreement.Contract) { c.Phase, c.TerritoryName, c.Sheets = 3, "", nil }, []string{"contract.phase: phase"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := sample.Contract()
			tt.change(c)
			if diff := cmp.Diff(tt.want, sample.Rules(t, c)); diff != "" {
				t.Errorf("rules mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// never is a day that the calendar does not have.
var never = territoires.Date{Year: 2019, Month: 2, Day: 30}

func TestWrongSheets(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*agreement.ActionSheet)
		want   []string
	}{
		{"no axis", func(s *agreement.ActionSheet) { s.Axes = nil }, []string{"action_sheet.axes: required"}},
		{"an empty list of axes", func(s *agreement.ActionSheet) { s.Axes = []territoires.Axis{} }, []string{"action_sheet.axes: min=1"}},
		{"an axis of the other phase", func(s *agreement.ActionSheet) { s.Axes[1] = territoires.AxisLandPhaseII }, []string{"action_sheet.axes[1]: axis=I"}},
		{"an axis that is none", func(s *agreement.ActionSheet) { s.Axes[0] = "rire" }, []string{"action_sheet.axes[0]: axis=I"}},
		{"the axis of another région", func(s *agreement.ActionSheet) { s.Axes[1] = territoires.AxisSettlementPhaseI }, []string{"action_sheet.axes[1]: axis_region=Grand Est"}},
		{"an axis twice", func(s *agreement.ActionSheet) { s.Axes[1] = s.Axes[0] }, []string{"action_sheet.axes: unique"}},
		{"a title and an owner that nobody can see", func(s *agreement.ActionSheet) { s.Title, s.Owners = " ", []string{"\u00a0"} }, []string{
			"action_sheet.title: required", "action_sheet.owners[0]: required"}},
		{"nobody owns it", func(s *agreement.ActionSheet) { s.Owners = nil }, []string{"action_sheet.owners: required"}},
		{"financing one cent short", func(s *agreement.ActionSheet) { s.Financing[1].Amount-- }, []string{"action_sheet.financing: sum=costs"}},
		{"costs without financing", func(s *agreement.ActionSheet) { s.Financing = nil }, []string{"action_sheet.financing: sum=costs"}},
		{"a negative cost", func(s *agreement.ActionSheet) { s.Costs, s.Financing = []agreement.BudgetLine{{"x", -1}}, nil }, []string{
			"action_sheet.costs[0].amount: min=0", "action_sheet.financing: sum=costs"}},
		{"it ends before it starts", func(s *agreement.ActionSheet) { s.Ends = sample.Day("2019-08-31") }, []string{"action_sheet.ends: after=starts"}},
		{"days that the calendar does not have", func(s *agreement.ActionSheet) {
			s.Version, s.Starts, s.Ends = never, never, territoires.Date{Year: 2018, Month: 13, Day: 1}
		}, []string{"action_sheet.version: date", "action_sheet.starts: date", "action_sheet.ends: date"}},
		{"the commitment of nobody", func(s *agreement.ActionSheet) { s.Commitments[0].Operator = "ademe" }, []string{
			"action_sheet.commitments[0].operator: operator"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := sample.Sheet()
			tt.change(&s)
			if diff := cmp.Diff(tt.want, sample.Rules(t, &s)); diff != "" {
				t.Errorf("rules mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// TestGrandOrly has a protocol name the région of its territory by the number of
// a département: 94 is Val-de-Marne there, and Corse among the régions.
func TestGrandOrly(t *testing.T) {
	t.Parallel()
	orly, ok := territoires.ByName(territoires.PhaseI, "Grand-Orly Seine Bièvre")
	if !ok {
		t.Fatal("no Grand-Orly")
	}
	p := sample.Protocol()
	p.Territory, p.TerritoryName, p.Sheets = orly.ID, orly.Name, nil
	p.Regions, p.Signatories = []cog.RegionCode{"94"}, slices.Delete(p.Signatories, 3, 4)
	p.Signatories[2].Region, p.Signatories[2].Name = "94", "Région Île-de-France"
	want := []string{"protocol.regions[0]: region_departement=11", "protocol.signatories[2].region: region_departement=11"}
	if diff := cmp.Diff(want, sample.Rules(t, p)); diff != "" {
		t.Errorf("94 (-want +got):\n%s", diff)
	}
	p.Regions[0], p.Signatories[2].Region = "11", "11"
	if got := sample.Rules(t, p); got != nil {
		t.Errorf("11: %q", got)
	}
}

// TestSettlement has the axis that Grand Est added in a territory there.
func TestSettlement(t *testing.T) {
	t.Parallel()
	s := sample.Sheet()
	s.Territory, s.Axes = "ti-4401", []territoires.Axis{territoires.AxisSettlementPhaseI}
	if got := sample.Rules(t, &s); got != nil {
		t.Errorf("installer in Grand Est: %q", got)
	}
}

// TestBoundaries holds what is still right on the last day or the last cent.
func TestBoundaries(t *testing.T) {
	t.Parallel()
	c := sample.Contract()
	c.Signatories[2].Deliberation = sample.Voted("2019-07-15") // voted and signed on one day
	c.Amendments[0].Signed = sample.On("2019-07-15")
	c.Term = agreement.Term{First: 2019, Last: 2019}
	s := sample.Sheet()
	s.Starts, s.Ends = sample.Day("2019-09-01"), sample.Day("2019-09-01")
	s.Costs, s.Financing = nil, nil
	v := sample.VTE()
	v.Candidate = vte.Candidate{Status: vte.CandidateStudent, Level: new(8)}
	v.Placement.Contract, v.Placement.Months = vte.ContractApprenticeship, 10
	for _, x := range []any{c, &s, v} {
		if got := sample.Rules(t, x); got != nil {
			t.Errorf("%T: %q", x, got)
		}
	}
	if got := sample.Rules(t, &agreement.ActionSheet{Territory: "ti-7505", Title: "t", Axes: []territoires.Axis{"attirer"}, Owners: []string{"o"}}); len(got) != 1 {
		t.Errorf("without a phase: %q; want that alone", got)
	}
}

// TestCollectivites has the collectivity that stands for a région sign in its
// place: in Corse, and overseas.
func TestCollectivites(t *testing.T) {
	t.Parallel()
	for region, name := range map[cog.RegionCode]string{"94": "Collectivité de Corse", "02": "Collectivité territoriale de Martinique"} {
		c := sample.Contract()
		c.Territory, c.TerritoryName, c.Sheets = territoires.ID("ti-"+string(region)+"01"), "", nil
		c.Regions, c.Signatories = []cog.RegionCode{region}, slices.Delete(c.Signatories, 3, 4)
		c.Signatories[2].Region, c.Signatories[2].Name = region, name
		if got := sample.Rules(t, c); got != nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestSigned(t *testing.T) {
	t.Parallel()
	c := sample.Contract()
	if got := c.Signed(); got != sample.On("2019-07-15") {
		t.Errorf("Signed = %v; want the day on which all signed", got)
	}
	c.Signatories[1].Signed = sample.On("2019-07-20/2019-07-31")
	if got := c.Signed(); got != sample.On("2019-07-20/2019-07-31") {
		t.Errorf("Signed = %v; want the last signature", got)
	}
	for _, tt := range []struct {
		on   string
		want []string
	}{
		{"2019-07-31", nil},
		{"2019-07-30", []string{"contract.signatories[1].signed: signature"}},
	} {
		var got []string
		for _, f := range c.Missing(sample.Day(tt.on)) {
			sample.CheckSentences(t, f)
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
	if got := (&agreement.Protocol{}).Signed(); !got.IsZero() {
		t.Errorf("Signed of nothing = %v", got)
	}
}

func TestMissingParties(t *testing.T) {
	t.Parallel()
	p := &agreement.Protocol{Regions: []cog.RegionCode{"28"}, Signatories: []agreement.Signatory{
		{Kind: agreement.SignatoryOperator, Name: "Bpifrance", Operator: territoires.OperatorBpifrance, Signed: sample.On("2019-03-18")}}}
	var got []string
	for _, f := range p.Missing(sample.Day("2019-05-16")) {
		sample.CheckSentences(t, f)
		got = append(got, f.Error())
	}
	want := []string{"protocol.signatories: local_party", "protocol.signatories: state_party", "protocol.regions[0]: region_party"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Missing (-want +got):\n%s", diff)
	}
}

func TestColleges(t *testing.T) {
	t.Parallel()
	c := sample.Contract()
	got := map[agreement.College]int{}
	for _, college := range []agreement.College{agreement.CollegeLocal, agreement.CollegePublic, agreement.CollegeOther} {
		for s := range c.InCollege(college) {
			if s.Kind.College() != college {
				t.Errorf("%s is in college %s", s.Name, college)
			}
			got[college]++
		}
	}
	want := map[agreement.College]int{agreement.CollegeLocal: 2, agreement.CollegePublic: 4, agreement.CollegeOther: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("colleges (-want +got):\n%s", diff)
	}
	for range sample.Protocol().InCollege(agreement.CollegePublic) {
		break
	}
	if k := agreement.SignatoryKind("club"); k.College() != "" || k.Deliberates() {
		t.Error("a kind that is none has a college")
	}
}

// TestHostValidator applies the rules across fields in a validator that a
// program made itself.
func TestHostValidator(t *testing.T) {
	t.Parallel()
	v := validator.New()
	if err := validation.Register(v); err != nil {
		t.Fatal(err)
	}
	c := sample.Contract()
	if err := v.Struct(c); err != nil {
		t.Errorf("a right contract: %v", validation.Translate(err))
	}
	c.Term.Last = c.Term.First - 1
	bad, ok := errors.AsType[*validation.Error](validation.Translate(v.Struct(c)))
	if !ok || len(bad.Fields) != 1 || bad.Fields[0].Rule != "after" {
		t.Errorf("a contract that ends before it begins: %v", bad)
	}
}
