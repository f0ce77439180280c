package territoires_test

import (
	"fmt"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
)

func ExampleEuros() {
	fmt.Println(territoires.Euros(1200), territoires.Euros(1200).Format("en"))
	// Output: 1200.00 €1,200
}

func ExampleDateOf() {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	late := time.Date(2019, time.June, 12, 22, 30, 0, 0, time.UTC)
	fmt.Println(territoires.DateOf(late, time.UTC), territoires.DateOf(late, paris))
	// Output: 2019-06-12 2019-06-13
}

func ExampleDate_In() {
	d := territoires.Date{Year: 2019, Month: time.June, Day: 12}
	fmt.Println(d.In(time.UTC).Format(time.RFC3339))
	// Output: 2019-06-12T00:00:00Z
}

// A day that the calendar does not have is never taken for another.
func ExampleDate_AddDays() {
	d := territoires.Date{Year: 2019, Month: time.February, Day: 28}
	fmt.Println(d.AddDays(1), d.AddDays(-28))
	d.Day = 30
	fmt.Println(d, d.Valid(), d.AddDays(1).IsZero())
	// Output:
	// 2019-03-01 2019-01-31
	// 2019-02-30 false true
}

func ExampleDate_Weekday() {
	fmt.Println(territoires.Date{Year: 2019, Month: time.June, Day: 12}.Weekday())
	// Output: Wednesday
}

func ExampleParsePhase() {
	p, err := territoires.ParsePhase("II")
	fmt.Println(p == territoires.PhaseII, err)
	// Output: true <nil>
}

func ExampleParseOperator() {
	o, err := territoires.ParseOperator("pole-emploi")
	fmt.Println(o.Label("fr"), err)
	_, err = territoires.ParseOperator("Pôle emploi")
	fmt.Println(err)
	// Output:
	// Pôle emploi <nil>
	// territoires: operator unknown: not one of banque-des-territoires, bpifrance, business-france, pole-emploi
}

func ExampleOnDay() {
	s := territoires.OnDay(territoires.Date{Year: 2019, Month: time.March, Day: 18})
	d, one := s.Day()
	fmt.Println(s, d, one)
	// Output: 2019-03-18 2019-03-18 true
}

// Lacq-Pau-Tarbes has communes in Occitanie and is led by Nouvelle-Aquitaine.
func ExampleLedBy() {
	count := 0
	for range territoires.LedBy(territoires.PhaseI, "76") {
		count++
	}
	in := 0
	for range territoires.OfRegion(territoires.PhaseI, "76") {
		in++
	}
	fmt.Println(count, "led by Occitanie,", in, "with communes in it")
	// Output: 9 led by Occitanie, 11 with communes in it
}

func ExampleTerritory_Communes() {
	t, _ := territoires.Lookup(territoires.PhaseI, "ti-2701")
	for c := range t.Communes() {
		fmt.Println(c.Code, c.Name)
		break
	}
	fmt.Println(t.CommuneCount(), "communes")
	// Output:
	// 21007 Aisy-sous-Thil
	// 145 communes
}

func ExampleTerritory_CommuneCount() {
	t, _ := territoires.Lookup(territoires.PhaseI, "ti-7505")
	fmt.Println(t, t.CommuneCount())
	// Output: ti-7505 Lacq-Pau - Tarbes (phase I) 489
}

func ExampleTerritory_Regions() {
	t, _ := territoires.Lookup(territoires.PhaseI, "ti-7505")
	fmt.Println(t.Regions())
	// Output: [75 76]
}

func ExampleTerritory_Departements() {
	t, _ := territoires.Lookup(territoires.PhaseI, "ti-7505")
	fmt.Println(t.Departements())
	// Output: [64 65]
}
