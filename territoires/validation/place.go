package validation

import (
	"cmp"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// place is the result of following a path from a type.
type place struct {
	path  string       // in JSON names; the key of a map, which somebody may have typed, is *
	order []int        // sorts fields in the order of the structs
	leaf  reflect.Type // nil when the type has nothing at the end of the path
}

// locate follows a path of JSON names, or of Go names where a field has no name in
// JSON. A name that the type does not have stays in the path and sorts last.
func locate(t reflect.Type, path string) place {
	p := place{leaf: t}
	for path != "" && p.leaf != nil {
		p.leaf = pointed(p.leaf)
		if p.leaf.Kind() == reflect.Map && path[0] == '[' {
			step, rest, below := cutKey(p.leaf.Elem(), path)
			p.element(step)
			if below.leaf != nil { // followed to the end already
				p.order, p.leaf = append(p.order, below.order...), below.leaf
				if rest != "" && path[len(step)] == '[' {
					p.path += below.path
				} else if rest != "" {
					p.path = join(p.path, below.path)
				}
				return p
			}
			path = rest
			continue
		}
		var step string
		if step, path = cutStep(path); step[0] == '[' {
			p.element(step)
		} else {
			p.field(step)
		}
	}
	if path != "" {
		p.path = join(p.path, path)
	}
	return p
}

func pointed(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// cutStep splits a path after its first name or index.
func cutStep(path string) (step, rest string) {
	if path[0] == '[' {
		if i := strings.IndexByte(path, ']'); i >= 0 {
			return path[:i+1], strings.TrimPrefix(path[i+1:], ".")
		}
		return path, ""
	}
	i := strings.IndexAny(path, ".[")
	if i < 0 {
		return path, ""
	}
	return path[:i], strings.TrimPrefix(path[i:], ".")
}

// mostBrackets is how many closing brackets in the key of a map [cutKey] tries.
const mostBrackets = 16

// cutKey splits a path after the key of a map with elements of a type. The key may
// contain brackets and points, so it ends where the type has what follows, or at
// the last bracket. It returns the place of what follows, if the type has it.
func cutKey(of reflect.Type, path string) (step, rest string, below place) {
	end := 0
	for range mostBrackets {
		i := strings.IndexByte(path[end:], ']')
		if i < 0 {
			break
		}
		end += i + 1
		after := path[end:]
		if after == "" || after[0] == '.' || after[0] == '[' {
			rest = strings.TrimPrefix(after, ".")
			if below = locate(of, rest); below.leaf != nil {
				return path[:end], rest, below
			}
		}
	}
	end = strings.LastIndexByte(path, ']') + 1
	if end == 0 {
		end = len(path)
	}
	return path[:end], strings.TrimPrefix(path[end:], "."), place{}
}

func (p *place) element(step string) {
	switch p.leaf.Kind() {
	case reflect.Slice, reflect.Array:
		i, err := strconv.Atoi(strings.Trim(step, "[]"))
		if err != nil {
			i = math.MaxInt
		}
		p.order = append(p.order, i)
		p.path += step
	case reflect.Map:
		p.order = append(p.order, 0)
		p.path += "[*]"
	default:
		p.missing(step)
		return
	}
	p.leaf = p.leaf.Elem()
}

func (p *place) field(step string) {
	if p.leaf.Kind() != reflect.Struct {
		p.missing(step)
		return
	}
	index, ok := fieldsOf(p.leaf)[step]
	if ok {
		p.path = join(p.path, step)
	} else if f, found := p.leaf.FieldByName(step); found {
		index, ok = f.Index, true
		if !embedded(f) { // JSON knows no name for an embedded struct
			p.path = join(p.path, step)
		}
	}
	if !ok {
		p.missing(step)
		return
	}
	p.order = append(p.order, index...)
	p.leaf = p.leaf.FieldByIndex(index).Type
}

func (p *place) missing(step string) {
	if step[0] == '[' {
		p.path += step
	} else {
		p.path = join(p.path, step)
	}
	p.order, p.leaf = append(p.order, math.MaxInt), nil
}

// join appends a name to a path.
func join(path, name string) string {
	if path == "" || name == "" {
		return path + name
	}
	return path + "." + name
}

// at returns the path of an element of a list: signatories[2].
func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// arrange sorts field errors in the order of the struct type t and removes
// duplicates. If t is nil, the order stays.
func arrange(t reflect.Type, fields []FieldError) []FieldError {
	type placed struct {
		FieldError
		order []int
	}
	all := make([]placed, len(fields))
	for i, f := range fields {
		all[i] = placed{FieldError: f}
		if t != nil {
			p := locate(t, f.Path)
			all[i].Path, all[i].order = p.path, p.order
			if p.leaf != nil && f.Kind == "" {
				all[i].Kind = pointed(p.leaf).Kind().String()
			}
		}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return slices.Compare(a.order, b.order) })
	out, said := make([]FieldError, 0, len(all)), map[FieldError]bool{}
	for _, f := range all {
		key := FieldError{Path: f.Path, Rule: f.Rule, Param: f.Param}
		if !said[key] {
			said[key] = true
			out = append(out, f.FieldError)
		}
	}
	return out
}

// fieldCache holds map[string][]int by struct type.
var fieldCache sync.Map

// fieldsOf returns the index of each field that JSON has, by its JSON name or, if it
// has none, by its Go name. Fields of embedded structs count as the struct's own.
func fieldsOf(t reflect.Type) map[string][]int {
	if m, ok := fieldCache.Load(t); ok {
		return m.(map[string][]int)
	}
	m := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		if !f.IsExported() || embedded(f) || f.Tag.Get("json") == "-" || behindPointer(t, f.Index) {
			continue
		}
		name := cmp.Or(jsonName(f), f.Name)
		if old, taken := m[name]; !taken || len(f.Index) < len(old) {
			m[name] = f.Index
		}
	}
	fieldCache.Store(t, m)
	return m
}

// embedded reports whether the fields of f count as those of the struct around
// it, as in encoding/json.
func embedded(f reflect.StructField) bool {
	return f.Anonymous && jsonName(f) == "" && pointed(f.Type).Kind() == reflect.Struct
}

// behindPointer reports whether a field is reached through an embedded pointer,
// which may be nil. ReadJSON does not allocate the struct for such a pointer.
func behindPointer(t reflect.Type, index []int) bool {
	for i := 1; i < len(index); i++ {
		if t.FieldByIndex(index[:i]).Type.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}

// jsonName returns the name of a field in JSON, or "" for a field without one.
// Paths use these names so that they mean the same to a person who writes the
// document and to the program that reads it.
func jsonName(f reflect.StructField) string {
	tag := f.Tag.Get("json")
	name, _, _ := strings.Cut(tag, ",")
	if tag == "-" {
		return ""
	}
	return name
}
