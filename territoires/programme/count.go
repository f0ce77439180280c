package programme

import (
	"iter"

	"github.com/territoires-industrie/sdk/territoires"
)

// Count is a number of territories that a source gave for the programme at a time.
type Count struct {
	Phase       territoires.Phase    `json:"phase"`
	On          territoires.Span     `json:"on"`
	Territories int                  `json:"territories"`
	Sources     []territoires.Source `json:"sources"`
}

// Counts yields the counts published by a day, oldest first; for the zero Date it
// yields all. The counts grew because territories could still join: each is right
// for its own time, and none is the number for the whole programme.
func Counts(asOf territoires.Date) iter.Seq[Count] {
	return func(yield func(Count) bool) {
		for _, c := range counts() {
			if known(c.on, asOf) && !yield(Count{c.phase, c.on, c.territories, sourcesOf(c.sources)}) {
				return
			}
		}
	}
}

// CountAsOf returns the latest count published by a day, and false when there was
// none yet. For the zero Date it returns the latest of all.
func CountAsOf(d territoires.Date) (last Count, ok bool) {
	for c := range Counts(d) {
		last, ok = c, true
	}
	return last, ok
}
