package programme

import (
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

// Publications returns the texts that are known to exist on a day, oldest
// first. Versions that no source dates are not among them.
func Publications(on territoires.Date) []Publication {
	var out []Publication
	for _, p := range publications() {
		if p.On.By(on) {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(p, q Publication) int { return p.On.To.Compare(q.On.To) })
	return out
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
	return all
})
