package vte

import (
	"strconv"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// vteRule is the part of a rule that is code: which field it looks at and how it
// reads the value of a statement. What sources require, and when, is in
// internal/data/vte_rules.csv.
type vteRule struct {
	name, path string
	applies    func(*VTE) Verdict // met: the rule applies; not met: it does not; nil: it always does
	test       func(v *VTE, value string, on territoires.Date) Verdict
}

// vteRules are in the order in which reasons are listed: the scheme, the company,
// the candidate, the placement.
var vteRules = []vteRule{
	{"launch", "vte.requested", nil, testLaunch},
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
	{"hired", "vte.placement.start", nil, testHired},
	{"charter", "vte.placement.charter", nil, func(v *VTE, _ string, _ territoires.Date) Verdict {
		if v.Placement.Charter == nil {
			return VerdictUndecided
		}
		return met(*v.Placement.Charter)
	}},
}

func isStudent(v *VTE) Verdict  { return among(string(CandidateStudent), string(v.Candidate.Status)) }
func isGraduate(v *VTE) Verdict { return among(string(CandidateGraduate), string(v.Candidate.Status)) }
func fixedTerm(v *VTE) Verdict {
	return among(string(ContractFixedTerm), string(v.Placement.Contract))
}

func inAlternance(v *VTE) Verdict {
	if v.Placement.Contract == "" {
		return VerdictUndecided
	}
	return met(v.Placement.Contract.Alternance())
}

// testLaunch reads the day from which there is a VTE.
func testLaunch(_ *VTE, value string, on territoires.Date) Verdict {
	day, err := territoires.ParseDate(value)
	if on.IsZero() || err != nil {
		return VerdictUndecided
	}
	return met(day.Compare(on) <= 0)
}

// testSize is undecided for a company whose figures do not decide its category: to
// refuse it because its balance sheet is missing would be a guess.
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

// testMonths reads the least number of months. Its rules do not apply to a CDI,
// which has none.
func testMonths(v *VTE, value string, _ territoires.Date) Verdict {
	n, err := strconv.Atoi(value)
	if v.Placement.Months == 0 || err != nil {
		return VerdictUndecided
	}
	return met(v.Placement.Months >= n)
}

// testHired reads the number of months after the beginning of the contract within
// which the label must be requested. Before the contract begins there is no limit.
func testHired(v *VTE, value string, on territoires.Date) Verdict {
	n, err := strconv.Atoi(value)
	if v.Placement.Start.IsZero() || err != nil {
		return VerdictUndecided
	}
	return met(on.Compare(addMonths(v.Placement.Start, n)) <= 0)
}

// among looks a word up in the list of a statement. The empty word is undecided.
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

// addMonths returns the same day n months later, or the last day of that month if
// it is shorter. No source of a rule says how to count months; this is the way of
// article 641 of the code de procédure civile.
func addMonths(d territoires.Date, n int) territoires.Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return territoires.Date{Year: first.Year(), Month: first.Month(), Day: min(d.Day, last)}
}

// The rules that look at several fields at once.
func init() {
	validation.AddRule(checkCompany)
	validation.AddRule(checkCandidate)
	validation.AddRule(checkPlacement)
	validation.AddRule(checkVTE)
}
