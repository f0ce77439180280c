package registration_test

import (
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// at reads an instant as clocks in Paris show it.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, registration.Paris)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPhase(t *testing.T) {
	t.Parallel()
	m := registration.Shipped()
	cancelled := m
	cancelled.CancelledAt = at(t, "2019-06-01 12:00")
	for _, tt := range []struct {
		m    registration.Meeting
		now  string
		want registration.Phase
	}{
		{m, "2019-05-15 23:59", registration.PhaseBefore},
		{m, "2019-05-16 00:00", registration.PhaseOpen},
		{m, "2019-06-11 23:59", registration.PhaseOpen},
		{m, "2019-06-12 00:00", registration.PhaseClosed},
		{m, "2019-06-12 23:59", registration.PhaseClosed},
		{m, "2019-06-13 00:00", registration.PhasePast},
		{cancelled, "2019-06-01 11:59", registration.PhaseCancelled},
		{cancelled, "2019-06-01 12:00", registration.PhaseCancelled},
	} {
		if got := tt.m.Phase(at(t, tt.now)); got != tt.want {
			t.Errorf("Phase(%s) = %s, want %s", tt.now, got, tt.want)
		}
	}
}

// TestPhaseAcrossChangeOfHour holds the meeting on the two days of a year that
// do not last 24 hours.
func TestPhaseAcrossChangeOfHour(t *testing.T) {
	t.Parallel()
	for day, hours := range map[string]time.Duration{"2019-03-31": 23, "2019-10-27": 25} {
		d, err := territoires.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.AddDays(1).In(registration.Paris).Sub(d.In(registration.Paris)); got != hours*time.Hour {
			t.Errorf("%s lasts %v, want %d hours", day, got, hours)
		}
		m := registration.Meeting{Day: d, OpensAt: d.In(registration.Paris).Add(-time.Hour), ClosesAt: d.In(registration.Paris)}
		last := d.In(registration.Paris).Add(hours*time.Hour - time.Microsecond)
		if got := m.Phase(last); got != registration.PhaseClosed {
			t.Errorf("last instant of %s: %s, want closed", day, got)
		}
		if got := m.Phase(last.Add(time.Microsecond)); got != registration.PhasePast {
			t.Errorf("first instant after %s: %s, want past", day, got)
		}
	}
}

func TestHoldUntil(t *testing.T) {
	t.Parallel()
	m := registration.Shipped()
	short := m
	short.Hold = 2 * time.Hour
	for _, tt := range []struct {
		m         registration.Meeting
		now, want string
	}{
		{m, "2019-05-16 09:00", "2019-05-18 09:00"},
		{short, "2019-05-16 09:00", "2019-05-16 11:00"},
		{m, "2019-06-11 12:00", "2019-06-12 00:00"}, // the closing time
		{m, "2019-06-11 23:50", "2019-06-12 00:20"}, // never less than half an hour
	} {
		if got := tt.m.HoldUntil(at(t, tt.now)); !got.Equal(at(t, tt.want)) {
			t.Errorf("HoldUntil(%s) = %v, want %s", tt.now, got, tt.want)
		}
	}
}

func TestClone(t *testing.T) {
	t.Parallel()
	m := registration.Shipped()
	m.OpensAt, m.CancelledAt = at(t, "2019-05-16 09:00"), at(t, "2019-06-01 09:00")
	m.CancelReason = registration.Localized{FR: "Grève des transports"}
	for _, tt := range []struct{ day, opens, closes string }{
		{"2020-01-15", "2019-12-19 09:00", "2020-01-15 00:00"}, // across a change of hour
		{"2019-06-13", "2019-05-17 09:00", "2019-06-13 00:00"},
		{"2019-03-31", "2019-03-04 09:00", "2019-03-31 00:00"}, // back in time, a day of 23 hours
	} {
		day, err := territoires.ParseDate(tt.day)
		if err != nil {
			t.Fatal(err)
		}
		got := m.Clone("next", day)
		if got.Slug != "next" || got.Day != day || got.Published || !got.CancelledAt.IsZero() || got.CancelReason != (registration.Localized{}) || !got.FreezesAt.IsZero() {
			t.Errorf("clone of %s: %+v", tt.day, got)
		}
		if !got.OpensAt.Equal(at(t, tt.opens)) || !got.ClosesAt.Equal(at(t, tt.closes)) {
			t.Errorf("clone of %s: opens %v, closes %v; want %s, %s", tt.day, got.OpensAt, got.ClosesAt, tt.opens, tt.closes)
		}
		if got.Title != m.Title || got.Seats != m.Seats {
			t.Errorf("clone of %s lost its title or seats", tt.day)
		}
	}
}

func TestShippedSaysWhatWasAnnounced(t *testing.T) {
	t.Parallel()
	m := registration.Shipped()
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	if got := m.Day.In(registration.Paris).Weekday(); got != time.Wednesday {
		t.Errorf("the meeting is on a %s, announced was a Wednesday", got)
	}
	if m.Starts != "" || m.Ends != "" || m.Venue.Room != "" || len(m.Sessions) != 0 {
		t.Error("the shipped meeting states hours, rooms or sessions, which were not announced")
	}
	var morning int
	for _, it := range m.Programme {
		if it.Title.EN == "" {
			t.Errorf("no English for %q", it.Title.FR)
		}
		if it.Half == registration.Morning {
			morning++
		}
	}
	if morning != 3 || len(m.Programme) != 4 {
		t.Errorf("%d items, %d in the morning; want 4 and 3", len(m.Programme), morning)
	}
}
