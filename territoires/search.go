package territoires

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/internal/text"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// Match is a territory that [Search] found, and the name or code that matched.
type Match struct {
	Territory Territory   `json:"territory"`
	By        MatchKind   `json:"by"`
	Text      string      `json:"text"`             // the name or code that matched, as it is written
	Commune   cog.Commune `json:"commune,omitzero"` // the commune that matched, of 2026; zero when none did
	Exact     bool        `json:"exact"`            // the query is Text itself, but for accents and the like; false for five digits, see [Search]
}

// MatchKind tells what a territory was found by. The zero value is none.
type MatchKind string

// What a territory can be found by.
const (
	MatchCode    MatchKind = "code"    // identifier, SIREN of a member, Insee code of a commune
	MatchName    MatchKind = "name"    // its name
	MatchAlias   MatchKind = "alias"   // one of its [Territory.Aliases]
	MatchMember  MatchKind = "member"  // the name of a member
	MatchCommune MatchKind = "commune" // the name of a commune in it: today's, an earlier one, or that of a commune déléguée
)

// longestQuery bounds the work of a search; no name is half as long.
const longestQuery = 256

var matchKinds = text.Words[MatchKind]{
	{MatchCode, "code", "code"},
	{MatchName, "nom", "name"},
	{MatchAlias, "autre nom", "alias"},
	{MatchMember, "membre", "member"},
	{MatchCommune, "commune", "commune"},
}

// Label names the kind for people: in English when lang begins with "en",
// otherwise in French. It is "" for any other value.
func (k MatchKind) Label(lang string) string { return matchKinds.Label(k, lang) }

// Search finds territories by what a person knows of them: identifier, name,
// alias, a member's name or SIREN, a commune's name or Insee code. Accents, case,
// hyphens and words like « territoire de » do not count. It returns at most limit
// matches, the best first, each territory once. An empty query, or one longer
// than 256 bytes, finds nothing.
//
// Whole names of territories come first, then words of them, then whole names of
// communes and members, then words of these and of aliases, then beginnings of
// words, then names with small mistakes. A query may combine two names of one
// territory, or a name with a département: its name, its code or a postal code,
// see [cog.Search].
//
// Five digits are read as an Insee code, never as a postal code. Because they may
// have been meant as one, such a match is not Exact; its Commune tells which place
// was found. If the query is the name of a commune in no territory, Search does not
// return territories with similar names: see [Outside].
func Search(p Phase, query string, limit int) []Match {
	if !p.Valid() || limit <= 0 || query == "" || len(query) > longestQuery {
		return nil
	}
	if m, ok := searchCode(p, query); ok {
		return m[:min(limit, len(m))]
	}
	s := newSearch(p, query)
	s.entries()
	s.communes(limit)
	s.atOnce()
	return s.best(limit)
}

// Outside yields the communes whose code or whole name is the query and that are
// in no territory of the phase. If it yields one and [Search] finds nothing, the
// place is in no territory. Of two communes of the same name one may be outside
// and the other found.
func Outside(p Phase, query string) iter.Seq[cog.Commune] {
	return func(yield func(cog.Commune) bool) {
		if !p.Valid() || len(query) > longestQuery {
			return
		}
		if c, ok := communeOf(strings.ToUpper(tidy(query))); ok {
			if _, in := ofCommune(p, c); !in {
				yield(c)
			}
			return
		}
		for f := range cog.Search(withoutKind(query)) {
			if f.Fit != cog.FitWhole {
				return
			}
			if _, in := ofCommune(p, f.Commune); !in && !yield(f.Commune) {
				return
			}
		}
	}
}

// communeOf returns the commune of 2026 that the place with an Insee code is part
// of: a commune, a commune déléguée or an arrondissement municipal.
func communeOf(code string) (cog.Commune, bool) {
	if c, ok := cog.V2026.Commune(cog.CommuneCode(code)); ok && c.Parent == "" {
		return c, true
	}
	now, ok := cog.TraceCommune(cog.V2019, cog.V2026, cog.CommuneCode(code))
	if !ok {
		return cog.Commune{}, false
	}
	return cog.V2026.Commune(now)
}

// searchCode finds territories by a code. It returns false when the query is no
// code, or one that finds nothing.
func searchCode(p Phase, query string) ([]Match, bool) {
	code := tidy(query)
	if t, ok := Lookup(p, ID(code)); ok {
		return []Match{{Territory: t, By: MatchCode, Text: string(t.ID), Exact: true}}, true
	}
	code = strings.ToUpper(code)
	if c, ok := communeOf(code); ok {
		t, ok := ofCommune(p, c)
		fiveDigits := strings.Trim(code, "0123456789") == ""
		return []Match{{t, MatchCode, code, c, !fiveDigits}}, ok
	}
	s, err := sirene.ParseSIREN(query)
	if err != nil {
		return nil, false
	}
	of := func(t Territory) Match { return Match{Territory: t, By: MatchCode, Text: s.String(), Exact: true} }
	if t, ok := OfMember(p, s); ok {
		m := of(t)
		m.Commune, _ = cog.V2026.Commune(t.record.commune(s))
		return []Match{m}, true
	}
	var found []Match
	for _, t := range OfEPCI(p, cog.EPCICode(s)) {
		found = append(found, of(t))
	}
	return found, len(found) > 0
}

