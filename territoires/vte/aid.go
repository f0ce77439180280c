package vte

import (
	"fmt"
	"iter"
	"strconv"
	"sync"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/data"
)

// Aid is a sum that a company may be paid for a VTE, as one source states it.
// When sources disagree about the amount on a day, each has an Aid of its own
// under the same key.
type Aid struct {
	Key           string             `json:"key"`                      // "vte-ti", "vte-vert"
	Name          string             `json:"name"`                     // in French
	Amount        territoires.Amount `json:"amount"`                   // at most, euro cents
	Share         int                `json:"share,omitempty"`          // at most this percentage of the spending; 0: none stated
	TerritoryOnly bool               `json:"territory_only,omitempty"` // only for posts in a Territoire d'industrie
	GreenOnly     bool               `json:"green_only,omitempty"`     // only for missions of the energy and ecological transition
	From          territoires.Date   `json:"from"`                     // the first day for which the source can be cited
	To            territoires.Date   `json:"to,omitzero"`              // the last one; zero: no end was found, which does not say that there is none
	Source        territoires.Source `json:"source"`
}

// String returns key, amount in euros and publisher: "vte-ti 4000.00 (Bpifrance,
// vte-france.fr)".
func (a Aid) String() string {
	return a.Key + " " + a.Amount.String() + " (" + a.Source.Publisher + ")"
}

// Aids yields the aids that sources state for a day, and all aids for the zero
// Date. There were none in 2019.
func Aids(on territoires.Date) iter.Seq[Aid] {
	return func(yield func(Aid) bool) {
		for _, a := range aids() {
			if (on.IsZero() || inForce(a.From, a.To, on)) && !yield(a) {
				return
			}
		}
	}
}

// Aids returns the aids stated for a day whose conditions of place and mission the
// request certainly meets. on is the day that decides, as for [VTE.Eligibility]; the
// place is that of [VTE.Territory]. A company may have both aids, within the limits
// of the European rules on de minimis aid. For the zero Date there is none.
func (v *VTE) Aids(on territoires.Date) []Aid {
	_, inside := v.Territory(on)
	return v.aidsOf(on, func(a Aid) bool { return !a.TerritoryOnly || inside })
}

// UndecidedAids returns the aids stated for a day that depend on where the post
// is, if the request does not tell: it names neither a commune nor a territory of
// that day's phase. Otherwise it returns nil.
func (v *VTE) UndecidedAids(on territoires.Date) []Aid {
	_, inside := v.Territory(on)
	return v.aidsOf(on, func(a Aid) bool { return a.TerritoryOnly && !inside && v.Placement.Commune == "" })
}

func (v *VTE) aidsOf(on territoires.Date, place func(Aid) bool) []Aid {
	var out []Aid
	for _, a := range aids() {
		if inForce(a.From, a.To, on) && place(a) && (!a.GreenOnly || v.Placement.Green) {
			out = append(out, a)
		}
	}
	return out
}

var aids = sync.OnceValue(func() []Aid {
	var out []Aid
	data.Must("VTE aids", data.Rows(data.VTEAids, 8, func(f []string) error {
		from, to, src, err := validity(f[5], f[6], f[7])
		if err != nil {
			return err
		}
		euros, err := strconv.ParseInt(f[2], 10, 64)
		if err != nil {
			return fmt.Errorf("amount: %w", err)
		}
		share, err := strconv.Atoi(f[3])
		out = append(out, Aid{
			Key: f[0], Name: f[1], Amount: territoires.Euros(euros), Share: share, TerritoryOnly: f[4] == "territory", GreenOnly: f[4] == "green",
			From: from, To: to, Source: src,
		})
		return err
	}))
	return out
})
