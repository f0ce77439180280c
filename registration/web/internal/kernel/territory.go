package kernel

import (
	"cmp"
	"html/template"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// Territory is a suggestion of the form's field for a territory: its name, unique
// and in French typography, and its régions.
type Territory struct{ Name, Regions string }

// Territories lists these suggestions. It is made once and the same for everybody.
var Territories = sync.OnceValue(func() []Territory {
	var list []Territory
	for t := range territoires.All(territoires.PhaseI) {
		list = append(list, Territory{locale.Typeset(t.Name), regionsOf(t)})
	}
	return list
})

// DrawnTerritories is that list as HTML for forms. It is rendered once, because it is
// the largest part of a form.
var DrawnTerritories = sync.OnceValue(func() template.HTML {
	var b strings.Builder
	page := template.Must(template.ParseFS(sharedFiles, "templates/parts/fields.html"))
	if err := page.ExecuteTemplate(&b, "territories", Territories()); err != nil {
		panic("kernel: list of territories: " + err.Error())
	}
	return template.HTML(b.String()) // escaped by html/template
})

// TerritoryName returns the name of a territory of phase I, and the id itself
// if the library does not know it.
func TerritoryName(id string) string {
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

func regionsOf(t territoires.Territory) string { return RegionNames(t.Regions()) }

// NamedTerritory returns the official name of the territory that was typed: by
// its id, by the SIREN of a member or by any spelling of its own names. It returns
// any other text as it is, also five digits, which may be an Insee code or a postal
// code. The first text that is not empty counts: in a form, a suggestion that was
// chosen stands before the field.
func NamedTerritory(texts []string) string {
	typed := ""
	for _, text := range texts {
		typed = cmp.Or(typed, strings.TrimSpace(text))
	}
	for _, m := range territoires.Search(territoires.PhaseI, typed, 1) {
		// Communes and members may share their names with others elsewhere, so
		// that they only give suggestions.
		if m.Exact && m.By != territoires.MatchCommune && m.By != territoires.MatchMember {
			return OfficialName(m.Territory)
		}
	}
	return typed
}

// OfficialName is the name by which the Desk knows a territory, or its id if
// another territory has the same name.
func OfficialName(t territoires.Territory) string {
	if same, ok := territoires.ByName(territoires.PhaseI, t.Name); ok && same.ID == t.ID {
		return t.Name
	}
	return string(t.ID)
}

// Suggestion is a territory that somebody may have meant.
type Suggestion struct {
	ID       territoires.ID
	Name     string
	Because  string // the name of a member or commune that was found, "" if its own was
	Regional string // its régions
}

// Suggestions returns at most four territories that typed may mean.
func Suggestions(typed string) []Suggestion {
	var list []Suggestion
	for _, m := range territoires.Search(territoires.PhaseI, typed, 4) {
		s := Suggestion{ID: m.Territory.ID, Name: locale.Typeset(m.Territory.Name), Regional: regionsOf(m.Territory)}
		if m.By != territoires.MatchName {
			s.Because = locale.Typeset(m.Text)
		}
		if d, ok := cog.V2026.Departement(m.Commune.Departement); ok && m.By == territoires.MatchCode {
			s.Because = locale.Typeset(m.Commune.Name + " (" + d.Name + ")") // of which it is the Insee code
		}
		list = append(list, s)
	}
	return list
}

// outside names the commune that was typed, with its département, if it lies in
// no territory; otherwise, and for a name that several communes share, it
// returns "".
func outside(typed string) string {
	var found []cog.Commune
	for c := range territoires.Outside(territoires.PhaseI, typed) {
		found = append(found, c)
	}
	if len(found) != 1 {
		return ""
	}
	d, _ := cog.V2026.Departement(found[0].Departement)
	return locale.Typeset(found[0].Name + " (" + d.Name + ")")
}

// RegionNames names régions by their codes of 2019, in one line.
func RegionNames(codes []cog.RegionCode) string {
	var names []string
	for _, code := range codes {
		if r, ok := cog.V2019.Region(code); ok {
			names = append(names, r.Name)
		}
	}
	return locale.Typeset(strings.Join(names, ", "))
}
