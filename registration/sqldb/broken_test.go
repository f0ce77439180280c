package sqldb_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
)

// TestBrokenConfiguration: a meeting whose stored configuration cannot be read is
// listed as such and keeps no other from being read; another configuration takes
// its place.
func TestBrokenConfiguration(t *testing.T) {
	t.Parallel()
	fromOlder(t, 16, func(t *testing.T, db *sql.DB, address string) {
		run(t, db, `DELETE FROM meeting`)
		s, err := open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		good, bad := desktest.Meeting(), desktest.Meeting()
		good.Slug, bad.Slug = "good", "bad"
		for _, m := range []registration.Meeting{good, bad} {
			if err := s.PutMeeting(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := db.ExecContext(t.Context(), `UPDATE meeting SET config = '{"starts":"half past nine"}', config_id = 'x' WHERE slug = 'bad'`); err != nil {
			t.Fatal(err)
		}
		again, err := open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		all, err := s.Meetings(t.Context())
		if err != nil || len(all) != 2 {
			t.Fatalf("%d meetings, %v; want two", len(all), err)
		}
		if all[0].Slug != "bad" || all[0].Day != bad.Day || all[0].Published || !strings.Contains(all[0].Broken, "half past nine") {
			t.Errorf("the broken one is %+v", all[0])
		}
		if all[1].Slug != "good" || all[1].Broken != "" || !all[1].Published {
			t.Errorf("the other one is %+v", all[1])
		}
		if _, err := s.Meeting(t.Context(), "bad"); !errors.Is(err, registration.ErrBroken) {
			t.Errorf("Meeting: %v, want ErrBroken", err)
		}
		d := desktest.New(t, s, s, desktest.Keys(t), desktest.NewClock(desktest.Opening))
		if views, err := d.Meetings(t.Context()); err != nil || len(views) != 1 {
			t.Errorf("%d meetings for visitors, %v; want the one that can be read", len(views), err)
		}
		if err := d.ApplyRetention(t.Context()); !errors.Is(err, registration.ErrBroken) {
			t.Errorf("retention: %v, want ErrBroken", err)
		}
		p, err := d.Apply(t.Context(), bad, registration.ApplyOptions{})
		if !errors.Is(err, registration.ErrNeedsYes) || len(p.Needs) != 1 || p.Needs[0].Rule != "replaces" {
			t.Errorf("without a yes: %v, %v", p.Needs, err)
		}
		if _, err := d.Apply(t.Context(), bad, registration.ApplyOptions{Yes: true}); err != nil {
			t.Fatal(err)
		}
		if m, err := s.Meeting(t.Context(), "bad"); err != nil || m.Starts != bad.Starts {
			t.Errorf("mended: %q, %v", m.Starts, err)
		}
	})
}
