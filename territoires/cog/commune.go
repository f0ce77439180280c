package cog

import (
	_ "embed"
	"iter"
	"strconv"
	"strings"
)

// Commune is a commune, or an arrondissement municipal of Paris, Lyon or
// Marseille, in one vintage.
type Commune struct {
	Code        CommuneCode     `json:"code"`
	Name        string          `json:"name"`
	SIREN       string          `json:"siren,omitempty"`       // nine digits; "" for arrondissements and overseas collectivities
	Departement DepartementCode `json:"departement,omitempty"` // "" in an overseas collectivity
	EPCI        EPCICode        `json:"epci,omitempty"`        // "" outside of any EPCI
	EPT         EPCICode        `json:"ept,omitempty"`         // "" outside of the Grand Paris
	Parent      CommuneCode     `json:"parent,omitempty"`      // the commune of an arrondissement municipal; "" for a commune
}

// communesTSV holds both vintages, one line per code in the order of codes:
//
//	code name, SIREN EPCI[, key:value …]
//
// separated by tabs. No tab follows the code, which has five characters, nor
// the SIREN, which has nine or none: in 35,000 lines this saves space. An EPCI,
// or EPT, is the base-36 number of its line in data/epci.tsv. The values are
// those of 2019 and hold in 2026 too unless a key says otherwise:
//
//	n i e   name, SIREN, EPCI in 2026
//	t       EPT, in both vintages
//	a       arrondissement municipal of that commune
//	-       not in 2026, when it is part of that commune
//	+       not in 2019, when it was part of that commune; the values are of 2026
//	o       the name of the commune déléguée that has the same code, if neither vintage
//	        has a commune of that name and code
//	d       in neither: commune déléguée or associée, part of that commune in 2026
//
// It is searched in place: unpacked, it would take five times the memory and
// some milliseconds at the start of a program.
//
//go:embed data/communes.tsv
var communesTSV string

// communeLine returns the line of a code, by bisection on byte offsets, and
// "" when there is none.
func communeLine(code string) string {
	if len(code) != 5 {
		return ""
	}
	lo, hi := 0, len(communesTSV)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		start := strings.LastIndexByte(communesTSV[lo:mid], '\n') + 1 + lo
		end := start + strings.IndexByte(communesTSV[start:], '\n')
		switch at := communesTSV[start : start+5]; {
		case at == code:
			return communesTSV[start:end]
		case at < code:
			lo = end + 1
		default:
			hi = start
		}
	}
	return ""
}

// field splits a line after its first tab-separated field.
func field(line string) (first, rest string) {
	first, rest, _ = strings.Cut(line, "\t")
	return first, rest
}

// commune reads a line of communesTSV. It returns false when v has no such
// commune.
func (v Vintage) commune(line string) (Commune, bool) {
	var c Commune
	code := line[:5]
	name, rest := field(line[5:])
	epci, rest := field(rest)
	siren, ept := "", ""
	if len(epci) >= 9 {
		siren, epci = epci[:9], epci[9:]
	}
	for rest != "" {
		var extra string
		extra, rest = field(rest)
		value := extra[2:]
		switch extra[0] {
		case 'n':
			name = v.pick(name, value)
		case 'i':
			siren = v.pick(siren, value)
		case 'e':
			epci = v.pick(epci, value)
		case 't':
			ept = value
		case 'a':
			c.Parent = CommuneCode(value)
		case '-':
			if v != V2019 {
				return Commune{}, false
			}
		case '+':
			if v != V2026 {
				return Commune{}, false
			}
		case 'd':
			return Commune{}, false
		}
	}
	c.Code, c.Name, c.SIREN = CommuneCode(code), name, siren
	c.Departement = departementOf(code)
	c.EPCI, c.EPT = epciAt(epci), epciAt(ept)
	return c, true
}

// pick returns the value of v's year.
func (v Vintage) pick(in2019, in2026 string) string {
	if v == V2026 {
		return in2026
	}
	return in2019
}

// departementOf returns the département in the code of a commune, "" for the
// collectivities overseas that are in none: codes from 975 on, except Mayotte's.
func departementOf(code string) DepartementCode {
	if code[:2] != "97" && code[:2] != "98" {
		return DepartementCode(code[:2])
	}
	if d := DepartementCode(code[:3]); isOverseas(d) {
		return d
	}
	return ""
}

func isOverseas(d DepartementCode) bool {
	switch d {
	case "971", "972", "973", "974", "976":
		return true
	}
	return false
}

// epciAt reads the number of a line of data/epci.tsv; "" is no EPCI.
func epciAt(ref string) EPCICode {
	if ref == "" {
		return ""
	}
	i, err := strconv.ParseUint(ref, 36, 16)
	if all := groupings(); err == nil && int(i) < len(all) {
		return all[i].code
	}
	panic("cog: embedded data: no EPCI " + ref)
}

// Commune returns the commune or arrondissement municipal of that code, and
// false when v has none.
func (v Vintage) Commune(c CommuneCode) (Commune, bool) {
	line := communeLine(string(c))
	if line == "" || !v.Valid() {
		return Commune{}, false
	}
	return v.commune(line)
}

// Communes yields the communes of v in the order of their codes, without the
// arrondissements municipaux.
func (v Vintage) Communes() iter.Seq[Commune] {
	return func(yield func(Commune) bool) {
		if !v.Valid() {
			return
		}
		for line := range strings.Lines(communesTSV) {
			c, ok := v.commune(line[:len(line)-1])
			if ok && c.Parent == "" && !yield(c) {
				return
			}
		}
	}
}
