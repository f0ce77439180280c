package cog

import (
	"cmp"
	_ "embed"
	"iter"
	"slices"
	"strings"
	"sync"
)

// EPCI is a grouping of communes in one vintage: an EPCI à fiscalité propre,
// the métropole de Lyon, or one of the eleven EPT of the Grand Paris. The
// communes of an EPT are also in an EPCI, the métropole du Grand Paris.
type EPCI struct {
	Code EPCICode `json:"code"`
	Name string   `json:"name"`
	Kind Kind     `json:"kind"`
}

// epciTSV holds the groupings of both vintages, one line each in the order of
// codes:
//
//	SIREN, kind, name[, key:value …]
//
// separated by tabs. The keys are "-" for a grouping that is not in 2026, "+"
// for one that is not in 2019, "k:" and "n:" for its kind and name in 2026 where
// they differ.
//
//go:embed data/epci.tsv
var epciTSV string

// grouping is a line of epciTSV. Its arrays are indexed by [Vintage.slot]; an
// empty kind means that the vintage does not have the grouping.
type grouping struct {
	code EPCICode
	kind [2]Kind
	name [2]string
}

func (v Vintage) slot() int {
	if v == V2026 {
		return 1
	}
	return 0
}

var groupings = sync.OnceValue(func() []grouping {
	all := make([]grouping, 0, strings.Count(epciTSV, "\n"))
	for line := range strings.Lines(epciTSV) {
		code, rest := field(line[:len(line)-1])
		kind, rest := field(rest)
		name, rest := field(rest)
		g := grouping{EPCICode(code), [2]Kind{Kind(kind), Kind(kind)}, [2]string{name, name}}
		for rest != "" {
			var extra string
			extra, rest = field(rest)
			switch extra[0] {
			case '-':
				g.kind[1] = ""
			case '+':
				g.kind[0] = ""
			case 'k':
				g.kind[1] = Kind(extra[2:])
			case 'n':
				g.name[1] = extra[2:]
			}
		}
		all = append(all, g)
	}
	return all
})

// groupingOf returns the index of a code in [groupings], and false when v does
// not have it.
func (v Vintage) groupingOf(c EPCICode) (int, bool) {
	all := groupings()
	i, ok := slices.BinarySearchFunc(all, c, func(g grouping, c EPCICode) int { return cmp.Compare(g.code, c) })
	return i, ok && v.Valid() && all[i].kind[v.slot()] != ""
}

func (v Vintage) epci(g grouping) EPCI {
	return EPCI{g.code, g.name[v.slot()], g.kind[v.slot()]}
}

// EPCI returns the EPCI or EPT of that code, and false when v has none.
func (v Vintage) EPCI(c EPCICode) (EPCI, bool) {
	i, ok := v.groupingOf(c)
	if !ok {
		return EPCI{}, false
	}
	return v.epci(groupings()[i]), true
}

// EPCIs yields the EPCI and EPT of v in the order of their codes.
func (v Vintage) EPCIs() iter.Seq[EPCI] {
	return func(yield func(EPCI) bool) {
		if !v.Valid() {
			return
		}
		for _, g := range groupings() {
			if g.kind[v.slot()] != "" && !yield(v.epci(g)) {
				return
			}
		}
	}
}

// CommunesOf yields the communes of an EPCI or EPT in the order of their
// codes, and nothing when v does not have it.
func (v Vintage) CommunesOf(c EPCICode) iter.Seq[Commune] {
	return func(yield func(Commune) bool) {
		i, ok := v.groupingOf(c)
		if !ok {
			return
		}
		for _, code := range members[v.slot()]()[i] {
			if m, _ := v.Commune(code); !yield(m) {
				return
			}
		}
	}
}

// members lists the communes of each of [groupings], by [Vintage.slot].
var members = [2]func() [][]CommuneCode{
	sync.OnceValue(V2019.members),
	sync.OnceValue(V2026.members),
}

func (v Vintage) members() [][]CommuneCode {
	out := make([][]CommuneCode, len(groupings()))
	for c := range v.Communes() {
		for _, code := range [...]EPCICode{c.EPCI, c.EPT} {
			if i, ok := v.groupingOf(code); ok {
				out[i] = append(out[i], c.Code)
			}
		}
	}
	return out
}
