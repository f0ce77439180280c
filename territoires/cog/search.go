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
	Commune Commune `json:"commune"` // of 2026: the one with the name, or the one that the place with the name is now part of
	Name    string  `json:"name"`    // the name that fits the query: today's, an earlier one, or that of a commune déléguée or associée
	Fit     Fit     `json:"fit"`
}

// Fit tells how well a name fits a query. A smaller one is better; the zero
// value is none.
type Fit int

// The ways in which a name fits a query, compared by their [Words]. A mistake is
// one letter missing, added or changed, or two neighbours swapped.
const (
	FitWhole         Fit = iota + 1 // the name has the words of the query and no others
	FitBeginning                    // the name begins with the words of the query
	FitWithin                       // the name contains the words of the query
	FitWholeMistyped                // the name has the words of the query, with mistakes, and no others
	FitCutShort                     // words of the name begin with those of the query
	FitMistyped                     // the name contains the words of the query, with mistakes, each in the same place
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
	mostAlike    = 100 // names considered of each fit
)

// Search yields the communes whose names fit what a person types, in the order of
// [Fit], the best first. Names of the same fit come in the order of their codes. Of
// whole names, those with the articles of the query come first, then those of
// today's communes before those that have merged; of mistyped ones, those with no
// mistake but a letter written once or twice. Case, accents, hyphens and articles do
// not count otherwise. Mistakes are tolerated in words of five letters and more
// (in words of four, only a missing letter), and only if no name begins with the
// words as they are.
//
// A département beside the name (« Montbard 21 », « 21 - Montbard », « Montbard
// (Côte-d'Or) ») or a postal code, whose first digits name one, limits the answer
// to the communes of that département, if any fits. An arrondissement of Paris, Lyon
// or Marseille (« Lyon 3e ») finds the commune, and the word CEDEX does not count. At
// most a hundred names of each [Fit] are considered. An empty query, one longer than
// 256 bytes or one of more than eight words finds nothing. Search does not look up
// codes: see [Vintage.Commune].
func Search(query string) iter.Seq[Found] {
	return func(yield func(Found) bool) {
		if len(query) > longestQuery {
			return
		}
		folded := Fold(query)
		found := names().hits(split(withoutArticles(folded)))
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

// hits finds the names that fit a query. A département in the query counts only
// if a name in it fits.
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

// A hit is a name that fits a query.
type hit struct {
	name int
	fit  Fit
	rest int // orders hits of the same fit, the smaller first
}

// found returns the commune of a hit.
func (x *nameIndex) found(h hit) (Found, bool) {
	line := x.line(h.name)
	c, ok := V2026.commune(line)
	if !ok {
		now, _ := TraceCommune(V2019, V2026, CommuneCode(line[:5]))
		c, ok = V2026.Commune(now)
	}
	return Found{c, x.text(h.name), h.fit}, ok
}

// sort orders hits as they are yielded. Whole names with the articles of the
// query, and those of today's communes, come before other whole names. Mistyped
// names whose only mistake is a single letter for a double one, or the reverse,
// come before other mistyped names.
func (x *nameIndex) sort(found []hit, folded string) {
	single := singled(folded)
	for i, h := range found {
		switch h.fit {
		case FitWhole:
			if !strings.HasPrefix(folded, Fold(x.text(h.name))) {
				found[i].rest += 2
			}
			if _, ok := V2026.commune(x.line(h.name)); !ok || x.ofPart(h.name) {
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

// search finds the names that contain every word of a query.
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

// wanted is a query.
type wanted struct {
	typed        []string          // the words of the name, as they were typed
	words        []string          // the same words, each once
	departements []DepartementCode // where the commune may be; none: anywhere
}

// split separates codes of départements, postal codes and the word CEDEX of an
// address from the other words of a query.
func split(words []string) wanted {
	var q wanted
	for _, w := range words {
		switch in := departementsIn(w); {
		case len(words) > 1 && in != nil:
			q.departements = append(q.departements, in...)
		case len(words) == 1 || w != "cedex":
			q.typed = append(q.typed, w)
		}
	}
	q.typed = withoutArrondissement(q.typed)
	q.words = distinct(slices.Clone(q.typed))
	return q
}

// withoutArrondissement leaves out the arrondissement municipal beside the name of
// Paris, Lyon or Marseille: « 3e », « 1er », « 8ème arrondissement ».
func withoutArrondissement(words []string) []string {
	if !slices.ContainsFunc(words, func(w string) bool { return w == "paris" || w == "lyon" || w == "marseille" }) {
		return words
	}
	return slices.DeleteFunc(words, func(w string) bool {
		ending := strings.TrimLeft(w, "0123456789")
		switch ending {
		case "", "e", "er", "eme":
			return len(w) > len(ending) && len(w) <= len(ending)+2
		}
		return w == "arrondissement"
	})
}

// departementsIn returns the départements of a word that is a code of a
// département or a postal code, and nil for any other word.
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

// in reports whether a name is in one of the départements of the query.
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
		all = append(all, withoutArticles(Fold(d.Name)))
	}
	return all
})

// besideDepartement returns every reading of the query as a name with the name of a
// département after or before it. Behind « sur » it is a river: Châlons-sur-Marne is no
// Châlons in the Marne.
func (q wanted) besideDepartement() (all []wanted) {
	for i, d := range departementWords() {
		n := len(q.typed) - len(d)
		if n < 1 {
			continue
		}
		code := departements()[i].Code
		if slices.Equal(q.typed[n:], d) && q.typed[n-1] != "sur" {
			all = append(all, wanted{words: distinct(slices.Clone(q.typed[:n])), departements: []DepartementCode{code}})
		}
		if slices.Equal(q.typed[:len(d)], d) {
			all = append(all, wanted{words: distinct(slices.Clone(q.typed[len(d):])), departements: []DepartementCode{code}})
		}
	}
	return all
}
