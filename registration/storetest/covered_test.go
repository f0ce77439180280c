package storetest

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

// TestEveryMethodHasACase: what the Desk and the team ask of a database is tried on
// both engines, all of it.
func TestEveryMethodHasACase(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	for _, of := range []reflect.Type{
		reflect.TypeFor[registration.Store](), reflect.TypeFor[registration.Tx](), reflect.TypeFor[registration.Outbox](), reflect.TypeFor[team.Store](), reflect.TypeFor[team.Tx](),
	} {
		for method := range of.Methods() {
			if !regexp.MustCompile(`\.` + method.Name + `\b`).MatchString(source.String()) {
				t.Errorf("no case calls %v.%s", of, method.Name)
			}
		}
	}
}
