// Package sample has documents that break no rule, for the tests of the library.
// People and bodies in them are invented.
package sample

import (
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/programme"
	"github.com/territoires-industrie/sdk/territoires/vte"
)

// Day reads a date and panics on an error.
func Day(s string) territoires.Date {
	d, err := territoires.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// On reads a span and panics on an error.
func On(s string) territoires.Span {
	span, err := territoires.ParseSpan(s)
	if err != nil {
		panic(err)
	}
	return span
}

// Voted is a deliberation of a day.
func Voted(s string) *agreement.Deliberation { return &agreement.Deliberation{On: On(s)} }

// Parties are those of an invented agreement: only the territory, its two
// régions and the operator exist.
func Parties() []agreement.Signatory {
	signed := On("2019-07-15")
	return []agreement.Signatory{
		{Kind: agreement.SignatoryEPCI, Name: "Première intercommunalité", SIREN: "732829320", Deliberation: Voted("2019-06-24"), Signed: signed},
		{Kind: agreement.SignatoryEPCI, Name: "Seconde intercommunalité", SIREN: "356000000", Deliberation: Voted("2019-06-26"), Signed: signed},
		{Kind: agreement.SignatoryRegion, Name: "Région Nouvelle-Aquitaine", Region: "75", Deliberation: Voted("2019-05-20"), Signed: signed},
		{Kind: agreement.SignatoryRegion, Name: "Région Occitanie", Region: "76", Deliberation: Voted("../2019-06-30"), Signed: signed},
		{Kind: agreement.SignatoryState, Name: "Préfet de département", Signed: signed},
		{Kind: agreement.SignatoryOperator, Name: "Bpifrance", Operator: territoires.OperatorBpifrance, Signed: signed},
		{Kind: agreement.SignatoryChamber, Name: "Chambre de commerce"},
	}
}

// Sheet is an action sheet that breaks no rule.
func Sheet() agreement.ActionSheet {
	return agreement.ActionSheet{
		Phase: territoires.PhaseI, Territory: "ti-7505", Title: "École de production",
		Axes:   []territoires.Axis{territoires.AxisAttractivenessPhaseI, territoires.AxisRecruitmentPhaseI},
		Owners: []string{"Première intercommunalité", "UIMM"}, Version: Day("2019-05-02"),
		Costs:       []agreement.BudgetLine{{Label: "Travaux", Amount: territoires.Euros(900_000)}, {Label: "Études", Amount: 12_345_67}},
		Financing:   []agreement.BudgetLine{{Label: "Région", Amount: territoires.Euros(500_000)}, {Label: "Maître d’ouvrage", Amount: territoires.Euros(400_000) + 12_345_67}},
		Starts:      Day("2019-09-01"),
		Ends:        Day("2021-06-30"),
		Indicators:  []agreement.Indicator{{Name: "élèves formés", Unit: "élèves", Target: "40 par an"}},
		Commitments: []agreement.Commitment{{Operator: territoires.OperatorPoleEmploi, Text: "Présente l’école aux demandeurs d’emploi."}},
	}
}

// Protocol is a signed protocol that breaks no rule.
func Protocol() *agreement.Protocol {
	p := &agreement.Protocol{
		Phase: territoires.PhaseI, Territory: "ti-7505", TerritoryName: "Lacq Pau-Tarbes",
		Regions: []cog.RegionCode{"75", "76"}, Signatories: Parties(), Sheets: []agreement.ActionSheet{Sheet()},
	}
	for i := range p.Signatories {
		p.Signatories[i].Deliberation = nil
		p.Signatories[i].Signed = territoires.Span{}
		if p.Signatories[i].Kind.Deliberates() {
			p.Signatories[i].Deliberation = Voted("2019-03-11")
		}
		if p.Signatories[i].Kind.College() != agreement.CollegeOther {
			p.Signatories[i].Signed = On("../2019-05-16")
		}
	}
	return p
}

// Contract is a signed contract, with an amendment, that breaks no rule.
func Contract() *agreement.Contract {
	return &agreement.Contract{
		Phase: territoires.PhaseI, Territory: "ti-7505", TerritoryName: "Lacq-Pau - Tarbes",
		Regions: []cog.RegionCode{"75", "76"}, Term: agreement.Term{First: 2019, Last: 2022},
		Signatories: Parties(), Sheets: []agreement.ActionSheet{Sheet()},
		Amendments: []agreement.Amendment{{Subject: "Fiche 3 annulée", Signed: On("2020-02-03")}},
	}
}

// Dossier is a dossier at the last stage that breaks no rule.
func Dossier() *agreement.Dossier {
	return &agreement.Dossier{
		Phase: territoires.PhaseI, Territory: "ti-7505", Stage: agreement.StageAmended, AsOf: Day("2020-03-01"),
		Committee: agreement.Committee{
			Installed:   On("2019-01-01/2019-02-28"),
			Elected:     []programme.Person{{Name: "Une élue", Office: "vice-présidente"}, {Name: "Un élu"}},
			Industrials: []programme.Person{{Name: "Un industriel"}},
		},
		Protocol: Protocol(), Contract: Contract(),
	}
}

// VTE is a request that breaks no rule.
func VTE() *vte.VTE {
	return &vte.VTE{
		Requested: Day("2019-06-12"),
		Company: vte.Company{
			Name: "Fonderie d’exemple", SIREN: "732829320", NAF: "24.51Z", Headcount: new(120), Turnover: new(territoires.Euros(18_000_000)), HeadOffice: "FR",
		},
		Candidate: vte.Candidate{Status: vte.CandidateGraduate, Level: new(5), GraduatedOn: Day("2018-09-30")},
		Placement: vte.Placement{
			Mission: vte.MissionTransformation, Contract: vte.ContractFixedTerm, Start: Day("2019-09-02"), Months: 12, Territory: "ti-2707",
		},
	}
}
