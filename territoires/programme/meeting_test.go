package programme_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

func TestNationalMeetings(t *testing.T) {
	t.Parallel()
	all := slices.Collect(programme.NationalMeetings(territoires.Date{}))
	if len(all) != 1 {
		t.Fatalf("%d meetings; want 1", len(all))
	}
	m := all[0]
	if m.Date.String() != "2019-06-12" || m.Date.Weekday() != time.Wednesday || m.Announced.String() != "2019-05-16" {
		t.Errorf("dates %v (%v), announced %v", m.Date, m.Date.Weekday(), m.Announced)
	}
	if diff := cmp.Diff([]string{"Régions de France", "AdCF"}, m.Organisers); diff != "" {
		t.Errorf("organisers mismatch (-want +got):\n%s", diff)
	}
	// The ministry and CGET lend the premises, they do not organise.
	if len(m.Hosts) != 2 || slices.Contains(m.Organisers, m.Hosts[0]) {
		t.Errorf("hosts %v", m.Hosts)
	}
	tables := 0
	for _, s := range m.Morning {
		if s.Kind == programme.SessionRoundTable {
			tables++
		}
	}
	if tables != 2 || len(m.Morning) != 3 || len(m.Afternoon) != 1 {
		t.Errorf("%d round tables, morning %v, afternoon %v", tables, m.Morning, m.Afternoon)
	}
	sample.CheckSource(t, m.Source)
	clear(m.Place)
	clear(m.Morning)
	if again := slices.Collect(programme.NationalMeetings(territoires.Date{}))[0]; again.Place[0] == "" || again.Morning[0].Theme == "" {
		t.Error("a caller changed the announcement")
	}
}
