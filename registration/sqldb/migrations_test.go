package sqldb_test

import (
	"os"
	"strconv"
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
		last := int64(0)
		for _, f := range list {
			names[engine] = append(names[engine], f.Name())
			text, err := os.ReadFile(engine + "/migrations/" + f.Name())
			if err != nil || !strings.HasPrefix(string(text), "-- +goose Up\n") || strings.Contains(string(text), "+goose Down") {
				t.Errorf("%s of %s: %v; want it to go up, and only up", f.Name(), engine, err)
			}
			number, err := strconv.ParseInt(f.Name()[:5], 10, 64)
			if err != nil || number <= last || f.Name()[5] != '_' {
				t.Errorf("%s of %s: want a number above %d and a name", f.Name(), engine, last)
			}
			last = number
		}
		if v, err := sqldb.Latest(files); err != nil || v != last {
			t.Errorf("Latest of %s = %d, %v; want %d", engine, v, err, last)
		}
	}
	if diff := cmp.Diff(names["sqlite"], names["postgres"]); diff != "" {
		t.Errorf("migrations of the two engines (-sqlite +postgres):\n%s", diff)
	}
}
