package agreement_test

import (
	"errors"
	"fmt"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

func ExampleProtocol_Missing() {
	vote := territoires.OnDay(territoires.Date{Year: 2019, Month: 3, Day: 11})
	signed := territoires.OnDay(territoires.Date{Year: 2019, Month: 3, Day: 19})
	p := &agreement.Protocol{
		Regions: []cog.RegionCode{"27"},
		Signatories: []agreement.Signatory{
			{Kind: agreement.SignatoryPole, Name: "Pôle d'exemple", Deliberation: &agreement.Deliberation{On: vote}, Signed: signed},
			{Kind: agreement.SignatoryRegion, Region: "27", Name: "Région d'exemple"},
			{Kind: agreement.SignatoryState, Name: "Préfet d'exemple", Signed: signed},
			{Kind: agreement.SignatoryCompany, Name: "Entreprise d'exemple"}, // may join later
		},
	}
	for _, f := range p.Missing(territoires.Date{Year: 2019, Month: 3, Day: 19}) {
		fmt.Println(f.Path, "–", f.Message("en"))
	}
	// Output:
	// protocol.signatories[1].signed – Wait for the signature of this party, or add it.
}

func ExampleContract_Signed() {
	on := func(day int) territoires.Span {
		return territoires.OnDay(territoires.Date{Year: 2019, Month: 7, Day: day})
	}
	c := &agreement.Contract{Signatories: []agreement.Signatory{
		{Kind: agreement.SignatoryEPCI, Name: "Intercommunalité", Signed: on(15)},
		{Kind: agreement.SignatoryState, Name: "État", Signed: on(22)},
		{Kind: agreement.SignatoryCompany, Name: "Entreprise", Signed: on(30)}, // does not hold the contract up
	}}
	fmt.Println(c.Signed())
	// Output: 2019-07-22
}

func ExampleDossier_Advance() {
	d := &agreement.Dossier{
		Phase: territoires.PhaseI, Territory: "ti-2801",
		Stage: agreement.StageIdentified, AsOf: territoires.Date{Year: 2018, Month: 11, Day: 22},
	}
	d.Committee.Elected = []programme.Person{{Name: "Une élue"}}
	today := territoires.Date{Year: 2019, Month: 2, Day: 1}
	err := d.Advance(agreement.StageProject, today)
	fmt.Println(err)
	if bad, ok := errors.AsType[*agreement.StageError](err); ok {
		fmt.Println(bad.Missing[0].Message("en"))
	}
	d.Committee.Industrials = []programme.Person{{Name: "Un industriel"}}
	fmt.Println(d.Advance(agreement.StageProject, today), d.Stage, d.Stage.CommitteeName())
	// Output:
	// territoires: stage project lacks dossier.committee.industrials: binome
	// Add at least one person on this side of the binôme.
	// <nil> project comité de projet
}

func ExampleStages() {
	for _, s := range agreement.Stages() {
		fmt.Println(s, "–", s.Label("fr"))
	}
	// Output:
	// identified – identifié
	// project – comité de projet
	// protocol – protocole d’accord
	// contract – contrat
	// amended – contrat et avenant
}

func ExampleParseStage() {
	s, err := agreement.ParseStage("protocol")
	fmt.Println(s.Label("en"), err)
	// Output: protocol <nil>
}
