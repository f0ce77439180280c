package registration_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/registration/link"
)

// TestRules runs random actions and clock jumps on a small meeting and holds
// them against a model that knows no database.
func TestRules(t *testing.T) {
	t.Parallel()
	base := newDesk(t, 1, 1, 1)
	rapid.Check(t, func(r *rapid.T) {
		meeting := registration.ShippedExample()
		meeting.Queue, meeting.Companions = false, 0
		m := newMachine(t, r, base, meeting)
		r.Repeat(map[string]func(*rapid.T){
			"":            m.invariants,
			"signUp":      m.signUp,
			"confirm":     m.confirm,
			"cancel":      m.cancel,
			"disavow":     m.disavow,
			"choose":      m.choose,
			"setCapacity": m.setCapacity,
			"release":     m.release,
			"wait":        m.wait,
		})
	})
}

// machine is a desk under random actions, with what must be true of it.
type machine struct {
	desk
	t        *testing.T
	ceilings map[registration.SessionID]int // seats above which nothing may be given
	seen     map[registration.ID]string     // each sign-up as it last was
	lines    map[registration.ID]int        // of its history
	meeting  registration.Meeting
	latest   time.Time                               // that the clock has shown
	before   map[registration.ID]registration.Signup // at the last look at the queue
	mayPass  bool                                    // what is done now may pass those who wait
}

// newMachine puts a meeting like m, of its own, into the store of base.
func newMachine(t *testing.T, r *rapid.T, base desk, m registration.Meeting) *machine {
	seats := rapid.IntRange(1, 4).Draw(r, "seats")
	m.Slug = "meeting-" + registration.NewID().String()
	m.Seats, m.Sessions[0].Seats, m.Sessions[1].Seats = registration.Seats(seats), 2, 1
	return &machine{
		desk: base.hold(r, m), t: t, meeting: m,
		ceilings: map[registration.SessionID]int{registration.MeetingSession: seats, "attractivite": 2, "innovation": 1},
	}
}

var sessionIDs = []registration.SessionID{"attractivite", "innovation"}

// pick takes any sign-up, those in a rare state as often as those in a common
// one.
func (m *machine) pick(r *rapid.T) (registration.Signup, bool) {
	by := map[registration.Status][]registration.Signup{}
	for _, s := range m.all(m.t) {
		by[s.Status()] = append(by[s.Status()], s)
	}
	if len(by) == 0 {
		return registration.Signup{}, false
	}
	all := by[rapid.SampledFrom(slices.Sorted(maps.Keys(by))).Draw(r, "status")]
	return all[rapid.IntRange(0, len(all)-1).Draw(r, "sign-up")], true
}

// free is what the model says is left, once holds that are over are released.
func (m *machine) free(id registration.SessionID) int {
	n := m.ceilings[id]
	for _, s := range m.all(m.t) {
		over := s.AddressConfirmedAt.IsZero() && !m.Now().Before(s.HeldUntil)
		if s.State(id).TakesSeat() && !over {
			n--
		}
	}
	return n
}

func (m *machine) signUp(r *rapid.T) {
	q := request(rapid.IntRange(1, 6).Draw(r, "person"))
	q.Sessions = rapid.SliceOfNDistinct(rapid.SampledFrom(sessionIDs), 0, 2, rapid.ID).Draw(r, "sessions")
	key, _ := address.Key(q.Email)
	room := m.free(registration.MeetingSession) > 0
	for _, id := range q.Sessions {
		room = room && m.free(id) > 0
	}
	known := false
	for _, s := range m.all(m.t) {
		known = known || s.AddressKey == key && s.EndedAt.IsZero() && (!s.AddressConfirmedAt.IsZero() || m.Now().Before(s.HeldUntil))
	}
	before := len(m.all(m.t))
	_, err := m.SignUp(context.Background(), m.slug, q)
	open := registration.ShippedExample().Phase(m.Now()) == registration.PhaseOpen
	switch {
	case !open:
		if !errors.Is(err, registration.ErrClosed) {
			r.Fatalf("sign-up after closing: %v", err)
		}
	case !room:
		if !errors.Is(err, registration.ErrFull) {
			r.Fatalf("sign-up without room: %v", err)
		}
	case err != nil:
		r.Fatalf("sign-up with room: %v", err)
	}
	if added := len(m.all(m.t)) - before; (added == 1) != (open && room && !known) {
		r.Fatalf("%d sign-ups were added (open %v, room %v, known %v)", added, open, room, known)
	}
}

