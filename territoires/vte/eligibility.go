package vte

import (
	"fmt"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/data"
)

// Verdict is the outcome of a rule. The zero value is no outcome.
type Verdict string

// The outcomes.
const (
	VerdictMet       Verdict = "met"
	VerdictNotMet    Verdict = "not_met"
	VerdictUndecided Verdict = "undecided" // the request leaves out what the rule looks at
	VerdictDisputed  Verdict = "disputed"  // sources in force on the day disagree
)

// Statement is one rule as one source states it.
type Statement struct {
	ID      string             `json:"id"`            // "level-2019"
	Rule    string             `json:"rule"`          // "level"
	Value   string             `json:"value"`         // what the source asks, for programs: "12" months, "bac+2–bac+5"; people read Message
	From    territoires.Date   `json:"from,omitzero"` // the first day for which the source can be cited; zero: always
	To      territoires.Date   `json:"to,omitzero"`   // the last one; zero: no later source withdraws it
	Source  territoires.Source `json:"source"`
	Verdict Verdict            `json:"verdict"`
}

// Reason is the outcome of one rule. It has the statements of the rule that are in
// force, and later statements that contradict one of them.
type Reason struct {
	Rule       string      `json:"rule"` // "level", "size" …
	Path       string      `json:"path"` // what it looks at: "vte.candidate.level"
	Verdict    Verdict     `json:"verdict"`
	Statements []Statement `json:"statements"` // never empty
}

// Eligibility is the outcome of a request by the rules in force on a day.
type Eligibility struct {
	On      territoires.Date `json:"on"`      // the day that decides, for every rule
	Verdict Verdict          `json:"verdict"` // the worst of any rule: not met, then disputed, then undecided
	Reasons []Reason         `json:"reasons"` // every rule that applies
}

// String returns the verdict and the day: "not_met on 2024-06-03".
func (e Eligibility) String() string { return e.Verdict.String() + " on " + e.On.String() }

// String returns rule and verdict: "level: undecided". What people read is
// [Reason.Message].
func (r Reason) String() string { return r.Rule + ": " + r.Verdict.String() }

// String returns identifier and verdict: "level-2019: undecided". What people
// read is [Statement.Message].
func (s Statement) String() string { return s.ID + ": " + s.Verdict.String() }

// Err returns nil unless a rule is not met, and then a [*NotEligibleError] with
// those rules. Disputed and undecided outcomes are not errors.
func (e Eligibility) Err() error {
	var out []Reason
	for _, r := range e.Reasons {
		if r.Verdict == VerdictNotMet {
			out = append(out, r)
		}
	}
	if out == nil {
		return nil
	}
	return &NotEligibleError{On: e.On, Reasons: out}
}

// NotEligibleError lists the rules that a request does not meet. It contains
// nothing that was typed. What a person should read is [Reason.Message].
type NotEligibleError struct {
	On      territoires.Date // the day whose rules were applied
	Reasons []Reason         // never empty
}

// Error lists paths and rules in English, on one line.
func (e *NotEligibleError) Error() string {
	var rules []string
	for _, r := range e.Reasons {
		rules = append(rules, r.Path+": "+r.Rule)
	}
	return "territoires: not eligible on " + e.On.String() + ": " + strings.Join(rules, "; ")
}

// Eligibility judges the request as if it were made on a day: that day decides
// which rules apply, and time limits are counted to it. A rule on which sources
// disagree is [VerdictDisputed]. A rule for which the request leaves something out
// is [VerdictUndecided], even if one of the sources does not need it. A rule that
// no source states is not applied; there is no minimum pay, for example. For the
// zero Date the verdict is [VerdictUndecided].
func (v *VTE) Eligibility(on territoires.Date) Eligibility {
	e := Eligibility{On: on, Verdict: VerdictMet}
	for _, rule := range vteRules {
		if reason, applies := rule.judge(v, on); applies {
			e.Reasons = append(e.Reasons, reason)
			e.Verdict = worse(e.Verdict, reason.Verdict)
		}
	}
	return e
}

// judge applies the statements of the rule that are in force. It returns false if
// there are none.
func (rule *vteRule) judge(v *VTE, on territoires.Date) (Reason, bool) {
	r := Reason{Rule: rule.name, Path: rule.path}
	applies := VerdictMet
	if rule.applies != nil {
		applies = rule.applies(v)
	}
	if applies == VerdictNotMet {
		return r, false
	}
	for _, s := range statedOn(rule.name, on) {
		s.Verdict = VerdictUndecided
		if applies == VerdictMet {
			s.Verdict = rule.test(v, s.Value, on)
		}
		r.Statements = append(r.Statements, s)
	}
	r.Verdict = combine(r.Statements)
	return r, len(r.Statements) > 0
}

// statedOn returns the statements of a rule that are in force on a day, each
// followed by the later one that contradicts it, if any.
func statedOn(rule string, on territoires.Date) []Statement {
	all := vteStatements()[rule]
	var out []Statement
	for _, s := range all {
		if !inForce(s.From, s.To, on) {
			continue
		}
		out = append(out, s.Statement)
		for _, other := range all {
			if other.ID == s.against {
				out = append(out, other.Statement)
			}
		}
	}
	return out
}

// combine returns the verdict of the statements of one rule: undecided if one of
// them is, otherwise disputed if they disagree, otherwise the verdict of all.
func combine(all []Statement) Verdict {
	var seen Verdict
	disputed := false
	for _, s := range all {
		disputed = disputed || seen != "" && seen != s.Verdict
		if seen = s.Verdict; seen == VerdictUndecided {
			return seen
		}
	}
	if disputed {
		return VerdictDisputed
	}
	return seen
}

// inForce reports whether on is in the period from a day to another, both
// included. A zero day leaves that end open.
func inForce(from, to, on territoires.Date) bool {
	return from.Compare(on) <= 0 && (to.IsZero() || on.Compare(to) <= 0)
}

func worse(a, b Verdict) Verdict {
	for _, v := range []Verdict{VerdictNotMet, VerdictDisputed, VerdictUndecided} {
		if a == v || b == v {
			return v
		}
	}
	return VerdictMet
}

// tableRow is a line of the table of rules.
type tableRow struct {
	Statement
	against string // the ID of a later statement that contradicts it; "" for none
}

// vteStatements are the statements of every rule, in the order of the table.
var vteStatements = sync.OnceValue(func() map[string][]tableRow {
	out := map[string][]tableRow{}
	data.Must("VTE rules", data.Rows(data.VTERules, 7, func(f []string) error {
		from, to, src, err := validity(f[3], f[4], f[6])
		s := Statement{ID: f[0], Rule: f[1], Value: f[2], From: from, To: to, Source: src}
		out[s.Rule] = append(out[s.Rule], tableRow{s, f[5]})
		return err
	}))
	return out
})

// validity reads the three columns that say from when, until when and by whom
// something is stated.
func validity(from, to, key string) (f, t territoires.Date, src territoires.Source, err error) {
	if err = f.UnmarshalText([]byte(from)); err == nil {
		err = t.UnmarshalText([]byte(to))
	}
	if err == nil {
		var s data.Source
		s, err = data.SourceOf(key)
		src = territoires.Source(s)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", strings.Join([]string{from, to, key}, ";"), err)
	}
	return f, t, src, err
}
