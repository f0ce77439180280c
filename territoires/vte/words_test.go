package vte_test

import (
	"fmt"
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/vte"
)

func TestWords(t *testing.T) {
	t.Parallel()
	statuses := []vte.CandidateStatus{vte.CandidateStudent, vte.CandidateGraduate}
	sample.CheckStored(t, statuses, []vte.CandidateStatus{"retired"})
	sample.CheckLabels(t, statuses, "retired")
	missions := []vte.Mission{
		vte.MissionLeadership, vte.MissionTransformation, vte.MissionInnovation, vte.MissionInternational, vte.MissionFinance, vte.MissionMarketing, vte.MissionOther,
	}
	sample.CheckStored(t, missions, []vte.Mission{"coffee"})
	sample.CheckLabels(t, missions, "coffee")
	contracts := []vte.EmploymentContract{vte.ContractApprenticeship, vte.ContractProfessionalisation, vte.ContractFixedTerm, vte.ContractPermanent}
	sample.CheckStored(t, contracts, []vte.EmploymentContract{"stage", "CDDI"})
	sample.CheckLabels(t, contracts, "stage")
	sizes := []vte.SizeCategory{vte.SizePME, vte.SizeETI, vte.SizeGE}
	sample.CheckStored(t, sizes, []vte.SizeCategory{"TPE", "pmi"})
	sample.CheckLabels(t, sizes, "TPE")
	verdicts := []vte.Verdict{vte.VerdictMet, vte.VerdictNotMet, vte.VerdictUndecided, vte.VerdictDisputed}
	sample.CheckStored(t, verdicts, []vte.Verdict{"perhaps"})
	sample.CheckLabels(t, verdicts, "perhaps")
}

func TestPrinted(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]any{
		"not_met on 2024-06-03":      vte.Eligibility{On: territoires.Date{Year: 2024, Month: 6, Day: 3}, Verdict: vte.VerdictNotMet},
		"level: undecided":           vte.Reason{Rule: "level", Verdict: vte.VerdictUndecided},
		"level-2019: met":            vte.Statement{ID: "level-2019", Rule: "level", Verdict: vte.VerdictMet},
		"vte-ti 4000.00 (Bpifrance)": vte.Aid{Key: "vte-ti", Amount: territoires.Euros(4000), Source: territoires.Source{Publisher: "Bpifrance"}},
	} {
		if got := fmt.Sprint(v); got != want {
			t.Errorf("%T prints %q; want %q", v, got, want)
		}
	}
}
