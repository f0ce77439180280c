package programme

import "github.com/territoires-industrie/sdk/territoires"

// Count is how many territories the programme was said to have at a time.
type Count struct {
	Phase       territoires.Phase    `json:"phase"`
	On          territoires.Span     `json:"on"`
	Territories int                  `json:"territories"`
	Sources     []territoires.Source `json:"sources"`
}

// Counts returns the published counts, oldest first. They grew because the
// list was open; each is right at its own time and none is the number of
// territories.
func Counts() []Count {
	known := counts()
	out := make([]Count, len(known))
	for i, c := range known {
		out[i] = Count{c.phase, c.on, c.territories, sourcesOf(c.sources)}
	}
	return out
}

// CountAsOf returns the latest count published on or before a day, and false
// when there was none yet.
func CountAsOf(d territoires.Date) (Count, bool) {
	all := Counts()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].On.To.Compare(d) <= 0 {
			return all[i], true
		}
	}
	return Count{}, false
}
