package document_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/document"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

func ExampleRead() {
	file := `{"action_sheet": {
	  "phase": "I", "territory": "ti-2707", "title": "École de production",
	  "axes": ["recruter", "foncier"], "owners": ["Syndicat d'exemple"], "budget": 3,
	  "costs": [{"label": "Travaux", "amount": 1200000}]
	}}`
	_, err := document.Read(strings.NewReader(file))
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		for _, f := range bad.Fields {
			fmt.Printf("%s: %s\n", f.Path, f.Message("en"))
		}
	}
	// Output:
	// action_sheet: Correct or remove the name that begins at line and column 3:71: there is none of that name here.
	// action_sheet.axes[1]: Choose an axis of phase I: each phase has its own.
	// action_sheet.financing: Correct the financing: its total must equal that of the costs.
}

func ExampleWrite() {
	sheet := &agreement.ActionSheet{
		Phase: territoires.PhaseI, Territory: "ti-2707", Title: "École de production",
		Axes: []territoires.Axis{territoires.AxisRecruitmentPhaseI}, Owners: []string{"Syndicat d'exemple"},
	}
	if err := document.Write(os.Stdout, sheet); err != nil {
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
