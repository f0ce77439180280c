// Command vte asks whether one and the same request for the label « volontariat
// territorial en entreprise » would be accepted on several days, and why not.
//
//	go run ./examples/vte
package main

import (
	"fmt"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
	"github.com/territoires-industrie/sdk/territoires/vte"
)

func main() {
	request := &vte.VTE{
		Requested: territoires.Date{Year: 2019, Month: 6, Day: 12},
		Company: vte.Company{
			NAF: "25.62B", Headcount: new(180), Turnover: new(territoires.Euros(24_000_000)), HeadOffice: "FR",
		},
		Candidate: vte.Candidate{Status: vte.CandidateStudent, Level: new(2)},
		Placement: vte.Placement{
			Mission: vte.MissionTransformation, Contract: vte.ContractApprenticeship, Months: 12,
			Start: territoires.Date{Year: 2019, Month: 9, Day: 2}, Territory: "ti-2801",
		},
	}
	if err := validation.Validate(request); err != nil {
		fmt.Println(err)
		return
	}
	for _, on := range []territoires.Date{
		{Year: 2019, Month: 5, Day: 1}, {Year: 2019, Month: 6, Day: 12}, {Year: 2023, Month: 11, Day: 2},
	} {
		report(request, on)
	}
}

// report prints the verdict of a day, each rule that is not simply met with
// the sources behind it, and the aids of the day.
func report(request *vte.VTE, on territoires.Date) {
	e := request.Eligibility(on)
	fmt.Printf("%v: %s\n", on, e.Verdict)
	for _, r := range e.Reasons {
		if r.Verdict == vte.VerdictMet {
			continue
		}
		fmt.Printf("  %s (%s) %s\n", r.Path, r.Verdict, r.Message("en"))
		for _, s := range r.Statements {
			fmt.Printf("    %s: %s, %s\n", s.ID, s.Verdict, s.Source.Publisher)
		}
	}
	for _, a := range request.Aids(on) {
		fmt.Printf("  aid %s: at most %s (%s)\n", a.Key, a.Amount.Format("en"), a.Source.Publisher)
	}
}
