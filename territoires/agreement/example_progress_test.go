package agreement_test

import (
	"fmt"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
)

func ExampleProgressAt() {
	p := agreement.ProgressAt(territoires.Date{Year: 2019, Month: 5, Day: 16})
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
