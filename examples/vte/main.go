// Command vte asks whether a request for the label « volontariat territorial en
// entreprise » would be accepted on several days, and why not.
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
	for _, on := range []territoires.Date{
		{Year: 2019, Month: 5, Day: 1}, {Year: 2019, Month: 6, Day: 12}, {Year: 2024, Month: 6, Day: 12},
	} {
		request := &vte.VTE{
			Requested: on,
			Company: vte.Company{
				NAF: "25.62B", Headcount: new(180), Turnover: new(territoires.Euros(24_000_000)), HeadOffice: "FR",
			},
			Candidate: vte.Candidate{Status: vte.CandidateStudent, Level: new(2)},
			Placement: vte.Placement{
				Mission: vte.MissionTransformation, Contract: vte.ContractApprenticeship, Months: 12,
				Start: on.AddDays(90), Commune: "76217", // Dieppe
			},
		}
		if err := validation.Validate(request); err != nil {
			fmt.Println(err)
			return
		}
		report(request, on)
	}
}

// report prints the verdict of a day, the rules that are not met, disputed or
// undecided, the territory of the post, and the aids of the day.
func report(request *vte.VTE, on territoires.Date) {
	e := request.Eligibility(on)
	fmt.Printf("%v: %s\n", e.On, e.Verdict.Label("en"))
	for _, r := range e.Reasons {
		if r.Verdict == vte.VerdictMet {
			continue
		}
		fmt.Printf("  %s (%s)\n", r.Path, r.Verdict.Label("en"))
		for _, s := range r.Statements {
			fmt.Printf("    %s %s: %s\n", s.Message("en"), s.By("en"), s.Verdict.Label("en"))
		}
	}
	if t, ok := request.Territory(on); ok {
		fmt.Printf("  in %s (phase %v)\n", t.Name, t.Phase)
	}
	for _, a := range request.Aids(on) {
		fmt.Printf("  aid %s: at most %s (%s)\n", a.Key, a.Amount.Format("en"), a.Source.Publisher)
	}
}
