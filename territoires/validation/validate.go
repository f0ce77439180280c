package validation

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/go-playground/validator/v10"
)

// instance is the validator behind [Validate]. There is one, because it caches its
// slow analysis of struct types.
var instance = sync.OnceValue(func() *validator.Validate {
	closeRules()
	v := validator.New(validator.WithRequiredStructEnabled())
	if err := Register(v); err != nil {
		panic("territoires: " + err.Error())
	}
	return v
})

// Validate checks a struct, or a pointer to one, by its `validate` tags: those of
// validator/v10 and those of [Register]. It returns nil or a [*Error] with every
// field that is wrong; for anything else than a struct, another error. It panics
// on an unknown tag, as validator/v10 does.
//
// Validate may be called from several goroutines at once.
func Validate(x any) error {
	err := instance().Struct(x)
	if _, ok := err.(validator.ValidationErrors); !ok {
		return err
	}
	return translate(err, pointed(reflect.TypeOf(x)))
}

// Register adds the tags of the programme to a validator that a
// program already has. They apply to fields of kind string:
//
//	siren, siret, naf    an identifier, as package sirene reads it
//	territory            the identifier of a territory of phase I; territory=II of phase II
//	axis                 an axis of phase I; axis=II of phase II
//	operator             one of the four operators of the State
//	region, departement  a code of the COG of 2019; region=2026 of 2026
//	commune, epci        the same; an EPT of the Grand Paris is an epci too
//	notblank             required, and more than spaces and invisible characters
//
// Like the parsers, all but the last accept spaces, invisible characters and full-width
// digits. A field whose type reads JSON, as sirene.SIREN does, then has the
// canonical form; a plain string stays as it was typed. An empty text fails all
// tags: put omitempty before the tag of a field that may be left out.
//
// Register also adds the rules of [AddRule], among them those of packages
// agreement and vte in a program that imports them. It has the validator name
// fields as JSON does (RegisterTagNameFunc), since these rules do. Call it before
// the validator is used, as validator/v10 requires. Register returns the error of
// the validator's RegisterValidation.
func Register(v *validator.Validate) error {
	v.RegisterTagNameFunc(jsonName)
	for tag, check := range rules {
		fn := func(fl validator.FieldLevel) bool {
			return fl.Field().Kind() == reflect.String && check(fl.Field().String(), fl.Param()) == nil
		}
		if err := v.RegisterValidation(tag, fn); err != nil {
			return fmt.Errorf("register tag %s: %w", tag, err)
		}
	}
	registerRules(v)
	return nil
}
