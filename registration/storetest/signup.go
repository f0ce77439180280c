package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

var signupCases = []testCase{
	{"absent", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		_, err := s.Signup(t.Context(), registration.NewID())
		wantError(t, "Signup", err, registration.ErrNotFound)
		for _, ids := range [][]registration.ID{nil, {registration.NewID()}} {
			all, err := s.Recipients(t.Context(), ids)
			wantError(t, "Recipients", err, nil)
			wantSame(t, "Recipients", len(all), 0)
		}
		_, err = s.MeetingOf(t.Context(), registration.NewID())
		wantError(t, "MeetingOf", err, registration.ErrNotFound)
		err = s.Change(t.Context(), "2019-06-12-paris", func(tx registration.Tx) error { return nil }, registration.NewID(), registration.NewID())
		wantError(t, "Change about nobody", err, nil)
		change(t, s, func(tx registration.Tx) error {
			_, err := tx.Signup(registration.NewID())
			wantError(t, "Tx.Signup", err, registration.ErrNotFound)
			_, err = tx.ByAddress("personne@exemple.fr")
			wantError(t, "Tx.ByAddress", err, registration.ErrNotFound)
			_, err = tx.ByAddress("")
			wantError(t, "Tx.ByAddress of no address", err, registration.ErrNotFound)
			wantError(t, "Tx.Update", tx.Update(signup(2)), registration.ErrNotFound)
			return tx.Insert(signup(1)) // an absence does not spoil the change
		})
	}},
	{"round trip", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		want := signup(1, "tables-rondes", "ateliers")
		want.AddressConfirmedAt, want.EndedAt = noon.Add(time.Microsecond), noon.Add(time.Hour)
		want.Places[0].State, want.Places[0].Until = registration.Offered, noon.Add(time.Hour)
		want.Arrivals = []registration.Arrival{
			{At: noon.Add(time.Hour), Half: registration.Afternoon, Session: registration.MeetingSession}, // by nobody known
			{At: noon.Add(2 * time.Hour), Half: registration.Morning, Session: registration.MeetingSession, By: registration.NewID()},
			{At: noon.Add(5 * time.Hour), Half: registration.Morning, Session: "ateliers", By: registration.NewID()},
		}
		insert(t, s, want)
		got, err := s.Signup(t.Context(), want.ID)
		wantError(t, "Signup", err, nil)
		wantSame(t, "Signup", got, want)
		all, err := s.Recipients(t.Context(), []registration.ID{want.ID})
		wantError(t, "Recipients", err, nil)
		wantSame(t, "Recipient", all[want.ID].Signup, want)
		wantSame(t, "Recipient's meeting", all[want.ID].Meeting.Slug, want.Meeting)
		home, err := s.MeetingOf(t.Context(), want.ID)
		wantError(t, "MeetingOf", err, nil)
		wantSame(t, "MeetingOf", home, want.Meeting)
		change(t, s, func(tx registration.Tx) error {
			got, err := tx.Signup(want.ID)
			wantSame(t, "Tx.Signup", got, want)
			return err
		})
	}},
	{"recipients", func(t *testing.T, s Store) {
		first, second := meeting(registration.Unlimited, 5, 5), meeting(10, 5, 5)
		second.Slug = "2020-06-12-lyon"
		put(t, s, first)
		put(t, s, second)
		var people []registration.Signup
		for n := range 130 { // more than one statement reads
			people = append(people, signup(n))
		}
		insert(t, s, people...)
		other := signup(1)
		other.Meeting = second.Slug
		err := s.Change(t.Context(), second.Slug, func(tx registration.Tx) error { return tx.Insert(other) })
		wantError(t, "Change", err, nil)
		people = append(people, other)
		want := make(map[registration.ID]string)
		ids := []registration.ID{people[0].ID, registration.NewID()} // one twice, and one that does not exist
		for _, u := range people {
			want[u.ID] = u.FamilyName + " in " + u.Meeting
			ids = append(ids, u.ID)
		}
		all, err := s.Recipients(t.Context(), ids)
		wantError(t, "Recipients", err, nil)
		got := make(map[registration.ID]string)
		for id, r := range all {
			got[id] = r.Signup.FamilyName + " in " + r.Meeting.Slug
		}
		wantSame(t, "Recipients", got, want)
		change(t, s, func(tx registration.Tx) error {
			u := people[0]
			u.EndedAt = noon
			first.Title.FR = "Autre titre"
			return errors.Join(tx.Update(u), tx.Configure(first))
		})
		all, err = s.Recipients(t.Context(), ids[:2])
		wantError(t, "Recipients after a change", err, nil)
		wantSame(t, "the sign-up after a change", all[ids[0]].Signup.EndedAt, noon)
		wantSame(t, "the meeting after a change", all[ids[0]].Meeting.Title.FR, "Autre titre")
	}},
	{"without an address", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		a, b := signup(1), signup(2)
		for _, u := range []*registration.Signup{&a, &b} { // two companions, who do not clash
			u.Person, u.AddressKey, u.HeldUntil = registration.Person{GivenName: "Ali"}, "", time.Time{}
			u.Party = a.ID
		}
		insert(t, s, a, b)
		wantSame(t, "Signups", all(t, s, registration.Query{Party: a.ID}), []registration.Signup{a, b})
	}},
	{"update", updateSignup},
	{"revision", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		insert(t, s, u)
		for want := range 3 {
			got, err := s.Signup(t.Context(), u.ID)
			if err != nil || got.Revision != want {
				t.Errorf("revision %d, %v; want %d", got.Revision, err, want)
			}
			change(t, s, func(tx registration.Tx) error { return tx.Update(u) }) // what Revision says in u is nothing
		}
	}},
	{"transfer", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		u.Transfer = registration.Transfer{Number: 7, Email: "Paul@exemple.fr", GivenName: "Paul", FamilyName: "Kéré", AskedAt: noon}
		insert(t, s, u)
		wantSame(t, "Signups", all(t, s, registration.Query{}), []registration.Signup{u})
		u.Transfer = registration.Transfer{Number: 7, DoneAt: noon.Add(time.Hour)}
		u.Source = registration.SourceImport
		u.Refusal = "Pas cette fois.\nÀ la prochaine."
		change(t, s, func(tx registration.Tx) error { return tx.Update(u) })
		wantSame(t, "Signups", all(t, s, registration.Query{}), []registration.Signup{u})
		u.Transfer = registration.Transfer{}
		change(t, s, func(tx registration.Tx) error { return tx.Update(u) })
		wantSame(t, "Signups", all(t, s, registration.Query{}), []registration.Signup{u})
	}},
	{"code taken", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		first, second := signup(1), signup(2)
		insert(t, s, first)
		change(t, s, func(tx registration.Tx) error {
			second.Code = first.Code // here, as the change may run again
			wantError(t, "Insert", tx.Insert(second), registration.ErrCodeTaken)
			second.Code = "AUTRE"
			return tx.Insert(second) // the change goes on
		})
		wantTaken(t, s, taken{Whole: 2})
		change(t, s, func(tx registration.Tx) error {
			second.Code = first.Code
			wantError(t, "Update", tx.Update(second), registration.ErrCodeTaken)
			second.Code = "NOUVEAU"
			return tx.Update(second)
		})
		second.Revision++
		wantSame(t, "Signups", all(t, s, registration.Query{Code: "NOUVEAU"}), []registration.Signup{second})
		wantSame(t, "Signups with the code before", len(all(t, s, registration.Query{Code: "AUTRE"})), 0)
	}},
	{"another meeting", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		other := meeting(10, 5, 5)
		other.Slug = "2020-06-12-lyon"
		put(t, s, other)
		first, second := signup(1), signup(1)
		second.Meeting = other.Slug
		insert(t, s, first)
		err := s.Change(t.Context(), other.Slug, func(tx registration.Tx) error {
			_, err := tx.Signup(first.ID)
			wantError(t, "Tx.Signup of another meeting", err, registration.ErrNotFound)
			return tx.Insert(second) // neither code nor address clash
		})
		wantError(t, "Change", err, nil)
		wantSame(t, "Signups", all(t, s, registration.Query{}), []registration.Signup{first})
	}},
	{"address taken", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		first, second, third := signup(1), signup(2), signup(3)
		insert(t, s, first, third)
		second.AddressKey, third.AddressKey = first.AddressKey, first.AddressKey
		err := try(t, s, func(tx registration.Tx) error { return tx.Insert(second) })
		wantError(t, "Insert", err, registration.ErrAddressTaken)
		err = try(t, s, func(tx registration.Tx) error { return tx.Update(third) })
		wantError(t, "Update", err, registration.ErrAddressTaken)
		// Once the first has ended, its address is free.
		first.EndedAt, first.Places[0].State = noon, registration.Cancelled
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "Update", tx.Update(first), nil)
			wantError(t, "Insert", tx.Insert(second), nil)
			got, err := tx.ByAddress(second.AddressKey)
			wantSame(t, "ByAddress", got, second)
			return err
		})
	}},
	{"list", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		var want []registration.Signup
		for n := range 5 {
			want = append(want, signup(n, "ateliers"))
		}
		stored := slices.Clone(want)
		slices.Reverse(stored) // not in the order of their ids
		insert(t, s, stored...)
		for name, tt := range map[string]struct {
			query registration.Query
			want  []registration.Signup
		}{
			"all":          {registration.Query{}, want},
			"first two":    {registration.Query{Limit: 2}, want[:2]},
			"after":        {registration.Query{After: want[1].ID, Limit: 2}, want[2:4]},
			"by code":      {registration.Query{Code: want[3].Code}, want[3:4]},
			"by party":     {registration.Query{Party: want[4].ID}, want[4:]},
			"no such code": {registration.Query{Code: "AUTRE"}, nil},
		} {
			wantSame(t, name, all(t, s, tt.query), tt.want)
		}
		for u, err := range s.Signups(t.Context(), registration.Query{Meeting: slug}) {
			wantError(t, "Signups", err, nil)
			wantSame(t, "a reader that stops", u, want[0])
			break
		}
	}},
	{"holds that ended", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		end := noon.Add(time.Hour)
		first, second, later, confirmed, ended := signup(1), signup(2), signup(3), signup(4), signup(5)
		first.HeldUntil, second.HeldUntil, later.HeldUntil = end.Add(-time.Second), end, end.Add(time.Microsecond)
		confirmed.HeldUntil, confirmed.AddressConfirmedAt = first.HeldUntil.Add(-1), noon
		ended.HeldUntil, ended.EndedAt = first.HeldUntil.Add(-1), noon
		insert(t, s, second, first, later, confirmed, ended)
		change(t, s, func(tx registration.Tx) error {
			wantExpired(t, tx, end, 10, first, second)
			wantExpired(t, tx, end, 1, first)
			wantExpired(t, tx, first.HeldUntil.Add(-time.Microsecond), 10)
			return nil
		})
		wantDue(t, s, first.HeldUntil.Add(-time.Microsecond))
		wantDue(t, s, first.HeldUntil, slug)
	}},
	{"offers that ended", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		u.AddressConfirmedAt = noon
		u.Places[0].State, u.Places[0].Until = registration.Offered, noon.Add(time.Hour)
		insert(t, s, u)
		wantDue(t, s, noon.Add(time.Hour-time.Microsecond))
		wantDue(t, s, noon.Add(time.Hour), slug)
	}},
}

