package document_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
)

// TestDocumentedNames looks each JSON name of a document up in the guide.
func TestDocumentedNames(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/documents.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range allDocuments() {
		if !strings.Contains(string(text), "`"+d.Kind()+"`") {
			t.Errorf("the guide lacks %s", d.Kind())
		}
		for name := range jsonNames(reflect.TypeOf(d), map[string]bool{}) {
			if !strings.Contains(string(text), "`"+name+"`") {
				t.Errorf("%s: the guide lacks %s", d.Kind(), name)
			}
		}
	}
	for _, o := range territoires.Operators() {
		if !strings.Contains(string(text), "`"+string(o)+"`") {
			t.Errorf("the guide lacks %s", o)
		}
	}
	for _, s := range agreement.Stages() {
		if !strings.Contains(string(text), "`"+s.String()+"`") {
			t.Errorf("the guide lacks %s", s)
		}
	}
}

// jsonNames gathers the names below a type, not into types that JSON writes
// as text.
func jsonNames(t reflect.Type, into map[string]bool) map[string]bool {
	switch {
	case t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice:
		return jsonNames(t.Elem(), into)
	case t.Kind() != reflect.Struct || t == reflect.TypeFor[territoires.Date]() || t == reflect.TypeFor[territoires.Span]():
		return into
	}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		into[name] = true
		jsonNames(f.Type, into)
	}
	return into
}
