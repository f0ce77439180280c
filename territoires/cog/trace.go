package cog

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// TraceCommune tells what a commune is in another vintage. c is a code of the
// vintage from. The result is the code in the vintage to of the commune that contains
// the place: most often c itself. If the place is several communes there, the result
// is one of them. An arrondissement municipal gives its commune. A commune déléguée
// or associée may be given with either vintage. TraceCommune returns false for any
// other code.
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

// TraceEPCI tells what an EPCI that has merged became, or what a new one was made of.
// c is an EPCI of the vintage from. The result lists the EPCI that have its communes
// in the vintage to, the largest share first. It is computed from the two lists of
// communes, not taken from a decree. An EPT is traced to EPT. The result is nil if
// from has no such EPCI, and if to is no vintage.
func TraceEPCI(from, to Vintage, c EPCICode) []Share {
	e, ok := from.EPCI(c)
	if !ok || !to.Valid() {
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
