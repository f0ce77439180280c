package vte

import (
	"fmt"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/data"
	"github.com/territoires-industrie/sdk/territoires/validation"
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
	Value   string             `json:"value"`         // what the source asks: "12" months, "bac+2–bac+5"
	From    territoires.Date   `json:"from,omitzero"` // the first day for which the source can be cited; zero: always
	To      territoires.Date   `json:"to,omitzero"`   // the last one; zero: no later source withdraws it
	Source  territoires.Source `json:"source"`
	Verdict Verdict            `json:"verdict"`
}

// Reason is the outcome of one rule, with every statement of it that is in
// force.
type Reason struct {
	Rule       string      `json:"rule"` // "level", "size" …
	Path       string      `json:"path"` // what it looks at: "vte.candidate.level"
	Verdict    Verdict     `json:"verdict"`
	Statements []Statement `json:"statements"` // never empty
}

// Eligibility is what the rules in force on a day say of a request.
type Eligibility struct {
	On      territoires.Date `json:"on"`
	Verdict Verdict          `json:"verdict"` // the worst of any rule: not met, then disputed, then undecided
	Reasons []Reason         `json:"reasons"` // every rule that applies
}

// Err returns nil unless a rule is not met, and then a [*ValidationError] with
// those rules. Disputed and undecided outcomes are not errors.
func (e Eligibility) Err() error {
	var out []validation.FieldError
	for _, r := range e.Reasons {
		if r.Verdict == VerdictNotMet {
			out = append(out, validation.FieldError{Path: r.Path, Rule: "vte_" + r.Rule, Param: r.Statements[0].Value})
		}
	}
	if out == nil {
		return nil
	}
	return &validation.Error{Fields: out}
}

// Message says in one sentence what the rule asks, in the language chosen as
// [validation.FieldError.Message] chooses it.
func (r Reason) Message(lang string) string {
	return validation.FieldError{Path: r.Path, Rule: "vte_" + r.Rule, Param: r.Statements[len(r.Statements)-1].Value}.Message(lang)
}

// Eligibility applies the rules that sources state for a day. Sources of that
// day which disagree make a rule [VerdictDisputed] rather than decide it; no rule is
// applied that no source states (there is no floor for pay, for one).
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

// judge gathers the statements of the rule that are in force.
func (rule *vteRule) judge(v *VTE, on territoires.Date) (Reason, bool) {
	r := Reason{Rule: rule.name, Path: rule.path}
	if rule.applies != nil && !rule.applies(v) {
		return r, false
	}
	for _, s := range vteStatements()[rule.name] {
		if !inForce(s.From, s.To, on) {
			continue
		}
		s.Verdict = rule.test(v, s.Value, on)
		if r.Verdict != "" && r.Verdict != s.Verdict {
			r.Verdict = VerdictDisputed
		} else {
			r.Verdict = s.Verdict
		}
		r.Statements = append(r.Statements, s)
	}
	return r, len(r.Statements) > 0
}

// inForce reports whether on lies between two days, either of which may be
// open.
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

// vteStatements are the statements of every rule, in the order of the table.
var vteStatements = sync.OnceValue(func() map[string][]Statement {
	out := map[string][]Statement{}
	data.Must("VTE rules", data.Rows(data.VTERules, 6, func(f []string) error {
		from, to, src, err := validity(f[3], f[4], f[5])
		out[f[1]] = append(out[f[1]], Statement{ID: f[0], Value: f[2], From: from, To: to, Source: src})
		return err
	}))
	return out
})

// validity reads the three columns that say since when, until when and by whom
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
