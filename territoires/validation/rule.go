package validation

import (
	"reflect"
	"slices"
	"sync"

	"github.com/go-playground/validator/v10"
)

// Reject reports that a value breaks a rule. The path leads from the value to the
// field, in JSON names: "territory", "regions[1]". Path and parameter must not
// contain anything that was typed: both are part of the error.
type Reject func(path, rule, param string)

var registered struct {
	sync.Mutex
	types map[reflect.Type]bool
	rules []func(*validator.Validate)
	used  bool // by Validate, which would not apply rules added later
}

// AddRule adds a rule that looks at several fields of a type at once. [Validate]
// applies it to every value of the type, at any depth of a struct, after the tags
// of its fields, behind pointers too. T is the struct itself, never a pointer.
//
// Call it from an init function. It panics when T is no struct, and when it
// already has a rule, as the documents of packages agreement and vte do. It also
// panics after the first call of Validate, which would ignore the rule.
func AddRule[T any](check func(x *T, reject Reject)) {
	var zero T
	add := func(v *validator.Validate) { v.RegisterStructValidation(crossField(check), zero) }
	registered.Lock()
	defer registered.Unlock()
	t := reflect.TypeFor[T]()
	switch {
	case t.Kind() != reflect.Struct:
		panic("territoires: AddRule of " + t.String() + ": want a struct")
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

// closeRules makes [AddRule] panic from now on.
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

// crossField calls check with a pointer to the struct itself, or to a copy if the
// caller validated a struct that is not addressable.
func crossField[T any](check func(*T, Reject)) validator.StructLevelFunc {
	return func(sl validator.StructLevel) {
		// The value of the field is not reported. In its place goes the type
		// of the struct, by which Translate sorts the fields.
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
