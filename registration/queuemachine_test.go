package registration_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// TestQueueRules runs random actions on a meeting that keeps queues.
func TestQueueRules(t *testing.T) {
	t.Parallel()
	base := newDesk(t, 1, 1, 1)
	rapid.Check(t, func(r *rapid.T) {
		meeting := registration.ShippedExample()
		meeting.Queue, meeting.Companions, meeting.Approval = true, 2, rapid.Bool().Draw(r, "approval")
		meeting.Questions = []registration.Question{{ID: "meal", Kind: registration.TextQuestion, Label: registration.Localized{FR: "Question"}, RetentionDays: 2}}
		meeting.Notice.RetentionDays = 5
		if hours := rapid.SampledFrom([]int{0, 12, 30, 72}).Draw(r, "freezes after hours"); hours > 0 {
			meeting.FreezesAt = meeting.OpensAt.Add(time.Duration(9+hours) * time.Hour)
		}
		m := newMachine(t, r, base, meeting)
		r.Repeat(map[string]func(*rapid.T){
			"": func(r *rapid.T) {
				m.invariants(r)
				m.noIdleSeat(r)
				m.nobodyPassed(r)
				m.history(r)
			},
			"signUp":  m.partySignUp,
			"confirm": m.confirm,
			"cancel":  m.cancel,
			"undo": func(r *rapid.T) {
				now := rapid.Bool().Draw(r, "cancelled just now")
				m.mayPass = true // an undo restores what was, past the queue
				m.act(registration.ErrExpired, registration.ErrClosed, registration.ErrAddressTaken)("undo",
					func(ctx context.Context, token string) (registration.Signup, error) {
						if now {
							if _, err := m.Cancel(ctx, token); err != nil {
								r.Fatalf("cancel: %v", err)
							}
						}
						return m.Undo(ctx, token)
					})(r)
			},
			"accept":  m.act(registration.ErrExpired, registration.ErrCancelled, registration.ErrClosed)("accept", m.Accept),
			"decline": m.act()("decline", m.Decline),
			"choose": func(r *rapid.T) {
				ids := rapid.SliceOfNDistinct(rapid.SampledFrom(sessionIDs), 0, 2, rapid.ID).Draw(r, "sessions")
				m.act(registration.ErrExpired, registration.ErrCancelled, registration.ErrClosed)("choose",
					func(ctx context.Context, token string) (registration.Signup, error) {
						return m.ChooseSessions(ctx, token, ids)
					})(r)
			},
			"bring": func(r *rapid.T) {
				m.act(registration.ErrExpired, registration.ErrCancelled, registration.ErrClosed, m.fullWhenFrozen(), errInvalid)("bring",
					func(ctx context.Context, token string) (registration.Signup, error) {
						_, err := m.AddCompanion(ctx, token, companion(r))
						return registration.Signup{}, err
					})(r)
			},
			"remove": func(r *rapid.T) {
				m.act(registration.ErrNotFound)("remove", func(ctx context.Context, token string) (registration.Signup, error) {
					s, _ := m.pick(r)
					return m.RemoveCompanion(ctx, token, s.ID)
				})(r)
			},
			"edit": func(r *rapid.T) {
				m.act(registration.ErrExpired, registration.ErrCancelled, registration.ErrClosed)("edit",
					func(ctx context.Context, token string) (registration.Signup, error) {
						return m.Edit(ctx, token, edited())
					})(r)
			},
			"replace": m.replace,
			"erase": func(r *rapid.T) {
				m.act()("erase", func(ctx context.Context, token string) (registration.Signup, error) {
					return registration.Signup{}, m.Erase(ctx, token)
				})(r)
			},
			"disavow": m.disavow,
			"decide": func(r *rapid.T) {
				if s, ok := m.pick(r); ok {
					err := m.Decide(context.Background(), m.slug, s.ID, rapid.Bool().Draw(r, "approve"))
					again := []error{registration.ErrClosed, registration.ErrExpired, registration.ErrAddressTaken, registration.ErrFull}
					if s.Status() == registration.StatusRefused && slices.ContainsFunc(again, func(want error) bool { return errors.Is(err, want) }) {
						return // a refusal is taken back by the rules of the day
					}
					if err != nil && !errors.Is(err, registration.ErrNotFound) && !errors.Is(err, m.fullWhenFrozen()) {
						r.Fatalf("decide on a %s sign-up: %v", s.Status(), err)
					}
				}
			},
			"reissue": func(r *rapid.T) {
				if s, ok := m.pick(r); ok {
					old := m.manage(s)
					if err := m.Reissue(context.Background(), m.slug, s.ID); err != nil {
						r.Fatalf("reissue: %v", err)
					}
					if _, _, err := m.Read(context.Background(), link.ForManage, old); !errors.Is(err, registration.ErrNotFound) {
						r.Fatalf("the revoked link: %v", err)
					}
				}
			},
			"askLink": func(r *rapid.T) {
				q := request(rapid.IntRange(1, 8).Draw(r, "person"))
				err := m.AskLink(context.Background(), m.slug, q.Email, netip.Addr{})
				if err := errors.Join(err, m.AnswerLinks(context.Background())); err != nil {
					r.Fatalf("ask link: %v", err)
				}
			},
			"forget":      m.forget,
			"setCapacity": m.setCapacity,
			"release":     m.release,
			"wait":        m.wait,
		})
	})
}

