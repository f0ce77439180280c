package registration_test

import (
	"errors"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// TestRetentionRests: a meeting in which nothing is left to delete is not looked
// through again until something may be.
func TestRetentionRests(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, asking)
	d.signed(t, 1)
	streams := 0
	d = d.over(t, counted{Store: d.store, streams: &streams})
	runs := func(when string) int {
		retain(t, d, at(t, when))
		retain(t, d, at(t, when)) // what deleted something looks once more
		before := streams
		for i := range 3 {
			retain(t, d, at(t, when).Add(time.Duration(i)*time.Minute))
		}
		return streams - before
	}
	for _, tt := range []struct {
		when    string
		answers int
	}{{"2019-06-10 12:00", 4}, {"2019-06-14 12:00", 4}, {"2019-06-20 00:00", 3}, {"2019-07-13 00:00", 2}, {"2019-09-11 00:00", 0}} {
		if n := runs(tt.when); n != 0 {
			t.Errorf("%s: looked through %d times in vain", tt.when, n)
		}
		if got := len(d.all(t)[0].Answers); got != tt.answers {
			t.Errorf("%s: %d answers, want %d", tt.when, got, tt.answers)
		}
	}
	s := d.all(t)[0]
	if s.Email != "" || streams == 0 {
		t.Fatalf("kept %q after %d looks", s.Email, streams)
	}
	s.GivenName = "Zoé" // somebody writes it after all
	if err := d.store.Change(t.Context(), slug, func(tx registration.Tx) error { return tx.Update(s) }); err != nil {
		t.Fatal(err)
	}
	retain(t, d, at(t, "2019-09-11 12:00"))
	if got := d.all(t)[0]; got.GivenName != "" {
		t.Errorf("%q was written after the end and is kept", got.GivenName)
	}
}

// TestOneMeetingFails: what cannot be done in one meeting is done in the others,
// and is said.
func TestOneMeetingFails(t *testing.T) {
	t.Parallel()
	first := newDesk(t, 10, 10, 10)
	slugs := []string{"2018", slug, "2020"} // in the order in which they are listed
	for _, other := range []string{slugs[0], slugs[2]} {
		m := onDay(t, "2019-06-12")
		m.Slug = other
		if err := first.store.PutMeeting(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		at   string
		run  func(d desk) error
		done func(d desk) (bool, error)
	}{
		{"Release", "2019-05-20 12:00", func(d desk) error { return d.Release(t.Context()) }, func(d desk) (bool, error) {
			return !d.all(t)[0].EndedAt.IsZero(), nil
		}},
		{"Remind", "2019-06-05 14:00", func(d desk) error { return d.Remind(t.Context()) }, func(d desk) (bool, error) {
			all, err := d.store.Mailings(t.Context(), d.slug)
			return len(all) > 0, err
		}},
		{"ApplyRetention", "2020-01-01 00:00", func(d desk) error { return d.ApplyRetention(t.Context()) }, func(d desk) (bool, error) {
			return d.all(t)[0].Email == "", nil
		}},
	} {
		for _, s := range slugs {
			if tt.name == "Release" {
				if _, err := first.SignUp(t.Context(), s, request(1)); err != nil {
					t.Fatal(err)
				}
			}
		}
		first.clock.Set(at(t, "2019-05-16 09:00"))
		streams := 0
		d := first.over(t, counted{Store: first.store, streams: &streams, broken: slug}) // made before the clock moves
		d.clock.Set(at(t, tt.at))
		for _, s := range slugs {
			first.slug = s
			if done, err := tt.done(first); done || err != nil {
				t.Fatalf("%s in %s: done before, %v", tt.name, s, err)
			}
		}
		if err := tt.run(d); !errors.Is(err, errBroken) {
			t.Errorf("%s = %v, want the error of the one meeting", tt.name, err)
		}
		for _, s := range slugs {
			first.slug = s
			if done, err := tt.done(first); done != (s != slug) || err != nil {
				t.Errorf("%s in %s: done %v, %v", tt.name, s, done, err)
			}
		}
		if first.slug = slug; tt.run(first) != nil {
			t.Fatalf("%s fails", tt.name)
		}
		if done, err := tt.done(first); !done || err != nil {
			t.Errorf("%s: not done once it can be, %v", tt.name, err)
		}
	}
}
