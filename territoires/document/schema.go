package document

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// Kinds returns the names of the five kinds of document: "action_sheet",
// "protocol", "contract", "dossier", "vte".
func Kinds() []string {
	var out []string
	for _, d := range new(file).all() {
		out = append(out, d.Kind())
	}
	return out
}

// Schema returns the indented JSON Schema (draft 2020-12) of files with a
// document of the kind, and false if kind is not one of [Kinds]. With it an editor
// completes and checks names, types, lengths, words of closed lists and
// territories. Only [Read] checks rules across fields.
//
// The schema is stricter than Read, which ignores spaces and capitals in codes and
// words, and accepts files without a number or an object whose zero value is
// valid.
func Schema(kind string) ([]byte, bool) {
	t := reflect.TypeFor[file]()
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != kind || f.Type.Kind() != reflect.Pointer {
			continue
		}
		b := builder{defs: members{}}
		top := &node{
			Draft: "https://json-schema.org/draft/2020-12/schema", Title: titles[kind], Type: "object", Closed: new(false),
			Required: []string{kind},
			Properties: members{
				{"$schema", &node{Type: "string"}},
				{kind, b.of(f.Type, "")},
			},
		}
		top.Defs = b.defs
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(top); err != nil {
			panic("territoires: schema: " + err.Error()) // nodes are strings, numbers and nodes
		}
		return out.Bytes(), true
	}
	return nil, false
}

var titles = map[string]string{
	"action_sheet": "Territoires d’industrie : fiche-action",
	"protocol":     "Territoires d’industrie : protocole d’accord",
	"contract":     "Territoires d’industrie : contrat",
	"dossier":      "Territoires d’industrie : dossier d’un territoire",
	"vte":          "Territoires d’industrie : demande de VTE",
}

// node is a schema, with the keywords that this package uses.
type node struct {
	Draft       string   `json:"$schema,omitempty"`
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Ref         string   `json:"$ref,omitempty"`
	Type        string   `json:"type,omitempty"`
	Enum        []string `json:"enum,omitempty"`
	Pattern     string   `json:"pattern,omitempty"`
	MinLength   int      `json:"minLength,omitempty"`
	MaxLength   int      `json:"maxLength,omitempty"`
	Minimum     *int64   `json:"minimum,omitempty"`
	Maximum     *int64   `json:"maximum,omitempty"`
	MinItems    int      `json:"minItems,omitempty"`
	MaxItems    int      `json:"maxItems,omitempty"`
	Unique      bool     `json:"uniqueItems,omitempty"`
	Items       *node    `json:"items,omitempty"`
	Properties  members  `json:"properties,omitempty"`
	Required    []string `json:"required,omitempty"`
	Closed      *bool    `json:"additionalProperties,omitempty"` // false where no other name may stand
	Defs        members  `json:"$defs,omitempty"`
}

// members are a JSON object whose names keep their order.
type members []member

type member struct {
	name string
	node *node
}

// MarshalJSON writes the object.
func (m members) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, x := range m {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(x.name) + ":")
		text, err := json.Marshal(x.node)
		if err != nil {
			return nil, err
		}
		b.Write(text)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// builder gathers a definition for each type of object.
type builder struct{ defs members }

// of returns the schema of a field of type t with a validate tag.
func (b *builder) of(t reflect.Type, tag string) *node {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	own, below, _ := strings.Cut(tag, "dive")
	n, known := written(t)
	switch {
	case known:
	case t.Kind() == reflect.Struct:
		return b.object(t)
	case t.Kind() == reflect.Slice:
		n = &node{Type: "array", Items: b.of(t.Elem(), strings.Trim(below, ","))}
	case t.Kind() == reflect.Bool:
		n = &node{Type: "boolean"}
	case t.Kind() == reflect.String:
		n = &node{Type: "string"}
	default:
		n = &node{Type: "integer"}
	}
	for rule := range strings.SplitSeq(own, ",") {
		n.apply(rule)
	}
	return n
}

// object refers to the definition of a struct, which it writes once.
func (b *builder) object(t reflect.Type) *node {
	ref := &node{Ref: "#/$defs/" + t.Name()}
	for _, d := range b.defs {
		if d.name == t.Name() {
			return ref
		}
	}
	n := &node{Type: "object", Closed: new(false)}
	b.defs = append(b.defs, member{t.Name(), n})
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		n.Properties = append(n.Properties, member{name, b.of(f.Type, f.Tag.Get("validate"))})
		if options == "" {
			n.Required = append(n.Required, name)
		}
	}
	return ref
}

