package sqldb_test

import (
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
			if want := "0000" + string(rune('1'+i)) + "_"; i < 9 && !strings.HasPrefix(f.Name(), want) {
				t.Errorf("%s of %s: want %s… next", f.Name(), engine, want)
			}
		}
		if v, err := sqldb.Latest(files); err != nil || v != int64(len(list)) {
			t.Errorf("Latest of %s = %d, %v; want %d", engine, v, err, len(list))
		}
	}
	if diff := cmp.Diff(names["sqlite"], names["postgres"]); diff != "" {
		t.Errorf("migrations of the two engines (-sqlite +postgres):\n%s", diff)
	}
}
