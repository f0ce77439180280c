package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

var tallyCases = []testCase{
	{"follow changes", talliesFollow},
	{"kept", retainedTallies},
	{"pressing", pressing},
}

// recount counts what Tallies should return, from the sign-ups themselves.
func recount(t *testing.T, s Store) (list []registration.Tally) {
	t.Helper()
	counts := make(map[registration.Tally]int)
	for _, u := range all(t, s, registration.Query{}) {
		add := func(g registration.Group, value string) {
			if value != "" || g == registration.GroupAll {
				counts[registration.Tally{Group: g, Value: value, Status: u.Status()}]++
			}
		}
		add(registration.GroupAll, "")
		add(registration.GroupDay, u.CreatedAt.In(registration.Paris).Format(time.DateOnly))
		add(registration.GroupCategory, string(u.Category))
		add(registration.GroupRegion, u.Region())
		add(registration.GroupTerritory, u.Territory)
		for _, axis := range u.Interests {
			add(registration.GroupAxis, axis)
		}
		for _, p := range u.Places {
			if p.State.TakesSeat() {
				add(registration.GroupSeat, string(p.Session))
			}
			if p.State == registration.Queued {
				add(registration.GroupWaiting, string(p.Session))
			}
		}
		for _, a := range u.Arrivals {
			add(registration.GroupArrived, string(a.Session)+"/"+string(a.Half))
		}
	}
	for c, n := range counts {
		c.N = n
		list = append(list, c)
	}
	return ordered(list)
}

// ordered sorts tallies, so that lists of them can be compared.
func ordered(list []registration.Tally) []registration.Tally {
	slices.SortFunc(list, func(a, b registration.Tally) int {
		return strings.Compare(string(a.Group)+" "+a.Value+" "+string(a.Status), string(b.Group)+" "+b.Value+" "+string(b.Status))
	})
	return list
}

func talliesFollow(t *testing.T, s Store) {
	put(t, s, meeting(10, 5, 5))
	people := guests()
	people[0].CreatedAt = time.Date(2019, 5, 31, 22, 30, 0, 0, time.UTC) // the first of June in Paris
	people[1].Interests = []string{"innover", "recruter"}
	insert(t, s, people...)
	count := func(when string, atLeast int) {
		t.Helper()
		got, err := s.Tallies(t.Context(), slug)
		wantError(t, "Tallies", err, nil)
		wantSame(t, when, ordered(got), recount(t, s))
		if len(got) < atLeast {
			t.Errorf("%s: %d tallies, want %d or more", when, len(got), atLeast)
		}
	}
	count("as inserted", 20)
	people[1].Interests, people[1].Territory, people[1].Category = []string{"simplifier"}, "ti-0101", registration.Press
	people[2].Places[1].State = registration.Seated
	people[2].Arrivals = []registration.Arrival{{At: noon, Session: registration.MeetingSession, Half: registration.Morning}, {At: noon, Session: "tables-rondes", Half: registration.Morning}}
	people[3].Places[0].State, people[3].EndedAt = registration.Cancelled, noon
	change(t, s, func(tx registration.Tx) error {
		for _, u := range people[1:4] {
			if err := tx.Update(u); err != nil {
				return err
			}
		}
		return nil
	})
	count("after changes", 20)
	got, err := s.Attendance(t.Context(), slug)
	wantError(t, "Attendance", err, nil)
	wantSame(t, "Attendance", got, []registration.Attendance{
		{Session: registration.MeetingSession, Half: registration.Morning, Arrived: 1}, {Session: "tables-rondes", Half: registration.Morning, Arrived: 1},
	})
	for name, tt := range map[string]struct {
		f    registration.Filter
		want int
	}{
		"day":             {registration.Filter{Day: "2019-06-01"}, 1},
		"another day":     {registration.Filter{Day: "2019-05-31"}, 0},
		"axis":            {registration.Filter{Axis: "simplifier"}, 1},
		"axis of before":  {registration.Filter{Axis: "innover"}, 0},
		"came":            {registration.Filter{Arrived: registration.ArrivalFilter{Session: "tables-rondes"}}, 1},
		"came then":       {registration.Filter{Arrived: registration.ArrivalFilter{Session: "tables-rondes", Half: registration.Morning}}, 1},
		"came afterwards": {registration.Filter{Arrived: registration.ArrivalFilter{Session: "tables-rondes", Half: registration.Afternoon}}, 0},
	} {
		wantSame(t, name, page(t, s, tt.f, registration.Paging{}).Selected, tt.want)
	}
	undone := errors.New("undone")
	err = s.Change(t.Context(), slug, func(tx registration.Tx) error {
		people[4].Category = registration.Student
		if err := tx.Update(people[4]); err != nil {
			return err
		}
		return undone
	})
	wantError(t, "Change", err, undone)
	count("after a change that failed", 20)
}

func retainedTallies(t *testing.T, s Store) {
	put(t, s, meeting(10, 5, 5))
	want := []registration.Tally{{Group: registration.GroupRegion, N: 7}, {Group: registration.GroupRegion, Value: "27", N: 40}}
	for range 2 { // the second time instead of the first
		change(t, s, func(tx registration.Tx) error {
			if err := tx.PutRetainedTallies(want); err != nil {
				return err
			}
			got, err := tx.RetainedTallies()
			wantSame(t, "Tx.RetainedTallies", got, want)
			return err
		})
		got, err := s.Tallies(t.Context(), slug)
		wantError(t, "Tallies", err, nil)
		wantSame(t, "Tallies", got, want)
		want = want[:1]
	}
}

func pressing(t *testing.T, s Store) {
	put(t, s, meeting(10, 5, 5))
	people := guests()[:4]
	people[1].HeldUntil = noon.Add(time.Hour)
	people[3].HeldUntil = noon.Add(2 * time.Hour)
	people[2].Places[1].State, people[2].Places[1].Until = registration.Offered, noon.Add(time.Hour)
	insert(t, s, people...)
	for at, want := range map[time.Duration]registration.Pressing{
		59 * time.Minute: {}, time.Hour: {Holds: 1, Offers: 1}, 2 * time.Hour: {Holds: 2, Offers: 1},
	} {
		got, err := s.Pressing(t.Context(), slug, noon.Add(at))
		wantError(t, "Pressing", err, nil)
		wantSame(t, at.String(), got, want)
	}
	first, second := mail(people[0], noon), mail(people[0], noon)
	change(t, s, func(tx registration.Tx) error { return errors.Join(tx.Post(first), tx.Post(second)) })
	refused := registration.Outcome{ParkedAt: noon, Reply: "550"}
	wantError(t, "RecordOutcomes", s.RecordOutcomes(t.Context(), map[registration.ID]registration.Outcome{first.ID: refused, second.ID: refused}), nil)
	got, err := s.Pressing(t.Context(), slug, noon)
	wantError(t, "Pressing", err, nil)
	wantSame(t, "two mails to one person", got, registration.Pressing{Refused: 1})
}
