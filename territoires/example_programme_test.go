package territoires_test

import (
	"fmt"

	"github.com/territoires-industrie/sdk/territoires"
)

func ExampleProgressAt() {
	p := territoires.ProgressAt(territoires.Date{Year: 2019, Month: 5, Day: 16})
	sum := 0
	for _, r := range p.ProtocolsByRegion {
		sum += r.Protocols
	}
	fmt.Println(p.Protocols, "protocols in", p.RegionsWithProtocol, "régions")
	fmt.Println(sum, "if each région counts its own")
	for _, f := range p.Reported {
		if f.Key == "projects" {
			fmt.Println(f.Source.Publisher, "reported:", f.Words)
		}
	}
	// Output:
	// 13 protocols in 8 régions
	// 14 if each région counts its own
	// CNER reported: plus de 330 projets remontés
	// CNER reported: près de 330 projets
}

func ExampleSignings() {
	for s := range territoires.Signings() {
		if s.Territory == "ti-2402" {
			fmt.Println(s.Document, s.Name, s.On)
			for _, c := range s.Claims {
				fmt.Printf("  %s says %q, %v\n", c.Source.Publisher, c.Word, c.On)
			}
		}
	}
	// Output:
	// protocol Grand Est Touraine 2019-04-23
	//   CNER says "protocole d’accord", ../2019-05-16
	//   DREETS Centre-Val de Loire says "contrat", 2019-04-23
	// contract Grand Est Touraine 2021-03-29
	//   Daniel Labaronne, député says "contrat", 2021-03-29
}

func ExampleFigures() {
	for _, f := range territoires.Figures(territoires.Date{Year: 2019, Month: 5, Day: 16}) {
		fmt.Println(f.Key, f.Value, f.Words)
	}
	// Output:
	// protocols 13 Déjà 13 protocoles d'accord signés
	// regions-with-protocol 8 dans 8 régions
	// projects 330 plus de 330 projets remontés
	// projects 330 près de 330 projets
	// territories 136 136 territoires identifiés
}

func ExampleOrganisations() {
	for _, o := range territoires.Organisations() {
		for _, r := range o.Became {
			fmt.Printf("%s became %s (%v)\n", o.Name, r.Name, r.On)
		}
	}
	// Output:
	// Pôle emploi became France Travail (2024-01-01)
	// AdCF became Intercommunalités de France (2021-10-14/2021-10-15)
	// CGET became ANCT (2020-01-01)
}

func ExampleConventions() {
	for _, c := range territoires.Conventions() {
		fmt.Println(c.Operator, c.Signed)
	}
	// Output:
	// banque-des-territoires 2019-03-05
	// bpifrance 2019-03-05
	// business-france 2019-03-05
	// pole-emploi 2019-03-05
}

func ExamplePublications() {
	for _, p := range territoires.Publications(territoires.Date{Year: 2019, Month: 5, Day: 16}) {
		fmt.Println(p.On, p.Key, p.Version == "")
	}
	// Output:
	// 2019-04-20 guide false
	// ../2019-05-16 kit true
	// 2019-05-16 vte-letter true
}

func ExampleSteeringMeetings() {
	for _, m := range territoires.SteeringMeetings() {
		fmt.Println(m.Number, m.On, len(m.Present), "people named,", len(m.Regions), "régions")
	}
	// Output:
	// 1 2019-01-07 0 people named, 0 régions
	// 2 2019-04-30 3 people named, 7 régions
	// 3 2019-09-24 0 people named, 0 régions
}

func ExampleCompany_Category() {
	c := territoires.Company{Headcount: new(240), Turnover: new(territoires.Euros(60_000_000))}
	fmt.Printf("%q\n", c.Category()) // the balance sheet may still make it a PME
	c.BalanceSheet = new(territoires.Euros(40_000_000))
	fmt.Printf("%q\n", c.Category())
	// Output:
	// ""
	// "PME"
}

func ExampleVTE_Eligibility() {
	v := &territoires.VTE{
		Requested: territoires.Date{Year: 2022, Month: 1, Day: 10},
		Company:   territoires.Company{Headcount: new(80), Turnover: new(territoires.Euros(9_000_000)), NAF: "25.62B", HeadOffice: "FR"},
		Candidate: territoires.Candidate{Status: territoires.Student, Level: new(3)},
		Placement: territoires.Placement{
			Mission: territoires.MissionInnovation, Contract: territoires.Apprenticeship, Months: 10, Charter: new(true),
			Start: territoires.Date{Year: 2022, Month: 2, Day: 1},
		},
	}
	e := v.Eligibility(v.Requested)
	fmt.Println(e.Verdict)
	for _, r := range e.Reasons {
		if r.Verdict == territoires.Disputed {
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
	v := &territoires.VTE{Placement: territoires.Placement{Territory: "ti-2707", Green: true}}
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
	fmt.Println(len(territoires.Aids(territoires.Date{Year: 2019, Month: 6, Day: 12})), "aids in 2019")
	// Output: 0 aids in 2019
}
