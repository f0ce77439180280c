package agreement_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
)

func TestProgressAt(t *testing.T) {
	t.Parallel()
	type counts struct{ Protocols, Possible, Regions, RegionSum, Contracts int }
	for on, want := range map[string]counts{
		"2018-11-21": {0, 0, 0, 0, 0},
		"2019-03-17": {0, 5, 0, 0, 0}, // five are dated « on or before 16 May » and nothing closer
		"2019-03-18": {1, 9, 1, 1, 0}, // Carros; four more fall between the 18th and the 24th
		"2019-03-24": {7, 5, 5, 7, 0},
		"2019-05-15": {8, 5, 6, 8, 0},
		"2019-05-16": {13, 0, 8, 14, 0},
		"2019-07-15": {13, 0, 8, 14, 1},
		"2021-03-29": {13, 0, 8, 14, 3},
	} {
		p := agreement.ProgressAt(sample.Day(on))
		got := counts{p.Protocols, p.ProtocolsPossible, p.RegionsWithProtocol, 0, p.Contracts}
		for _, r := range p.ProtocolsByRegion {
			got.RegionSum += r.Protocols
			if r.Name == "" {
				t.Errorf("région %s has no name", r.Region)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("on %s (-want +got):\n%s", on, diff)
		}
	}
}

func stagesAt(on string, docs ...agreement.Countable) map[agreement.Stage]int {
	out := map[agreement.Stage]int{}
	for _, s := range agreement.ProgressAt(sample.Day(on), docs...).Stages {
		if s.Territories > 0 {
			out[s.Stage] = s.Territories
		}
	}
	return out
}

// TestProgressStages counts all 149 territories on any day, most of them
// unknown in 2019 because the lists are lost.
func TestProgressStages(t *testing.T) {
	t.Parallel()
	for on, want := range map[string]map[agreement.Stage]int{
		"2018-11-21": {0: 149},
		"2018-11-22": {0: 82, agreement.StageIdentified: 67},
		"2019-05-16": {0: 73, agreement.StageIdentified: 63, agreement.StageProtocol: 13},
		"2022-12-31": {agreement.StageIdentified: 135, agreement.StageProtocol: 11, agreement.StageContract: 3},
	} {
		if diff := cmp.Diff(want, stagesAt(on)); diff != "" {
			t.Errorf("on %s (-want +got):\n%s", on, diff)
		}
	}
}

// TestProgressWithDocuments adds documents: those of a territory that is
// embedded count once, a sheet counts once however many documents hold it.
func TestProgressWithDocuments(t *testing.T) {
	t.Parallel()
	sheet, later := sample.Sheet(), sample.Sheet()
	later.Title, later.Version = "Écrite plus tard", sample.Day("2019-06-01")
	other := sample.Protocol()
	other.Territory, other.TerritoryName, other.Regions, other.Sheets = "ti-8417", "", other.Regions[:1], nil
	second := sample.Protocol()
	second.Phase = territoires.PhaseII
	docs := []agreement.Countable{sample.Protocol(), sample.Contract(), &sheet, &later, other, second, sample.Dossier()}
	p := agreement.ProgressAt(sample.Day("2019-05-16"), docs...)
	if p.Protocols != 14 || p.RegionsWithProtocol != 8 || p.Contracts != 0 || p.Sheets != 1 {
		t.Errorf("%d protocols in %d régions, %d contracts, %d sheets; want 14, 8, 0, 1", p.Protocols, p.RegionsWithProtocol, p.Contracts, p.Sheets)
	}
	want := []agreement.AxisCount{
		{Axis: territoires.AxisRecruitmentPhaseI, Sheets: 1}, {Axis: territoires.AxisInnovationPhaseI}, {Axis: territoires.AxisAttractivenessPhaseI, Sheets: 1}, {Axis: territoires.AxisSimplificationPhaseI},
	}
	if diff := cmp.Diff(want, p.SheetsByAxis); diff != "" {
		t.Errorf("sheets by axis (-want +got):\n%s", diff)
	}
	contract := sample.Contract() // not embedded: amended on 2020-02-03
	contract.Territory, contract.TerritoryName = "ti-8417", ""
	for on, want := range map[string]map[agreement.Stage]int{
		"2020-02-02": {agreement.StageContract: 2}, "2020-02-03": {agreement.StageContract: 1, agreement.StageAmended: 1},
	} {
		got := stagesAt(on, contract)
		delete(got, 0)
		delete(got, agreement.StageIdentified)
		delete(got, agreement.StageProtocol)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("with a contract on %s (-want +got):\n%s", on, diff)
		}
	}
	p = agreement.ProgressAt(sample.Day("2020-03-01"), docs...)
	if p.Contracts != 1 || p.Sheets != 2 {
		t.Errorf("in 2020: %d contracts, %d sheets; want 1, 2", p.Contracts, p.Sheets)
	}
	for _, s := range p.Territories {
		if s.Territory == "ti-7505" && s.Stage != agreement.StageAmended {
			t.Errorf("Lacq-Pau-Tarbes is at %v", s.Stage)
		}
	}
}

// TestProgressOfADossier takes the word of a dossier from its day on.
func TestProgressOfADossier(t *testing.T) {
	t.Parallel()
	d := &agreement.Dossier{Phase: territoires.PhaseI, Territory: "ti-0201", Stage: agreement.StageProject, AsOf: sample.Day("2019-05-16")}
	for on, want := range map[string]int{"2019-05-15": 0, "2019-05-16": 1} {
		if got := stagesAt(on, d)[agreement.StageProject]; got != want {
			t.Errorf("on %s: %d territories with a committee; want %d", on, got, want)
		}
	}
	sheet := sample.Sheet()
	if p := agreement.ProgressAt(sheet.Version, &sheet); p.Sheets != 1 {
		t.Error("a sheet does not count on the day of its version")
	}
}

// TestProgressOfAllTime counts for the zero Date all that is known, as the functions
// of package programme yield it.
func TestProgressOfAllTime(t *testing.T) {
	t.Parallel()
	sheet := sample.Sheet()
	got, want := agreement.ProgressAt(territoires.Date{}, sample.Dossier(), &sheet), agreement.ProgressAt(sample.Day("9999-12-31"), sample.Dossier(), &sheet)
	want.AsOf = territoires.Date{}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("zero Date (-last day +zero):\n%s", diff)
	}
	if got.Protocols != 13 || got.Contracts != 3 || got.Sheets == 0 || len(got.Reported) != 7 {
		t.Errorf("%d protocols, %d contracts, %d sheets, %d figures", got.Protocols, got.Contracts, got.Sheets, len(got.Reported))
	}
}

// TestProgressHasLists writes an empty list, never null, on a day of nothing.
func TestProgressHasLists(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(agreement.ProgressAt(sample.Day("2000-01-01")))
	if err != nil || strings.Contains(string(b), "null") {
		t.Errorf("%.200s, %v", b, err)
	}
}

func TestProgressJSON(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(agreement.ProgressAt(sample.Day("2019-05-16")))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		AsOf                string `json:"as_of"`
		Protocols           int    `json:"protocols"`
		RegionsWithProtocol int    `json:"regions_with_protocol"`
		Reported            []struct{ Words string }
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if got.AsOf != "2019-05-16" || got.Protocols != 13 || got.RegionsWithProtocol != 8 || len(got.Reported) != 5 {
		t.Errorf("JSON: %+v", got)
	}
	if n := len(agreement.ProgressAt(sample.Day("2019-05-15")).Reported); n != 0 {
		t.Errorf("%d figures reported before the announcement", n)
	}
}
