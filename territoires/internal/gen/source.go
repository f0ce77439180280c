package main

import (
	"fmt"
	"maps"
)

// The records of the package, as far as they are used.
type (
	region struct {
		Code, Nom, Zone string
	}
	departement struct {
		Code, Nom, Region, Zone string
	}
	commune struct {
		Code, Nom, Type, SIREN string
		Commune                string   // of an arrondissement municipal
		ChefLieu               string   // of a commune déléguée or associée
		AnciensCodes           []string // former codes of the commune
	}
	grouping struct {
		Code, Nom, Type string
		Membres         []struct{ Code, SIREN string }
	}
)

// vintage is the COG of one year, indexed.
type vintage struct {
	regions      []region
	departements []departement
	communes     map[string]commune  // communes in force and arrondissements municipaux
	former       map[string]string   // commune déléguée or associée, or former code → commune in force
	formerName   map[string]string   // commune déléguée or associée → its name
	seatName     map[string]string   // commune in force → the name of its part that has its code too
	epci         map[string]grouping // EPT included
	epciOf       map[string]string   // commune → EPCI
	eptOf        map[string]string   // commune → EPT
	sirenOf      map[string]string   // commune → SIREN
}

// load fetches a release and indexes it, with the given EPT if it has none.
func load(r release, ept []grouping) (*vintage, error) {
	files, err := fetch(r)
	if err != nil {
		return nil, err
	}
	v := &vintage{
		communes: map[string]commune{}, former: map[string]string{}, formerName: map[string]string{}, seatName: map[string]string{}, epci: map[string]grouping{},
		epciOf: map[string]string{}, eptOf: map[string]string{}, sirenOf: map[string]string{},
	}
	if v.regions, err = read[region](files, "regions.json"); err != nil {
		return nil, err
	}
	if v.departements, err = read[departement](files, "departements.json"); err != nil {
		return nil, err
	}
	all, err := read[commune](files, "communes.json")
	if err != nil {
		return nil, err
	}
	v.addCommunes(all)
	epci, err := read[grouping](files, "epci.json")
	if err != nil {
		return nil, err
	}
	if ept == nil {
		if ept, err = read[grouping](files, "ept.json"); err != nil {
			return nil, err
		}
	}
	if err := v.addGroupings(epci, v.epciOf); err != nil {
		return nil, err
	}
	return v, v.addGroupings(ept, v.eptOf)
}

func (v *vintage) addCommunes(all []commune) {
	for _, c := range all {
		switch c.Type {
		case "commune-actuelle", "arrondissement-municipal":
			v.communes[c.Code] = c
			if c.SIREN != "" {
				v.sirenOf[c.Code] = c.SIREN
			}
			for _, old := range c.AnciensCodes {
				v.former[old] = c.Code
			}
		}
	}
	for _, c := range all {
		switch c.ChefLieu {
		case "":
		case c.Code:
			v.seatName[c.Code] = c.Nom
		default:
			v.former[c.Code], v.formerName[c.Code] = c.ChefLieu, c.Nom
		}
	}
}

func (v *vintage) addGroupings(all []grouping, of map[string]string) error {
	for _, g := range all {
		v.epci[g.Code] = g
		for _, m := range g.Membres {
			if _, ok := v.communes[m.Code]; !ok {
				return fmt.Errorf("%s %s has a member %s that is no commune", g.Type, g.Code, m.Code)
			}
			if other, taken := of[m.Code]; taken {
				return fmt.Errorf("commune %s is in %s and in %s", m.Code, other, g.Code)
			}
			of[m.Code] = g.Code
			if v.sirenOf[m.Code] == "" {
				v.sirenOf[m.Code] = m.SIREN
			}
		}
	}
	return nil
}

// sameDivisions returns an error unless both vintages have the same régions and
// départements. It ignores collectivities overseas, which later versions list
// beside them.
func sameDivisions(a, b *vintage) error {
	names := func(v *vintage) map[string]string {
		m := map[string]string{}
		for _, r := range v.regions {
			if r.Zone != "com" {
				m["région "+r.Code] = r.Nom
			}
		}
		for _, d := range v.departements {
			if d.Zone != "com" {
				m["département "+d.Code] = d.Nom + " in " + d.Region
			}
		}
		return m
	}
	if !maps.Equal(names(a), names(b)) {
		return fmt.Errorf("régions or départements differ between %s and %s: give each vintage its own table", of2019.version, of2026.version)
	}
	return nil
}
