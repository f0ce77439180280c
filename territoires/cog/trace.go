package cog

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// TraceCommune follows a commune of the vintage from to the vintage to, and
// returns the commune there that it is part of: most often itself. If it was
// several communes in to, it returns one of them. For an arrondissement
// municipal it returns its commune; a commune déléguée or associée is traced
// from any vintage. It returns false for any other code.
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
	EPCI     EPCI `json:"epci"`     // of the other vintage; zero for communes outside any EPCI
	Communes int  `json:"communes"` // number of communes, counted as those of 2019
}

// TraceEPCI follows the communes of an EPCI of the vintage from to the EPCI of
// the vintage to that they are part of, the largest share first. So it tells
// what an EPCI that has merged became, and what a new one was made of. The
// answer is computed from the two lists of communes, not taken from a decree. An
// EPT is traced to EPT. The result is nil if from has no such EPCI.
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
