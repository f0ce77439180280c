package cog

import "strconv"

// String returns name and code: "Montbard (21425)".
func (c Commune) String() string { return named(c.Name, string(c.Code)) }

// String returns name and code: "CC du Montbardois (242101491)".
func (e EPCI) String() string { return named(e.Name, string(e.Code)) }

// String returns name and code: "Côte-d'Or (21)".
func (d Departement) String() string { return named(d.Name, string(d.Code)) }

// String returns name and code: "Bourgogne-Franche-Comté (27)".
func (r Region) String() string { return named(r.Name, string(r.Code)) }

// String returns the grouping and the number of communes.
func (s Share) String() string {
	return s.EPCI.String() + ": " + strconv.Itoa(s.Communes) + " communes"
}

// String returns the commune, the name that matched if it is a different one,
// and the fit.
func (f Found) String() string {
	s := f.Commune.String()
	if f.Name != f.Commune.Name {
		s += ", by " + f.Name
	}
	return s + ": " + f.Fit.String()
}

func named(name, code string) string {
	if code == "" {
		return name
	}
	return name + " (" + code + ")"
}
