package territoires_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

func ExampleReadDocument() {
	file := `{"action_sheet": {
	  "phase": "I", "territory": "ti-2707", "title": "École de production",
	  "axes": ["recruter", "foncier"], "owners": ["Syndicat d'exemple"], "budget": 3,
	  "costs": [{"label": "Travaux", "amount": 1200000}]
	}}`
	_, err := territoires.ReadDocument(strings.NewReader(file))
	if bad, ok := errors.AsType[*territoires.ValidationError](err); ok {
		for _, f := range bad.Fields {
			fmt.Printf("%s: %s\n", f.Path, f.Message("en"))
		}
	}
	// Output:
	// action_sheet.budget: Remove this field: this document has none of that name.
	// action_sheet.axes[1]: Choose an axis of phase I: each phase has its own.
	// action_sheet.financing: Correct the financing: its total must equal that of the costs.
}

func ExampleWriteDocument() {
	sheet := &territoires.ActionSheet{
		Phase: territoires.PhaseI, Territory: "ti-2707", Title: "École de production",
		Axes: []territoires.Axis{territoires.AxisRecruit}, Owners: []string{"Syndicat d'exemple"},
	}
	if err := territoires.WriteDocument(os.Stdout, sheet); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {
	//   "action_sheet": {
	//     "phase": "I",
	//     "territory": "ti-2707",
	//     "title": "École de production",
	//     "axes": [
	//       "recruter"
	//     ],
	//     "owners": [
	//       "Syndicat d'exemple"
	//     ]
	//   }
	// }
}

func ExampleProtocol_Missing() {
	vote := territoires.On(territoires.Date{Year: 2019, Month: 3, Day: 11})
	signed := territoires.On(territoires.Date{Year: 2019, Month: 3, Day: 19})
	p := &territoires.Protocol{
		Regions: []cog.RegionCode{"27"},
		Signatories: []territoires.Signatory{
			{Kind: territoires.KindPole, Name: "Pôle d'exemple", Deliberation: &territoires.Deliberation{On: vote}, Signed: signed},
			{Kind: territoires.KindRegion, Region: "27", Name: "Région d'exemple"},
			{Kind: territoires.KindState, Name: "Préfet d'exemple", Signed: signed},
			{Kind: territoires.KindCompany, Name: "Entreprise d'exemple"}, // may join later
		},
	}
	for _, f := range p.Missing(territoires.Date{Year: 2019, Month: 3, Day: 19}) {
		fmt.Println(f.Path, "–", f.Message("en"))
	}
	// Output:
	// protocol.signatories[1].signed – A signature is missing: Région d'exemple.
}

func ExampleContract_Signed() {
	on := func(day int) territoires.Span {
		return territoires.On(territoires.Date{Year: 2019, Month: 7, Day: day})
	}
	c := &territoires.Contract{Signatories: []territoires.Signatory{
		{Kind: territoires.KindEPCI, Name: "Intercommunalité", Signed: on(15)},
		{Kind: territoires.KindState, Name: "État", Signed: on(22)},
		{Kind: territoires.KindCompany, Name: "Entreprise", Signed: on(30)}, // does not hold the contract up
	}}
	fmt.Println(c.Signed())
	// Output: 2019-07-22
}

func ExampleDossier_Advance() {
	d := &territoires.Dossier{
		Phase: territoires.PhaseI, Territory: "ti-2801",
		Stage: territoires.StageIdentified, AsOf: territoires.Date{Year: 2018, Month: 11, Day: 22},
	}
	d.Committee.Elected = []territoires.Person{{Name: "Une élue"}}
	today := territoires.Date{Year: 2019, Month: 2, Day: 1}
	err := d.Advance(territoires.StageProject, today)
	fmt.Println(err)
	if bad, ok := errors.AsType[*territoires.StageError](err); ok {
		fmt.Println(bad.Missing[0].Message("en"))
	}
	d.Committee.Industrials = []territoires.Person{{Name: "Un industriel"}}
	fmt.Println(d.Advance(territoires.StageProject, today), d.Stage, d.Stage.CommitteeName())
	// Output:
	// territoires: stage project lacks dossier.committee.industrials: binome
	// Add at least one person on this side of the binôme.
	// <nil> project comité de projet
}

func ExampleStages() {
	for _, s := range territoires.Stages() {
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
	s, err := territoires.ParseStage("protocol")
	fmt.Println(s.Label("en"), err)
	// Output: protocol <nil>
}

func ExampleAmount_Format() {
	cost := territoires.Euros(1_300) + 50
	fmt.Println(cost, cost.Format("en"))
	// Output: 1300.50 €1,300.50
}

func ExampleOperators() {
	for _, o := range territoires.Operators() {
		fmt.Println(o)
	}
	// Output:
	// banque-des-territoires
	// bpifrance
	// business-france
	// pole-emploi
}
