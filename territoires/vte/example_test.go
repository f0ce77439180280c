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
				fmt.Printf("%s: %s (%s)\n", s.By("en"), s.Message("en"), s.Verdict.Label("en"))
			}
		}
	}
	// Output:
	// disputed
	// Le Moci, citant Bpifrance, from 23 May 2019: A contract of alternance must last at least 12 months. (not met)
	// Cap Métiers Nouvelle-Aquitaine, from 1 December 2021: A contract of alternance must last at least 10 months. (met)
}

func ExampleVTE_Aids() {
	v := &vte.VTE{Placement: vte.Placement{Phase: territoires.PhaseI, Territory: "ti-2707", Green: true}}
	for _, year := range []int{2019, 2021} {
		for _, a := range v.Aids(territoires.Date{Year: year, Month: 6, Day: 1}) {
			fmt.Println(year, a.Key, a.Amount)
		}
	}
	// Output:
	// 2021 vte-ti 4000.00
	// 2021 vte-vert 8000.00
}

func ExampleVTE_Territory() {
	v := &vte.VTE{Placement: vte.Placement{Commune: "76217"}} // Dieppe
	for _, year := range []int{2021, 2024} {
		t, _ := v.Territory(territoires.Date{Year: year, Month: 6, Day: 1})
		fmt.Println(year, t.Phase, t.ID, t.Name)
	}
	// Output:
	// 2021 I ti-2804 Côte d'Albâtre
	// 2024 II ti-2806 Dieppe Côte d'Albâtre
}

func ExampleVTE_UndecidedAids() {
	on := territoires.Date{Year: 2024, Month: 6, Day: 3}
	v := &vte.VTE{Requested: on, Placement: vte.Placement{Phase: territoires.PhaseI, Territory: "ti-2707"}}
	for _, a := range v.UndecidedAids(on) {
		fmt.Println(a.Key, "hangs on where in phase II the post is")
	}
	// Output: vte-ti hangs on where in phase II the post is
}

func ExampleAids() {
	fmt.Println(len(slices.Collect(vte.Aids(territoires.Date{Year: 2019, Month: 6, Day: 12}))), "aids in 2019")
	// Output: 0 aids in 2019
}
