package vte_test

import (
	"fmt"
	"slices"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/vte"
)

func ExampleCompany_Category() {
	c := vte.Company{Headcount: new(240), Turnover: new(territoires.Euros(60_000_000))}
	fmt.Printf("%q\n", c.Category()) // the balance sheet may still make it a PME
	c.BalanceSheet = new(territoires.Euros(40_000_000))
	fmt.Printf("%q\n", c.Category())
	// Output:
	// ""
	// "PME"
}

func ExampleVTE_Eligibility() {
	v := &vte.VTE{
		Requested: territoires.Date{Year: 2022, Month: 1, Day: 10},
		Company:   vte.Company{Headcount: new(80), Turnover: new(territoires.Euros(9_000_000)), NAF: "25.62B", HeadOffice: "FR"},
		Candidate: vte.Candidate{Status: vte.CandidateStudent, Level: new(3)},
		Placement: vte.Placement{
			Mission: vte.MissionInnovation, Contract: vte.ContractApprenticeship, Months: 10, Charter: new(true),
			Start: territoires.Date{Year: 2022, Month: 2, Day: 1},
		},
	}
	e := v.Eligibility(v.Requested)
	fmt.Println(e.Verdict)
	for _, r := range e.Reasons {
		if r.Verdict == vte.VerdictDisputed {
			for _, s := range r.Statements {
				fmt.Println(r.Path, "at least", s.Value, "says", s.Source.Publisher, "from", s.From, "–", s.Verdict)
			}
		}
	}
	// Output:
	// disputed
	// vte.placement.months at least 12 says Le Moci, citant Bpifrance from 2019-05-23 – not_met
	// vte.placement.months at least 10 says Cap Métiers Nouvelle-Aquitaine from 2021-12-01 – met
}

func ExampleVTE_Aids() {
	v := &vte.VTE{Placement: vte.Placement{Territory: "ti-2707", Green: true}}
	for _, year := range []int{2019, 2021} {
		for _, a := range v.Aids(territoires.Date{Year: year, Month: 6, Day: 1}) {
			fmt.Println(year, a.Key, a.Amount)
		}
	}
	// Output:
	// 2021 vte-ti 4000.00
	// 2021 vte-vert 8000.00
}

func ExampleAids() {
	fmt.Println(len(slices.Collect(vte.Aids(territoires.Date{Year: 2019, Month: 6, Day: 12}))), "aids in 2019")
	// Output: 0 aids in 2019
}
