package validation

import (
	"reflect"
	"slices"
	"sync"

	"github.com/go-playground/validator/v10"
)

// Reject reports that a value breaks a rule. The path is that of the field
// below the value, in JSON names: "territory", "regions[1]". Path and parameter may
// be shown to whoever reads the error: they must hold nothing that was typed.
type Reject func(path, rule, param string)

var registered struct {
	sync.Mutex
	types map[reflect.Type]bool
	rules []func(*validator.Validate)
	used  bool // by Validate: what comes later would not be applied
}

// AddRule adds a rule that looks at several fields of a type at once. [Validate]
// applies it to every value of the type, wherever it lies in a struct, after
// the tags of its fields.
//
// Call it from an init function. It panics when the type has a rule already,
// as the documents of packages agreement and vte have, and after the first call
// of Validate, which would not apply it.
func AddRule[T any](check func(x *T, reject Reject)) {
	var zero T
	add := func(v *validator.Validate) { v.RegisterStructValidation(crossField(check), zero) }
	registered.Lock()
	defer registered.Unlock()
	t := reflect.TypeFor[T]()
	switch {
	case registered.used:
		panic("territoires: AddRule of " + t.String() + " after the first call of Validate")
	case registered.types[t]:
		panic("territoires: AddRule of " + t.String() + " called twice")
	}
	if registered.types == nil {
		registered.types = map[reflect.Type]bool{}
	}
	registered.types[t] = true
	registered.rules = append(registered.rules, add)
}

// closeRules ends the time in which rules may be added.
func closeRules() {
	registered.Lock()
	defer registered.Unlock()
	registered.used = true
}

func registerRules(v *validator.Validate) {
	registered.Lock()
	rules := slices.Clone(registered.rules)
	registered.Unlock()
	for _, add := range rules {
		add(v)
	}
}

// root is the type of the struct that was validated.
type root struct{ reflect.Type }

// crossField hands a check a pointer to the struct in place, and a copy only
// when the caller validated a bare value.
func crossField[T any](check func(*T, Reject)) validator.StructLevelFunc {
	return func(sl validator.StructLevel) {
		// In place of the value, which goes into no error, stands where Translate
		// finds the order of the fields.
		reject := func(path, rule, param string) {
			sl.ReportError(root{pointed(sl.Top().Type())}, path, path, rule, param)
		}
		if cur := sl.Current(); cur.CanAddr() {
			check(cur.Addr().Interface().(*T), reject)
		} else {
			x := cur.Interface().(T)
			check(&x, reject)
		}
	}
}