// fullWhenFrozen is ErrFull after the freeze, when nobody can queue any more.
func (m *machine) fullWhenFrozen() error {
	if m.meeting.Frozen(m.Now()) {
		return registration.ErrFull
	}
	return errInvalid
}

var errInvalid = errors.New("a validation error")

// act returns an action on a random sign-up that may end in one of the errors.
func (m *machine) act(allowed ...error) func(string, func(context.Context, string) (registration.Signup, error)) func(*rapid.T) {
	return func(name string, do func(context.Context, string) (registration.Signup, error)) func(*rapid.T) {
		return func(r *rapid.T) {
			s, ok := m.pick(r)
			if !ok {
				return
			}
			got, err := do(context.Background(), m.manage(s))
			if err == nil {
				m.asStored(r, name, got)
			}
			if _, invalid := errors.AsType[*validation.Error](err); invalid {
				err = errInvalid
			}
			if err != nil && !slices.ContainsFunc(allowed, func(want error) bool { return errors.Is(err, want) }) {
				r.Fatalf("%s of a %s sign-up: %v", name, s.Status(), err)
			}
		}
	}
}

// asStored fails unless a sign-up that an act returned has the places that are stored.
func (m *machine) asStored(r *rapid.T, name string, got registration.Signup) {
	if got.ID == (registration.ID{}) {
		return
	}
	stored, err := m.store.Signup(context.Background(), got.ID)
	same := func(a, b registration.Place) bool {
		return a.Session == b.Session && a.State == b.State && a.Until.Equal(b.Until)
	}
	if err != nil || !slices.EqualFunc(got.Places, stored.Places, same) {
		r.Fatalf("%s returned the places %v, stored are %v; %v", name, got.Places, stored.Places, err)
	}
}

// replace moves a sign-up to somebody else, who may be signed up already and who
// mostly confirms. Places stay as they were.
func (m *machine) replace(r *rapid.T) {
	c := companion(r)
	confirms := rapid.IntRange(0, 3).Draw(r, "confirms") > 0
	m.act(registration.ErrExpired, registration.ErrCancelled, registration.ErrClosed, registration.ErrAddressTaken, errInvalid)("replace",
		func(ctx context.Context, token string) (registration.Signup, error) {
			s, err := m.Replace(ctx, token, c)
			if err != nil || !confirms {
				return s, err
			}
			before := s.Places
			s, err = m.AcceptTransfer(ctx, m.keys.Token(link.ForTransfer, s.ID, s.Transfer.Number))
			if err == nil && (s.Email != c.Email || !slices.Equal(before, s.Places)) {
				r.Fatalf("places %v, before %v", s.Places, before)
			}
			return s, err
		})(r)
}

