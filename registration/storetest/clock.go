package storetest

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// day0 is the first tick of these tests, two days before the meeting.
var day0 = time.Date(2019, time.June, 10, 12, 0, 0, 0, time.UTC)

// signedUp is when the one person of these tests signed up.
var signedUp = day0.Add(-time.Hour)

const days = 24 * time.Hour

// started returns a desk that has just been made at now, as after a restart.
func started(t *testing.T, s Store, now time.Time) *registration.Desk {
	t.Helper()
	keys, err := link.NewKeyring(bytes.Repeat([]byte{1}, link.MinSecret))
	wantError(t, "NewKeyring", err, nil)
	desk, err := registration.NewDesk(registration.DeskOptions{Store: s, Organisers: s, Keyring: keys, Clock: func() time.Time { return now }})
	wantError(t, "NewDesk", err, nil)
	return desk
}

// ticks applies the retention n times, the first time at now and then after each
// step, each time on a new desk, as after a restart. It returns the time of the
// last.
func ticks(t *testing.T, s Store, now time.Time, n int, step time.Duration) time.Time {
	t.Helper()
	for i := range n {
		if i > 0 {
			now = now.Add(step)
		}
		wantError(t, "ApplyRetention", started(t, s, now).ApplyRetention(t.Context()), nil)
	}
	return now
}

// forgetful stores a meeting with one person, whose data are kept for so many days
// after the meeting.
func forgetful(t *testing.T, s Store, kept int) registration.Signup {
	t.Helper()
	m := meeting(10, 5, 5)
	m.Notice.RetentionDays = kept
	put(t, s, m)
	u := signup(1)
	u.CreatedAt, u.AddressConfirmedAt, u.Places[0].Since = signedUp, signedUp, signedUp
	insert(t, s, u)
	return u
}

// wantKept fails unless the data of the person are still there, or are deleted if
// want is false.
func wantKept(t *testing.T, s Store, u registration.Signup, when string, want bool) {
	t.Helper()
	got, err := s.Signup(t.Context(), u.ID)
	wantError(t, "Signup", err, nil)
	if kept := got.Email != ""; kept != want {
		r, err := s.ClockRecord(t.Context())
		t.Fatalf("%s: kept %v, want %v; clock %+v, %v", when, kept, want, r, err)
	}
}

func wantDoubt(t *testing.T, s Store, missing int, needsConfirmation bool) {
	t.Helper()
	r, err := s.ClockRecord(t.Context())
	wantError(t, "ClockRecord", err, nil)
	if !r.InDoubt() || r.MissingTicks() != missing || r.NeedsConfirmation() != needsConfirmation {
		t.Fatalf("clock %+v, want a doubt of %d ticks that needs a word: %v", r, missing, needsConfirmation)
	}
}

func wantTrusted(t *testing.T, s Store, at time.Time) {
	t.Helper()
	r, err := s.ClockRecord(t.Context())
	wantError(t, "ClockRecord", err, nil)
	wantSame(t, "ClockRecord", r, registration.ClockRecord{Trusted: at})
}

