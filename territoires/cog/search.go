package cog

import (
	"cmp"
	"iter"
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// Found is a commune that [Search] found, and by which name.
type Found struct {
	Commune Commune // of 2026: the one that bears the name, or in which what bore it lies
	Name    string  // the name that is like the query: today's, an earlier one, or that of a commune déléguée or associée
	Fit     Fit
}

// Fit tells how a name answers a query. A smaller one is better; the zero value
// is none.
type Fit int

// The ways in which a name answers a query, by its words as [Words] gives them.
// A mistake is one letter too few, too many, another, or swapped with the next.
const (
	Whole         Fit = iota + 1 // the name has the words of the query and no others
	Beginning                    // the name begins with the words of the query
	Within                       // the words of the query stand somewhere in the name
	WholeMistyped                // the name has the words of the query, with mistakes, and no others
	CutShort                     // words of the name begin with those of the query
	Mistyped                     // the words of the query stand in the name, with mistakes, each in its place
)

const (
	longestQuery = 256 // bytes; no name is half as long
	mostWords    = 8   // of a query; no name has more
	mostAlike    = 100 // names that are looked at of each fit
)

// Search yields the communes whose names are like what a person types, the best
// first, in the order of [Fit]; names that fit alike come in the order of their
// codes, today's communes before what merged into others. Case, accents, hyphens
// and articles do not count. Mistakes are looked for in words of five letters
// and more, and only where no name begins with the words as they are.
//
// A département beside the name (« Montbard 21 », « 21 - Montbard », « Montbard
// (Côte-d'Or) ») or a postal code, whose first digits name one, leaves only the
// communes of that département, if there are any. Of each [Fit] at most a
// hundred names are looked at. Nothing answers an empty query, one above 256
// bytes or one of more than eight words. Codes are the matter of
// [Vintage.Commune].
func Search(query string) iter.Seq[Found] {
	return func(yield func(Found) bool) {
		if len(query) > longestQuery {
			return
		}
		folded := Fold(query)
		found := names().hits(split(telling(folded)))
		names().sort(found, folded)
		seen := make([]CommuneCode, 0, 16)
		for _, h := range found {
			f, ok := names().found(h)
			if !ok || slices.Contains(seen, f.Commune.Code) {
				continue
			}
			if seen = append(seen, f.Commune.Code); !yield(f) {
				return
			}
		}
	}
}

// hits finds the names that answer a query. A département that it names counts
// when there is such a name in it.
func (x *nameIndex) hits(q wanted) []hit {
	found := x.search(q)
	if len(found) == 0 && len(q.departements) > 0 {
		found = x.search(wanted{words: q.words})
	}
	if slices.ContainsFunc(found, func(h hit) bool { return h.fit == Whole }) {
		return found
	}
	// « Loire » ends the names of communes and is a département too.
	for _, other := range q.besideDepartement() {
		if in := x.search(other); len(in) > 0 {
			return in
		}
	}
	return found
}

// A hit is a name that answers a query.
type hit struct {
	name int
	fit  Fit
	rest int // of names that fit alike those with a smaller number come first
}

// found reads what a hit stands for.
func (x *nameIndex) found(h hit) (Found, bool) {
	line := x.line(h.name)
	c, ok := V2026.commune(line)
	if !ok {
		now, _ := Successor(CommuneCode(line[:5]))
		c, ok = V2026.Commune(now)
	}
	return Found{c, x.text(h.name), h.fit}, ok
}

// sort puts hits in the order in which they are yielded. Of whole names those
// come first that have the articles of the query as well, and those of today; of
// mistyped ones those in which a letter is single for double or double for
// single.
func (x *nameIndex) sort(found []hit, folded string) {
	single := singled(folded)
	for i, h := range found {
		switch h.fit {
		case Whole:
			if !strings.HasPrefix(folded, Fold(x.text(h.name))) {
				found[i].rest += 2
			}
			if _, ok := V2026.commune(x.line(h.name)); !ok {
				found[i].rest++
			}
		case WholeMistyped:
			if singled(Fold(x.text(h.name))) != single {
				found[i].rest++
			}
		}
	}
	slices.SortFunc(found, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.fit, b.fit), cmp.Compare(a.rest, b.rest), cmp.Compare(x.lineOf(a.name), x.lineOf(b.name)), cmp.Compare(a.name, b.name))
	})
}

// singled writes double letters once.
func singled(s string) string {
	b := []byte(s)
	return string(slices.Compact(b))
}

// search finds the names that hold every word of a query.
func (x *nameIndex) search(q wanted) []hit {
	if len(q.words) == 0 || len(q.words) > mostWords {
		return nil
	}
	m := marks.Get().(*marking)
	defer m.release()
	m.mark(q.words, func(i int, w string) { m.exact(x, i, w) })
	asItIs := slices.ContainsFunc(m.hits(x, q), func(h hit) bool { return h.fit <= Beginning })
	m.clear()
	m.mark(q.words, func(i int, w string) {
		m.exact(x, i, w)
		m.beginnings(x, i, w)
		if !asItIs {
			m.near(x, i, w)
		}
	})
	return m.hits(x, q)
}

// mark calls one for every word, the longest first, which most often is in the
// fewest names: of the other words only what stands in these is of interest.
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

