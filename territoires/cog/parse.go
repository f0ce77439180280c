package cog

// ParseRegion reads the code of a région, exactly as it is written. The error
// is a [*ParseError] wrapping [ErrSyntax] or [ErrUnknown].
func (v Vintage) ParseRegion(s string) (RegionCode, error) {
	if !digits(s, 2) {
		return "", malformed("région", "a code of a région is two digits")
	}
	c := RegionCode(s)
	if _, ok := v.Region(c); ok {
		return c, nil
	}
	return "", unknown("région", s+" is not a région of "+v.String())
}

// ParseDepartement reads the code of a département, exactly as it is written:
// 2A and 2B in upper case. The error is a [*ParseError] wrapping [ErrSyntax]
// or [ErrUnknown].
func (v Vintage) ParseDepartement(s string) (DepartementCode, error) {
	switch {
	case s == "2a" || s == "2b":
		return "", malformed("département", "the letter of Corse is upper-case: 2A, 2B")
	case s == "2A" || s == "2B" || digits(s, 2) || len(s) == 3 && s[:2] == "97" && digits(s, 3):
	default:
		return "", malformed("département", "a code of a département is two digits, 2A, 2B, or three digits from 971 on")
	}
	c := DepartementCode(s)
	if _, ok := v.Departement(c); ok {
		return c, nil
	}
	if s == "20" {
		return "", unknown("département", "20 is Corse, which is 2A and 2B")
	}
	return "", unknown("département", s+" is not a département of "+v.String())
}

// ParseCommune reads the Insee code of a commune, exactly as it is written.
// The error is a [*ParseError] wrapping [ErrSyntax] or [ErrUnknown]. An
// arrondissement municipal is no commune, and the error says which it is of; a
// postal code is most often no commune either.
func (v Vintage) ParseCommune(s string) (CommuneCode, error) {
	switch {
	case len(s) == 5 && (s[:2] == "2a" || s[:2] == "2b"):
		return "", malformed("commune", "the letter of Corse is upper-case: 2A, 2B")
	case len(s) == 5 && (s[:2] == "2A" || s[:2] == "2B") && digits(s[2:], 3):
	case !digits(s, 5):
		return "", malformed("commune", "an Insee code is five digits, or 2A or 2B and three digits")
	}
	c, ok := v.Commune(CommuneCode(s))
	switch {
	case !ok && s[:2] == "20":
		return "", unknown("commune", s+" begins with 20, the number of Corse until 1976; its codes begin with 2A or 2B")
	case !ok:
		return "", unknown("commune", s+" is not a commune of "+v.String()+"; an Insee code is not a postal code")
	case c.Parent != "":
		of, _ := v.Commune(c.Parent)
		return "", unknown("commune", s+" is an arrondissement municipal of "+string(of.Code)+" "+of.Name)
	}
	return c.Code, nil
}

// ParseEPCI reads the SIREN of an EPCI or EPT, nine digits without spaces. The
// error is a [*ParseError] wrapping [ErrSyntax] or [ErrUnknown].
func (v Vintage) ParseEPCI(s string) (EPCICode, error) {
	if !digits(s, 9) {
		return "", malformed("EPCI", "the SIREN of an EPCI is nine digits without spaces")
	}
	c := EPCICode(s)
	if _, ok := v.EPCI(c); ok {
		return c, nil
	}
	for _, w := range Vintages() {
		if e, ok := w.EPCI(c); ok {
			return "", unknown("EPCI", s+" ("+e.Name+") is of "+w.String()+", not of "+v.String())
		}
	}
	return "", unknown("EPCI", s+" is not an EPCI of "+v.String())
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
