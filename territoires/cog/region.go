package cog

import (
	_ "embed"
	"iter"
	"slices"
	"strings"
	"sync"
)

// RegionCode is the code of a région: two digits, the zero kept. It is a type
// of its own because its values collide with those of [DepartementCode]: 75 is
// Nouvelle-Aquitaine here and Paris there.
type RegionCode string

// String returns the code.
func (c RegionCode) String() string { return string(c) }

// DepartementCode is the code of a département: two characters in
// metropolitan France, with 2A and 2B in upper case for Corse, and three
// digits that begin with 97 overseas.
type DepartementCode string

// String returns the code.
func (c DepartementCode) String() string { return string(c) }

// Region is one of the eighteen régions, overseas included.
type Region struct {
	Code RegionCode `json:"code"`
	Name string     `json:"name"`
}

// Departement is one of the hundred and one départements, overseas included.
// Saint-Pierre-et-Miquelon and the other collectivities overseas are not.
type Departement struct {
	Code   DepartementCode `json:"code"`
	Name   string          `json:"name"`
	Region RegionCode      `json:"region"`
}

// Régions and départements are the same on 1 January 2019 and 2026: the
// generator compares them and stops if a later source differs.
var (
	//go:embed data/regions.tsv
	regionsTSV string
	//go:embed data/departements.tsv
	departementsTSV string
)

var regions = sync.OnceValue(func() []Region {
	var all []Region
	for line := range strings.Lines(regionsTSV) {
		code, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		all = append(all, Region{RegionCode(code), name})
	}
	return all
})

var departements = sync.OnceValue(func() []Departement {
	var all []Departement
	for line := range strings.Lines(departementsTSV) {
		code, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		region, name, _ := strings.Cut(rest, "\t")
		all = append(all, Departement{DepartementCode(code), name, RegionCode(region)})
	}
	return all
})

// Region returns the région of that code, and false when v has none.
func (v Vintage) Region(c RegionCode) (Region, bool) {
	if !v.Valid() {
		return Region{}, false
	}
	all := regions()
	i, ok := slices.BinarySearchFunc(all, c, func(r Region, c RegionCode) int {
		return strings.Compare(string(r.Code), string(c))
	})
	if !ok {
		return Region{}, false
	}
	return all[i], true
}

// Regions yields the régions of v in the order of their codes.
func (v Vintage) Regions() iter.Seq[Region] {
	if !v.Valid() {
		return func(func(Region) bool) {}
	}
	return slices.Values(regions())
}

// Departement returns the département of that code, and false when v has
// none.
func (v Vintage) Departement(c DepartementCode) (Departement, bool) {
	if !v.Valid() {
		return Departement{}, false
	}
	all := departements()
	i, ok := slices.BinarySearchFunc(all, c, func(d Departement, c DepartementCode) int {
		return strings.Compare(string(d.Code), string(c))
	})
	if !ok {
		return Departement{}, false
	}
	return all[i], true
}

// Departements yields the départements of v in the order of their codes.
func (v Vintage) Departements() iter.Seq[Departement] {
	if !v.Valid() {
		return func(func(Departement) bool) {}
	}
	return slices.Values(departements())
}
