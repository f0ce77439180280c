package cog

import (
	"cmp"
	"maps"
	"slices"
)

// Share is the part of an EPCI that lies in an EPCI of another vintage.
type Share struct {
	EPCI     EPCI `json:"epci"`     // of the other vintage; zero for communes outside of any
	Communes int  `json:"communes"` // how many communes, as they were in 2019
}

// Trace tells in which EPCI of the vintage to the communes of EPCI c of the
// vintage from lie, the largest share first: what an EPCI that has merged
// became, what a new one was made of. It is computed from the two lists of
// communes, not read in a decree. An EPCI unknown to from gives nothing; an EPT
// is traced to EPT.
func Trace(from, to Vintage, c EPCICode) []Share {
	e, ok := from.EPCI(c)
	if !ok {
		return nil
	}
	count := map[EPCICode]int{}
	for old := range V2019.Communes() {
		was, is := places(old, e.Kind == EPT)
		if from == V2026 && is != c || from == V2019 && was != c {
			continue
		}
		if to == V2026 {
			count[is]++
		} else {
			count[was]++
		}
	}
	out := make([]Share, 0, len(count))
	for _, code := range slices.Sorted(maps.Keys(count)) {
		at, _ := to.EPCI(code)
		out = append(out, Share{at, count[code]})
	}
	slices.SortStableFunc(out, func(a, b Share) int { return cmp.Compare(b.Communes, a.Communes) })
	return out
}

// places returns the grouping of a commune of 2019 in 2019 and in 2026.
func places(old Commune, ept bool) (was, is EPCICode) {
	code, _ := Successor(old.Code)
	now, _ := V2026.Commune(code)
	if ept {
		return old.EPT, now.EPT
	}
	return old.EPCI, now.EPCI
}
