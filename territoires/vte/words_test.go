package vte_test

import (
	"testing"

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
