package cog

// The parsers take what people type or paste: spaces, line ends and invisible
// characters anywhere, full-width digits, lower case. They return the code as
// Insee writes it.

// ParseRegion reads the code of a région. The error is a [*ParseError] wrapping
// [ErrSyntax] or [ErrUnknown]. It recognises a code that has lost its leading
// zero, and names the région of a département whose code was given instead.
func (v Vintage) ParseRegion(s string) (RegionCode, error) {
	s = tidy(s)
	c := RegionCode(s)
	if _, ok := v.Region(c); ok {
		return c, nil
	}
	if d, ok := v.Departement(DepartementCode(s)); ok {
		r, _ := v.Region(d.Region)
		return "", unknown("région", CauseDepartement, s+" is the département "+d.Name+", of région "+string(r.Code)+" "+r.Name).meant(string(r.Code), r.Name)
	}
	if r, ok := v.Region(RegionCode("0" + s)); ok {
		return "", malformed("région", CauseZero, "a leading zero may be lost: "+string(r.Code)+" is "+r.Name).meant(string(r.Code), r.Name)
	}
	if !digits(s, 2) {
		return "", malformed("région", CauseMalformed, "a code of a région is two digits")
	}
	return "", unknown("région", CauseUnknown, s+" is not a région of "+v.String())
}

// ParseDepartement reads the code of a département. The error is a
// [*ParseError] wrapping [ErrSyntax] or [ErrUnknown]. It recognises a code that
// has lost its leading zero.
func (v Vintage) ParseDepartement(s string) (DepartementCode, error) {
	s = tidy(s)
	c := DepartementCode(s)
	if _, ok := v.Departement(c); ok {
		return c, nil
	}
	switch {
	case s == "20":
		return "", unknown("département", CauseCorse, "20 is Corse, which is 2A and 2B")
	case s == "2A" || s == "2B" || digits(s, 2) || len(s) == 3 && s[:2] == "97" && digits(s, 3):
		return "", unknown("département", CauseUnknown, s+" is not a département of "+v.String())
	}
	if d, ok := v.Departement(DepartementCode("0" + s)); ok {
		return "", malformed("département", CauseZero, "a leading zero may be lost: "+string(d.Code)+" is "+d.Name).meant(string(d.Code), d.Name)
	}
	return "", malformed("département", CauseMalformed, "a code of a département is two digits, 2A, 2B, or three digits from 971 on")
}

// ParseCommune reads the Insee code of a commune. The error is a [*ParseError]
// wrapping [ErrSyntax] or [ErrUnknown]. It recognises a code that has lost its
// leading zero. The code of an arrondissement municipal, of a commune déléguée
// or associée, or of a commune that has merged is an error too: it names the
// commune that the place is part of, as [TraceCommune] does.
func (v Vintage) ParseCommune(s string) (CommuneCode, error) {
	s = tidy(s)
	if !isCommuneCode(s) {
		if c, ok := v.Commune(CommuneCode("0" + s)); ok {
			return "", malformed("commune", CauseZero, "a leading zero may be lost: "+string(c.Code)+" is "+c.Name).meant(string(c.Code), c.Name)
		}
		return "", malformed("commune", CauseMalformed, "an Insee code is five digits, or 2A or 2B and three digits")
	}
	c, ok := v.Commune(CommuneCode(s))
	switch {
	case ok && c.Parent == "":
		return c.Code, nil
	case ok:
		of, _ := v.Commune(c.Parent)
		return "", unknown("commune", CauseArrondissement, s+" is an arrondissement municipal of "+string(of.Code)+" "+of.Name).meant(string(of.Code), of.Name)
	}
	if name, of, ok := v.partOf(CommuneCode(s)); ok {
		return "", unknown("commune", CausePart, s+" "+name+" is part of "+string(of.Code)+" "+of.Name).meant(string(of.Code), of.Name)
	}
	if s[:2] == "20" {
		return "", unknown("commune", CauseCorse, s+" begins with 20, the number of Corse until 1976; its codes begin with 2A or 2B")
	}
	return "", unknown("commune", CauseUnknown, s+" is not a commune of "+v.String()+"; an Insee code is not a postal code")
}

func isCommuneCode(s string) bool {
	return digits(s, 5) || len(s) == 5 && (s[:2] == "2A" || s[:2] == "2B") && digits(s[2:], 3)
}

// partOf returns the name of a place that has a code but is no commune of v, and
// the commune of v that it is part of.
func (v Vintage) partOf(code CommuneCode) (name string, of Commune, ok bool) {
	line := communeLine(string(code))
	if line == "" || !v.Valid() {
		return "", Commune{}, false
	}
	in, ok := TraceCommune(V2019, v, code)
	if !ok {
		in, ok = TraceCommune(V2026, v, code)
	}
	name, _ = field(line[5:])
	of, there := v.Commune(in)
	return name, of, ok && there
}

// ParseEPCI reads the SIREN of an EPCI or EPT. The error is a [*ParseError]
// wrapping [ErrSyntax] or [ErrUnknown].
func (v Vintage) ParseEPCI(s string) (EPCICode, error) {
	s = tidy(s)
	if !digits(s, 9) {
		return "", malformed("EPCI", CauseMalformed, "the SIREN of an EPCI is nine digits")
	}
	c := EPCICode(s)
	if _, ok := v.EPCI(c); ok {
		return c, nil
	}
	for _, w := range Vintages() {
		if e, ok := w.EPCI(c); ok {
			return "", unknown("EPCI", CauseVintage, s+" ("+e.Name+") is of "+w.String()+", not of "+v.String())
		}
	}
	return "", unknown("EPCI", CauseUnknown, s+" is not an EPCI of "+v.String())
}

// digits reports whether s is exactly n ASCII digits.
func digits(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := 0; i < n; i++ {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return true
}
