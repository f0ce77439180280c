package territoires_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
)

func ExampleLookup() {
	t, ok := territoires.Lookup(territoires.PhaseI, "ti-7505")
	fmt.Println(t.Name, t.Regions(), len(t.Members()), ok)
	// The same identifier is another territory in the other phase.
	t, ok = territoires.Lookup(territoires.PhaseII, "ti-7505")
	fmt.Println(t.Name, ok)
	// Output:
	// Lacq-Pau - Tarbes [75 76] 10 true
	// Brive – Tulle – Périgord Noir true
}

func ExampleParseID() {
	for _, s := range []string{"ti-0101", "0101", "ti-9999"} {
		id, err := territoires.ParseID(s)
		fmt.Printf("%q %v\n", id, err)
	}
	// Output:
	// "ti-0101" <nil>
	// "" territoires: territory malformed: an identifier is "ti-" and four digits
	// "" territoires: territory unknown: ti-9999 is in neither phase
}

// A malformed and an unknown identifier are different errors.
func ExampleParseID_errors() {
	_, err := territoires.ParseID("ti-9999")
	fmt.Println(errors.Is(err, territoires.ErrSyntax), errors.Is(err, territoires.ErrUnknown))
	// Output: false true
}

func ExampleByName() {
	t, _ := territoires.ByName(territoires.PhaseI, "Montbard Metal Valley")
	fmt.Println(t.ID, t.Name)
	// Output: ti-2701 Auxois Morvan
}

func ExampleAll() {
	n := 0
	for t := range territoires.All(territoires.PhaseI) {
		n += len(t.Members())
	}
	fmt.Println(n, "members")
	// Output: 588 members
}

func ExampleTerritory_Members() {
	t, _ := territoires.Lookup(territoires.PhaseI, "ti-9303")
	for _, m := range t.Members() {
		fmt.Println(m.Name, m.Commune, m.SIREN)
	}
	// Output: Carros 06033 210600334
}

func ExampleTerritory_Overlaps() {
	t, _ := territoires.Lookup(territoires.PhaseI, "ti-2403")
	for _, o := range t.Overlaps(territoires.PhaseII) {
		fmt.Printf("%s %s: %d of %d communes\n", o.Territory.ID, o.Territory.Name, o.Communes, t.CommuneCount())
	}
	// Output:
	// ti-2403 Châteauroux – Buzançais – Argenton: 14 of 26 communes
	// ti-2406 Issoudun: 12 of 26 communes
}

func ExampleTerritory_Aliases() {
	t, _ := territoires.Lookup(territoires.PhaseI, "ti-2804")
	for _, a := range t.Aliases() {
		fmt.Println(a.Name, a.On, a.Source.Publisher)
	}
	// Output: Dieppe Côte d'Albâtre 2019-05-16 CNER
}

func ExampleSearch() {
	for _, m := range territoires.Search(territoires.PhaseI, "grand chatelleraut", 3) {
		fmt.Println(m.Territory.ID, m.Territory.Name)
	}
	// A visitor may only know a town.
	for _, m := range territoires.Search(territoires.PhaseI, "montbard", 1) {
		fmt.Println(m.Territory.ID, m.Territory.Name, "by", m.By, m.Text)
	}
	// Output:
	// ti-7504 Grand Châtellerault
	// ti-2701 Auxois Morvan by commune Montbard
}

func ExampleOfCommune() {
	t, ok := territoires.OfCommune(territoires.PhaseI, "21425")
	fmt.Println(t.Name, ok)
	_, ok = territoires.OfCommune(territoires.PhaseI, "75056")
	fmt.Println(ok)
	// Output:
	// Auxois Morvan true
	// false
}

func ExampleOfEPCI() {
	// This EPCI of 2019 has since merged into a member of Axe Seine.
	for _, t := range territoires.OfEPCI(territoires.PhaseI, "242700623") {
		fmt.Println(t.ID, t.Name)
	}
	// Output: ti-2801 Axe Seine
}

func ExampleOfMember() {
	t, _ := territoires.OfMember(territoires.PhaseI, "242101491")
	fmt.Println(t.Name)
	// Output: Auxois Morvan
}