// apply narrows a node by one rule of a tag. It ignores rules that a schema cannot
// express: the validator checks them.
func (n *node) apply(rule string) {
	name, param, _ := strings.Cut(rule, "=")
	number, _ := strconv.ParseInt(param, 10, 64)
	switch {
	case name == "oneof":
		n.Enum = strings.Fields(param)
	case name == "unique":
		n.Unique = true
	case name == "iso3166_1_alpha2":
		n.Pattern = "^[A-Z]{2}$"
	case name == "required" && n.Type == "string" && n.Enum == nil && n.Pattern == "":
		n.MinLength = 1
	case name == "notblank":
		n.Pattern = `\S`
	case name == "min" && n.Type == "integer":
		n.Minimum = &number
	case name == "max" && n.Type == "integer":
		n.Maximum = &number
	case name == "min" && n.Type == "array":
		n.MinItems = int(number)
	case name == "max" && n.Type == "array":
		n.MaxItems = int(number)
	case name == "max" && n.Type == "string":
		n.MaxLength = int(number)
	}
}

const day = `[0-9]{4}-[0-9]{2}-[0-9]{2}`

// written returns the schema of a type that has a text or a unit of its own.
func written(t reflect.Type) (*node, bool) {
	switch t {
	case reflect.TypeFor[territoires.Phase]():
		return &node{Type: "string", Enum: []string{"I", "II"}}, true
	case reflect.TypeFor[territoires.ID]():
		return &node{Type: "string", Enum: ids(), Description: "Identifier in the phase: both phases number alike."}, true
	case reflect.TypeFor[territoires.Axis]():
		axes := append(territoires.Axes(territoires.PhaseI), territoires.AxisSettlementPhaseI)
		return &node{Type: "string", Enum: words(append(axes, territoires.Axes(territoires.PhaseII)...))}, true
	case reflect.TypeFor[territoires.Operator]():
		return &node{Type: "string", Enum: words(territoires.Operators())}, true
	case reflect.TypeFor[territoires.Date]():
		return &node{Type: "string", Pattern: "^" + day + "$", Description: "A day, such as 2019-06-12."}, true
	case reflect.TypeFor[territoires.Span]():
		return &node{Type: "string", Pattern: `^(` + day + `|(` + day + `|\.\.)/` + day + `)$`,
			Description: "A date: 2019-06-12, 2019-03-18/2019-03-24 for a day between two, ../2019-05-16 for that day or one before."}, true
	case reflect.TypeFor[territoires.Amount]():
		return &node{Type: "integer", Description: "In euro cents."}, true
	case reflect.TypeFor[agreement.Stage]():
		return &node{Type: "string", Enum: words(agreement.Stages())}, true
	case reflect.TypeFor[agreement.SignatoryKind]():
		return &node{Type: "string", Enum: words(agreement.SignatoryKinds())}, true
	case reflect.TypeFor[cog.RegionCode]():
		return &node{Type: "string", Enum: regions(), Description: "Code of a région."}, true
	case reflect.TypeFor[cog.CommuneCode]():
		return &node{Type: "string", Pattern: "^([0-9]{2}|2A|2B)[0-9]{3}$", Description: "Insee code of a commune, which is not its postal code."}, true
	case reflect.TypeFor[sirene.SIREN]():
		return &node{Type: "string", Pattern: "^[0-9]{9}$"}, true
	case reflect.TypeFor[sirene.NAF]():
		return &node{Type: "string", Pattern: `^[0-9]{2}\.[0-9]{2}[A-Z]$`}, true
	}
	return nil, false
}

func words[T interface{ String() string }](all []T) []string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = w.String()
	}
	return out
}

// ids lists the territories of both phases, each identifier once.
func ids() []string {
	var out []string
	for p := territoires.PhaseI; p <= territoires.PhaseII; p++ {
		for t := range territoires.All(p) {
			out = append(out, t.ID.String())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func regions() []string {
	var out []string
	for r := range cog.V2019.Regions() {
		out = append(out, string(r.Code))
	}
	return out
}
