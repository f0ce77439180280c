package cog

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"
)

// Found is a commune that [Search] found, and by which name.
type Found struct {
	Commune Commune `json:"commune"` // of 2026: the one that bears the name, or in which what bore it lies
	Name    string  `json:"name"`    // the name that is like the query: today's, an earlier one, or that of a commune déléguée or associée
	Fit     Fit     `json:"fit"`
}

// Fit tells how a name answers a query. A smaller one is better; the zero value
// is none.
type Fit int

// The ways in which a name answers a query, by its words as [Words] gives them.
// A mistake is one letter too few, too many, another, or swapped with the next.
const (
	FitWhole         Fit = iota + 1 // the name has the words of the query and no others
	FitBeginning                    // the name begins with the words of the query
	FitWithin                       // the words of the query stand somewhere in the name
	FitWholeMistyped                // the name has the words of the query, with mistakes, and no others
	FitCutShort                     // words of the name begin with those of the query
	FitMistyped                     // the words of the query stand in the name, with mistakes, each in its place
)

// String says the fit in a word or two, and "" for none.
func (f Fit) String() string {
	switch f {
	case FitWhole:
		return "whole"
	case FitBeginning:
		return "beginning"
	case FitWithin:
		return "within"
	case FitWholeMistyped:
		return "whole, mistyped"
	case FitCutShort:
		return "cut short"
	case FitMistyped:
		return "mistyped"
	}
	return ""
}

const (
	longestQuery = 256 // bytes; no name is half as long
	mostWords    = 8   // of a query; no name has more
	mostAlike    = 100 // names that are looked at of each fit
)

// Search yields the communes whose names are like what a person types, the best
// first, in the order of [Fit]; names that fit alike come in the order of their
// codes, today's communes before what merged into others. Case, accents, hyphens
// and articles do not count. Mistakes are looked for in words of five letters
// and more (of four, one that is missing), and only where no name begins with
// the words as they are.
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
	if slices.ContainsFunc(found, func(h hit) bool { return h.fit == FitWhole }) {
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
		now, _ := TraceCommune(V2019, V2026, CommuneCode(line[:5]))
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
		case FitWhole:
			if !strings.HasPrefix(folded, Fold(x.text(h.name))) {
				found[i].rest += 2
			}
			if _, ok := V2026.commune(x.line(h.name)); !ok {
				found[i].rest++
			}
		case FitWholeMistyped:
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
	asItIs := slices.ContainsFunc(m.hits(x, q), func(h hit) bool { return h.fit <= FitBeginning })
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
