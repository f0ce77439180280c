package cog

import (
	"math/bits"
	"strings"
	"sync"
)

// marking records, for every name, which words of a query it contains.
type marking struct {
	names   []mark
	touched []uint16 // names that have a mark
	skipped uint8    // words that a name need not contain
	first   bool     // the first word is being looked for
}

// mark is what one name has of a query. Each field but the last has a bit per
// word of the query.
type mark struct {
	exact, cut, near uint8 // the name contains the word: as it is; as the beginning of a longer word; with a mistake
	exactAt, nearAt  uint8 // likewise, and in the same place as in the query
	of               uint8 // number of words in the name; 0 for a name without a mark
}

var marks = sync.Pool{New: func() any {
	n := len(names().lines) + len(names().second)/2
	return &marking{names: make([]mark, n), touched: make([]uint16, 0, n)}
}}

func (m *marking) release() {
	m.clear()
	marks.Put(m)
}

func (m *marking) clear() {
	for _, n := range m.touched {
		m.names[n] = mark{}
	}
	m.touched, m.skipped = m.touched[:0], 0
}

// mark calls one for every word, the longest first. The longest word is usually
// in the fewest names, and only names that contain it can be hits.
func (m *marking) mark(words []string, one func(i int, w string)) {
	longest := 0
	for i, w := range words {
		if len(w) > len(words[longest]) {
			longest = i
		}
	}
	m.first = true
	one(longest, words[longest])
	m.first = false
	for i, w := range words {
		if i != longest {
			one(i, w)
		}
	}
}

// each calls set with the mark of every name that contains the word. After the
// first word it skips the names that do not contain that one.
func (m *marking) each(x *nameIndex, word int, set func(*mark, posting)) {
	for s := x.occurrences(word); s != ""; s = s[postingSize:] {
		p := readPosting(s)
		at := &m.names[p.name]
		if at.of == 0 && !m.first {
			continue
		}
		if at.of == 0 {
			at.of = uint8(p.of)
			m.touched = append(m.touched, uint16(p.name))
		}
		set(at, p)
	}
}

func (m *marking) exact(x *nameIndex, i int, w string) {
	id, ok := x.find(w)
	if !ok {
		return
	}
	m.each(x, id, func(at *mark, p posting) {
		at.exact |= 1 << i
		if p.at == i {
			at.exactAt |= 1 << i
		}
	})
}

// shortestCut is the fewest letters that may be the beginning of a longer word.
const shortestCut = 3

func (m *marking) beginnings(x *nameIndex, i int, w string) {
	if len(w) < shortestCut {
		return
	}
	first, end := x.beginning(w)
	for id := first; id < end; id++ {
		m.each(x, id, func(at *mark, _ posting) { at.cut |= 1 << i })
	}
}

// shortestMistyped is the fewest letters of a word that may be mistyped: shorter
// words are too many and too alike. In a word of exactly so many letters, the
// only mistake considered is a missing letter.
const shortestMistyped = 4

// near marks the names with a word that is one mistake away from w. A word that
// is w without its last letter does not count, unless w ends in a double letter:
// whoever typed w did not stop there. If w is shorter than [shortestMistyped] and
// no name contains it, names need not contain it.
func (m *marking) near(x *nameIndex, i int, w string) {
	if len(w) < shortestMistyped {
		if _, ok := x.find(w); !ok {
			m.skipped |= 1 << i
		}
		return
	}
	set := func(at *mark, p posting) {
		at.near |= 1 << i
		if p.at == i {
			at.nearAt |= 1 << i
		}
	}
	before := w[:len(w)-1]
	if w[len(w)-1] == w[len(w)-2] {
		before = ""
	}
	like := func(other string) bool {
		return other != before && (len(w) > shortestMistyped || len(other) > len(w)) && oneMistake(w, other)
	}
	// A mistake spares either the letters before the middle or those after it.
	middle := (len(w) + 1) / 2
	first, end := x.beginning(w[:middle-1])
	for id := first; id < end; id++ {
		if like(x.word(id)) {
			m.each(x, id, set)
		}
	}
	for _, id := range x.endingLike(w) {
		if other := x.word(int(id)); strings.HasSuffix(other, w[middle:]) && like(other) {
			m.each(x, int(id), set)
		}
	}
}

// hits returns the names that contain every word of a query and are in one of
// its départements.
func (m *marking) hits(x *nameIndex, q wanted) (found []hit) {
	all := uint8(1<<len(q.words)-1) &^ m.skipped
	if all == 0 {
		return nil
	}
	var counts [FitMistyped + 1]int
	for _, name := range m.touched {
		at := m.names[name]
		if (at.exact|at.cut|at.near)&all != all {
			continue
		}
		fit := at.fit(all, m.skipped)
		if fit == FitMistyped && (at.exact|at.cut|at.nearAt)&all != all {
			continue // too many names have a word somewhere that is like another
		}
		if counts[fit] == mostAlike || !q.in(x, int(name)) {
			continue
		}
		counts[fit]++
		found = append(found, hit{name: int(name), fit: fit})
	}
	return found
}

// fit returns how well a name fits, by its marks.
func (at mark) fit(all, skipped uint8) Fit {
	same := int(at.of) == min(bits.OnesCount8(all), mostCounted)
	switch {
	case at.exact == all && skipped == 0 && same:
		return FitWhole
	case at.exactAt == all && skipped == 0:
		return FitBeginning
	case at.exact == all && skipped == 0:
		return FitWithin
	case (at.exact|at.near)&all == all && same:
		return FitWholeMistyped
	case (at.exact|at.cut)&all == all:
		return FitCutShort
	}
	return FitMistyped
}

// oneMistake reports whether a becomes b by one mistake: a letter inserted, left
// out or changed, or two neighbours swapped.
func oneMistake(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := common(a, b)
	a, b = a[i:], b[i:]
	switch {
	case len(a) < len(b):
		return a == b[1:]
	case len(a) == 0:
		return false // the same word
	case a[1:] == b[1:]:
		return true
	}
	return len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
}

func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