func ExampleOfRegion() {
	for t := range territoires.OfRegion(territoires.PhaseI, "94") {
		fmt.Println(t.ID, t.Name)
	}
	// Output:
	// ti-9401 Ajaccio
	// ti-9402 CAB - Marana-Golo
}

func ExampleOfDepartement() {
	for t := range territoires.OfDepartement(territoires.PhaseI, "65") {
		fmt.Println(t.ID, t.Name)
	}
	// Output:
	// ti-7505 Lacq-Pau - Tarbes
	// ti-7608 PETR Comminges et Nestes
}

func ExampleNearest() {
	dijon := territoires.Point{Latitude: 47.322, Longitude: 5.0415}
	for _, n := range territoires.Nearest(territoires.PhaseI, dijon, 2) {
		fmt.Printf("%s %.0f km\n", n.Territory.Name, n.Kilometres)
	}
	// Output:
	// Grand Dole 42 km
	// Auxois Morvan 53 km
}

func ExampleAxes() {
	for _, a := range territoires.Axes(territoires.PhaseI) {
		fmt.Println(a.Verb(), a.Noun())
	}
	// Output:
	// recruter recrutement
	// innover innovation
	// attirer attractivité
	// simplifier simplification
}

func ExampleParseAxis() {
	a, _ := territoires.ParseAxis(territoires.PhaseI, "installer")
	fmt.Println(a.Verb(), "is the own axis of région", a.Region())
	fmt.Println("read at:", a.Source().Publisher)
	// Output:
	// installer is the own axis of région 44
	// read at: Préfecture de la région Grand Est
}

func ExampleParseSpan() {
	s, _ := territoires.ParseSpan("2019-03-18/2019-03-24")
	_, day := s.Day()
	fmt.Println(s.From, s.To, day)
	// Output: 2019-03-18 2019-03-24 false
}

func ExampleParseDate() {
	d, _ := territoires.ParseDate("2019-06-12")
	fmt.Println(d.Weekday())
	// Output: Wednesday
}

func ExampleReadList() {
	file := strings.NewReader(`id_ti,lib_ti,lib_groupement,siren_groupement
ti-2701,Auxois Morvan,CC du Montbardois,242101491
ti-2702,Grand Chalon,CC du Montbardois,242101491
`)
	_, err := territoires.ReadList(file, territoires.PhaseI)
	fmt.Println(err)
	// Output: read list: line 3: 242101491: SIREN already a member of ti-2701
}

// A bad line gives its number, and the rest goes on.
func ExampleReadCSV() {
	file := strings.NewReader(`id_ti,lib_ti,lib_groupement,siren_groupement
ti-2701,Auxois Morvan,CC du Montbardois,242101490
ti-2701,Auxois Morvan,CC du Montbardois,242101491
`)
	for row, err := range territoires.ReadCSV(file) {
		fmt.Println(row.ID, row.SIREN, err)
	}
	// Output:
	// line 2: siren_groupement: sirene: SIREN wrong check digit: the 9 digits do not satisfy Luhn's rule
	// ti-2701 242101491 <nil>
}

func ExampleWriteCSV() {
	t, _ := territoires.Lookup(territoires.PhaseI, "ti-9303")
	if err := territoires.WriteCSV(os.Stdout, slices.Values([]territoires.Territory{t})); err != nil {
		fmt.Println(err)
	}
	// Output:
	// id_ti,lib_ti,lib_groupement,siren_groupement
	// ti-9303,Carros,Carros,210600334
}

func ExampleWriteGeoJSON() {
	t, _ := territoires.Lookup(territoires.PhaseI, "ti-9303")
	if err := territoires.WriteGeoJSON(os.Stdout, slices.Values([]territoires.Territory{t})); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {"type":"FeatureCollection","features":[
	// {"type":"Feature","id":"ti-9303","geometry":{"type":"Point","coordinates":[7.184,43.7848]},"properties":{"phase":"I","name":"Carros","regions":["93"],"departements":["06"],"member_count":1,"commune_count":1}}
	// ]}
}