// marking remembers, for every name, which words of a query it has.
type marking struct {
	names   []mark
	touched []uint16
	skipped uint8 // words that need not be there
	first   bool  // no other word has been looked for yet
}

// mark has a bit per word of the query.
type mark struct {
	exact, cut, near uint8 // the word stands in the name: as it is, as a beginning, with a mistake
	exactAt, nearAt  uint8 // it does so in the same place
	of               uint8 // how many words the name has; 0 for a name that has no mark yet
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

// each calls set with the mark of every name in which a word stands, and in
// which the first word does.
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

// shortestCut is the fewest letters that are taken for the beginning of a word.
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

// shortestMistyped is the fewest letters of a word in which a mistake is looked
// for: shorter words are too many and too alike.
const shortestMistyped = 5

// near marks the names with a word that is one mistake away from w, but for the
// beginnings of w, which somebody who types on has left behind. A word of up to
// three letters that no name has may be anything.
func (m *marking) near(x *nameIndex, i int, w string) {
	if len(w) < shortestMistyped {
		if _, ok := x.find(w); !ok && len(w) < 4 {
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
	// A mistake leaves alone either the letters before the middle or those after.
	middle := (len(w) + 1) / 2
	first, end := x.beginning(w[:middle-1])
	for id := first; id < end; id++ {
		if other := x.word(id); other != before && oneMistake(w, other) {
			m.each(x, id, set)
		}
	}
	for _, id := range x.endingLike(w) {
		if other := x.word(int(id)); strings.HasSuffix(other, w[middle:]) && oneMistake(w, other) {
			m.each(x, int(id), set)
		}
	}
}

// hits returns the names that have every word of a query and lie where it says.
func (m *marking) hits(x *nameIndex, q wanted) (found []hit) {
	all := uint8(1<<len(q.words)-1) &^ m.skipped
	if all == 0 {
		return nil
	}
	var counts [Mistyped + 1]int
	for _, name := range m.touched {
		at := m.names[name]
		if (at.exact|at.cut|at.near)&all != all {
			continue
		}
		fit := at.fit(all, m.skipped)
		if fit == Mistyped && (at.exact|at.cut|at.nearAt)&all != all {
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

// fit says how a name answers whose words are marked.
func (at mark) fit(all, skipped uint8) Fit {
	same := int(at.of) == min(bits.OnesCount8(all), mostCounted)
	switch {
	case at.exact == all && skipped == 0 && same:
		return Whole
	case at.exactAt == all && skipped == 0:
		return Beginning
	case at.exact == all && skipped == 0:
		return Within
	case (at.exact|at.near)&all == all && same:
		return WholeMistyped
	case (at.exact|at.cut)&all == all:
		return CutShort
	}
	return Mistyped
}

// oneMistake reports whether one letter inserted, left out or changed, or two
// neighbours swapped, make b of a.
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

// wanted is a query: the words of a name, and the départements in which it may
// lie, none for anywhere.
type wanted struct {
	typed        []string // the words as they stand in the query
	words        []string // each once
	departements []DepartementCode
}

// split takes the codes of a département and postal codes from the words of a
// query.
func split(words []string) wanted {
	var q wanted
	for _, w := range words {
		if in := departementsIn(w); in != nil && len(words) > 1 {
			q.departements = append(q.departements, in...)
		} else {
			q.typed = append(q.typed, w)
		}
	}
	q.words = distinct(slices.Clone(q.typed))
	return q
}

// departementsIn returns the départements that a code names, or a postal code,
// and nil for any other word.
func departementsIn(word string) []DepartementCode {
	switch {
	case digits(word, 5) && word[:2] == "20", word == "20":
		return []DepartementCode{"2A", "2B"}
	case digits(word, 5) && word[:2] == "97":
		word = word[:3]
	case digits(word, 5):
		word = word[:2]
	}
	if d, ok := V2026.Departement(DepartementCode(strings.ToUpper(word))); ok {
		return []DepartementCode{d.Code}
	}
	return nil
}

// in reports whether a name lies where the query says.
func (q wanted) in(x *nameIndex, name int) bool {
	if len(q.departements) == 0 {
		return true
	}
	at := x.lines[x.lineOf(name)]
	return slices.Contains(q.departements, departementOf(communesTSV[at:at+5]))
}

var departementWords = sync.OnceValue(func() [][]string {
	var all [][]string
	for _, d := range departements() {
		all = append(all, telling(Fold(d.Name)))
	}
	return all
})

// besideDepartement reads the query as a name and that of a département after or
// before it, in every way that there is.
func (q wanted) besideDepartement() (all []wanted) {
	for i, d := range departementWords() {
		n := len(q.typed) - len(d)
		if n < 1 {
			continue
		}
		code := departements()[i].Code
		if slices.Equal(q.typed[n:], d) {
			all = append(all, wanted{words: distinct(slices.Clone(q.typed[:n])), departements: []DepartementCode{code}})
		}
		if slices.Equal(q.typed[:len(d)], d) {
			all = append(all, wanted{words: distinct(slices.Clone(q.typed[len(d):])), departements: []DepartementCode{code}})
		}
	}
	return all
}
