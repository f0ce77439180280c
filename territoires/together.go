package territoires

import (
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// everyWord handles a query of two names at once: if no single name fits it, it
// adds the territories whose names together contain every word.
func (s *search) everyWord(v *vocabulary, table []uint8, query int) {
	if query < 2 || s.answered() {
		return
	}
	n, all := len(v.terms), uint16(1<<query-1)
	has := make([]uint16, len(s.all)) // the words of the query that the names of a territory contain
	first := make([]int, len(s.all))  // the first entry that contains one
	for e, entry := range v.entries {
		before := has[entry.place]
		for _, w := range entry.words {
			for i := range query {
				if table[i*n+w] == 0 {
					has[entry.place] |= 1 << i
				}
			}
		}
		if before == 0 && has[entry.place] != 0 {
			first[entry.place] = e
		}
	}
	for place, words := range has {
		if words == all {
			e := v.entries[first[place]]
			s.found = append(s.found, candidate{Match: Match{Territory: s.all[place], By: e.by, Text: e.text}, fit: fitWordsOfPlace})
		}
	}
}

// answered reports whether a name contains the query as it is.
func (s *search) answered() bool {
	for _, c := range s.found {
		if c.fit <= fitWordsOfPlace {
			return true
		}
	}
	return false
}

// atOnce handles a query of the name of a commune and another name, in either order.
// If no single name fits the query, it adds each territory that has such a commune
// and, among its names and communes, the rest of the query.
func (s *search) atOnce() {
	if len(s.words) < 2 || len(s.words) > mostQueried || s.answered() {
		return
	}
	folded := cog.Fold(s.query)
	for i := range len(folded) {
		if folded[i] != ' ' {
			continue
		}
		s.placeAnd(folded[:i], folded[i+1:])
		s.placeAnd(folded[i+1:], folded[:i])
	}
}

// placeAnd adds the territories that have a commune of that name and, among their
// names and communes, the rest of the query.
func (s *search) placeAnd(name, rest string) {
	for c := range cog.V2026.CommunesNamed(name) {
		t, ok := ofCommune(s.phase, c)
		if !ok || !s.covers(t, rest) {
			continue
		}
		s.found = append(s.found, candidate{Match: Match{Territory: t, By: MatchCommune, Text: c.Name, Commune: c}, fit: fitWordsOfPlace})
	}
}

// covers reports whether the rest of a query is a commune of the territory, or
// words of its names.
func (s *search) covers(t Territory, rest string) bool {
	for c := range cog.V2026.CommunesNamed(rest) {
		if other, ok := ofCommune(s.phase, c); ok && other.ID == t.ID {
			return true
		}
	}
	v := vocabularies[s.phase]()
	for _, w := range words(rest) {
		found := false
		for _, e := range v.entries {
			if s.all[e.place].ID != t.ID {
				continue
			}
			for _, term := range e.words {
				found = found || v.terms[term].word == w
			}
		}
		if !found {
			return false
		}
	}
	return true
}
