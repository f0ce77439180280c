package territoires

import (
	"iter"
	"slices"

	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// Territory is one of the territories of a phase. Values are small and meant to
// be copied. The lists behind them cannot be changed: a method that returns a
// slice returns a fresh one. Compare territories with [Territory.Equal] and index them
// by Phase and ID: for == two are the same only if they also have the same origin, a
// table or one reading of a file.
type Territory struct {
	Phase Phase
	ID    ID
	Name  string // as ANCT writes it
	Point Point  // for maps: inside the territory or near it, computed

	record *record
}

// record holds the lists of a territory. It is shared by all copies of the
// territory and never changes.
type record struct {
	regions      []cog.RegionCode
	departements []cog.DepartementCode
	members      []Member
	aliases      []Alias
	communes     int
}

// Member is a part of a territory: an EPCI, an établissement public territorial
// of the Grand Paris, or a commune that takes part on its own.
type Member struct {
	SIREN   sirene.SIREN    `json:"siren"`
	Name    string          `json:"name"`
	Kind    cog.Kind        `json:"kind,omitempty"`    // "" for a commune
	Commune cog.CommuneCode `json:"commune,omitempty"` // "" unless the member is a commune
}

// Point is a place on the Earth in decimal degrees of WGS 84.
type Point struct {
	Longitude float64 `json:"longitude"` // east is positive
	Latitude  float64 `json:"latitude"`  // north is positive
}

// Lookup returns the territory of that identifier, and false when the phase
// has none.
func Lookup(p Phase, id ID) (Territory, bool) {
	all := territoriesOf(p)
	i, ok := slices.BinarySearchFunc(all, id, func(t Territory, id ID) int {
		switch {
		case t.ID < id:
			return -1
		case t.ID > id:
			return 1
		}
		return 0
	})
	if !ok {
		return Territory{}, false
	}
	return all[i], true
}

// ByName returns the territory with that name or alias, and false when the phase
// has none or several. Case, accents, hyphens, apostrophes and spaces do not
// count. For names mistyped or half remembered, use [Search].
func ByName(p Phase, name string) (Territory, bool) {
	if !p.Valid() {
		return Territory{}, false
	}
	all := tables().byName
	i, ok := all[phaseName{p, name}]
	if !ok {
		i, ok = all[phaseName{p, cog.Fold(name)}]
	}
	if !ok || i < 0 {
		return Territory{}, false
	}
	return territoriesOf(p)[i], true
}

// All yields the territories of a phase in the official order, that of their
// identifiers: by leading région, then as ANCT numbered them.
func All(p Phase) iter.Seq[Territory] { return slices.Values(territoriesOf(p)) }

// Regions returns the régions that the territory has communes in, the leading one
// first.
func (t Territory) Regions() []cog.RegionCode {
	if t.record == nil {
		return nil
	}
	return slices.Clone(t.record.regions)
}

// Departements returns the départements that the territory has communes in, in
// the order of their codes.
func (t Territory) Departements() []cog.DepartementCode {
	if t.record == nil {
		return nil
	}
	return slices.Clone(t.record.departements)
}

// Members returns the members of the territory, in ANCT's order.
func (t Territory) Members() []Member {
	if t.record == nil {
		return nil
	}
	return slices.Clone(t.record.members)
}

// CommuneCount returns how many communes the territory covers, as of the COG of
// 2026. [Territory.Communes] lists them.
func (t Territory) CommuneCount() int {
	if t.record == nil {
		return 0
	}
	return t.record.communes
}

// Equal reports whether two territories are the same in every part. It lets
// go-cmp compare them.
func (t Territory) Equal(u Territory) bool {
	return t.Phase == u.Phase && t.ID == u.ID && t.Name == u.Name && t.Point == u.Point &&
		t.CommuneCount() == u.CommuneCount() && slices.Equal(t.Regions(), u.Regions()) && slices.Equal(t.Departements(), u.Departements()) &&
		slices.Equal(t.Members(), u.Members()) && slices.Equal(t.Aliases(), u.Aliases())
}