func (m *machine) confirm(r *rapid.T) {
	s, ok := m.pick(r)
	if !ok {
		return
	}
	got, err := m.Confirm(context.Background(), m.token(link.ForConfirm, s))
	if err == nil {
		m.asStored(r, "confirm", got)
	}
	var want error
	switch {
	case s.Status() == registration.StatusCancelled:
		want = registration.ErrCancelled
	case s.Status() == registration.StatusRefused:
		want = registration.ErrClosed
	case s.Status() == registration.StatusExpired, s.AddressConfirmedAt.IsZero() && !m.Now().Before(s.HeldUntil):
		want = registration.ErrExpired
	}
	if !errors.Is(err, want) {
		r.Fatalf("confirm a %s sign-up: %v, want %v", s.Status(), err, want)
	}
}

func (m *machine) cancel(r *rapid.T) {
	if s, ok := m.pick(r); ok {
		if _, err := m.Cancel(context.Background(), m.token(link.ForManage, s)); err != nil {
			r.Fatalf("cancel: %v", err)
		}
	}
}

func (m *machine) disavow(r *rapid.T) {
	if s, ok := m.pick(r); ok {
		if err := m.Disavow(context.Background(), m.token(link.ForDisavow, s)); err != nil {
			r.Fatalf("disavow: %v", err)
		}
	}
}

func (m *machine) choose(r *rapid.T) {
	s, ok := m.pick(r)
	if !ok {
		return
	}
	ids := rapid.SliceOfNDistinct(rapid.SampledFrom(sessionIDs), 0, 2, rapid.ID).Draw(r, "sessions")
	before := s.Sessions()
	got, err := m.ChooseSessions(context.Background(), m.token(link.ForManage, s), ids)
	after, readErr := m.store.Signup(context.Background(), s.ID)
	if readErr != nil {
		r.Fatal(readErr)
	}
	want := before // all of the change, or none
	if err == nil {
		slices.Sort(ids)
		want = nil
		for _, id := range ids {
			want = append(want, string(id))
		}
		if !slices.Equal(got.Sessions(), want) {
			r.Fatalf("choose %v returned %v", ids, got.Sessions())
		}
	}
	if after.State(registration.MeetingSession) == registration.Seated && !slices.Equal(after.Sessions(), want) {
		r.Fatalf("choose %v: %v; sessions %v, want %v", ids, err, after.Sessions(), want)
	}
}

func (m *machine) setCapacity(r *rapid.T) {
	id := rapid.SampledFrom(append(sessionIDs, registration.MeetingSession)).Draw(r, "session")
	n := rapid.IntRange(0, 4).Draw(r, "capacity")
	if err := desktest.SetSeats(context.Background(), m.Desk, m.slug, id, registration.Seats(n)); err != nil {
		r.Fatalf("set capacity: %v", err)
	}
	m.ceilings[id] = n
}

func (m *machine) release(r *rapid.T) {
	if err := m.Release(context.Background()); err != nil {
		r.Fatalf("release: %v", err)
	}
	for _, s := range m.all(m.t) {
		if s.EndedAt.IsZero() && s.AddressConfirmedAt.IsZero() && !m.Now().Before(s.HeldUntil) {
			r.Fatalf("a hold that ended at %v was not released at %v", s.HeldUntil, m.Now())
		}
	}
}

// wait lets time pass, sometimes to the very end of a hold; the machine's
// clock also steps back.
func (m *machine) wait(r *rapid.T) {
	if s, ok := m.pick(r); ok && !s.HeldUntil.IsZero() && rapid.Bool().Draw(r, "to the end of a hold") {
		m.clock.Set(s.HeldUntil.Add(time.Duration(rapid.IntRange(-1, 1).Draw(r, "past it")) * time.Microsecond))
		return
	}
	m.clock.Set(m.Now().Add(time.Duration(rapid.IntRange(-60, 60*60).Draw(r, "minutes")) * time.Minute))
}

// seen remembers what was taken when nothing was above its ceiling yet.
func (m *machine) invariants(r *rapid.T) {
	m.check(r)
	all, err := m.store.Occupancy(context.Background(), m.slug)
	if err != nil {
		r.Fatal(err)
	}
	for _, o := range all {
		if int(o.Seats) != m.ceilings[o.Session] {
			r.Fatalf("session %s has %d seats, want %d", o.Session, o.Seats, m.ceilings[o.Session])
		}
	}
}
