package territoires

import (
	_ "embed"
	"slices"
	"sync"
)

// Publication is one version of a text that the programme published.
type Publication struct {
	Key     string `json:"key"` // "guide", "kit", "vte-letter"; versions of a text share it
	Title   string `json:"title"`
	Version string `json:"version,omitempty"` // "" for a text without versions
	On      Span   `json:"on"`                // the date that it bears
	Author  string `json:"author,omitempty"`  // "" when no source names one
	Source  Source `json:"source"`            // where it is named, not always where it can be read
}

// Publications returns the texts that are known to exist on a day, oldest
// first. Versions that no source dates are not among them.
func Publications(on Date) []Publication {
	var out []Publication
	for _, p := range publications() {
		if p.On.by(on) {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(p, q Publication) int { return p.On.To.Compare(q.On.To) })
	return out
}

//go:embed data/publications.csv
var publicationsCSV string

var publications = sync.OnceValue(func() []Publication {
	var all []Publication
	must("publications", rows(publicationsCSV, 6, func(f []string) error {
		on, err := ParseSpan(f[3])
		if err != nil {
			return err
		}
		src, err := source(f[5])
		all = append(all, Publication{f[0], f[1], f[2], on, f[4], src})
		return err
	}))
	return all
})
