package territoires

import (
	"cmp"
	"slices"

	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/internal/data"
)

// Axis is one of the directions in which a phase of the programme acts. Its
// text is the key that documents store. The zero value is no axis.
type Axis string

// The four axes of phase I.
const (
	AxisRecruitmentPhaseI    Axis = "recruter"
	AxisInnovationPhaseI     Axis = "innover"
	AxisAttractivenessPhaseI Axis = "attirer"
	AxisSimplificationPhaseI Axis = "simplifier"
)

// AxisSettlementPhaseI is an axis that the région Grand Est added to the four for itself
// (announced in November 2019).
const AxisSettlementPhaseI Axis = "installer"

// The four axes of phase II, as the préfecture of Centre-Val de Loire presents
// them on 13 February 2024.
const (
	AxisTransitionPhaseII Axis = "transition"
	AxisInnovationPhaseII Axis = "innovation"
	AxisSkillsPhaseII     Axis = "competences"
	AxisLandPhaseII       Axis = "foncier"
)

type axis struct {
	phase      Phase
	key        Axis
	noun, verb string
	region     cog.RegionCode
	source     string
}

// The nouns of phase I are those of the announcement of 16 May 2019. The verbs are
// those of the programme's first texts, as the préfecture of Loir-et-Cher quotes
// and explains them. No source gives a noun for Grand Est's axis or verbs for
// phase II.
var axes = []axis{
	{PhaseI, AxisRecruitmentPhaseI, "recrutement", "recruter", "", "prefecture-41"},
	{PhaseI, AxisInnovationPhaseI, "innovation", "innover", "", "prefecture-41"},
	{PhaseI, AxisAttractivenessPhaseI, "attractivité", "attirer", "", "prefecture-41"},
	{PhaseI, AxisSimplificationPhaseI, "simplification", "simplifier", "", "prefecture-41"},
	{PhaseI, AxisSettlementPhaseI, "", "installer", "44", "prefecture-grand-est"},
	{PhaseII, AxisTransitionPhaseII, "transition écologique et énergétique", "", "", "prefecture-cvl"},
	{PhaseII, AxisInnovationPhaseII, "innovation", "", "", "prefecture-cvl"},
	{PhaseII, AxisSkillsPhaseII, "compétences et recrutement", "", "", "prefecture-cvl"},
	{PhaseII, AxisLandPhaseII, "foncier", "", "", "prefecture-cvl"},
}

// Axes returns the axes of a phase that hold in all of France, in the
// programme's order.
func Axes(p Phase) []Axis {
	var out []Axis
	for _, a := range axes {
		if a.phase == p && a.region == "" {
			out = append(out, a.key)
		}
	}
	return out
}

// ParseAxis reads the key of an axis of the phase, régional ones included.
// Capitals and spaces do not matter. The error is a [*ParseError] wrapping
// [ErrUnknown].
func ParseAxis(p Phase, s string) (Axis, error) {
	a, err := parseAnyAxis(s)
	switch {
	case err != nil:
		return "", err
	case a.Phase() != p:
		return "", &ParseError{Kind: "axis", Cause: CausePhase, Part: "not an axis of phase " + p.String(), Err: ErrUnknown}
	}
	return a, nil
}

// parseAnyAxis reads an axis of either phase: no two have a key in common.
func parseAnyAxis(s string) (Axis, error) {
	if a, ok := axisOf(Axis(tidy(s))); ok {
		return a.key, nil
	}
	return "", unknown("axis", "not an axis of either phase")
}

func axisOf(key Axis) (axis, bool) {
	i := slices.IndexFunc(axes, func(a axis) bool { return a.key == key })
	if i < 0 {
		return axis{}, false
	}
	return axes[i], true
}

// Phase returns the phase that the axis belongs to, and 0 for a value that is no axis.
func (a Axis) Phase() Phase {
	x, _ := axisOf(a)
	return x.phase
}

// Label returns the official noun ("attractivité"), or the verb if no source gives
// a noun, and "" for a value that is no axis. It is French whatever lang is: no
// source translates it.
func (a Axis) Label(lang string) string {
	x, _ := axisOf(a)
	return cmp.Or(x.noun, x.verb)
}

// Noun returns the official noun in French ("attractivité"), and "" when no
// source gives one.
func (a Axis) Noun() string {
	x, _ := axisOf(a)
	return x.noun
}

// Verb returns the official verb in French ("attirer"), and "" when no source
// gives one.
func (a Axis) Verb() string {
	x, _ := axisOf(a)
	return x.verb
}

// Region returns the région that added the axis for itself, and "" for an axis
// that holds in all of France.
func (a Axis) Region() cog.RegionCode {
	x, _ := axisOf(a)
	return x.region
}

// Source returns where the axis was read, and the zero Source for a value that is
// no axis.
func (a Axis) Source() Source {
	x, ok := axisOf(a)
	if !ok {
		return Source{}
	}
	return mustSource(x.source)
}

// mustSource returns the source of a key that the code itself names.
func mustSource(key string) Source {
	src, err := data.SourceOf(key)
	data.Must("sources", err)
	return Source(src)
}
