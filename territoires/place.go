package territoires

import (
	"cmp"
	"iter"
	"slices"
	"sync"

	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// phaseSIREN is a member within a phase.
type phaseSIREN struct {
	phase Phase
	siren sirene.SIREN
}

// OfMember returns the territory that has the EPCI, EPT or commune of that
// SIREN among its members, and false when the phase has none.
func OfMember(p Phase, s sirene.SIREN) (Territory, bool) {
	if !p.Valid() {
		return Territory{}, false
	}
	i, ok := tables().bySIREN[phaseSIREN{p, s}]
	if !ok {
		return Territory{}, false
	}
	return territoriesOf(p)[i], true
}

// OfCommune returns the territory that a commune is in, and false when it is in
// none. The code may be of either vintage of package cog, and also of a commune
// déléguée or associée or of an arrondissement municipal.
//
// A territory is a list of EPCI, EPT and communes. The communes that an EPCI or
// EPT covers are those of the COG of 2026, the vintage that has every member.
func OfCommune(p Phase, code cog.CommuneCode) (Territory, bool) {
	c, ok := communeOf(string(code))
	if !ok {
		return Territory{}, false
	}
	return ofCommune(p, c)
}

// ofCommune is [OfCommune] for a commune of 2026.
func ofCommune(p Phase, c cog.Commune) (Territory, bool) {
	// A commune that takes part on its own does so apart from its EPCI.
	for _, s := range [...]string{c.SIREN, string(c.EPT), string(c.EPCI)} {
		if t, ok := OfMember(p, sirene.SIREN(s)); ok {
			return t, true
		}
	}
	return Territory{}, false
}

// OfEPCI returns the territories that have communes of an EPCI or EPT, the one
// with the most first. Usually there is one, or none. The code may be of either
// vintage of package cog; an EPCI that both have is taken with its communes of 2026.
// For the SIREN of a commune, even of one that is a member,
// there is none: see [OfMember].
func OfEPCI(p Phase, code cog.EPCICode) []Territory {
	if t, ok := OfMember(p, sirene.SIREN(code)); ok {
		if t.record.commune(sirene.SIREN(code)) != "" {
			return nil
		}
		return []Territory{t}
	}
	v := cog.V2026
	if _, ok := v.EPCI(code); !ok {
		v = cog.V2019
	}
	var found []Territory
	communes := map[ID]int{}
	for c := range v.CommunesOf(code) {
		t, ok := OfCommune(p, c.Code)
		if !ok {
			continue
		}
		if communes[t.ID] == 0 {
			found = append(found, t)
		}
		communes[t.ID]++
	}
	slices.SortStableFunc(found, func(a, b Territory) int {
		return cmp.Or(cmp.Compare(communes[b.ID], communes[a.ID]), cmp.Compare(a.ID, b.ID))
	})
	return found
}

// OfRegion yields the territories that have communes in a région, in the official
// order. [LedBy] yields those that the région leads.
func OfRegion(p Phase, code cog.RegionCode) iter.Seq[Territory] {
	return where(p, func(r *record) bool { return slices.Contains(r.regions, code) })
}

// OfDepartement yields the territories that have communes in a département, in
// the official order.
func OfDepartement(p Phase, code cog.DepartementCode) iter.Seq[Territory] {
	return where(p, func(r *record) bool { return slices.Contains(r.departements, code) })
}

// commune returns the commune that the member of a SIREN is, "" when it is none.
func (r *record) commune(s sirene.SIREN) cog.CommuneCode {
	for _, m := range r.members {
		if m.SIREN == s {
			return m.Commune
		}
	}
	return ""
}

func where(p Phase, keep func(*record) bool) iter.Seq[Territory] {
	return func(yield func(Territory) bool) {
		for t := range All(p) {
			if keep(t.record) && !yield(t) {
				return
			}
		}
	}
}

// Communes yields the communes of the territory, member by member, by the COG of
// 2026; see [OfCommune]. For a member that has merged since, it yields the
// communes of the COG of 2019.
func (t Territory) Communes() iter.Seq[cog.Commune] {
	return func(yield func(cog.Commune) bool) {
		if t.record == nil {
			return
		}
		for _, m := range t.record.members {
			for c := range m.communes() {
				if !yield(c) {
					return
				}
			}
		}
	}
}

func (m Member) communes() iter.Seq[cog.Commune] {
	v := cog.V2026
	if m.Commune == "" {
		if _, ok := v.EPCI(cog.EPCICode(m.SIREN)); !ok {
			v = cog.V2019
		}
		return v.CommunesOf(cog.EPCICode(m.SIREN))
	}
	return func(yield func(cog.Commune) bool) {
		if c, ok := v.Commune(m.Commune); ok {
			yield(c)
		}
	}
}

// communesBySIREN has all communes by their SIREN, for the members of a list read
// from a file.
var communesBySIREN = sync.OnceValue(func() map[sirene.SIREN]cog.CommuneCode {
	m := make(map[sirene.SIREN]cog.CommuneCode, 36_000)
	for _, v := range cog.Vintages() {
		for c := range v.Communes() {
			m[sirene.SIREN(c.SIREN)] = c.Code
		}
	}
	delete(m, "")
	return m
})