func (m *machine) partySignUp(r *rapid.T) {
	q := request(rapid.IntRange(1, 8).Draw(r, "person"))
	q.Sessions = rapid.SliceOfNDistinct(rapid.SampledFrom(sessionIDs), 0, 2, rapid.ID).Draw(r, "sessions")
	for range rapid.IntRange(0, 2).Draw(r, "companions") {
		if c := companion(r); c.Email == "" || c.Email != q.Email && (len(q.Companions) == 0 || q.Companions[0].Email != c.Email) {
			q.Companions = append(q.Companions, c)
		}
	}
	q.Answers = registration.Answers{"meal": {"fish"}}
	_, err := m.SignUp(context.Background(), m.slug, q)
	full := errors.Is(err, m.fullWhenFrozen())
	if open := m.meeting.Phase(m.Now()) == registration.PhaseOpen; !full && open != (err == nil) {
		r.Fatalf("sign-up: %v (open %v)", err, open)
	}
	if err != nil || rapid.Bool().Draw(r, "confirmed later") {
		return
	}
	key, _ := address.Key(q.Email)
	for _, s := range m.all(m.t) {
		if s.AddressKey == key && s.EndedAt.IsZero() && s.AddressConfirmedAt.IsZero() {
			if _, err := m.Confirm(context.Background(), m.token(link.ForConfirm, s)); err != nil {
				r.Fatalf("confirm at once: %v", err)
			}
		}
	}
}

// companion is somebody without an address, or with one that may be signed up.
func companion(r *rapid.T) registration.Companion {
	c := registration.Companion{GivenName: "Paul", FamilyName: "d’Arc"}
	if n := rapid.IntRange(0, 10).Draw(r, "companion"); n > 0 {
		c.Email = request(n).Email
	}
	return c
}

func edited() registration.Request {
	q := request(1)
	q.GivenName, q.Answers = "Jehanne", registration.Answers{"meal": {"none"}}
	return q
}

// forget lets the upkeep run, sometimes days after the meeting.
func (m *machine) forget(r *rapid.T) {
	meeting := registration.ShippedExample()
	now, until := m.Now(), m.Now()
	if days := rapid.IntRange(-6, 7).Draw(r, "days after"); days >= 0 && rapid.Bool().Draw(r, "late") {
		until = meeting.Day.AddDays(days).In(registration.Paris)
		defer m.clock.Set(now)
	}
	if err := desktest.ApplyRetention(context.Background(), m.Desk, m.clock, until); err != nil {
		r.Fatalf("forget: %v", err)
	}
	for _, s := range m.all(m.t) {
		if meeting.Day.AddDays(2).AddDays(1).In(registration.Paris).After(m.Now()) {
			break
		}
		if len(s.Answers) > 0 || s.Email != "" && !m.Now().Before(meeting.Day.AddDays(5).AddDays(1).In(registration.Paris)) {
			r.Fatalf("kept on %v: %v, %v", m.Now(), s.Answers, s.Person)
		}
	}
}

// noIdleSeat fails if a party that may be offered seats waits although there
// are enough of them.
func (m *machine) noIdleSeat(r *rapid.T) {
	if m.latest.Before(m.Now()) {
		m.latest = m.Now()
	}
	if !m.meeting.Offers(m.latest) { // also after a clock was set back: the next change offers
		return // seats no longer move by themselves
	}
	all := m.all(r)
	for _, s := range all {
		for _, p := range s.Places {
			if p.State.TakesSeat() && p.Session != registration.MeetingSession && s.State(registration.MeetingSession) != registration.Seated {
				r.Fatalf("a seat in %s without one in the meeting: %+v", p.Session, s.Places)
			}
		}
	}
	occupancy, err := m.store.Occupancy(context.Background(), m.slug)
	if err != nil {
		r.Fatal(err)
	}
	for _, o := range occupancy {
		for party, n := range parties(all, o.Session) {
			if n <= o.Free() {
				r.Fatalf("session %s has %d free seats while the party %s of %d waits", o.Session, o.Free(), party, n)
			}
		}
	}
}

