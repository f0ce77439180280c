// Command progress reports how far the programme had come on 16 May 2019: the known
// protocols, and the figures that were reported without documents.
//
//	go run ./examples/progress
package main

import (
	"fmt"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

func main() {
	p := agreement.ProgressAt(territoires.Date{Year: 2019, Month: 5, Day: 16})
	fmt.Printf("%d protocols in %d régions on %v\n", p.Protocols, p.RegionsWithProtocol, p.AsOf)
	for s := range programme.Signings(territoires.Date{}) {
		if s.Document == programme.DocumentProtocol {
			fmt.Printf("  %-22s %s (%s)\n", s.On, s.Name, names(s.Regions))
		}
	}
	for _, s := range p.Stages {
		if s.Territories > 0 {
			fmt.Printf("%d territories: %s\n", s.Territories, s.Stage.Label("en"))
		}
	}
	for _, f := range p.Reported {
		if f.Key == "projects" {
			fmt.Printf("reported: « %s »\n", f.Words)
		}
	}
}

func names(codes []cog.RegionCode) string {
	var out []string
	for _, c := range codes {
		r, _ := cog.V2019.Region(c)
		out = append(out, r.Name)
	}
	return strings.Join(out, "/")
}
