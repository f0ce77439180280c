package validation

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// instance is the validator behind [Validate]. Building one and analysing a
// struct type is slow, using it again is not: it caches what it has seen.
var instance = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(jsonName)
	if err := Register(v); err != nil {
		panic("territoires: " + err.Error())
	}
	return v
})

// Validate checks a struct, or a pointer to one, by its `validate` tags: those
// of validator/v10 and those of [Register]. It returns nil or a
// [*Error] with every field that is wrong. Anything else than a
// struct is a mistake of the caller and gets another error. An unknown tag
// panics, as in validator/v10.
//
// Validate may be called from several goroutines at once.
func Validate(x any) error { return Translate(instance().Struct(x)) }

// Register adds the tags of the programme to a validator that a
// program already has. They apply to fields of kind string:
//
//	siren, siret, naf    an identifier in canonical form (package sirene)
//	territory            the identifier of a territory of phase I; territory=II of phase II
//	axis                 an axis of phase I; axis=II of phase II
//	region, departement  a code of the COG of 2019; region=2026 of 2026
//	commune, epci        the same; an EPT of the Grand Paris is an epci too
//
// It adds the rules across fields of [AddRule] as well, among them those of the
// documents of packages agreement and vte where a program imports these. An
// empty text fails all tags; put omitempty before the tag of a field that
// may be left out. Call it before the validator is used, as validator/v10
// asks. The error is that of its RegisterValidation.
func Register(v *validator.Validate) error {
	for tag, valid := range rules {
		fn := func(fl validator.FieldLevel) bool {
			return fl.Field().Kind() == reflect.String && valid(fl.Field().String(), fl.Param())
		}
		if err := v.RegisterValidation(tag, fn); err != nil {
			return fmt.Errorf("register tag %s: %w", tag, err)
		}
	}
	registerRules(v)
	return nil
}

// rules are the tags of the programme: value and parameter in, valid or not
// out.
var rules = map[string]func(value, param string) bool{
	"siren": func(s, _ string) bool { return sirene.SIREN(s).Valid() },
	"siret": func(s, _ string) bool { return sirene.SIRET(s).Valid() },
	"naf":   func(s, _ string) bool { return sirene.NAF(s).Valid() },
	"territory": func(s, p string) bool {
		_, ok := territoires.Lookup(phaseParam(p), territoires.ID(s))
		return ok
	},
	"axis": func(s, p string) bool {
		_, err := territoires.ParseAxis(phaseParam(p), s)
		return err == nil
	},
	"region": func(s, p string) bool {
		_, ok := vintageParam(p).Region(cog.RegionCode(s))
		return ok
	},
	"departement": func(s, p string) bool {
		_, ok := vintageParam(p).Departement(cog.DepartementCode(s))
		return ok
	},
	"commune": func(s, p string) bool {
		c, err := vintageParam(p).ParseCommune(s)
		return err == nil && string(c) == s
	},
	"epci": func(s, p string) bool {
		_, ok := vintageParam(p).EPCI(cog.EPCICode(s))
		return ok
	},
}

// phaseParam reads the parameter of a tag. One that no phase bears is a
// mistake in the program, and validator/v10 panics on those.
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

// jsonName names fields as JSON does, so that a path means the same to a
// person who writes the document and to the program that reads it.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "-" {
		return ""
	}
	return name
}

// Translate turns the errors of validator/v10, whose texts may end up in a log
// with the values that people typed, into a [*Error], which holds
// none. Other errors, and nil, come back as they are.
func Translate(err error) error {
	found, ok := errors.AsType[validator.ValidationErrors](err)
	if !ok {
		return err
	}
	out := &Error{Fields: make([]FieldError, len(found))}
	for i, f := range found {
		out.Fields[i] = FieldError{
			Path: path(f.Namespace()), Rule: f.Tag(), Param: f.Param(), Kind: f.Kind().String(),
		}
	}
	return out
}

// path turns the first element of a namespace, the name of a Go type, into
// the way the JSON names around it are written: Contract.stage is
// contract.stage, ActionSheet.title is action_sheet.title.
func path(namespace string) string {
	root, rest, nested := strings.Cut(namespace, ".")
	var b strings.Builder
	for i, r := range root {
		if r >= 'A' && r <= 'Z' {
			if i > 0 && !upperAt(root, i-1) {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	if nested {
		b.WriteString("." + rest)
	}
	return b.String()
}

func upperAt(s string, i int) bool { return s[i] >= 'A' && s[i] <= 'Z' }
