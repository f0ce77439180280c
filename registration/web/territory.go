package web

import (
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// territory is a suggestion of the territory's field: what is typed is its
// name, and its régions tell namesakes apart.
type territory struct{ Name, Regions string }

// territories lists what the form suggests, the same for everybody.
var territories = sync.OnceValue(func() []territory {
	var list []territory
	for t := range territoires.All(territoires.PhaseI) {
		list = append(list, territory{t.Name, regionsOf(t)})
	}
	return list
})

// territoryName returns the name of a territory of phase I, and the id itself
// if the library does not know it.
func territoryName(id string) string {
	if t, ok := territoires.Lookup(territoires.PhaseI, territoires.ID(id)); ok {
		return locale.Typeset(t.Name)
	}
	return id
}

func regionsOf(t territoires.Territory) string {
	var names []string
	for _, code := range t.Regions() {
		if r, ok := cog.V2019.Region(code); ok {
			names = append(names, r.Name)
		}
	}
	return locale.Typeset(strings.Join(names, ", "))
}

// named returns what was typed, with the apostrophes of the official name if
// only these tell the two apart: telephones type ’ where the list has '.
func named(typed string) string {
	straight := strings.ReplaceAll(typed, "’", "'")
	if t, ok := territoires.ByName(territoires.PhaseI, strings.TrimSpace(straight)); ok {
		return t.Name
	}
	return typed
}
