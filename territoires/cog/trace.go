package cog

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// TraceCommune returns the commune of the vintage to in which a commune of the
// vintage from lies: most often itself. Of what is one commune in from and was
// several in to, it returns one of them. An arrondissement municipal lies in its
// commune; a commune déléguée or associée is taken for a place of every vintage.
// It returns false for any other code.
func TraceCommune(from, to Vintage, c CommuneCode) (CommuneCode, bool) {
	if !to.Valid() {
		return "", false
	}
	line := communeLine(string(c))
	at, ok := from.Commune(c)
	if !ok {
		_, in, part := strings.Cut(line, "\td:")
		if !part || !from.Valid() {
			return "", false
		}
		return TraceCommune(V2026, to, CommuneCode(in[:5]))
	}
	if at.Parent != "" {
		return at.Parent, true
	}
	key := "\t-:"
	if to == V2019 {
		key = "\t+:"
	}
	if _, in, moved := strings.Cut(line, key); moved && from != to {
		return CommuneCode(in[:5]), true
	}
	return c, true
}

// Share is the part of an EPCI that lies in an EPCI of another vintage.
type Share struct {
	EPCI     EPCI `json:"epci"`     // of the other vintage; zero for communes outside of any
	Communes int  `json:"communes"` // how many communes, as they were in 2019
}

// TraceEPCI tells in which EPCI of the vintage to the communes of EPCI c of the
// vintage from lie, the largest share first: what an EPCI that has merged
// became, what a new one was made of. It is computed from the two lists of
// communes, not read in a decree. An EPCI unknown to from gives nothing; an EPT
// is traced to EPT.
func TraceEPCI(from, to Vintage, c EPCICode) []Share {
	e, ok := from.EPCI(c)
	if !ok {
		return nil
	}
	count := map[EPCICode]int{}
	for old := range V2019.Communes() {
		was, is := places(old, e.Kind == KindEPT)
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
	code, _ := TraceCommune(V2019, V2026, old.Code)
	now, _ := V2026.Commune(code)
	if ept {
		return old.EPT, now.EPT
	}
	return old.EPCI, now.EPCI
}
