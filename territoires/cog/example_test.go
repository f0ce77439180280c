package cog_test

import (
	"fmt"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

func ExampleVintage_Commune() {
	c, _ := cog.V2019.Commune("01138")
	fmt.Println(c.Name)
	c, _ = cog.V2026.Commune("01138")
	fmt.Println(c.Name)
	// Output:
	// Culoz
	// Culoz-Béon
}

// The same two characters are a région and a département.
func ExampleVintage_Region() {
	r, _ := cog.V2019.Region("75")
	d, _ := cog.V2019.Departement("75")
	fmt.Println(r.Name, d.Name)
	// Output: Nouvelle-Aquitaine Paris
}

func ExampleVintage_ParseCommune() {
	for _, s := range []string{"21425", " 2a 004\r\n", "1001", "75107", "50602", "35400"} {
		c, err := cog.V2019.ParseCommune(s)
		fmt.Println(c, err)
	}
	// Output:
	// 21425 <nil>
	// 2A004 <nil>
	//  cog: commune malformed: a leading zero may be lost: 01001 is L'Abergement-Clémenciat
	//  cog: commune unknown: 75107 is an arrondissement municipal of 75056 Paris
	//  cog: commune unknown: 50602 Tourlaville is part of 50129 Cherbourg-en-Cotentin
	//  cog: commune unknown: 35400 is not a commune of 2019; an Insee code is not a postal code
}

func ExampleSearch() {
	for _, query := range []string{"cherbuorg", "21 - Montbard", "Tourlaville"} {
		for c := range cog.Search(query) {
			fmt.Println(c.Commune.Code, c.Commune.Name, "by", c.Name+",", c.Fit)
			break
		}
	}
	// Output:
	// 50129 Cherbourg-en-Cotentin by Cherbourg-en-Cotentin, mistyped
	// 21425 Montbard by Montbard, whole
	// 50129 Cherbourg-en-Cotentin by Tourlaville, whole
}

func ExampleWords() {
	fmt.Println(cog.Words("Saint-Denis-de-l'Hôtel"))
	// Output: [saint denis hotel]
}

func ExampleVintage_CommunesOf() {
	n := 0
	for range cog.V2019.CommunesOf("242101491") {
		n++
	}
	e, _ := cog.V2019.EPCI("242101491")
	fmt.Println(e.Name, e.Kind, n)
	// Output: CC du Montbardois CC 33
}

func ExampleVintage_CommunesNamed() {
	for c := range cog.V2019.CommunesNamed("st ouen") {
		fmt.Println(c.Code, c.Name)
	}
	// Output:
	// 41226 Saint-Ouen
	// 80711 Saint-Ouen
}

func ExampleTraceCommune() {
	c, _ := cog.TraceCommune(cog.V2019, cog.V2026, "01039") // Béon
	now, _ := cog.V2026.Commune(c)
	fmt.Println(now)
	fmt.Println(cog.TraceCommune(cog.V2026, cog.V2019, "01138"))
	// Output:
	// Culoz-Béon (01138)
	// 01138 true
}

func ExampleTraceEPCI() {
	for _, s := range cog.TraceEPCI(cog.V2019, cog.V2026, "200071157") {
		fmt.Println(s.EPCI.Name, s.Communes)
	}
	// Output:
	// CC des Hautes Vosges 14
	// CC Gérardmer Hautes Vosges 8
}

func ExampleFold() {
	fmt.Println(cog.Fold("L’Haÿ-les-Roses"), cog.Fold("St-Étienne"))
	// Output: l hay les roses saint etienne
}
