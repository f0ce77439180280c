package sqldb_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// Both engines go through the same steps, and neither goes back.
func TestMigrations(t *testing.T) {
	t.Parallel()
	names := make(map[string][]string)
	for _, engine := range []string{"sqlite", "postgres"} {
		files := os.DirFS(engine)
		list, err := os.ReadDir(engine + "/migrations")
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range list {
			names[engine] = append(names[engine], f.Name())
			text, err := os.ReadFile(engine + "/migrations/" + f.Name())
			if err != nil || !strings.HasPrefix(string(text), "-- +goose Up\n") || strings.Contains(string(text), "+goose Down") {
				t.Errorf("%s of %s: %v; want it to go up, and only up", f.Name(), engine, err)
			}
			if i > 0 && f.Name()[:5] == list[i-1].Name()[:5] {
				t.Errorf("%s of %s: its number is taken", f.Name(), engine)
			}
		}
		last := list[len(list)-1].Name()[:5]
		if v, err := sqldb.Latest(files); err != nil || fmt.Sprintf("%05d", v) != last {
			t.Errorf("Latest of %s = %d, %v; want %s", engine, v, err, last)
		}
	}
	if diff := cmp.Diff(names["sqlite"], names["postgres"]); diff != "" {
		t.Errorf("migrations of the two engines (-sqlite +postgres):\n%s", diff)
	}
}
