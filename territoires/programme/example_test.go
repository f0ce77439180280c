package programme_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

func ExampleFactOf() {
	for _, id := range []territoires.ID{"ti-1104", "ti-9401"} {
		t, _ := territoires.Lookup(territoires.PhaseI, id)
		f := programme.FactOf(t, programme.QuestionPilot)
		fmt.Println(t.Name, f.Answer, len(f.Sources))
	}
	// Output:
	// Grand-Orly Seine Bièvre yes 2
	// Ajaccio unknown 0
}

func ExampleCounts() {
	for c := range programme.Counts(territoires.Date{}) {
		fmt.Println(c.On, c.Territories, c.Sources[0].Publisher)
	}
	// Output:
	// 2018-11-22 124 CGET
	// 2019-03-05 136 Banque des Territoires, Localtis
	// ../2019-06-18 141 Assemblée nationale, question écrite 20408
	// 2019-09-24 144 Banque des Territoires, Localtis
	// 2019-11-14 146 Délégation aux Territoires d’industrie, guide V6
	// 2021-01-01/2021-01-31 148 L’Informateur judiciaire
	// ../2022-12-31 149 ANCT
	// 2023-11-09 183 La Gazette des communes
}

func ExampleCountAsOf() {
	c, _ := programme.CountAsOf(territoires.Date{Year: 2019, Month: time.May, Day: 16})
	fmt.Println(c.Territories)
	// Output: 136
}

func ExampleNationalMeetings() {
	m := slices.Collect(programme.NationalMeetings(territoires.Date{}))[0]
	fmt.Println(m.Title, m.Date, m.Date.Weekday())
	fmt.Println(strings.Join(m.Organisers, ", "))
	for _, s := range m.Morning {
		fmt.Println("-", s.Theme)
	}
	// Output:
	// Rencontre nationale des Territoires d’industrie 2019-06-12 Wednesday
	// Régions de France, AdCF
	// - Analyse des 330 premières fiches-actions remontées
	// - Les stratégies locales d’attractivité territoriale et industrielle
	// - Les stratégies d’innovation
}
