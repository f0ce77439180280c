package programme

import (
	"iter"
	"strconv"
	"sync"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/data"
)

// Figure is a number that a source reports and that no document confirms. It is
// kept with the words of the source, because some qualify it: the announcement of
// 16 May 2019 says both « plus de 330 » and « près de 330 ».
type Figure struct {
	Key    string             `json:"key"`   // "projects", "protocols", "regions-with-protocol", "protocols-or-contracts", "territories"
	Value  int                `json:"value"` // the number in the words, without their qualifier
	On     territoires.Date   `json:"on"`
	Words  string             `json:"words,omitempty"` // of the source, in French; "" when not kept
	Source territoires.Source `json:"source"`
}

// Figures yields the figures reported by a day, oldest first; for the zero Date it
// yields all.
func Figures(asOf territoires.Date) iter.Seq[Figure] {
	return func(yield func(Figure) bool) {
		for _, f := range figures() {
			if known(territoires.OnDay(f.On), asOf) && !yield(f) {
				return
			}
		}
	}
}

var figures = sync.OnceValue(func() []Figure {
	var all []Figure
	data.Must("figures", data.Rows(data.Figures, 5, func(f []string) error {
		value, err := strconv.Atoi(f[1])
		if err != nil {
			return err
		}
		on, err := territoires.ParseDate(f[2])
		if err != nil {
			return err
		}
		src, err := source(f[4])
		all = append(all, Figure{Key: f[0], Value: value, On: on, Words: f[3], Source: src})
		return err
	}))
	return all
})
