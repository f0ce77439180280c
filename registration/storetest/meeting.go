package storetest

import (
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

var meetingCases = []testCase{
	{"absent", func(t *testing.T, s Store) {
		_, err := s.Meeting(t.Context(), slug)
		wantError(t, "Meeting", err, registration.ErrNotFound)
		_, err = s.Occupancy(t.Context(), slug)
		wantError(t, "Occupancy", err, registration.ErrNotFound)
		err = try(t, s, func(registration.Tx) error {
			t.Error("Change ran on a meeting that does not exist")
			return nil
		})
		wantError(t, "Change", err, registration.ErrNotFound)
		list, err := s.Meetings(t.Context())
		wantError(t, "Meetings", err, nil)
		wantSame(t, "Meetings", list, []registration.Meeting{})
		wantSame(t, "Signups", all(t, s, registration.Query{}), []registration.Signup{})
	}},
	{"name that is no text", func(t *testing.T, s Store) {
		put(t, s, meeting(300, 40, 20))
		wantMeeting(t, s, meeting(300, 40, 20))
		for _, name := range []string{"\x00", slug + "\x00", "\xff", "\xc0\xaf"} {
			_, err := s.Meeting(t.Context(), name)
			wantError(t, "Meeting", err, registration.ErrNotFound)
			_, err = s.Occupancy(t.Context(), name)
			wantError(t, "Occupancy", err, registration.ErrNotFound)
		}
	}},
	{"round trip", func(t *testing.T, s Store) {
		want := meeting(300, 40, registration.Unlimited)
		put(t, s, want)
		wantMeeting(t, s, want)
	}},
	{"replace", func(t *testing.T, s Store) {
		put(t, s, meeting(300, 40, 20))
		want := meeting(200, 40, 20)
		want.Title.FR = "Autre titre"
		put(t, s, want)
		wantMeeting(t, s, want)
	}},
	{"latest day first", func(t *testing.T, s Store) {
		for _, day := range []string{"2019-06-12", "2021-03-01", "2020-11-30"} {
			m := meeting(10, 5, 5)
			m.Slug = day + "-paris"
			wantError(t, "UnmarshalText", m.Day.UnmarshalText([]byte(day)), nil)
			put(t, s, m)
		}
		list, err := s.Meetings(t.Context())
		var got []string
		for _, m := range list {
			got = append(got, m.Slug)
		}
		wantError(t, "Meetings", err, nil)
		wantSame(t, "Meetings", got, []string{"2021-03-01-paris", "2020-11-30-paris", "2019-06-12-paris"})
	}},
	{"refuse what cannot be", func(t *testing.T, s Store) {
		if err := s.PutMeeting(t.Context(), meeting(-2, 40, 20)); err == nil {
			t.Error("PutMeeting accepted -2 seats")
		}
		_, err := s.Meeting(t.Context(), slug)
		wantError(t, "Meeting", err, registration.ErrNotFound)
	}},
	{"add", func(t *testing.T, s Store) {
		want := meeting(300, 40, 20)
		if err := s.AddMeeting(t.Context(), meeting(-2, 40, 20)); err == nil {
			t.Error("AddMeeting accepted -2 seats")
		}
		wantError(t, "AddMeeting", s.AddMeeting(t.Context(), want), nil)
		wantError(t, "AddMeeting again", s.AddMeeting(t.Context(), meeting(1, 1, 1)), registration.ErrMeetingExists)
		wantMeeting(t, s, want)
	}},
	{"add at once", func(t *testing.T, s Store) {
		const crowd = 8
		errs := make(chan error, crowd)
		for range crowd {
			go func() { errs <- s.AddMeeting(t.Context(), meeting(300, 40, 20)) }()
		}
		added := 0
		for range crowd {
			if err := <-errs; err == nil {
				added++
			} else {
				wantError(t, "AddMeeting", err, registration.ErrMeetingExists)
			}
		}
		wantSame(t, "meetings added", added, 1)
	}},
	{"delete", func(t *testing.T, s Store) {
		other := meeting(5, 5, 5)
		other.Slug = "2020-06-10-lyon"
		put(t, s, other)
		put(t, s, meeting(300, 40, 20))
		change(t, s, func(tx registration.Tx) error {
			if err := tx.PutMailing(registration.Mailing{ID: registration.NewID(), Kind: registration.MailReminder, DueAt: noon}); err != nil {
				return err
			}
			return tx.Record(registration.Event{At: noon, Kind: registration.EventMailing})
		})
		wantError(t, "DeleteMeeting", s.DeleteMeeting(t.Context(), slug), nil)
		_, err := s.Meeting(t.Context(), slug)
		wantError(t, "Meeting", err, registration.ErrNotFound)
		wantError(t, "DeleteMeeting again", s.DeleteMeeting(t.Context(), slug), registration.ErrNotFound)
		_, err = s.Meeting(t.Context(), other.Slug)
		wantError(t, "the other meeting", err, nil)
	}},
	{"delete where somebody signed up", func(t *testing.T, s Store) {
		want := meeting(300, 40, 20)
		put(t, s, want)
		gone := signup(1)
		gone.EndedAt, gone.Places[0].State = noon, registration.Cancelled
		insert(t, s, gone)
		wantError(t, "DeleteMeeting", s.DeleteMeeting(t.Context(), slug), registration.ErrInUse)
		wantMeeting(t, s, want)
	}},
	{"occupancy", func(t *testing.T, s Store) {
		put(t, s, meeting(300, 40, registration.Unlimited))
		insert(t, s, signup(1, "tables-rondes"), signup(2, "ateliers"), signup(3))
		want := []registration.Occupancy{
			{Session: "ateliers", Seats: registration.Unlimited, Taken: 1},
			{Session: registration.MeetingSession, Seats: 300, Taken: 3},
			{Session: "tables-rondes", Seats: 40, Taken: 1},
		}
		got, err := s.Occupancy(t.Context(), slug)
		wantError(t, "Occupancy", err, nil)
		wantSame(t, "Occupancy", got, want)
		change(t, s, func(tx registration.Tx) error {
			got, err := tx.Occupancy()
			wantSame(t, "Tx.Occupancy", got, want)
			return err
		})
	}},
	{"session left out", func(t *testing.T, s Store) {
		put(t, s, meeting(300, 40, 20))
		insert(t, s, signup(1, "tables-rondes"))
		m := meeting(300, 0, 0)
		m.Sessions = nil
		put(t, s, m)
		got, err := s.Occupancy(t.Context(), slug)
		wantError(t, "Occupancy", err, nil)
		// One is kept for the place that refers to it, the other is gone.
		wantSame(t, "Occupancy", got, []registration.Occupancy{
			{Session: registration.MeetingSession, Seats: 300, Taken: 1},
			{Session: "tables-rondes", Seats: 0, Taken: 1},
		})
	}},
	{"configure in a change", func(t *testing.T, s Store) {
		put(t, s, meeting(300, 40, 20))
		want := meeting(250, 30, 20)
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "Configure", tx.Configure(want), nil)
			wantSame(t, "Tx.Meeting", tx.Meeting(), want)
			o, err := tx.Occupancy()
			wantSame(t, "Tx.Occupancy", o[1], registration.Occupancy{Session: registration.MeetingSession, Seats: 250})
			insertErr := tx.Insert(signup(1, "tables-rondes"))
			wantError(t, "Insert", insertErr, nil)
			return err
		})
		wantMeeting(t, s, want)
		wantTaken(t, s, taken{Whole: 1, Tables: 1})
		change(t, s, func(tx registration.Tx) error { // the change goes on after a refusal
			if tx.Configure(meeting(-2, 40, 20)) == nil {
				t.Error("Configure accepted -2 seats")
			}
			other := want
			other.Slug = "another"
			if tx.Configure(other) == nil {
				t.Error("Configure accepted another meeting")
			}
			return tx.Configure(meeting(260, 30, 20))
		})
		wantMeeting(t, s, meeting(260, 30, 20))
	}},
	{"versions", func(t *testing.T, s Store) {
		first, second := meeting(300, 40, 20), meeting(250, 40, 20)
		put(t, s, first)
		list, err := s.Versions(t.Context(), slug)
		wantError(t, "Versions", err, nil)
		wantSame(t, "Versions of what was never changed", list, []registration.Version{})
		by := registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()}
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "PutVersion", tx.PutVersion(registration.Version{Meeting: first}), nil)
			wantError(t, "PutVersion", tx.PutVersion(registration.Version{At: noon, Actor: by, Keys: []string{"seats", "sessions[a].room"}, Meeting: second}), nil)
			list, err := tx.Versions()
			wantSame(t, "Tx.Versions", len(list), 2)
			_, absent := tx.Version(3)
			wantError(t, "Tx.Version", absent, registration.ErrNotFound)
			return err // the change goes on after an absence
		})
		want := []registration.Version{{N: 2, At: noon, Actor: by, Keys: []string{"seats", "sessions[a].room"}}, {N: 1}}
		list, err = s.Versions(t.Context(), slug)
		wantError(t, "Versions", err, nil)
		wantSame(t, "Versions", list, want)
		want[0].Meeting = second
		got, err := s.Version(t.Context(), slug, 2)
		wantError(t, "Version", err, nil)
		wantSame(t, "Version", got, want[0])
		_, err = s.Version(t.Context(), slug, 3)
		wantError(t, "Version", err, registration.ErrNotFound)
		_, err = s.Version(t.Context(), "another", 1)
		wantError(t, "Version", err, registration.ErrNotFound)
		change(t, s, func(tx registration.Tx) error {
			for range registration.MaxVersions {
				if err := tx.PutVersion(registration.Version{Meeting: first}); err != nil {
					return err
				}
			}
			return nil
		})
		list, err = s.Versions(t.Context(), slug)
		wantError(t, "Versions", err, nil)
		wantSame(t, "how many are kept", len(list), registration.MaxVersions)
		wantSame(t, "the oldest", list[len(list)-1].N, 3)
		wantError(t, "DeleteMeeting", s.DeleteMeeting(t.Context(), slug), nil)
	}},
	{"configuration rolled back", func(t *testing.T, s Store) {
		want := meeting(300, 40, 20)
		put(t, s, want)
		err := try(t, s, func(tx registration.Tx) error {
			wantError(t, "Configure", tx.Configure(meeting(300, 40, 1)), nil)
			return errChange
		})
		wantError(t, "Change", err, errChange)
		wantMeeting(t, s, want)
	}},
}

// wantMeeting compares the meeting as everybody sees it and as a change does.
func wantMeeting(t *testing.T, s Store, want registration.Meeting) {
	t.Helper()
	got, err := s.Meeting(t.Context(), want.Slug)
	wantError(t, "Meeting", err, nil)
	wantSame(t, "Meeting", got, want)
	change(t, s, func(tx registration.Tx) error {
		wantSame(t, "Tx.Meeting", tx.Meeting(), want)
		return nil
	})
}
