package vte_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/vte"
)

func TestWrongVTE(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*vte.VTE)
		want   []string
	}{
		{"ten months", func(v *vte.VTE) { v.Placement.Months = 10 }, nil},
		{"nine months", func(v *vte.VTE) { v.Placement.Months = 9 }, []string{"vte.placement.months: months=10"}},
		{"three months", func(v *vte.VTE) { v.Placement.Months = 3 }, []string{"vte.placement.months: months=10"}},
		{"a CDI with an end", func(v *vte.VTE) { v.Placement.Contract = vte.ContractPermanent }, []string{"vte.placement.months: excluded=contract"}},
		{"graduated in the future", func(v *vte.VTE) { v.Candidate.GraduatedOn = sample.Day("2019-06-13") }, []string{"vte.candidate.graduated_on: future=requested"}},
		{"a student who has graduated", func(v *vte.VTE) { v.Candidate.Status = vte.CandidateStudent }, []string{"vte.candidate.graduated_on: excluded=status"}},
		{"a student", func(v *vte.VTE) {
			v.Candidate.Status, v.Candidate.GraduatedOn = vte.CandidateStudent, territoires.Date{}
		}, nil},
		{"turnover without headcount", func(v *vte.VTE) { v.Company.Headcount = nil }, []string{"vte.company.headcount: required"}},
		{"negative figures", func(v *vte.VTE) {
			v.Company.Headcount, v.Company.Turnover = new(-1), new(territoires.Amount(-1))
		}, []string{
			"vte.company.headcount: min=0", "vte.company.turnover: min=0"}},
		{"no such country", func(v *vte.VTE) { v.Company.HeadOffice = "XX" }, []string{"vte.company.head_office: iso3166_1_alpha2"}},
		{"no such mission", func(v *vte.VTE) { v.Placement.Mission = "stage" }, []string{
			"vte.placement.mission: oneof=leadership transformation innovation international finance marketing other"}},
		{"a territory of the other phase", func(v *vte.VTE) { v.Placement.Territory = "ti-1110" }, []string{"vte.placement.territory: territory=I"}},
		{"a territory of phase I said to be of phase II", func(v *vte.VTE) {
			v.Placement.Phase, v.Placement.Territory = territoires.PhaseII, "ti-0303"
		}, []string{"vte.placement.territory: territory=II"}},
		{"an identifier alone, once there are two phases", func(v *vte.VTE) { v.Requested = sample.Day("2023-11-09") }, []string{
			"vte.placement.phase: vte_phase"}},
		{"a phase that is none", func(v *vte.VTE) { v.Placement.Phase = 3 }, []string{"vte.placement.phase: phase"}},
		{"a phase without territory", func(v *vte.VTE) {
			v.Placement.Phase, v.Placement.Territory = territoires.PhaseII, ""
		}, []string{"vte.placement.territory: required"}},
		{"a commune and a territory", func(v *vte.VTE) { v.Placement.Commune = "25388" }, []string{"vte.placement.commune: excluded=territory"}},
		{"a commune and a phase", func(v *vte.VTE) {
			v.Placement.Phase, v.Placement.Territory, v.Placement.Commune = territoires.PhaseII, "", "25388"
		}, []string{"vte.placement.phase: excluded=commune"}},
		{"no such commune", func(v *vte.VTE) { v.Placement.Territory, v.Placement.Commune = "", "25999" }, []string{"vte.placement.commune: commune"}},
		{"days that the calendar does not have", func(v *vte.VTE) {
			never := territoires.Date{Year: 2019, Month: 2, Day: 30}
			v.Requested, v.Candidate.GraduatedOn, v.Placement.Start = never, never, never
		}, []string{"vte.requested: date", "vte.candidate.graduated_on: date", "vte.placement.start: date"}},
		{"nothing", func(v *vte.VTE) { *v = vte.VTE{} }, []string{
			"vte.requested: required", "vte.candidate.status: required", "vte.placement.mission: required",
			"vte.placement.contract: required", "vte.placement.start: required", "vte.placement.months: months=10"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := sample.VTE()
			tt.change(v)
			if diff := cmp.Diff(tt.want, sample.Rules(t, v)); diff != "" {
				t.Errorf("rules mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCategory walks the limits of decree 2008-1354: people stay under, money
// may reach.
func TestCategory(t *testing.T) {
	t.Parallel()
	m := func(euros int64) *territoires.Amount { return new(territoires.Euros(euros * 1_000_000)) }
	for _, tt := range []struct {
		name               string
		headcount          *int
		turnover, balanced *territoires.Amount
		want               vte.SizeCategory
	}{
		{"small", new(0), m(0), nil, vte.SizePME},
		{"at both limits of a PME", new(249), m(50), m(43), vte.SizePME},
		{"turnover alone within", new(249), m(50), m(44), vte.SizePME},
		{"balance sheet alone within", new(249), m(51), m(43), vte.SizePME},
		{"few people, much money", new(10), m(51), m(44), vte.SizeETI},
		{"one figure above, the other unknown", new(10), m(51), nil, ""},
		{"250 people", new(250), m(1), m(1), vte.SizeETI},
		{"at the limits of an ETI", new(4999), m(1500), m(2001), vte.SizeETI},
		{"beyond an ETI", new(4999), m(1501), m(2001), vte.SizeGE},
		{"5,000 people", new(5000), nil, nil, vte.SizeGE},
		{"people alone", new(100), nil, nil, ""},
		{"money alone", nil, m(1), m(1), ""},
	} {
		c := vte.Company{Headcount: tt.headcount, Turnover: tt.turnover, BalanceSheet: tt.balanced}
		if got := c.Category(); got != tt.want {
			t.Errorf("%s: %q; want %q", tt.name, got, tt.want)
		}
	}
}

func TestIndustrial(t *testing.T) {
	t.Parallel()
	for naf, want := range map[string][2]bool{
		"01.11Z": {false, true}, "05.10Z": {true, true}, "24.51Z": {true, true}, "39.00Z": {true, true}, "41.10A": {false, true}, "": {}, "x": {},
	} {
		c := vte.Company{}
		c.NAF = vte.Company{}.NAF
		_ = c.NAF.UnmarshalText([]byte(naf))
		industrial, known := c.Industrial()
		if got := [2]bool{industrial, known}; got != want {
			t.Errorf("%q: %v; want %v", naf, got, want)
		}
	}
}

// verdicts maps each rule to its verdict, with every statement checked for id,
// source and days.
func verdicts(t *testing.T, e vte.Eligibility) map[string]vte.Verdict {
	t.Helper()
	out := map[string]vte.Verdict{}
	for _, r := range e.Reasons {
		out[r.Rule] = r.Verdict
		for _, lang := range []string{"fr", "en"} {
			if r.Message(lang) == "" {
				t.Errorf("rule %s has no message", r.Rule)
			}
		}
		for _, s := range r.Statements {
			sample.CheckSource(t, s.Source)
			later := s.From.After(e.On) && s.ID != "sector-2021" // which contradicts one of the day
			if s.ID == "" || s.Rule != r.Rule || later || !s.To.IsZero() && s.To.Compare(e.On) < 0 {
				t.Errorf("statement %+v on %v", s, e.On)
			}
		}
	}
	return out
}

func TestEligibility2019(t *testing.T) {
	t.Parallel()
	v := sample.VTE()
	e := v.Eligibility(v.Requested)
	want := map[string]vte.Verdict{
		"launch": vte.VerdictMet, "size": vte.VerdictMet, "sector": vte.VerdictMet, "level": vte.VerdictMet,
		"graduate_contract": vte.VerdictMet, "months_cdd": vte.VerdictMet,
	}
	if diff := cmp.Diff(want, verdicts(t, e)); diff != "" || e.Verdict != vte.VerdictMet || e.Err() != nil {
		t.Errorf("%s, %v (-want +got):\n%s", e.Verdict, e.Err(), diff)
	}
	// Outside a territory the label is the same in 2019.
	v.Placement.Territory = ""
	if got := v.Eligibility(v.Requested).Verdict; got != vte.VerdictMet {
		t.Errorf("outside a territory: %s", got)
	}
}

func TestEligibilityReasons(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, on, rule string
		change         func(*vte.VTE)
		want           vte.Verdict
	}{
		{"before the letter", "2019-05-15", "launch", nil, vte.VerdictNotMet},
		{"between the letter and the launch", "2019-05-22", "launch", nil, vte.VerdictDisputed},
		{"on the day of the launch", "2019-05-23", "launch", nil, vte.VerdictMet},
		{"too large", "2019-06-12", "size", func(v *vte.VTE) { v.Company.Headcount = new(5000) }, vte.VerdictNotMet},
		{"size unknown", "2019-06-12", "size", func(v *vte.VTE) { v.Company.Turnover = nil }, vte.VerdictUndecided},
		{"services in 2019", "2019-06-12", "sector", func(v *vte.VTE) { v.Company.NAF = "62.01Z" }, vte.VerdictDisputed},
		{"services on the last day of industry only", "2021-11-30", "sector", func(v *vte.VTE) { v.Company.NAF = "62.01Z" }, vte.VerdictDisputed},
		{"services later", "2021-12-01", "sector", func(v *vte.VTE) { v.Company.NAF = "62.01Z" }, vte.VerdictMet},
		{"activity unknown", "2019-06-12", "sector", func(v *vte.VTE) { v.Company.NAF = "" }, vte.VerdictUndecided},
		{"activity unknown, and of no matter", "2021-12-01", "sector", func(v *vte.VTE) { v.Company.NAF = "" }, vte.VerdictMet},
		{"no level", "2019-06-12", "level", func(v *vte.VTE) { v.Candidate.Level = nil }, vte.VerdictUndecided},
		{"the baccalauréat alone", "2019-06-12", "level", func(v *vte.VTE) { v.Candidate.Level = new(0) }, vte.VerdictNotMet},
		{"bac+1", "2019-06-12", "level", func(v *vte.VTE) { v.Candidate.Level = new(1) }, vte.VerdictNotMet},
		{"bac+2", "2019-06-12", "level", func(v *vte.VTE) { v.Candidate.Level = new(2) }, vte.VerdictMet},
		{"bac+8 on the last day of the first statement", "2021-11-30", "level", func(v *vte.VTE) { v.Candidate.Level = new(8) }, vte.VerdictNotMet},
		{"bac+8 on the first day of the second", "2021-12-01", "level", func(v *vte.VTE) { v.Candidate.Level = new(8) }, vte.VerdictMet},
		{"bac+8 in 2019", "2019-06-12", "level", func(v *vte.VTE) { v.Candidate.Level = new(8) }, vte.VerdictNotMet},
		{"bac+8 later", "2022-01-01", "level", func(v *vte.VTE) { v.Candidate.Level = new(8) }, vte.VerdictMet},
		{"bac+2 in 2022", "2022-01-01", "level", func(v *vte.VTE) { v.Candidate.Level = new(2) }, vte.VerdictMet},
		{"bac+2 after October 2023", "2023-10-01", "level", func(v *vte.VTE) { v.Candidate.Level = new(2) }, vte.VerdictDisputed},
		{"bac+3 after October 2023", "2023-10-01", "level", func(v *vte.VTE) { v.Candidate.Level = new(3) }, vte.VerdictMet},
		{"apprentice of ten months in 2019", "2019-06-12", "months_alternance", apprentice(10), vte.VerdictNotMet},
		{"apprentice of ten months in 2022", "2022-01-01", "months_alternance", apprentice(10), vte.VerdictDisputed},
		{"apprentice of twelve months in 2022", "2022-01-01", "months_alternance", apprentice(12), vte.VerdictMet},
		{"apprentice of nine months in 2022", "2022-01-01", "months_alternance", apprentice(9), vte.VerdictNotMet},
		{"eleven months of CDD", "2022-01-01", "months_cdd", func(v *vte.VTE) { v.Placement.Months = 11 }, vte.VerdictNotMet},
		{"graduate as an apprentice", "2019-06-12", "graduate_contract", func(v *vte.VTE) { v.Placement.Contract = vte.ContractApprenticeship }, vte.VerdictNotMet},
		{"student with professionnalisation", "2019-06-12", "student_contract", func(v *vte.VTE) {
			apprentice(12)(v)
			v.Placement.Contract = vte.ContractProfessionalisation
		}, vte.VerdictNotMet},
		{"graduated two years before", "2022-01-01", "recent", func(v *vte.VTE) { v.Candidate.GraduatedOn = sample.Day("2017-09-02") }, vte.VerdictNotMet},
		{"graduated a day less", "2022-01-01", "recent", func(v *vte.VTE) { v.Candidate.GraduatedOn = sample.Day("2017-09-03") }, vte.VerdictMet},
		{"graduated at an unknown time", "2022-01-01", "recent", func(v *vte.VTE) { v.Candidate.GraduatedOn = territoires.Date{} }, vte.VerdictUndecided},
		{"hired at an unknown time", "2022-01-01", "recent", func(v *vte.VTE) { v.Placement.Start = territoires.Date{} }, vte.VerdictUndecided},
		{"length unknown", "2022-01-01", "months_cdd", func(v *vte.VTE) { v.Placement.Months = 0 }, vte.VerdictUndecided},
		{"contract unknown", "2022-01-01", "months_cdd", func(v *vte.VTE) { v.Placement.Contract = "" }, vte.VerdictUndecided},
		{"contract unknown, of a graduate", "2022-01-01", "graduate_contract", func(v *vte.VTE) { v.Placement.Contract = "" }, vte.VerdictUndecided},
		{"neither student nor graduate is said", "2022-01-01", "student_contract", func(v *vte.VTE) { v.Candidate.Status = "" }, vte.VerdictUndecided},
		{"not said, though either might take the contract", "2022-01-01", "graduate_contract", func(v *vte.VTE) { v.Candidate.Status = "" }, vte.VerdictUndecided},
		{"graduated on a day that February lacks", "2022-01-01", "recent", graduatedAndHired("2020-02-29", "2022-02-27"), vte.VerdictMet},
		{"two years later to the last of February", "2022-01-01", "recent", graduatedAndHired("2020-02-29", "2022-02-28"), vte.VerdictNotMet},
		{"not said of hiring", "2022-07-17", "hired", nil, ""},
		{"hired half a year before", "2023-02-28", "hired", graduatedAndHired("2022-06-30", "2022-08-31"), vte.VerdictMet},
		{"hired a day more before", "2023-03-01", "hired", graduatedAndHired("2022-06-30", "2022-08-31"), vte.VerdictNotMet},
		{"hired the same day six months before", "2022-12-15", "hired", graduatedAndHired("2022-05-30", "2022-06-15"), vte.VerdictMet},
		{"not yet hired", "2022-08-01", "hired", graduatedAndHired("2022-06-30", "2022-08-31"), vte.VerdictMet},
		{"hired at an unknown time", "2022-08-01", "hired", func(v *vte.VTE) { v.Placement.Start = territoires.Date{} }, vte.VerdictUndecided},
		{"nothing said of a charter", "2021-12-01", "charter", nil, vte.VerdictUndecided},
		{"no charter", "2021-12-01", "charter", func(v *vte.VTE) { v.Placement.Charter = new(false) }, vte.VerdictNotMet},
		{"charter", "2021-12-01", "charter", func(v *vte.VTE) { v.Placement.Charter = new(true) }, vte.VerdictMet},
		{"head office abroad", "2021-12-01", "head_office", func(v *vte.VTE) { v.Company.HeadOffice = "BE" }, vte.VerdictNotMet},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := sample.VTE()
			if tt.change != nil {
				tt.change(v)
			}
			e := v.Eligibility(sample.Day(tt.on))
			if got := verdicts(t, e)[tt.rule]; got != tt.want {
				t.Errorf("%s on %s: %q; want %q", tt.rule, tt.on, got, tt.want)
			}
			if err := e.Err(); (err != nil) != (e.Verdict == vte.VerdictNotMet) {
				t.Errorf("verdict %s with error %v", e.Verdict, err)
			}
		})
	}
}

func graduatedAndHired(graduated, hired string) func(*vte.VTE) {
	return func(v *vte.VTE) {
		v.Candidate.GraduatedOn, v.Placement.Start = sample.Day(graduated), sample.Day(hired)
	}
}

func apprentice(months int) func(*vte.VTE) {
	return func(v *vte.VTE) {
		v.Candidate = vte.Candidate{Status: vte.CandidateStudent, Level: new(3)}
		v.Placement.Contract, v.Placement.Months = vte.ContractApprenticeship, months
	}
}

// TestWorstVerdict has rules with every outcome and looks at the whole.
func TestWorstVerdict(t *testing.T) {
	t.Parallel()
	v := sample.VTE()
	v.Placement.Charter, v.Candidate.GraduatedOn = new(true), sample.Day("2018-09-30")
	on := sample.Day("2022-01-01")
	for _, tt := range []struct {
		change func()
		want   vte.Verdict
	}{
		{func() {}, vte.VerdictMet},
		{func() { v.Company.HeadOffice = "" }, vte.VerdictUndecided},
		{func() { apprentice(10)(v) }, vte.VerdictDisputed},
		{func() { v.Candidate.Level = new(1) }, vte.VerdictNotMet},
	} {
		tt.change()
		if got := v.Eligibility(on).Verdict; got != tt.want {
			t.Errorf("verdict %q; want %q", got, tt.want)
		}
	}
}

// TestNoRuleWithoutStatement looks for rules that the code applies and no
// source states, and the other way round.
func TestNoRuleWithoutStatement(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, change := range []func(*vte.VTE){func(*vte.VTE) {}, apprentice(12)} {
		v := sample.VTE()
		change(v)
		for _, r := range v.Eligibility(sample.Day("2024-01-01")).Reasons {
			seen[r.Rule] = true
		}
	}
	if len(seen) != 12 {
		t.Errorf("%d rules apply: %v; want all 12", len(seen), seen)
	}
}

func TestAids(t *testing.T) {
	t.Parallel()
	type aid struct {
		Key    string
		Amount territoires.Amount
	}
	for _, tt := range []struct {
		on   string
		want []aid
	}{
		{"2019-05-16", nil},
		{"2019-12-31", nil},
		{"2020-01-01", []aid{{"vte-ti", 4000_00}}},
		{"2020-09-01", []aid{{"vte-ti", 4000_00}, {"vte-vert", 8000_00}}},
		{"2022-01-15", []aid{{"vte-ti", 4000_00}, {"vte-vert", 8000_00}, {"vte-vert", 12000_00}}},
		{"2022-02-28", []aid{{"vte-ti", 4000_00}, {"vte-vert", 12000_00}, {"vte-vert", 12000_00}}},
		{"2023-10-01", []aid{{"vte-ti", 4000_00}, {"vte-vert", 8000_00}}},
	} {
		var got []aid
		for a := range vte.Aids(sample.Day(tt.on)) {
			sample.CheckSource(t, a.Source)
			got = append(got, aid{a.Key, a.Amount})
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("aids on %s (-want +got):\n%s", tt.on, diff)
		}
	}
	v := sample.VTE()
	if got := v.Aids(sample.Day("2021-01-01")); len(got) != 1 || got[0].Key != "vte-ti" {
		t.Errorf("aids of a request that is not green: %+v", got)
	}
	v.Placement.Territory, v.Placement.Green = "", true
	if got := v.Aids(sample.Day("2021-01-01")); len(got) != 1 || got[0].Key != "vte-vert" {
		t.Errorf("aids of a green request outside a territory: %+v", got)
	}
	if got := v.UndecidedAids(sample.Day("2021-01-01")); len(got) != 1 || got[0].Key != "vte-ti" {
		t.Errorf("aids that depend on where the post is: %+v", got)
	}
}
