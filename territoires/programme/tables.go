package programme

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/data"
)

// known reports whether the date of a fact is certainly asOf or earlier. For the
// zero day it is true of all facts, also of those without a date.
func known(s territoires.Span, asOf territoires.Date) bool { return asOf.IsZero() || s.By(asOf) }

// source returns the source that a table names by its key.
func source(key string) (territoires.Source, error) {
	s, err := data.SourceOf(key)
	return territoires.Source(s), err
}

// mustSource is source for a key in the code; it panics on an error.
func mustSource(key string) territoires.Source {
	src, err := source(key)
	data.Must("sources", err)
	return src
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
func sourcesOf(keys []string) []territoires.Source {
	out := make([]territoires.Source, len(keys))
	for i, k := range keys {
		out[i] = mustSource(k)
	}
	return out
}

type factKey struct {
	id       territoires.ID
	question Question
}

type fact struct {
	answer  Answer
	sources []string
}

var facts = sync.OnceValue(func() map[factKey]fact {
	m := make(map[factKey]fact, 256)
	data.Must("facts", data.Rows(data.Facts, 4, func(f []string) (err error) {
		var x fact
		if err := x.answer.UnmarshalText([]byte(f[2])); err != nil {
			return err
		}
		x.sources, err = sourceKeys(f[3])
		m[factKey{territoires.ID(f[0]), Question(f[1])}] = x
		return err
	}))
	return m
})

type count struct {
	phase       territoires.Phase
	on          territoires.Span
	territories int
	sources     []string
}

var counts = sync.OnceValue(func() []count {
	var all []count
	data.Must("counts", data.Rows(data.Counts, 4, func(f []string) (err error) {
		var c count
		if c.phase, err = territoires.ParsePhase(f[0]); err != nil {
			return err
		}
		if c.on, err = territoires.ParseSpan(f[1]); err != nil {
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

func day(year int, month time.Month, day int) territoires.Date {
	return territoires.Date{Year: year, Month: month, Day: day}
}
