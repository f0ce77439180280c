package territoires

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The tables of dated facts. Programs that only look territories up never
// read them.
var (
	//go:embed data/sources.csv
	sourcesCSV string
	//go:embed data/facts.csv
	factsCSV string
	//go:embed data/counts.csv
	countsCSV string
	//go:embed data/overlaps.csv
	overlapsCSV string
)

// sources maps the keys of the other tables to publisher and address.
var sources = sync.OnceValue(func() map[string]Source {
	m := make(map[string]Source, 64)
	must("sources", rows(sourcesCSV, 3, func(f []string) error {
		m[f[0]] = Source{Publisher: f[1], URL: f[2]}
		return nil
	}))
	return m
})

func source(key string) (Source, error) {
	s, ok := sources()[key]
	if !ok {
		return Source{}, unknown("source", key)
	}
	return s, nil
}

// sourceKeys reads a list of keys and checks that each has its source.
func sourceKeys(list string) ([]string, error) {
	keys := strings.Fields(list)
	for _, k := range keys {
		if _, err := source(k); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// sourcesOf returns a fresh list of sources.
func sourcesOf(keys []string) []Source {
	out := make([]Source, len(keys))
	for i, k := range keys {
		out[i] = sources()[k]
	}
	return out
}

type factKey struct {
	id       ID
	question Question
}

type fact struct {
	answer  Answer
	sources []string
}

var facts = sync.OnceValue(func() map[factKey]fact {
	m := make(map[factKey]fact, 256)
	must("facts", rows(factsCSV, 4, func(f []string) (err error) {
		var x fact
		if err := x.answer.UnmarshalText([]byte(f[2])); err != nil {
			return err
		}
		x.sources, err = sourceKeys(f[3])
		m[factKey{ID(f[0]), Question(f[1])}] = x
		return err
	}))
	return m
})

type count struct {
	phase       Phase
	on          Span
	territories int
	sources     []string
}

var counts = sync.OnceValue(func() []count {
	var all []count
	must("counts", rows(countsCSV, 4, func(f []string) (err error) {
		var c count
		if c.phase, err = ParsePhase(f[0]); err != nil {
			return err
		}
		if c.on, err = ParseSpan(f[1]); err != nil {
			return err
		}
		if c.territories, err = strconv.Atoi(f[2]); err != nil {
			return err
		}
		c.sources, err = sourceKeys(f[3])
		all = append(all, c)
		return err
	}))
	return all
})

// overlaps maps the territories of both phases to those of the other.
var overlaps = sync.OnceValue(func() map[territoryKey][]Overlap {
	m := make(map[territoryKey][]Overlap, 332)
	must("overlaps", rows(overlapsCSV, 3, func(f []string) error {
		t, ok1 := Lookup(PhaseI, ID(f[0]))
		u, ok2 := Lookup(PhaseII, ID(f[1]))
		if !ok1 || !ok2 {
			return fmt.Errorf("no territory %s or %s", f[0], f[1])
		}
		n, err := strconv.Atoi(f[2])
		m[t.key()] = append(m[t.key()], Overlap{u, n})
		m[u.key()] = append(m[u.key()], Overlap{t, n})
		return err
	}))
	for _, list := range m {
		slices.SortStableFunc(list, func(a, b Overlap) int { return cmp.Compare(b.Communes, a.Communes) })
	}
	return m
})

// must stops a program whose embedded tables are broken, which the tests of
// the package keep from being built.
func must(table string, err error) {
	if err != nil {
		panic("territoires: embedded data: " + table + ": " + err.Error())
	}
}