// How well a candidate fits the query, the best first.
const (
	fitWholeName = iota // all of the territory's name or of an alias
	fitWordsOfName
	fitWholePlace // all of a commune's or a member's name
	fitWordsOfAlias
	fitWordsOfPlace
	fitWholeMistaken // all of a name, with mistakes; beginnings of words of the territory's name
	fitBeginning     // words of names begin with those of the query
	fitMistaken
)

// A candidate is a match with the values that rank it.
type candidate struct {
	Match
	place int // of the territory in the official order
	fit   int
	cost  int // ranks candidates of the same fit; see [distance]
}

// search is one search under way.
type search struct {
	phase Phase
	query string   // without « territoire d'industrie »
	words []string // of the query, but for hollow ones
	all   []Territory
	found []candidate
	// Whether a commune whose whole name is the query lies in a territory (inside)
	// or in none. A commune in none has the articles of the query (outside) or
	// other articles (outsideButArticle).
	outside, outsideButArticle, inside bool

	named []ID // territories with communes whose names begin with the query
}

func newSearch(p Phase, query string) *search {
	query = withoutKind(query)
	return &search{phase: p, query: query, words: words(query), all: territoriesOf(p), found: make([]candidate, 0, 16)}
}

// mostCommunes is how many communes a search considers, besides those whose whole
// name is the query.
const mostCommunes = 100

// communes adds the territories of communes whose names fit the query, until
// there are limit of them.
func (s *search) communes(limit int) {
	n := 0
	places := make([]ID, 0, 16)
	for f := range cog.Search(s.query) {
		if n++; f.Fit != cog.FitWhole && (n > mostCommunes || len(places) >= limit && s.inside) {
			return
		}
		t, ok := ofCommune(s.phase, f.Commune)
		switch {
		case f.Fit == cog.FitWhole && ok:
			s.inside = true
		case f.Fit == cog.FitWhole && hasName(s.query, f.Name):
			s.outside = true
		case f.Fit == cog.FitWhole:
			s.outsideButArticle = true
		case f.Fit == cog.FitBeginning && ok:
			s.named = append(s.named, t.ID)
		}
		if !ok {
			continue
		}
		if !slices.Contains(places, t.ID) {
			places = append(places, t.ID)
		}
		s.add(t, f)
	}
}

// hasName reports whether a query contains a name with its articles.
func hasName(query, name string) bool {
	return strings.Contains(" "+cog.Fold(query)+" ", " "+cog.Fold(name)+" ")
}

func (s *search) add(t Territory, f cog.Found) {
	c := candidate{Match: Match{t, MatchCommune, f.Name, f.Commune, f.Fit == cog.FitWhole}, cost: int(f.Fit) * costTypo}
	switch f.Fit {
	case cog.FitWhole:
		c.fit = fitWholePlace
		// Of communes of the same name, the one that gave its name to the
		// territory or to a member comes first.
		if s.alike(t) {
			c.cost--
		}
	case cog.FitBeginning:
		c.fit = fitWordsOfPlace
	case cog.FitWholeMistyped:
		c.fit = fitWholeMistaken
	case cog.FitWithin, cog.FitCutShort:
		c.fit = fitBeginning
	default:
		c.fit = fitMistaken
	}
	s.found = append(s.found, c)
}

// alike reports whether the territory has also been found by a name of its own or
// of a member.
func (s *search) alike(t Territory) bool {
	return slices.ContainsFunc(s.found, func(c candidate) bool {
		return c.By != MatchCommune && c.fit <= fitWordsOfPlace && c.Territory.ID == t.ID
	})
}

// best ranks the candidates and returns the first match of each territory.
func (s *search) best(limit int) []Match {
	slices.SortStableFunc(s.found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.fit, b.fit), cmp.Compare(a.cost, b.cost), cmp.Compare(order[a.By], order[b.By]))
	})
	outside := !s.inside && (s.outside || s.outsideButArticle && len(s.named) == 0)
	var out []Match
	for _, c := range s.found {
		known := slices.ContainsFunc(out, func(m Match) bool { return m.Territory.ID == c.Territory.ID })
		if known || outside && !s.meant(c) {
			continue
		}
		if out = append(out, c.Match); len(out) == limit {
			break
		}
	}
	return out
}

// meant reports whether a candidate may be meant although a commune with exactly
// the queried name is in no territory. That is so if the query is the territory's
// name. It is so, too, if the query is words of that name and a commune of the
// territory has a name that begins with them: « le Puy » finds Puy-en-Velay,
// although a village called Le Puy is in no territory.
func (s *search) meant(c candidate) bool {
	words := c.fit == fitWordsOfName || c.fit == fitWordsOfAlias
	return c.fit == fitWholeName || words && slices.Contains(s.named, c.Territory.ID)
}

var order = map[MatchKind]int{MatchName: 0, MatchAlias: 1, MatchMember: 2, MatchCommune: 3}
