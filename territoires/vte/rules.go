package vte

import (
	"strconv"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// vteRule is what the code knows of a rule: where it looks and how it reads
// the value of a statement. What sources ask, and when, is internal/data/vte_rules.csv.
type vteRule struct {
	name, path string
	applies    func(*VTE) bool // nil: always
	test       func(v *VTE, value string, on territoires.Date) Verdict
}

// vteRules are in the order in which a reason is told: the scheme, the company,
// the candidate, the placement.
var vteRules = []vteRule{
	{"launch", "vte.requested", nil, func(_ *VTE, value string, on territoires.Date) Verdict {
		day, err := territoires.ParseDate(value)
		return met(err == nil && day.Compare(on) <= 0)
	}},
	{"size", "vte.company.headcount", nil, testSize},
	{"sector", "vte.company.naf", nil, testSector},
	{"head_office", "vte.company.head_office", nil, func(v *VTE, value string, _ territoires.Date) Verdict {
		return among(value, v.Company.HeadOffice)
	}},
	{"level", "vte.candidate.level", nil, testLevel},
	{"recent", "vte.candidate.graduated_on", isGraduate, testRecent},
	{"student_contract", "vte.placement.contract", isStudent, testContract},
	{"graduate_contract", "vte.placement.contract", isGraduate, testContract},
	{"months_alternance", "vte.placement.months", inAlternance, testMonths},
	{"months_cdd", "vte.placement.months", fixedTerm, testMonths},
	{"charter", "vte.placement.charter", nil, func(v *VTE, _ string, _ territoires.Date) Verdict {
		if v.Placement.Charter == nil {
			return VerdictUndecided
		}
		return met(*v.Placement.Charter)
	}},
}

func isStudent(v *VTE) bool    { return v.Candidate.Status == CandidateStudent }
func isGraduate(v *VTE) bool   { return v.Candidate.Status == CandidateGraduate }
func inAlternance(v *VTE) bool { return v.Placement.Contract.Alternance() }
func fixedTerm(v *VTE) bool    { return v.Placement.Contract == ContractFixedTerm }

// testSize leaves a company undecided whose figures do not settle its category:
// a refusal for want of a balance sheet would be a guess.
func testSize(v *VTE, value string, _ territoires.Date) Verdict {
	return among(value, string(v.Company.Category()))
}

// testSector reads "industry" or "any".
func testSector(v *VTE, value string, _ territoires.Date) Verdict {
	if value == "any" {
		return VerdictMet
	}
	industrial, known := v.Company.Industrial()
	if !known {
		return VerdictUndecided
	}
	return met(industrial)
}

// testLevel reads "bac+2–bac+5", both included, or "bac+3+", without upper end.
func testLevel(v *VTE, value string, _ territoires.Date) Verdict {
	low, high, closed := strings.Cut(value, "–")
	least, err := strconv.Atoi(strings.Trim(low, "bac+"))
	if v.Candidate.Level == nil || err != nil {
		return VerdictUndecided
	}
	level := *v.Candidate.Level
	if !closed {
		return met(level >= least)
	}
	most, err := strconv.Atoi(strings.Trim(high, "bac+"))
	return met(err == nil && level >= least && level <= most)
}

// testRecent reads the number of months within which a graduate must take the
// post.
func testRecent(v *VTE, value string, _ territoires.Date) Verdict {
	n, err := strconv.Atoi(value)
	if v.Candidate.GraduatedOn.IsZero() || v.Placement.Start.IsZero() || err != nil {
		return VerdictUndecided
	}
	return met(v.Placement.Start.Compare(addMonths(v.Candidate.GraduatedOn, n)) < 0)
}

// testContract reads the kinds of contract that the source admits.
func testContract(v *VTE, value string, _ territoires.Date) Verdict {
	return among(value, string(v.Placement.Contract))
}

// testMonths reads the least number of months. A CDI is never asked.
func testMonths(v *VTE, value string, _ territoires.Date) Verdict {
	n, err := strconv.Atoi(value)
	return met(err == nil && v.Placement.Months >= n)
}

// among looks a word up in the list of a statement; no word decides nothing.
func among(list, word string) Verdict {
	if word == "" {
		return VerdictUndecided
	}
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return VerdictMet
		}
	}
	return VerdictNotMet
}

func met(ok bool) Verdict {
	if ok {
		return VerdictMet
	}
	return VerdictNotMet
}

// addMonths returns the same day n months on. A day that the month lacks
// becomes the first of the month after.
func addMonths(d territoires.Date, n int) territoires.Date {
	return territoires.DateOf(d.In(time.UTC).AddDate(0, n, 0), time.UTC)
}

// The rules that look at several fields at once.
func init() {
	validation.AddRule(checkCompany)
	validation.AddRule(checkCandidate)
	validation.AddRule(checkPlacement)
	validation.AddRule(checkVTE)
}