var clockCases = []testCase{
	{"what is due is deleted", func(t *testing.T, s Store) {
		u := forgetful(t, s, 1)
		ticks(t, s, noon, 2, 0)
		at := ticks(t, s, day0.Add(-25*days), 14, 48*time.Hour)
		wantTrusted(t, s, at)
		wantKept(t, s, u, "before its end", true)
		ticks(t, s, at.Add(48*time.Hour), 3, 48*time.Hour)
		wantKept(t, s, u, "after its end", false)
	}},
	{"a leap of less than a month", func(t *testing.T, s Store) {
		u := forgetful(t, s, 1)
		ticks(t, s, day0, 1, 0)
		at := ticks(t, s, day0.Add(30*days), 1, 0)
		wantDoubt(t, s, 24, false)
		at = ticks(t, s, at.Add(time.Hour), 23, time.Hour)
		wantDoubt(t, s, 1, false)
		wantKept(t, s, u, "one tick too early", true)
		at = ticks(t, s, at.Add(time.Hour), 1, 0)
		wantTrusted(t, s, at)
		wantKept(t, s, u, "after the doubt", false)
	}},
	{"a leap of more than a month", func(t *testing.T, s Store) {
		u := forgetful(t, s, 1)
		ticks(t, s, day0, 1, 0)
		at := ticks(t, s, day0.Add(30*days+time.Microsecond), 30, time.Hour)
		wantDoubt(t, s, 0, true)
		wantKept(t, s, u, "without a word", true)
		r, err := started(t, s, at).ConfirmClock(t.Context())
		wantError(t, "ConfirmClock", err, nil)
		wantSame(t, "ConfirmClock", [...]bool{r.InDoubt(), r.NeedsConfirmation()}, [...]bool{true, false})
		wantKept(t, s, u, "before the next tick", true)
		ticks(t, s, at.Add(time.Hour), 1, 0)
		wantKept(t, s, u, "after the word", false)
	}},
	{"a word alone is not enough", func(t *testing.T, s Store) {
		u := forgetful(t, s, 1)
		ticks(t, s, day0, 1, 0)
		at := ticks(t, s, day0.Add(1000*days), 1, 0)
		_, err := started(t, s, at).ConfirmClock(t.Context())
		wantError(t, "ConfirmClock", err, nil)
		at = ticks(t, s, at.Add(time.Hour), 23, time.Hour)
		wantDoubt(t, s, 1, false)
		wantKept(t, s, u, "one tick too early", true)
		// A word holds for one leap.
		at = ticks(t, s, at.Add(1000*days), 1, 0)
		wantDoubt(t, s, 24, true)
		ticks(t, s, at.Add(time.Hour), 24, time.Hour)
		wantKept(t, s, u, "after another leap", true)
	}},
	{"a word without a doubt is none for the next", func(t *testing.T, s Store) {
		forgetful(t, s, 1)
		ticks(t, s, day0, 1, 0)
		r, err := started(t, s, day0).ConfirmClock(t.Context())
		wantError(t, "ConfirmClock", err, nil)
		wantSame(t, "ConfirmClock", r, registration.ClockRecord{Trusted: day0})
		ticks(t, s, day0.Add(40*days), 1, 0)
		wantDoubt(t, s, 24, true)
	}},
	{"ticks of less than an hour", func(t *testing.T, s Store) {
		u := forgetful(t, s, 1)
		ticks(t, s, day0, 1, 0)
		at := day0.Add(20 * days)
		at = ticks(t, s, at, 100, 10*time.Minute) // 16 hours and a half
		wantDoubt(t, s, 24-16, false)
		wantKept(t, s, u, "by many ticks", true)
		ticks(t, s, at, 100, 0)
		wantDoubt(t, s, 24-16, false)
	}},
	{"a leap in a doubt", func(t *testing.T, s Store) {
		u := forgetful(t, s, 1)
		ticks(t, s, day0, 1, 0)
		at := ticks(t, s, day0.Add(10*days), 24, time.Hour)
		wantDoubt(t, s, 1, false)
		at = ticks(t, s, at.Add(48*time.Hour+time.Microsecond), 1, 0)
		wantDoubt(t, s, 24, false)
		at = ticks(t, s, at.Add(-49*time.Hour), 1, 0)
		wantDoubt(t, s, 24, false)
		ticks(t, s, at.Add(time.Hour), 23, time.Hour)
		wantKept(t, s, u, "by a clock that does not stand", true)
	}},
	{"a clock that comes back", func(t *testing.T, s Store) {
		u := forgetful(t, s, 1)
		ticks(t, s, day0, 1, 0)
		ticks(t, s, day0.Add(5000*days), 30, time.Hour)
		wantDoubt(t, s, 0, true)
		// What was recorded meanwhile does not become the reference.
		change(t, s, func(tx registration.Tx) error {
			return tx.Record(registration.Event{At: day0.Add(5000 * days), Kind: registration.EventReissued, Signup: u.ID})
		})
		at := ticks(t, s, day0.Add(48*time.Hour), 1, 0)
		wantTrusted(t, s, at)
		wantKept(t, s, u, "by the right clock", true)
		ticks(t, s, day0.Add(5000*days), 1, 0)
		wantDoubt(t, s, 24, true)
		ticks(t, s, at.Add(2*days), 1, 0)
		wantKept(t, s, u, "when it is due", false)
	}},
	{"a clock that goes back is no leap", func(t *testing.T, s Store) {
		u := forgetful(t, s, 1)
		at := ticks(t, s, day0.Add(-300*days), 1, 0)
		wantTrusted(t, s, at)
		ticks(t, s, day0, 1, 0) // the clock was wrong before
		wantDoubt(t, s, 24, true)
		wantKept(t, s, u, "in the doubt", true)
	}},
	{"people and no tick", func(t *testing.T, s Store) {
		u := forgetful(t, s, 1)
		late := signedUp.Add(3 * days)
		change(t, s, func(tx registration.Tx) error {
			return tx.Record(registration.Event{At: late, Kind: registration.EventReissued, Signup: u.ID})
		})
		for _, before := range []struct{ at, want time.Time }{
			{late, signedUp}, {late.Add(time.Microsecond), late}, {signedUp, time.Time{}}, {late.Add(9000 * days), late},
		} {
			got, err := s.LastRecorded(t.Context(), before.at)
			wantError(t, "LastRecorded", err, nil)
			wantSame(t, "LastRecorded", got, before.want)
		}
		// What the desk itself wrote while the clock was wrong is no reference.
		wrong := late.Add(1000 * days)
		desk := started(t, s, wrong)
		change(t, s, func(tx registration.Tx) error {
			return tx.Record(registration.Event{At: wrong.Add(time.Second), Kind: registration.EventReissued, Signup: u.ID})
		})
		wantError(t, "ApplyRetention", desk.ApplyRetention(t.Context()), nil)
		wantDoubt(t, s, 24, true)
		wantKept(t, s, u, "by a first tick years later", true)
		at := ticks(t, s, late.Add(48*time.Hour), 1, 0)
		wantTrusted(t, s, at)
	}},
	{"nobody and no tick", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		at := ticks(t, s, day0.Add(20000*days), 1, 0)
		wantTrusted(t, s, at)
	}},
	{"ChangeClock loses nothing", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		var done sync.WaitGroup
		for range 20 {
			done.Go(func() {
				err := s.ChangeClock(t.Context(), func(r registration.ClockRecord, _ time.Time) registration.ClockRecord {
					r.Ticks++
					return r
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
		r, err := s.ClockRecord(t.Context())
		wantError(t, "ClockRecord", err, nil)
		wantSame(t, "ClockRecord", r, registration.ClockRecord{Ticks: 20})
		want := registration.ClockRecord{Trusted: noon, Doubted: day0, Last: day0.Add(time.Hour), Ticks: 1, Confirmed: true}
		err = s.ChangeClock(t.Context(), func(registration.ClockRecord, time.Time) registration.ClockRecord { return want })
		wantError(t, "ChangeClock", err, nil)
		change(t, s, func(tx registration.Tx) error {
			got, err := tx.ClockRecord()
			wantSame(t, "ClockRecord", got, want)
			return err
		})
	}},
}
