package territoires

import (
	"slices"
	"strings"
	"unicode"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

// hollow are the words, besides articles, that do not help to tell territories
// apart. Kinds of EPCI are among them because people leave them out.
var hollow = map[string]bool{
	"territoire": true, "territoires": true, "cc": true, "ca": true, "cu": true, "communaute": true, "communes": true,
	"agglomeration": true, "urbaine": true,
}

// words returns the folded words of a text without [hollow] ones, or all of them
// if it has only hollow ones.
func words(text string) []string {
	all := cog.Words(text)
	if !slices.ContainsFunc(all, func(w string) bool { return !isHollow(w) }) {
		return all
	}
	return slices.DeleteFunc(all, isHollow)
}

// withoutKind cuts « Territoire d'industrie », also in the plural and with its
// article, off the beginning of a text, and what is no letter before it.
func withoutKind(text string) string {
	begin := fromLetter(text)
	for _, article := range [...]string{"le", "les"} {
		if n := min(len(article), len(begin)); strings.EqualFold(begin[:n], article) {
			if name := fromLetter(begin[n:]); len(name) < len(begin)-n {
				begin = name
				break
			}
		}
	}
	if len(begin) < len("territoire") || begin[0]|0x20 != 't' {
		return text
	}
	folded := cog.Fold(begin)
	for _, kind := range [...]string{"territoire d industrie ", "territoires d industrie "} {
		if rest, ok := strings.CutPrefix(folded, kind); ok {
			return rest
		}
	}
	return text
}

func fromLetter(text string) string {
	return strings.TrimLeftFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
}

// longHollow are the hollow words long enough to be recognised with one mistake.
var longHollow = []term{
	newTerm("territoire"), newTerm("territoires"), newTerm("communaute"), newTerm("communes"), newTerm("agglomeration"),
}

func isHollow(w string) bool {
	if hollow[w] || len(w) < 7 {
		return hollow[w]
	}
	set := letterSet(w)
	for _, long := range longHollow {
		if long.mayBe(w, set, 1) && edits(w, long.word) <= 1 {
			return true
		}
	}
	return false
}

// The costs of differences between a query and a name. Only their order matters:
// a word left out costs least, since people shorten names, and a mistake costs
// more than a word cut short.
const (
	costMissing = 1 // per word of the name that is not in the query
	costPrefix  = 8 // a word of the query is the beginning of one in the name
	costTypo    = 9 // per letter wrong
	costAgain   = 3 // two words of the query match the same word of the name
)

// difference is how far a query is from a name.
type difference struct {
	cost     int
	words    bool // the name contains every word of the query as it is
	mistaken bool // the name contains one of them with a mistake
	whole    bool // the name has no other words
}

// distance compares the words of a query with those of a name. table has the cost
// of each word of the query against each term. It returns false when a word of
// the query matches no word of the name.
func distance(table []uint8, terms, query int, name []int) (d difference, ok bool) {
	used := uint64(0) // words of the name already taken, by position
	d.words = true
	for i := range query {
		row := table[i*terms : (i+1)*terms]
		at, cost := -1, unlike
		for j, w := range name[:min(len(name), 64)] {
			c := int(row[w])
			if c < unlike && used&(1<<j) != 0 {
				c += costAgain
			}
			if c < cost {
				at, cost = j, c
			}
		}
		if at < 0 {
			return difference{}, false
		}
		used |= 1 << at
		d.cost += cost
		d.words = d.words && cost == 0
		d.mistaken = d.mistaken || cost >= costTypo
	}
	d.whole = len(name) == query
	d.cost += costMissing * max(0, len(name)-query)
	return d, true
}

// mistakes returns how many letters may be wrong in a word: none in a short one,
// which resembles too many others. In a word of four letters one may be missing.
func mistakes(word string) int {
	switch {
	case len(word) < 4:
		return 0
	case len(word) < 9:
		return 1
	}
	return 2
}

// shortestBeginning is the fewest letters that may be the beginning of a longer
// word.
const shortestBeginning = 3

func wordCost(q, name string) (int, bool) {
	switch {
	case q == name:
		return 0, true
	case len(q) >= shortestBeginning && strings.HasPrefix(name, q):
		return costPrefix, true
	}
	if most := mistakes(q); most > 0 && (len(q) > 4 || len(name) > 4) {
		if d := edits(q, name); d <= most {
			return costTypo * d, true
		}
	}
	return 0, false
}

// longestWord is the most letters that [edits] compares.
const longestWord = 64

// edits returns how many letters to insert, delete, change or swap with their
// neighbour turn a into b (optimal string alignment distance). Texts longer than
// [longestWord] bytes never match.
func edits(a, b string) int {
	if len(a) > longestWord || len(b) > longestWord {
		return longestWord
	}
	var rows [3][longestWord + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d := min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
		}
	}
	return row[len(b)]
}
