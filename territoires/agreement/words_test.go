package agreement_test

import (
	"testing"

	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
)

var (
	kinds = []agreement.SignatoryKind{
		agreement.SignatoryEPCI, agreement.SignatoryEPT, agreement.SignatoryCommune, agreement.SignatoryPETR, agreement.SignatoryPole, agreement.SignatoryRegion, agreement.SignatoryState,
		agreement.SignatoryRectorate, agreement.SignatoryOperator, agreement.SignatoryAgency, agreement.SignatoryCompany, agreement.SignatoryChamber, agreement.SignatorySchool, agreement.SignatoryOrganisation,
	}
	colleges = []agreement.College{agreement.CollegeLocal, agreement.CollegePublic, agreement.CollegeOther}
)

func TestWords(t *testing.T) {
	t.Parallel()
	sample.CheckStored(t, kinds, []agreement.SignatoryKind{"préfet", "sivu"})
	sample.CheckLabels(t, kinds, "préfet")
	for _, k := range kinds {
		if !k.College().Valid() {
			t.Errorf("%v signs in no college", k)
		}
	}
	sample.CheckStored(t, colleges, []agreement.College{"quatrième"})
	sample.CheckLabels(t, colleges, "quatrième")
}
