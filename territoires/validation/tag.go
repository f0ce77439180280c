package validation

import (
	"errors"
	"strconv"
	"strings"
	"unicode"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// rules are the tags of the programme. Each takes the value and the parameter of
// the tag, and returns what is wrong.
var rules = map[string]func(value, param string) error{
	"siren": func(s, _ string) error { return fault(sirene.ParseSIREN(s)) },
	"siret": func(s, _ string) error { return fault(sirene.ParseSIRET(s)) },
	"naf":   func(s, _ string) error { return fault(sirene.ParseNAF(s)) },
	"territory": func(s, p string) error {
		id, err := territoires.ParseID(s)
		if err != nil {
			return err
		}
		if _, ok := territoires.Lookup(phaseParam(p), id); !ok {
			return &territoires.ParseError{Kind: "territory", Cause: territoires.CausePhase, Err: territoires.ErrUnknown}
		}
		return nil
	},
	"axis":     func(s, p string) error { return fault(territoires.ParseAxis(phaseParam(p), s)) },
	"operator": func(s, _ string) error { return fault(territoires.ParseOperator(s)) },
	"notblank": func(s, _ string) error {
		if !strings.ContainsFunc(s, visible) {
			return errBlank
		}
		return nil
	},
	"region":      func(s, p string) error { return fault(vintageParam(p).ParseRegion(s)) },
	"departement": func(s, p string) error { return fault(vintageParam(p).ParseDepartement(s)) },
	"commune":     func(s, p string) error { return fault(vintageParam(p).ParseCommune(s)) },
	"epci":        func(s, p string) error { return fault(vintageParam(p).ParseEPCI(s)) },
}

var errBlank = errors.New("blank")

// visible reports whether a character leaves ink.
func visible(r rune) bool {
	return r > ' ' && r < 0x7f || !unicode.IsSpace(r) && !unicode.In(r, unicode.Cc, unicode.Cf)
}

func fault[T any](_ T, err error) error { return err }

// causeOf returns the cause of a parse error of the library, "" for any other.
func causeOf(err error) string {
	switch err := err.(type) {
	case *sirene.ParseError:
		return string(err.Cause)
	case *cog.ParseError:
		return string(err.Cause)
	case *territoires.ParseError:
		return string(err.Cause)
	}
	return ""
}

// messenger is a parse error of the library.
type messenger interface{ Message(lang string) string }

// parseErrorOf returns a parse error with the cause of a field error, or nil if no
// parser decides the rule.
func (f FieldError) parseErrorOf() messenger {
	switch f.Rule {
	case "siren", "siret", "naf":
		kind := map[string]string{"siren": "SIREN", "siret": "SIRET", "naf": "NAF"}[f.Rule]
		return &sirene.ParseError{Kind: kind, Cause: sirene.Cause(f.Cause)}
	case "region", "departement", "commune", "epci":
		kind := map[string]string{"region": "région", "departement": "département", "commune": "commune", "epci": "EPCI"}[f.Rule]
		return &cog.ParseError{Kind: kind, Cause: cog.Cause(f.Cause)}
	case "territory", "axis":
		// A sentence that names the phase is one of this package.
		if f.Param == "" || f.Cause == string(territoires.CauseMalformed) {
			return &territoires.ParseError{Kind: f.Rule, Cause: territoires.Cause(f.Cause)}
		}
	case "phase", "date", "operator", "stage":
		return &territoires.ParseError{Kind: f.Rule, Cause: territoires.Cause(f.Cause)}
	case "span":
		if c := territoires.Cause(f.Cause); c == territoires.CauseOrder || c == territoires.CauseSame {
			return &territoires.ParseError{Kind: "date", Cause: c}
		}
	}
	return nil
}

// phaseParam reads the parameter of a tag. It panics if that is no phase, as
// validator/v10 does on a mistake in a tag.
func phaseParam(p string) territoires.Phase {
	if p == "" {
		return territoires.PhaseI
	}
	phase, err := territoires.ParsePhase(p)
	if err != nil {
		panic("territoires: bad tag parameter " + strconv.Quote(p))
	}
	return phase
}

func vintageParam(p string) cog.Vintage {
	if p == "" {
		return cog.V2019
	}
	for _, v := range cog.Vintages() {
		if v.String() == p {
			return v
		}
	}
	panic("territoires: bad tag parameter " + strconv.Quote(p))
}
