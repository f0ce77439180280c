package sqldb_test

import (
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// TestExportBegun: by the time that a file has its first row it stands in the audit
// log, as every other process reads it: one that dies then leaves its line.
func TestExportBegun(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s := prepared(t, database)
		d := desk(s, nil)
		if err := signUp(t.Context(), d, "ana@exemple.fr"); err != nil {
			t.Fatal(err)
		}
		other, err := open(t.Context(), database)
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		ctx := registration.WithActor(t.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})
		next, stop := iter.Pull2(d.Export(ctx, slug, registration.Filter{Words: "ana"}, "", "csv"))
		if got := exports(t, other); got != nil {
			t.Errorf("before anybody reads: %q", got)
		}
		if _, err, ok := next(); err != nil || !ok {
			t.Fatalf("no row: %v", err)
		}
		want := []string{"csv begun q=…"}
		if diff := cmp.Diff(want, exports(t, other)); diff != "" {
			t.Errorf("at the first row (-want +got):\n%s", diff)
		}
		stop()
		want = append(want, "csv rows=0 interrupted q=…")
		if diff := cmp.Diff(want, exports(t, other)); diff != "" {
			t.Errorf("once it was left (-want +got):\n%s", diff)
		}
		for _, err := range d.Export(ctx, slug, registration.Filter{Words: strings.Repeat("a", 10_000)}, "", "csv") {
			if err == nil {
				t.Error("a search that is too long has a row")
			}
		}
		if diff := cmp.Diff(want, exports(t, other)); diff != "" {
			t.Errorf("after one that was refused (-want +got):\n%s", diff)
		}
	})
}

// exports are the details of the exports in the audit log, the oldest first.
func exports(t *testing.T, s *sqldb.Store) (list []string) {
	t.Helper()
	all, err := s.Audited(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.Act == string(registration.EventExported) {
			list = append(list, e.Detail)
		}
	}
	return list
}
