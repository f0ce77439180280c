package document_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"

	"github.com/territoires-industrie/sdk/territoires/document"
)

var update = flag.Bool("update", false, "write docs/schema anew")

func schemaOf(t *testing.T, kind string) *jsonschema.Resolved {
	t.Helper()
	text, ok := document.Schema(kind)
	if !ok {
		t.Fatalf("%s has no schema", kind)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	r, err := s.Resolve(nil)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	return r
}

// checked validates a file by the schema of a kind.
func checked(t *testing.T, kind, file string) error {
	t.Helper()
	var x any
	if err := json.Unmarshal([]byte(file), &x); err != nil {
		t.Fatalf("%v in %s", err, file)
	}
	return schemaOf(t, kind).Validate(x)
}

// TestSchemaTakesDocuments reads by the schemas what the library writes, and the
// files that the repository shows.
func TestSchemaTakesDocuments(t *testing.T) {
	t.Parallel()
	for _, d := range allDocuments() {
		if err := checked(t, d.Kind(), string(written(t, d))); err != nil {
			t.Errorf("%s: %v", d.Kind(), err)
		}
		named := strings.Replace(string(written(t, d)), "{", `{"$schema": "schema/`+d.Kind()+`.json",`, 1)
		if err := checked(t, d.Kind(), named); err != nil {
			t.Errorf("%s with its schema: %v", d.Kind(), err)
		}
		if back, err := document.Read(strings.NewReader(named)); err != nil || cmp.Diff(d, back) != "" {
			t.Errorf("%s with its schema is read as %v, %v", d.Kind(), back, err)
		}
	}
	files, err := filepath.Glob("../../examples/*/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("examples %v, %v", files, err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := strings.Cut(strings.TrimLeft(string(b), "{ \n\""), `"`)
		if err := checked(t, kind, string(b)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSchemaRefuses wants the mistakes that an editor can show as they are typed.
func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	right := map[string]string{}
	for _, d := range allDocuments() {
		right[d.Kind()] = string(written(t, d))
	}
	for _, tt := range []struct{ kind, old, new string }{
		{"action_sheet", `"action_sheet"`, `"fiche"`},
		{"action_sheet", `"title"`, `"titre"`},
		{"action_sheet", `"École de production"`, `""`},
		{"action_sheet", `"École de production"`, `" "`},
		{"action_sheet", `"École de production"`, `"` + strings.Repeat("x", 301) + `"`},
		{"action_sheet", `"attirer"`, `"plaire"`},
		{"action_sheet", `"attirer"`, `"recruter"`}, // twice
		{"action_sheet", `"ti-7505"`, `"ti-9999"`},
		{"action_sheet", `"2019-05-02"`, `"2 mai 2019"`},
		{"action_sheet", `"pole-emploi"`, `"ademe"`},
		{"protocol", `"phase": "I"`, `"phase": 1`},
		{"protocol", `"75"`, `"64"`},
		{"contract", `"732829320"`, `"732 829"`},
		{"contract", `"epci"`, `"mairie"`},
		{"contract", `"first": 2019`, `"first": 1919`},
		{"contract", `"first": 2019`, `"first": "2019"`},
		{"dossier", `"amended"`, `"done"`},
		{"dossier", `"2019-01-01/2019-02-28"`, `"2019-01-01/"`},
		{"vte", `"graduate"`, `"retired"`},
		{"vte", `"24.51Z"`, `"2451Z"`},
		{"vte", `"requested"`, `"demande"`},
	} {
		if !strings.Contains(right[tt.kind], tt.old) {
			t.Errorf("%s has no %s", tt.kind, tt.old)
			continue
		}
		if err := checked(t, tt.kind, strings.Replace(right[tt.kind], tt.old, tt.new, 1)); err == nil {
			t.Errorf("%s: the schema takes %s for %s", tt.kind, tt.new, tt.old)
		}
	}
	if text, ok := document.Schema("letter"); ok || text != nil {
		t.Errorf("a letter has the schema %s", text)
	}
	if _, ok := document.Schema("$schema"); ok {
		t.Error("a schema has a schema")
	}
}

// TestSchemaFiles compares docs/schema, where editors find them, with the types.
func TestSchemaFiles(t *testing.T) {
	t.Parallel()
	for _, kind := range document.Kinds() {
		text, _ := document.Schema(kind)
		name := filepath.Join("../../docs/schema", kind+".json")
		if *update {
			if err := os.WriteFile(name, text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(file), string(text)); diff != "" {
			t.Errorf("%s is not what the types give: go test ./territoires/document -run TestSchemaFiles -update (-file +types)\n%s", name, diff)
		}
	}
}

func ExampleSchema() {
	text, _ := document.Schema("action_sheet")
	var s struct {
		Defs map[string]struct{ Required []string } `json:"$defs"`
	}
	if err := json.Unmarshal(text, &s); err != nil {
		fmt.Println(err)
	}
	fmt.Println(s.Defs["ActionSheet"].Required)
	// Output: [phase territory title axes owners]
}

func ExampleKinds() {
	fmt.Println(document.Kinds())
	// Output: [action_sheet protocol contract dossier vte]
}
