package programme_test

import (
	"fmt"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

func ExampleSignings() {
	for s := range programme.Signings(territoires.Date{}) {
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
	for f := range programme.Figures(territoires.Date{Year: 2019, Month: 5, Day: 16}) {
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
	for o := range programme.Organisations() {
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
	for c := range programme.Conventions(territoires.Date{}) {
		fmt.Println(c.Operator, c.Signed)
	}
	// Output:
	// banque-des-territoires 2019-03-05
	// bpifrance 2019-03-05
	// business-france 2019-03-05
	// pole-emploi 2019-03-05
}

func ExamplePublications() {
	for p := range programme.Publications(territoires.Date{Year: 2019, Month: 5, Day: 16}) {
		fmt.Println(p.On, p.Key, p.Version == "")
	}
	// Output:
	// 2019-04-20 guide false
	// ../2019-05-16 kit true
	// 2019-05-16 vte-letter true
}

func ExampleSteeringMeetings() {
	for m := range programme.SteeringMeetings(territoires.Date{}) {
		fmt.Println(m.Number, m.On, len(m.Present), "people named,", len(m.Regions), "régions")
	}
	// Output:
	// 1 2019-01-07 0 people named, 0 régions
	// 2 2019-04-30 3 people named, 7 régions
	// 3 2019-09-24 0 people named, 0 régions
}
