package web

import (
	"cmp"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// territory is a suggestion of the territory's field: what is typed is its
// name, and its régions tell namesakes apart.
type territory struct{ Name, Regions string }

// Shown is the name with the typography of a French text.
func (t territory) Shown() string { return locale.Typeset(t.Name) }

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

// regionsIn names the régions of the territory id, "" if there is none.
func regionsIn(id string) string {
	t, ok := territoires.Lookup(territoires.PhaseI, territoires.ID(id))
	if !ok {
		return ""
	}
	return regionsOf(t)
}

func regionsOf(t territoires.Territory) string { return regionNames(t.Regions()) }

// named returns the official name of the territory that was typed by its id, the
// SIREN of one of its members or any spelling of its own names, and otherwise
// what was typed: five digits too, which may be an Insee code or a postal code. The first of texts that is not empty counts: a suggestion
// that was chosen comes before the field.
func named(texts []string) string {
	typed := ""
	for _, text := range texts {
		typed = cmp.Or(typed, strings.TrimSpace(text))
	}
	for _, m := range territoires.Search(territoires.PhaseI, typed, 1) {
		// The name of a commune or of a member may be that of another one
		// elsewhere: it gives a suggestion, not an answer.
		if m.Exact && m.By != territoires.ByPlace && m.By != territoires.ByPart {
			return officialName(m.Territory)
		}
	}
	return typed
}

// officialName is the name by which the Desk knows a territory: its id where
// two of them share one.
func officialName(t territoires.Territory) string {
	if same, ok := territoires.ByName(territoires.PhaseI, t.Name); ok && same.ID == t.ID {
		return t.Name
	}
	return string(t.ID)
}

// suggestion is a territory that somebody may have meant.
type suggestion struct {
	ID       territoires.ID
	Name     string
	Because  string // the name of a member or commune that was found, "" if its own was
	Regional string // its régions
}

// suggestions returns at most four territories that typed may mean.
func suggestions(typed string) []suggestion {
	var list []suggestion
	for _, m := range territoires.Search(territoires.PhaseI, typed, 4) {
		s := suggestion{ID: m.Territory.ID, Name: locale.Typeset(m.Territory.Name), Regional: regionsOf(m.Territory)}
		if m.By != territoires.ByOwnName {
			s.Because = locale.Typeset(m.Text)
		}
		if d, ok := cog.V2026.Departement(m.Commune.Departement); ok && m.By == territoires.ByCode {
			s.Because = locale.Typeset(m.Commune.Name + " (" + d.Name + ")") // of which it is the Insee code
		}
		list = append(list, s)
	}
	return list
}
