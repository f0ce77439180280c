package cog_test

import (
	"fmt"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

func ExampleVintages() {
	for _, v := range cog.Vintages() {
		n := 0
		for range v.Communes() {
			n++
		}
		fmt.Println(v, n)
	}
	// Output:
	// 2019 35064
	// 2026 34969
}

func ExampleVintage_Communes() {
	for c := range cog.V2019.Communes() {
		fmt.Println(c.Code, c.Name, c.Departement)
		break
	}
	// Output: 01001 L'Abergement-Clémenciat 01
}

func ExampleVintage_Regions() {
	for r := range cog.V2019.Regions() {
		fmt.Print(r.Code, " ")
	}
	fmt.Println()
	// Output: 01 02 03 04 06 11 24 27 28 32 44 52 53 75 76 84 93 94
}

func ExampleVintage_Departement() {
	d, ok := cog.V2019.Departement("2A")
	fmt.Println(d.Name, d.Region, ok)
	// Output: Corse-du-Sud 94 true
}

func ExampleVintage_Departements() {
	for d := range cog.V2019.Departements() {
		if d.Region == "94" {
			fmt.Println(d.Code, d.Name)
		}
	}
	// Output:
	// 2A Corse-du-Sud
	// 2B Haute-Corse
}

func ExampleVintage_EPCI() {
	e, ok := cog.V2019.EPCI("242101491")
	fmt.Println(e.Name, e.Kind, ok)
	// Output: CC du Montbardois CC true
}

func ExampleVintage_EPCIs() {
	kinds := map[cog.Kind]int{}
	for e := range cog.V2026.EPCIs() {
		kinds[e.Kind]++
	}
	fmt.Println(kinds)
	// Output: map[CA:230 CC:989 CU:14 EPT:11 MET69:1 METRO:21]
}

func ExampleVintage_ParseRegion() {
	fmt.Println(cog.V2019.ParseRegion("27"))
	fmt.Println(cog.V2019.ParseRegion("26"))
	// Output:
	// 27 <nil>
	//  cog: région unknown: 26 is the département Drôme, of région 84 Auvergne-Rhône-Alpes
}

func ExampleVintage_ParseDepartement() {
	fmt.Println(cog.V2019.ParseDepartement("2A"))
	fmt.Println(cog.V2019.ParseDepartement("20"))
	// Output:
	// 2A <nil>
	//  cog: département unknown: 20 is Corse, which is 2A and 2B
}

func ExampleVintage_ParseEPCI() {
	fmt.Println(cog.V2019.ParseEPCI("242101491"))
	fmt.Println(cog.V2019.ParseEPCI("242101492"))
	// Output:
	// 242101491 <nil>
	//  cog: EPCI unknown: 242101492 is not an EPCI of 2019
}
