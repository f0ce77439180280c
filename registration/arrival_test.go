package registration_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// atTheDoor is a desk at half past eight on the day of the meeting, with one
// person who has the only seat and one who waits.
func atTheDoor(t *testing.T, door registration.DoorPolicy) (d desk, seated, waiting registration.Signup) {
	t.Helper()
	d = queueing(t, 1, func(m *registration.Meeting) { m.Door = door })
	seated, waiting = d.join(t, 1, 0, "innovation"), d.join(t, 2, 0)
	d.clock.Set(at(t, "2019-06-12 08:30"))
	return d, seated, waiting
}

func TestArrive(t *testing.T) {
	t.Parallel()
	d, s, _ := atTheDoor(t, "")
	by := registration.NewID()
	first, again, err := d.Arrive(t.Context(), slug, s.ID, registration.CheckIn{By: by})
	want := registration.Arrival{At: d.Now().UTC(), Half: registration.Morning, Session: registration.MeetingSession, By: by}
	if first != want || again || err != nil {
		t.Fatalf("Arrive = %+v, %v, %v; want %+v", first, again, err, want)
	}
	d.want(t, 1, registration.StatusPresent)
	d.clock.Set(d.Now().Add(time.Minute))
	if second, again, err := d.Arrive(t.Context(), slug, s.ID, registration.CheckIn{By: registration.NewID()}); second != first || !again || err != nil {
		t.Errorf("a second time: %+v, %v, %v; want the first arrival again", second, again, err)
	}
	if _, again, err := d.Arrive(t.Context(), slug, s.ID, registration.CheckIn{Session: "innovation"}); again || err != nil {
		t.Errorf("at a session's door: %v, %v", again, err)
	}
	if _, _, err := d.Arrive(t.Context(), slug, s.ID, registration.CheckIn{Half: registration.Afternoon}); err != nil {
		t.Errorf("in the afternoon: %v", err)
	}
	got, err := d.Attendance(t.Context(), slug)
	if err != nil || len(got) != 3 {
		t.Errorf("attendance %+v, %v; want three lines", got, err)
	}
	for range 2 {
		if err := d.UndoArrival(t.Context(), slug, s.ID, "", ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.UndoArrival(t.Context(), slug, s.ID, "", ""); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("nothing is left to take back: %v, want ErrNotFound", err)
	}
	if got := d.byNumber(t, 1).Arrivals; len(got) != 1 || got[0].Session != "innovation" {
		t.Errorf("arrivals %+v, want that at the session", got)
	}
}

// TestArrivalNotedBefore: what a device noted without a network counts by how
// long ago that was, within bounds.
func TestArrivalNotedBefore(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		now  string
		ago  time.Duration
		want string // "": an error
		half registration.HalfDay
		err  error
	}{
		{"2019-06-12 08:30", 0, "2019-06-12 08:30", registration.Morning, nil},
		{"2019-06-12 08:30", 12 * time.Minute, "2019-06-12 08:18", registration.Morning, nil},
		{"2019-06-12 08:30", -time.Hour, "2019-06-12 08:30", registration.Morning, nil}, // a clock that was set
		{"2019-06-12 13:10", 20 * time.Minute, "2019-06-12 12:50", registration.Morning, nil},
		{"2019-06-12 13:10", 5 * time.Minute, "2019-06-12 13:05", registration.Afternoon, nil},
		{"2019-06-12 18:00", registration.MaxAgo, "2019-06-12 12:00", registration.Morning, nil},
		{"2019-06-12 18:00", registration.MaxAgo + time.Second, "", "", registration.ErrTooOld},
		{"2019-06-12 00:30", time.Hour, "", "", registration.ErrTooOld}, // the evening before
		{"2019-06-13 00:30", time.Hour, "", "", registration.ErrNotToday},
	} {
		d, s, _ := atTheDoor(t, "")
		d.clock.Set(at(t, tt.now))
		got, _, err := d.Arrive(t.Context(), slug, s.ID, registration.CheckIn{Ago: tt.ago})
		if !errors.Is(err, tt.err) || err == nil && (!got.At.Equal(at(t, tt.want)) || got.Half != tt.half) {
			t.Errorf("%s, %v ago: %v %s, %v; want %s %s, %v", tt.now, tt.ago, got.At, got.Half, err, tt.want, tt.half, tt.err)
		}
	}
	d, s, _ := atTheDoor(t, "")
	for _, in := range []registration.CheckIn{{Session: "innovation"}, {Ago: 10 * time.Minute}} {
		if _, _, err := d.Arrive(t.Context(), slug, s.ID, in); err != nil {
			t.Fatal(err)
		}
	}
	if got := d.byNumber(t, 1).Arrivals; len(got) != 2 || got[0].Session != registration.MeetingSession {
		t.Errorf("arrivals %+v, want them in the order of their times", got)
	}
}

