package territoires

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/internal/data"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

type phaseName struct {
	phase Phase
	name  string
}

// index is the content of the embedded tables.
type index struct {
	phases [PhaseII + 1][]Territory // each in the order of its ids
	byName map[phaseName]int        // index in phases by name, as it is and folded; -1 when two territories share the name

	bySIREN map[phaseSIREN]int // index in phases by member
}

// tables reads the embedded tables on first use. The tests of the package check
// every row, so an error here means a broken build.
var tables = sync.OnceValue(func() *index {
	ix, err := readTables()
	data.Must("territories", err)
	return ix
})

// territoriesOf returns the shared table of a phase, nil for no phase.
func territoriesOf(p Phase) []Territory {
	if !p.Valid() {
		return nil
	}
	return tables().phases[p]
}

func readTables() (*index, error) {
	ix := &index{byName: make(map[phaseName]int, 512), bySIREN: make(map[phaseSIREN]int, 2048)}
	err := data.Rows(data.Territories, 8, func(f []string) error {
		t, err := readTerritory(f)
		if err == nil {
			ix.phases[t.Phase] = append(ix.phases[t.Phase], t)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("territories: %w", err)
	}
	if err := data.Rows(data.Members, 6, ix.readMember); err != nil {
		return nil, fmt.Errorf("members: %w", err)
	}
	if err := data.Rows(data.Aliases, 5, ix.readAlias); err != nil {
		return nil, fmt.Errorf("aliases: %w", err)
	}
	ix.indexNames()
	return ix, nil
}

func readTerritory(f []string) (Territory, error) {
	phase, err := ParsePhase(f[0])
	if err != nil {
		return Territory{}, err
	}
	lon, err := strconv.ParseFloat(f[5], 64)
	if err != nil {
		return Territory{}, err
	}
	lat, err := strconv.ParseFloat(f[6], 64)
	if err != nil {
		return Territory{}, err
	}
	communes, err := strconv.Atoi(f[7])
	if err != nil {
		return Territory{}, err
	}
	r := &record{communes: communes}
	for s := range strings.FieldsSeq(f[3]) {
		r.regions = append(r.regions, cog.RegionCode(s))
	}
	for s := range strings.FieldsSeq(f[4]) {
		r.departements = append(r.departements, cog.DepartementCode(s))
	}
	return Territory{phase, ID(f[1]), f[2], Point{lon, lat}, r}, nil
}

func (ix *index) readMember(f []string) error {
	i, t, err := ix.territory(f[0], f[1])
	if err != nil {
		return err
	}
	m := Member{SIREN: sirene.SIREN(f[2]), Name: f[5], Kind: cog.Kind(f[3]), Commune: cog.CommuneCode(f[4])}
	if m.Commune != "" {
		m.Kind = ""
	}
	t.record.members = append(t.record.members, m)
	ix.bySIREN[phaseSIREN{t.Phase, m.SIREN}] = i
	return nil
}

func (ix *index) readAlias(f []string) error {
	_, t, err := ix.territory(f[0], f[1])
	if err != nil {
		return err
	}
	var on Span
	if err := on.UnmarshalText([]byte(f[3])); err != nil {
		return err
	}
	src, err := data.SourceOf(f[4])
	if err != nil {
		return err
	}
	t.record.aliases = append(t.record.aliases, Alias{f[2], on, Source(src)})
	return nil
}

// indexNames maps names and aliases, as they are and folded, to territories. A
// name takes precedence over an alias; an alias of two territories finds neither.
func (ix *index) indexNames() {
	for p := PhaseI; p <= PhaseII; p++ {
		for i, t := range ix.phases[p] {
			for _, a := range t.record.aliases {
				for _, name := range [...]string{a.Name, cog.Fold(a.Name)} {
					k := phaseName{p, name}
					if j, taken := ix.byName[k]; taken && j != i {
						ix.byName[k] = -1
					} else {
						ix.byName[k] = i
					}
				}
			}
		}
		for i, t := range ix.phases[p] {
			ix.byName[phaseName{p, t.Name}] = i
			ix.byName[phaseName{p, cog.Fold(t.Name)}] = i
		}
	}
}

// territory finds the row that another table points to.
func (ix *index) territory(phase, id string) (int, *Territory, error) {
	p, err := ParsePhase(phase)
	if err != nil {
		return 0, nil, err
	}
	i, ok := slices.BinarySearchFunc(ix.phases[p], ID(id), func(t Territory, id ID) int {
		return strings.Compare(string(t.ID), string(id))
	})
	if !ok {
		return 0, nil, unknown("territory", id)
	}
	return i, &ix.phases[p][i], nil
}