func updateSignup(t *testing.T, s Store) {
	put(t, s, meeting(10, 5, 5))
	want := signup(1, "tables-rondes")
	insert(t, s, want)
	want.Code, want.Version, want.FamilyName, want.Email, want.AddressKey = "AUTRE", 2, "Autre", "autre@exemple.fr", "autre@exemple.fr"
	want.Organisation, want.Function, want.Category, want.Territory = "", "", registration.Press, ""
	want.Language, want.NoticeVersion = registration.English, "2"
	want.AddressConfirmedAt, want.HeldUntil, want.Arrivals = noon, time.Time{}, []registration.Arrival{{At: noon, Half: registration.Afternoon, Session: registration.MeetingSession}}
	want.Places = []registration.Place{ // one is new, one changed, one gone
		{Session: "ateliers", State: registration.Queued, Since: noon.Add(time.Second)},
		{Session: registration.MeetingSession, State: registration.Offered, Since: noon, Until: noon.Add(time.Hour)},
	}
	// What Update leaves alone, whatever it is given.
	given := want
	given.Party, given.CreatedAt = registration.NewID(), noon.Add(time.Hour)
	change(t, s, func(tx registration.Tx) error {
		wantError(t, "Update", tx.Update(given), nil)
		got, err := tx.Signup(want.ID)
		wantSame(t, "Tx.Signup", got, want)
		return err
	})
	got, err := s.Signup(t.Context(), want.ID)
	wantError(t, "Signup", err, nil)
	wantSame(t, "Signup", got, want)
	wantTaken(t, s, taken{Whole: 1})
}

func wantExpired(t *testing.T, tx registration.Tx, now time.Time, n int, want ...registration.Signup) {
	t.Helper()
	got, err := tx.ExpiredHolds(now, n)
	wantError(t, "ExpiredHolds", err, nil)
	wantSame(t, "ExpiredHolds", got, want)
}

func wantDue(t *testing.T, s Store, now time.Time, want ...string) {
	t.Helper()
	got, err := s.Due(t.Context(), now)
	wantError(t, "Due", err, nil)
	wantSame(t, "Due", got, want)
}
