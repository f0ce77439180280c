package territoires

import (
	"math/bits"
	"slices"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

// An entry is a name that a territory can be found by, other than a commune's.
type entry struct {
	place int // in territoriesOf
	by    MatchKind
	text  string
	words []int // in the vocabulary
}

// A term is a word of the entries.
type term struct {
	word    string
	letters uint32 // see letterSet
}

func newTerm(word string) term { return term{word, letterSet(word)} }

// mayBe reports whether a word with these letters may be the term with at most so
// many mistakes. It is a cheap test before the words are compared.
func (t term) mayBe(word string, letters uint32, mistakes int) bool {
	return max(len(t.word)-len(word), len(word)-len(t.word)) <= mistakes && bits.OnesCount32(letters^t.letters) <= 2*mistakes
}

// vocabulary is every name of the territories of a phase, without the names of
// their communes, and the words of these names.
type vocabulary struct {
	entries []entry
	terms   []term
}

var vocabularies = [...]func() *vocabulary{
	PhaseI:  sync.OnceValue(func() *vocabulary { return readNames(PhaseI) }),
	PhaseII: sync.OnceValue(func() *vocabulary { return readNames(PhaseII) }),
}

func readNames(p Phase) *vocabulary {
	v := &vocabulary{entries: make([]entry, 0, 1024), terms: make([]term, 0, 1024)}
	number := make(map[string]int, 1024)
	add := func(place int, by MatchKind, text string) {
		e := entry{place: place, by: by, text: text}
		for _, w := range words(withoutKind(text)) {
			n, ok := number[w]
			if !ok {
				n = len(v.terms)
				number[w] = n
				v.terms = append(v.terms, newTerm(w))
			}
			e.words = append(e.words, n)
		}
		v.entries = append(v.entries, e)
	}
	for i, t := range territoriesOf(p) {
		add(i, MatchName, t.Name)
		for _, a := range t.record.aliases {
			add(i, MatchAlias, a.Name)
		}
		for _, m := range t.record.members {
			add(i, MatchMember, m.Name)
		}
	}
	return v
}

// letterSet returns a bit for each letter of a folded word, and one for all
// digits. The sets of two words that differ by d letters differ by at most 2*d
// bits.
func letterSet(w string) (set uint32) {
	for i := range len(w) {
		if c := w[i]; c >= 'a' {
			set |= 1 << (c - 'a')
		} else {
			set |= 1 << 26
		}
	}
	return set
}

// mostQueried is the most words that a query may have; a longer one matches
// nothing.
const mostQueried = 16

// unlike is the cost of two words that do not match.
const unlike = 255

// costs compares a word of a query with the whole vocabulary.
func (v *vocabulary) costs(q string, into []uint8) {
	set := letterSet(q)
	for i, t := range v.terms {
		into[i] = unlike
		if len(t.word) < len(q) || t.word[:len(q)] != q {
			if most := mistakes(q); most == 0 || !t.mayBe(q, set, most) {
				continue
			}
		}
		if c, ok := wordCost(q, t.word); ok {
			into[i] = uint8(c)
		}
	}
}

// entries adds the territories that have a name like the query.
func (s *search) entries() {
	v := vocabularies[s.phase]()
	query := s.withoutCodes(v)
	if len(query) == 0 || len(query) > mostQueried {
		return
	}
	table := tablePool.Get().(*[]uint8)
	defer tablePool.Put(table)
	n := len(v.terms)
	*table = slices.Grow((*table)[:0], n*len(query))[:n*len(query)]
	for i, q := range query {
		v.costs(q, (*table)[i*n:(i+1)*n])
	}
	for _, e := range v.entries {
		if d, ok := distance(*table, n, len(query), e.words); ok {
			s.addEntry(e, d)
		}
	}
	if len(s.found) == 0 {
		s.joined(v, strings.Join(query, ""))
	}
	s.everyWord(v, *table, len(query))
}

var tablePool = sync.Pool{New: func() any { return new([]uint8) }}

func (s *search) addEntry(e entry, d difference) {
	c := candidate{Match: Match{Territory: s.all[e.place], By: e.by, Text: e.text}, place: e.place, cost: d.cost}
	own := e.by != MatchMember
	switch {
	case d.cost == 0:
		c.Exact = true
		c.fit = fitWholePlace
		if own {
			c.fit = fitWholeName
		}
	case d.words && e.by == MatchName:
		c.fit = fitWordsOfName
	case d.words && own:
		c.fit = fitWordsOfAlias
	case d.words:
		c.fit = fitWordsOfPlace
	case d.whole, own && !d.mistaken:
		c.fit = fitWholeMistaken
	case !d.mistaken:
		c.fit = fitBeginning
	default:
		c.fit = fitMistaken
	}
	if !own && c.Exact {
		c.Commune = s.memberCommune(e)
	}
	s.found = append(s.found, c)
}

// memberCommune returns the commune of a member that takes part on its own.
func (s *search) memberCommune(e entry) (c cog.Commune) {
	for _, m := range s.all[e.place].record.members {
		if m.Name == e.text && m.Commune != "" {
			c, _ = cog.V2026.Commune(m.Commune)
		}
	}
	return c
}

// withoutCodes returns the words of the query without codes of départements and
// postal codes, unless a name contains them.
func (s *search) withoutCodes(v *vocabulary) (kept []string) {
	for _, w := range s.words {
		if w[0] > '9' || slices.ContainsFunc(v.terms, func(t term) bool { return t.word == w }) {
			kept = append(kept, w)
		}
	}
	return kept
}

// joined compares query and names without spaces: « saintnazaire » finds
// « Saint-Nazaire ».
func (s *search) joined(v *vocabulary, query string) {
	set, most := letterSet(query), len(query)/5
	if most == 0 || len(query) > longestWord {
		return
	}
	for _, e := range v.entries {
		length, letters := 0, uint32(0)
		for _, w := range e.words {
			length += len(v.terms[w].word)
			letters |= v.terms[w].letters
		}
		if max(length-len(query), len(query)-length) > most || bits.OnesCount32(set^letters) > 2*most {
			continue
		}
		var name strings.Builder
		for _, w := range e.words {
			name.WriteString(v.terms[w].word)
		}
		if d := edits(query, name.String()); d <= most {
			s.addEntry(e, difference{cost: costTypo*d + 1, mistaken: true})
		}
	}
}