// nobodyPassed fails if somebody was given or offered a seat since the last look
// while a party waited that came earlier and that the seats would have sufficed
// for.
func (m *machine) nobodyPassed(r *rapid.T) {
	all, before, exempt := m.all(r), m.before, m.mayPass
	m.before, m.mayPass = map[registration.ID]registration.Signup{}, false
	for _, s := range all {
		m.before[s.ID] = s
	}
	if exempt {
		return
	}
	occupancy, err := m.store.Occupancy(context.Background(), m.slug)
	if err != nil {
		r.Fatal(err)
	}
	for _, o := range occupancy {
		id := o.Session
		waited, ranks := parties(all, id), map[registration.ID]time.Time{}
		for party := range waited { // those who waited before too
			if parties(slices.Collect(maps.Values(before)), id)[party] == 0 {
				delete(waited, party)
			}
		}
		given := map[registration.ID]int{} // by party
		for _, s := range all {
			for _, p := range s.Places {
				if p.Session == id && waited[s.Party] > 0 && p.State == registration.Queued {
					ranks[s.Party] = p.Rank
				}
				if p.Session == id && p.State.TakesSeat() && !before[s.ID].State(id).TakesSeat() {
					given[s.Party]++
				}
			}
		}
		for party, n := range given {
			for other, size := range waited {
				if other != party && size <= o.Free()+n && (rankIn(all, party, id).IsZero() || ranks[other].Before(rankIn(all, party, id))) {
					r.Fatalf("session %s: party %s was given %d seats past party %s of %d, %d are free", id, party, n, other, size, o.Free())
				}
			}
		}
	}
}

// parties are those who wait for a session and may be offered a seat, by party.
func parties(all []registration.Signup, id registration.SessionID) map[registration.ID]int {
	confirmed, sizes := map[registration.ID]bool{}, map[registration.ID]int{}
	for _, s := range all {
		confirmed[s.ID] = !s.AddressConfirmedAt.IsZero()
	}
	for _, s := range all {
		if s.State(id) == registration.Queued && (confirmed[s.ID] || confirmed[s.Party]) &&
			(id == registration.MeetingSession || s.State(registration.MeetingSession) == registration.Seated) {
			sizes[s.Party]++
		}
	}
	return sizes
}

// rankIn is the rank of a party in a session, zero if it never waited there.
func rankIn(all []registration.Signup, party registration.ID, id registration.SessionID) (first time.Time) {
	for _, s := range all {
		for _, p := range s.Places {
			if s.Party == party && p.Session == id && p.State.TakesSeat() && (first.IsZero() || p.Rank.Before(first)) {
				first = p.Rank
			}
		}
	}
	return first
}

// history fails unless every sign-up that is not as it was has one more line
// of history.
func (m *machine) history(r *rapid.T) {
	if m.seen == nil {
		m.seen = map[registration.ID]string{}
		m.lines = map[registration.ID]int{}
	}
	for _, s := range m.all(m.t) {
		s.Sequence = 0 // a mailing raises it, which has a line of its own
		now, lines := fmt.Sprintf("%+v", s), m.linesOf(r, s.ID)
		if m.seen[s.ID] != now && lines <= m.lines[s.ID] {
			r.Fatalf("sign-up %s changed without a line of history:\n%s\n%s", s.ID, m.seen[s.ID], now)
		}
		m.seen[s.ID], m.lines[s.ID] = now, lines
	}
}

func (m *machine) linesOf(r *rapid.T, id registration.ID) (n int) {
	row := m.store.Engine().Read().QueryRowContext(context.Background(), `SELECT count(*) FROM event WHERE signup = $1`, id.String())
	if err := row.Scan(&n); err != nil {
		r.Fatal(err)
	}
	return n
}

func TestCompanionEmpty(t *testing.T) {
	t.Parallel()
	for c, want := range map[registration.Companion]bool{
		{}: true, {GivenName: " \u00a0", Email: "\u200b"}: true, {FamilyName: "d’Arc"}: false, {GivenName: "نور"}: false,
	} {
		if got := c.Empty(); got != want {
			t.Errorf("%+v: empty %v, want %v", c, got, want)
		}
	}
}
