package agreement

import (
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/sirene"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// checkTerritory rejects an identifier that the phase does not have. Both phases
// use the same numbers, so an identifier of the other phase passes if this phase
// has it too. The territory's name, if it is given, catches that: see [named].
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

// checkSame rejects a document inside another one that is of another territory.
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

// A regionFault says why a code is not that of a région in which the territory
// lies. The zero value is no fault.
type regionFault struct{ rule, param string }

// faultOf returns what is wrong with the code of a région. It recognises the code
// of a département that was given in its place: 94 is the département
// Val-de-Marne and the région Corse. An unknown territory may lie in any région.
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

// checkAxes rejects an axis of the other phase. It also rejects an axis that a
// région added for itself if the territory does not lie in that région.
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

// elsewhere reports whether a SIREN belongs to an intercommunalité without a commune
// in the régions of the territory. It is false for a SIREN that the COG does not
// have: bodies of other kinds have one too.
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

// checkNumbers rejects an intercommunalité that is a party, or that a party acts
// for, if it has no commune in the régions of the territory.
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
