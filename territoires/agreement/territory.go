package agreement

import (
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/sirene"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// checkTerritory wants a territory that the phase has. Both phases number
// alike, so an id of the other phase is caught only when this one lacks it;
// the name, where there is one, catches the rest.
func checkTerritory(p territoires.Phase, id territoires.ID, reject validation.Reject) {
	if !p.Valid() {
		if p != 0 {
			reject("phase", "phase", "")
		}
		return
	}
	if id == "" {
		return // reported as required
	}
	if _, ok := territoires.Lookup(p, id); !ok {
		reject("territory", "territory", p.String())
	}
}

// checkSame wants a document inside another one to be of the same territory.
func checkSame(at string, p, within territoires.Phase, id, around territoires.ID, reject validation.Reject) {
	switch {
	case p != 0 && p != within:
		reject(at+".phase", "same", "phase")
	case id != "" && id != around:
		reject(at+".territory", "same", "territory")
	}
}

// named reports whether name is the name of the territory or an alias of it.
func named(p territoires.Phase, id territoires.ID, name string) bool {
	t, ok := territoires.Lookup(p, id)
	if !ok {
		return true // the id is what is wrong
	}
	if t.Name == name {
		return true
	}
	u, ok := territoires.ByName(p, name)
	return ok && u.ID == id
}

// A regionFault is what keeps a code from being that of a région in which the
// territory lies; the zero value is none.
type regionFault struct{ rule, param string }

// faultOf judges the code of a région, and knows those of the territory's
// départements, which are easily taken for it: 94 is Val-de-Marne and Corse. An
// unknown territory lies anywhere.
func faultOf(code cog.RegionCode, t territoires.Territory, known bool) regionFault {
	if known && slices.Contains(t.Regions(), code) {
		return regionFault{}
	}
	d, isDepartement := cog.V2019.Departement(cog.DepartementCode(code))
	_, isRegion := cog.V2019.Region(code)
	switch {
	case isDepartement && (!isRegion || known && slices.Contains(t.Departements(), d.Code)):
		return regionFault{"region_departement", string(d.Region)}
	case !isRegion:
		return regionFault{"region", ""}
	case !known:
		return regionFault{}
	}
	var codes []string
	for _, r := range t.Regions() {
		codes = append(codes, string(r))
	}
	return regionFault{"territory_region", strings.Join(codes, ", ")}
}

// checkAxes holds an axis to the phase, and one that a région added for itself to
// territories of that région.
func checkAxes(s *ActionSheet, reject validation.Reject) {
	for i, a := range s.Axes {
		if s.Phase.Valid() && a.Phase() != s.Phase {
			reject(at("axes", i), "axis", s.Phase.String())
			continue
		}
		r := a.Region()
		if r == "" {
			continue
		}
		if t, known := territoires.Lookup(s.Phase, s.Territory); known && !slices.Contains(t.Regions(), r) {
			region, _ := cog.V2019.Region(r)
			reject(at("axes", i), "axis_region", region.Name)
		}
	}
}

// elsewhere reports whether a number is that of an intercommunalité without a
// commune in the régions of the territory. A number that the COG does not know
// may be right: bodies of other kinds have one too.
func elsewhere(s sirene.SIREN, t territoires.Territory) bool {
	regions, known := t.Regions(), false
	for _, v := range cog.Vintages() {
		for c := range v.CommunesOf(cog.EPCICode(s)) {
			known = true
			if d, ok := v.Departement(c.Departement); ok && slices.Contains(regions, d.Region) {
				return false
			}
		}
	}
	return known
}

// checkNumbers holds the intercommunalités that a party is, or acts for, to the
// régions of the territory.
func checkNumbers(a agreement, t territoires.Territory, reject validation.Reject) {
	for i := range a.signatories {
		s := &a.signatories[i]
		if s.SIREN != "" && elsewhere(s.SIREN, t) {
			reject(at("signatories", i)+".siren", "territory_epci", "")
		}
		for j, member := range s.ActsFor {
			if elsewhere(member, t) {
				reject(at(at("signatories", i)+".acts_for", j), "territory_epci", "")
			}
		}
	}
}
