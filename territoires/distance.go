package territoires

import "strings"

// hollow are the words that say nothing about which territory is meant; kinds
// of EPCI are among them because people leave them out.
var hollow = map[string]bool{
	"territoire": true, "territoires": true, "d": true, "de": true, "du": true, "des": true, "l": true, "la": true, "le": true,
	"les": true, "et": true, "a": true, "en": true, "cc": true, "ca": true, "cu": true, "communaute": true, "communes": true,
	"agglomeration": true, "urbaine": true,
}

// words cuts a folded text into words and drops the hollow ones, unless it has
// no others.
func words(folded string) []string {
	folded = strings.TrimPrefix(folded, "territoire d industrie ")
	all := strings.Fields(folded)
	kept := make([]string, 0, len(all))
	for _, w := range all {
		if !isHollow(w) {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		return all
	}
	return kept
}

// isHollow forgives one mistake in the long hollow words.
func isHollow(w string) bool {
	if hollow[w] || len(w) < 7 {
		return hollow[w]
	}
	for _, long := range [...]string{"territoire", "territoires", "communaute", "communes", "agglomeration"} {
		if edits(w, long) <= 1 {
			return true
		}
	}
	return false
}

// The cost of a difference between a query and a name. What matters is their
// order: a word left out is the least of all, since people shorten names; a
// word wrong is more than a word cut short.
const (
	costMissing = 1 // per word of the name that the query lacks
	costPrefix  = 2 // a word of the query is the beginning of one in the name
	costTypo    = 4 // per letter wrong
)

// distance measures how far a query is from a name; nought means the same
// words. It returns false when they are not alike.
func distance(query, name []string) (cost int, ok bool) {
	used := uint64(0) // words of the name already taken, by position
	for _, q := range query {
		at, c := closest(q, name, used)
		if at < 0 {
			return joined(query, name)
		}
		used |= 1 << at
		cost += c
	}
	for i := range min(len(name), 64) {
		if used&(1<<i) == 0 {
			cost += costMissing
		}
	}
	if j, ok := joined(query, name); ok && j < cost {
		return j, true
	}
	return cost, true
}

// closest finds the word of the name that q is most like, -1 when it is like
// none.
func closest(q string, name []string, used uint64) (at, cost int) {
	at = -1
	for i := range min(len(name), 64) {
		if used&(1<<i) != 0 {
			continue
		}
		c, ok := wordCost(q, name[i])
		if ok && (at < 0 || c < cost) {
			at, cost = i, c
		}
	}
	return at, cost
}

func wordCost(q, name string) (int, bool) {
	switch {
	case q == name:
		return 0, true
	case len(q) >= 2 && strings.HasPrefix(name, q):
		return costPrefix, true
	}
	// One letter in four may be wrong, and none in a word of three.
	if d := edits(q, name); d <= len(q)/4 {
		return costTypo * d, true
	}
	return 0, false
}

// joined compares the words written together: "saintnazaire", "haut jura" for
// "hautjura".
func joined(query, name []string) (int, bool) {
	q, n := strings.Join(query, ""), strings.Join(name, "")
	if d := edits(q, n); d <= len(q)/5 {
		return costTypo*d + 1, true
	}
	return 0, false
}

// longestWord is the most letters that [edits] compares.
const longestWord = 64

// edits counts the letters to insert, delete, change or swap with their
// neighbour to make b of a (optimal string alignment). Texts above 64 bytes
// are never alike.
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
