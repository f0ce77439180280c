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
