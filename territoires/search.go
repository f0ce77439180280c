package territoires

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// Match is a territory that [Search] found, and by what.
type Match struct {
	Territory Territory `json:"territory"`
	By        MatchKind `json:"by"`
	Text      string    `json:"text"`  // the name or code that matched, as it is written
	Exact     bool      `json:"exact"` // the query is that name or code, accents and the like aside
}

// MatchKind tells what a territory was found by.
type MatchKind string

// What a territory can be found by, in the order in which [Search] prefers
// them when they match equally well.
const (
	ByCode    MatchKind = "code"    // identifier, SIREN of a member, Insee code of a commune
	ByOwnName MatchKind = "name"    // its name
	ByAlias   MatchKind = "alias"   // another name of it
	ByPart    MatchKind = "member"  // the name of a member
	ByPlace   MatchKind = "commune" // the name of a commune in it
)

// longestQuery bounds the work of a search; no name is half as long.
const longestQuery = 256

// Search finds territories by whatever a person knows of them: identifier,
// name, another name, a member's name or SIREN, a commune's name or Insee code.
// Accents, case, hyphens and words like « territoire de » do not count;
// beginnings of words and small mistakes are found too, after what fits
// better. It returns at most limit matches, the best first, each territory
// once; none for an empty query or one above 256 bytes.
func Search(p Phase, query string, limit int) []Match {
	if !p.Valid() || limit <= 0 || len(query) > longestQuery {
		return nil
	}
	if found := searchCode(p, strings.TrimSpace(query)); found != nil {
		return found[:min(limit, len(found))]
	}
	q := words(cog.Fold(query))
	if len(q) == 0 {
		return nil
	}
	ranked := rank(p, q)
	if len(ranked) == 0 || ranked[0].cost > 0 {
		ranked = append(searchCommune(p, query, ranked), ranked...)
	}
	return best(ranked, limit)
}

// searchCode answers a query that is a code of some kind, and nil when it is
// none or names nothing.
func searchCode(p Phase, query string) []Match {
	if t, ok := Lookup(p, ID(strings.ToLower(query))); ok {
		return []Match{{t, ByCode, string(t.ID), true}}
	}
	if t, ok := OfCommune(p, cog.CommuneCode(strings.ToUpper(query))); ok {
		return []Match{{t, ByCode, strings.ToUpper(query), true}}
	}
	s, err := sirene.ParseSIREN(query)
	if err != nil {
		return nil
	}
	var found []Match
	for _, t := range OfEPCI(p, cog.EPCICode(s)) {
		found = append(found, Match{t, ByCode, s.String(), true})
	}
	return found
}

// A candidate is a match with its cost; nought is a perfect one.
type candidate struct {
	Match
	cost int
}

// searchCommune finds territories by the exact name of a commune. Where several
// communes share it, those come first whose territory is like the query too:
// « Saint-Nazaire » is more often Saint-Nazaire - Cordemais than a village.
func searchCommune(p Phase, name string, ranked []candidate) (found []candidate) {
	for _, v := range cog.Vintages() {
		for c := range v.CommunesNamed(name) {
			if t, ok := OfCommune(p, c.Code); ok {
				found = append(found, candidate{Match{t, ByPlace, c.Name, true}, 0})
			}
		}
	}
	place := func(c candidate) int {
		i := slices.IndexFunc(ranked, func(r candidate) bool { return r.Territory.ID == c.Territory.ID })
		if i < 0 {
			return len(ranked)
		}
		return i
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(place(a), place(b)) })
	return found
}

// an entry is a name that a territory can be found by.
type entry struct {
	place int // in territoriesOf
	by    MatchKind
	text  string
	words []string
}

// names lists, by phase, everything that territories are called.
var names = sync.OnceValue(func() (all [PhaseII + 1][]entry) {
	for p := PhaseI; p <= PhaseII; p++ {
		add := func(place int, by MatchKind, text string) {
			all[p] = append(all[p], entry{place, by, text, words(cog.Fold(text))})
		}
		for i, t := range territoriesOf(p) {
			add(i, ByOwnName, t.Name)
			for _, a := range t.record.aliases {
				add(i, ByAlias, a.Name)
			}
			for _, m := range t.record.members {
				add(i, ByPart, m.Name)
			}
		}
	}
	return all
})

// rank measures every name of a phase against the words of a query and keeps
// those that are close enough, the closest first.
func rank(p Phase, query []string) []candidate {
	var found []candidate
	all := territoriesOf(p)
	for _, e := range names()[p] {
		if c, ok := distance(query, e.words); ok {
			found = append(found, candidate{Match{all[e.place], e.by, e.text, c == 0}, c})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(order[a.By], order[b.By]))
	})
	return found
}

var order = map[MatchKind]int{ByOwnName: 0, ByAlias: 1, ByPart: 2}

// best keeps the first match of each territory.
func best(ranked []candidate, limit int) []Match {
	var out []Match
	for _, c := range ranked {
		known := slices.ContainsFunc(out, func(m Match) bool { return m.Territory.ID == c.Territory.ID })
		if known {
			continue
		}
		if out = append(out, c.Match); len(out) == limit {
			break
		}
	}
	return out
}
