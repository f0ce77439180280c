package programme

import (
	"iter"
	"slices"
	"sync"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/data"
)

// Publication is one version of a text that the programme published.
type Publication struct {
	Key     string             `json:"key"` // "guide", "kit", "vte-letter"; versions of a text share it
	Title   string             `json:"title"`
	Version string             `json:"version,omitempty"` // "" for a text without versions
	On      territoires.Span   `json:"on"`                // the date that it bears
	Author  string             `json:"author,omitempty"`  // "" when no source names one
	Source  territoires.Source `json:"source"`            // where it is named, not always where it can be read
}

// Publications yields the texts that existed by a day for certain, oldest first.
// For the zero Date it yields all, also versions that no source dates.
func Publications(asOf territoires.Date) iter.Seq[Publication] {
	return func(yield func(Publication) bool) {
		for _, p := range publications() {
			if known(p.On, asOf) && !yield(p) {
				return
			}
		}
	}
}

var publications = sync.OnceValue(func() []Publication {
	var all []Publication
	data.Must("publications", data.Rows(data.Publications, 6, func(f []string) error {
		on, err := territoires.ParseSpan(f[3])
		if err != nil {
			return err
		}
		src, err := source(f[5])
		all = append(all, Publication{f[0], f[1], f[2], on, f[4], src})
		return err
	}))
	slices.SortStableFunc(all, func(p, q Publication) int { return p.On.To.Compare(q.On.To) })
	return all
})
