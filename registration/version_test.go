package registration_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// TestVersions: each change is a version, with who, when and what; the first is
// the configuration before versions were kept, and an old one comes back through
// the same checks.
func TestVersions(t *testing.T) {
	t.Parallel()
	d, m := peopled(t)
	by := registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()}
	ctx := registration.WithActor(t.Context(), by)
	apply := func(m registration.Meeting, o registration.ApplyOptions) (registration.Plan, error) {
		t.Helper()
		return d.Apply(ctx, m, o)
	}
	if _, err := apply(m, registration.ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	if all, err := d.Versions(ctx, slug); err != nil || len(all) != 0 {
		t.Errorf("%d versions, %v after a change of nothing", len(all), err)
	}
	first := m
	m.Seats, m.Venue.Room = 5, "B"
	if _, err := apply(m, registration.ApplyOptions{DryRun: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := apply(m, registration.ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	all, err := d.Versions(ctx, slug)
	want := []registration.Version{{N: 2, At: d.Now(), Actor: by, Keys: []string{"venue.room", "seats"}}, {N: 1}}
	if diff := cmp.Diff(want, all); diff != "" || err != nil {
		t.Errorf("versions: %v (-want +got):\n%s", err, diff)
	}
	old, err := d.Version(ctx, slug, 1)
	if err != nil || old.Meeting.Seats != first.Seats || old.Meeting.Venue.Room != first.Venue.Room {
		t.Fatalf("the first version: %d seats, %v", old.Meeting.Seats, err)
	}

	// Somebody who still sees the first version does nothing.
	one, two := 1, 2
	third := m
	third.Title.FR = "Autre"
	if _, err := apply(third, registration.ApplyOptions{Seen: &one}); !errors.Is(err, registration.ErrStale) {
		t.Errorf("from an old version: %v, want ErrStale", err)
	}
	if p, err := apply(third, registration.ApplyOptions{Seen: &two}); err != nil || p.Version != 2 {
		t.Errorf("from the version in force: %d, %v", p.Version, err)
	}
	d.confirmedSeats(t, 5)
	if p, err := apply(old.Meeting, registration.ApplyOptions{}); !errors.Is(err, registration.ErrNeedsYes) {
		t.Errorf("back to fewer seats than are taken: %v, needs %s", err, told(p.Needs))
	}
	if _, err := apply(old.Meeting, registration.ApplyOptions{Yes: true}); err != nil {
		t.Fatal(err)
	}
	if all, err = d.Versions(ctx, slug); err != nil || len(all) != 4 || !slices.Contains(all[0].Keys, "seats") {
		t.Errorf("%d versions, %v; want four", len(all), err)
	}
}

// confirmedSeats signs people up until so many seats are taken.
func (d desk) confirmedSeats(t *testing.T, n int) {
	t.Helper()
	for i := 10; ; i++ {
		v, err := d.Meeting(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		if v.In(registration.MeetingSession).Taken >= n {
			return
		}
		d.answering(t, i, nil)
	}
}

// TestApplyQuietly: who says that a change matters to nobody is believed for the
// hours and the place, and the same change is not told later; not for another
// day or a cancellation.
func TestApplyQuietly(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*registration.Meeting)
		want   registration.Kind
	}{
		"room":         {func(m *registration.Meeting) { m.Venue.Room = "B" }, ""},
		"day":          {func(m *registration.Meeting) { m.Day = m.Day.AddDays(1) }, registration.MailMeetingChanged},
		"cancellation": {func(m *registration.Meeting) { m.CancelledAt = m.OpensAt }, registration.MailMeetingCancelled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, m := peopled(t)
			tt.change(&m)
			loud, err := d.Apply(t.Context(), m, registration.ApplyOptions{Yes: true, DryRun: true})
			if err != nil || len(loud.Mails) != 1 {
				t.Fatalf("aloud: %v, %v", loud.Mails, err)
			}
			quiet, err := d.Apply(t.Context(), m, registration.ApplyOptions{Yes: true, Quiet: true})
			if err != nil {
				t.Fatal(err)
			}
			if got := slices.ContainsFunc(quiet.Mails, func(k registration.MailCount) bool { return k.Kind == tt.want }); got != (tt.want != "") {
				t.Errorf("quietly: %v", quiet.Mails)
			}
			m.Summary.FR = "Autre chose"
			if p, err := d.Apply(t.Context(), m, registration.ApplyOptions{Yes: true}); err != nil || len(p.Mails) > 0 {
				t.Errorf("a later change tells it: %v, %v", p.Mails, err)
			}
		})
	}
}

// TestApplyCarefully: a slip that a form can still correct is refused there, and
// taken from a file.
func TestApplyCarefully(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*registration.Meeting)
		want   string
	}{
		"a day that is over":      {func(m *registration.Meeting) { m.Day = m.Day.AddDays(-60) }, "day: past"},
		"the same day":            {func(m *registration.Meeting) { m.Title.FR = "Autre" }, ""},
		"a session after the end": {func(m *registration.Meeting) { m.Programme[1].Session, m.Programme[1].Starts = "innovation", "18:00" }, "programme[1].starts: outside"},
		"coffee before it begins": {func(m *registration.Meeting) { m.Programme[0].Session, m.Programme[0].Starts = "", "08:00" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, m := peopled(t)
			m.Programme = slices.Clone(m.Programme)
			tt.change(&m)
			_, err := d.Apply(t.Context(), m, registration.ApplyOptions{Yes: true, DryRun: true, Careful: true})
			got := ""
			if bad, ok := errors.AsType[*validation.Error](err); ok {
				got = told(bad.Fields)
			} else if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("refused for %q, want %q", got, tt.want)
			}
			if _, err := d.Apply(t.Context(), m, registration.ApplyOptions{Yes: true, DryRun: true}); err != nil {
				t.Errorf("from a file: %v", err)
			}
		})
	}
}

// TestNoticeVersion: whatever changes the notice changes its version, and nothing
// else does.
func TestNoticeVersion(t *testing.T) {
	t.Parallel()
	was := registration.ShippedExample()
	if !strings.HasPrefix(was.NoticeVersion(), was.Notice.Version+"-") {
		t.Errorf("%q does not begin with the organisers' own word %q", was.NoticeVersion(), was.Notice.Version)
	}
	for name, tt := range map[string]struct {
		change func(*registration.Meeting)
		same   bool
	}{
		"retention":  {func(m *registration.Meeting) { m.Notice.RetentionDays++ }, false},
		"recipients": {func(m *registration.Meeting) { m.Notice.Recipients.FR = "La sécurité" }, false},
		"contact":    {func(m *registration.Meeting) { m.Contact = "autre@exemple.fr" }, false},
		"question":   {func(m *registration.Meeting) { m.Questions = append(m.Questions, registration.Question{ID: "x"}) }, false},
		"word":       {func(m *registration.Meeting) { m.Notice.Version += "b" }, false},
		"room":       {func(m *registration.Meeting) { m.Venue.Room = "B" }, true},
		"seats":      {func(m *registration.Meeting) { m.Seats, m.OpensAt = 7, time.Time{} }, true},
	} {
		m := registration.ShippedExample()
		tt.change(&m)
		if same := m.NoticeVersion() == was.NoticeVersion(); same != tt.same {
			t.Errorf("%s: the same version %v, want %v", name, same, tt.same)
		}
	}
}
