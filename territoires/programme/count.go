package programme

import (
	"iter"

	"github.com/territoires-industrie/sdk/territoires"
)

// Count is how many territories the programme was said to have at a time.
type Count struct {
	Phase       territoires.Phase    `json:"phase"`
	On          territoires.Span     `json:"on"`
	Territories int                  `json:"territories"`
	Sources     []territoires.Source `json:"sources"`
}

// Counts yields the counts published by a day, all for the zero Date, oldest
// first. They grew because the list was open; each is right at its own time and
// none is the number of territories.
func Counts(asOf territoires.Date) iter.Seq[Count] {
	return func(yield func(Count) bool) {
		for _, c := range counts() {
			if known(c.on, asOf) && !yield(Count{c.phase, c.on, c.territories, sourcesOf(c.sources)}) {
				return
			}
		}
	}
}

// CountAsOf returns the latest count published by a day, the latest of all for
// the zero Date, and false when there was none yet.
func CountAsOf(d territoires.Date) (last Count, ok bool) {
	for c := range Counts(d) {
		last, ok = c, true
	}
	return last, ok
}