// TestArriveOnce: of five desks in the same instant one records the arrival.
func TestArriveOnce(t *testing.T) {
	t.Parallel()
	d, s, _ := atTheDoor(t, "")
	var fresh, all sync.WaitGroup
	results := make(chan bool, 5)
	fresh.Add(1)
	for range 5 {
		all.Go(func() {
			fresh.Wait()
			_, again, err := d.Arrive(t.Context(), slug, s.ID, registration.CheckIn{})
			if err != nil {
				t.Error(err)
			}
			results <- again
		})
	}
	fresh.Done()
	all.Wait()
	close(results)
	n := 0
	for again := range results {
		if !again {
			n++
		}
	}
	if n != 1 || len(d.byNumber(t, 1).Arrivals) != 1 {
		t.Errorf("%d desks recorded the arrival, %+v is stored; want one", n, d.byNumber(t, 1).Arrivals)
	}
}

// TestDoor: who has no seat is told so, and admitted where the meeting allows
// it and who stands at the door says so.
func TestDoor(t *testing.T) {
	t.Parallel()
	for _, door := range []registration.DoorPolicy{registration.DoorSeats, registration.DoorBeyond} {
		d, s, waiting := atTheDoor(t, door)
		may := door == registration.DoorBeyond
		_, _, err := d.Arrive(t.Context(), slug, waiting.ID, registration.CheckIn{})
		no, ok := errors.AsType[*registration.NoSeatError](err)
		if !ok || no.Status != registration.StatusWaitlisted || no.May != may {
			t.Errorf("door %s: %v, want a NoSeatError that may admit: %v", door, err, may)
		}
		_, _, err = d.Arrive(t.Context(), slug, waiting.ID, registration.CheckIn{Beyond: true})
		if may != (err == nil) {
			t.Errorf("door %s, beyond: %v", door, err)
		}
		walk := registration.WalkIn{GivenName: "Ada", FamilyName: "Byron", Organisation: "Moteurs"}
		if _, err = d.Admit(t.Context(), slug, walk); err == nil {
			t.Errorf("door %s: a walk-in was admitted without a seat", door)
		}
		walk.Beyond = true
		in, err := d.Admit(t.Context(), slug, walk)
		if may != (err == nil) {
			t.Errorf("door %s, a walk-in beyond: %v", door, err)
		}
		v, err := d.Meeting(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{true: 3, false: 1}[may]; v.In(registration.MeetingSession).Taken != want {
			t.Errorf("door %s: %d seats are taken, want %d", door, v.In(registration.MeetingSession).Taken, want)
		}
		if may && (in.Status() != registration.StatusConfirmed && len(d.all(t)) != 3) {
			t.Errorf("the walk-in is %s", in.Status())
		}
		if _, _, err := d.Arrive(t.Context(), slug, s.ID, registration.CheckIn{}); err != nil {
			t.Errorf("door %s: who has a seat: %v", door, err)
		}
	}
}

// TestWalkInTwice: a form that is sent twice admits one person.
func TestWalkInTwice(t *testing.T) {
	t.Parallel()
	d, _, _ := atTheDoor(t, registration.DoorBeyond)
	walk := registration.WalkIn{ID: registration.NewID(), GivenName: "Ada", FamilyName: "Byron", CheckIn: registration.CheckIn{Beyond: true}}
	first, err := d.Admit(t.Context(), slug, walk)
	if err != nil || first.ID == (registration.ID{}) || first.Party != first.ID {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := d.Admit(t.Context(), slug, walk)
	if err != nil || second.Code != first.Code || len(d.all(t)) != 3 {
		t.Errorf("a second time: %s, %v, %d sign-ups; want the first one, and three", second.Code, err, len(d.all(t)))
	}
	next := walk // from a page that stayed open: it has the same id
	next.FamilyName, next.GivenName = "Lovelace", "Anne"
	if other, err := d.Admit(t.Context(), slug, next); err != nil || other.FamilyName != "Lovelace" || other.Code == first.Code {
		t.Errorf("the next person from the same page: %s %s, %v; want somebody else", other.FamilyName, other.Code, err)
	}
	walk.ID, walk.FamilyName, walk.GivenName = registration.ID{}, "byron", "ADA"
	_, err = d.Admit(t.Context(), slug, walk)
	if known, ok := errors.AsType[*registration.NamesakeError](err); !ok || len(known.People) != 1 || known.People[0].ID != first.ID {
		t.Errorf("somebody of the same name: %v, want a NamesakeError with the first", err)
	}
	walk.GivenName = "Adam"
	if _, err := d.Admit(t.Context(), slug, walk); err != nil {
		t.Errorf("somebody of another given name: %v", err)
	}
	walk.GivenName, walk.Sure = "Ada", true
	if _, err := d.Admit(t.Context(), slug, walk); err != nil || len(d.all(t)) != 6 {
		t.Errorf("another of that name: %v, %d sign-ups, want six", err, len(d.all(t)))
	}
}

// TestWalkInAtTwoMeetings: one page that is sent to two meetings of a day admits
// somebody to each, once.
func TestWalkInAtTwoMeetings(t *testing.T) {
	t.Parallel()
	d, _, _ := atTheDoor(t, registration.DoorBeyond)
	there := d.twin(t).slug
	walk := registration.WalkIn{ID: registration.NewID(), GivenName: "Ada", FamilyName: "Byron", CheckIn: registration.CheckIn{Beyond: true}}
	codes := map[string]registration.ID{}
	for range 2 {
		for _, at := range []string{slug, there} {
			s, err := d.Admit(t.Context(), at, walk)
			if err != nil {
				t.Fatalf("at %s: %v", at, err)
			}
			if was, ok := codes[at]; ok && was != s.ID {
				t.Errorf("a second time at %s: somebody else", at)
			}
			codes[at] = s.ID
		}
	}
	if codes[slug] == codes[there] {
		t.Error("one id at two meetings")
	}
}

// TestEraseArrivals: who is erased leaves no arrival.
func TestEraseArrivals(t *testing.T) {
	t.Parallel()
	d, s, _ := atTheDoor(t, "")
	if _, _, err := d.Arrive(t.Context(), slug, s.ID, registration.CheckIn{}); err != nil || len(d.byNumber(t, 1).Arrivals) != 1 {
		t.Fatal(err)
	}
	if err := d.EraseFor(t.Context(), slug, s.ID); err != nil {
		t.Fatal(err)
	}
	for _, u := range d.all(t) {
		if u.ID == s.ID && (!u.Erased() || len(u.Arrivals) > 0) {
			t.Errorf("what is left: %+v", u)
		}
	}
}

// TestThank: those who came are thanked once, after the day.
func TestThank(t *testing.T) {
	t.Parallel()
	d, s, _ := atTheDoor(t, "")
	if _, _, err := d.Arrive(t.Context(), slug, s.ID, registration.CheckIn{}); err != nil {
		t.Fatal(err)
	}
	d.letters(t)
	if err := d.Thank(t.Context(), slug); !errors.Is(err, registration.ErrNotOver) {
		t.Errorf("on the day: %v, want ErrNotOver", err)
	}
	d.clock.Set(at(t, "2019-06-13 09:00"))
	for _, want := range []string{"map[thanks " + s.Email + ":true]", "map[]"} { // the second time to nobody
		if err := d.Thank(t.Context(), slug); err != nil {
			t.Fatal(err)
		}
		if err := d.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(keys(d.letters(t))); got != want {
			t.Errorf("mails %s, want %s", got, want)
		}
	}
}

// TestDoorBadInput: another day, nobody's id, a session that there is not, a
// walk-in without a name.
func TestDoorBadInput(t *testing.T) {
	t.Parallel()
	d, s, _ := atTheDoor(t, registration.DoorBeyond)
	if _, _, err := d.Arrive(t.Context(), slug, registration.NewID(), registration.CheckIn{}); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("nobody's id: %v", err)
	}
	if _, _, err := d.Arrive(t.Context(), slug, s.ID, registration.CheckIn{Session: "cuisine"}); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("no such session: %v", err)
	}
	if _, err := d.Admit(t.Context(), slug, registration.WalkIn{GivenName: "Ada"}); err == nil {
		t.Error("a walk-in without a family name was admitted")
	} else if bad, ok := errors.AsType[*validation.Error](err); !ok || bad.Fields[0].Path != "family_name" {
		t.Errorf("a walk-in without a family name: %v", err)
	}
	for _, day := range []string{"2019-06-11 23:59", "2019-06-13 00:00"} {
		d.clock.Set(at(t, day))
		if _, _, err := d.Arrive(t.Context(), slug, s.ID, registration.CheckIn{}); !errors.Is(err, registration.ErrNotToday) {
			t.Errorf("on %s: %v, want ErrNotToday", day, err)
		}
		if _, err := d.Admit(t.Context(), slug, registration.WalkIn{GivenName: "Ada", FamilyName: "Byron"}); !errors.Is(err, registration.ErrNotToday) {
			t.Errorf("a walk-in on %s: %v, want ErrNotToday", day, err)
		}
	}
}
