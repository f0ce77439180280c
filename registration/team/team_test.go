package team_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

const slug = registration.ShippedSlug

// as returns a context in which the organiser with this address acts.
func as(t *testing.T, d desktest.Desk, email string) context.Context {
	t.Helper()
	o, err := d.Team.ByAddress(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	return registration.WithActor(t.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: o.ID})
}

func add(t *testing.T, d desktest.Desk, email string, role registration.Role, meetings ...string) registration.Organiser {
	t.Helper()
	c, _, err := d.Team.Add(t.Context(), email, role, meetings...)
	if err != nil {
		t.Fatal(err)
	}
	return c.Organiser
}

// signIn opens a session and returns its token.
func signIn(t *testing.T, d desktest.Desk, email string, role registration.Role, meetings ...string) string {
	t.Helper()
	_, link, err := d.Team.Add(t.Context(), email, role, meetings...)
	if err != nil {
		t.Fatal(err)
	}
	token, _, _, err := d.Team.SignIn(t.Context(), link, "Firefox, Linux")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestGrants(t *testing.T) {
	t.Parallel()
	d := desktest.Open(t)
	boss := add(t, d, "boss@x.example", registration.RoleAdmin)
	add(t, d, "here@x.example", registration.RoleAdmin, slug)
	desk := add(t, d, "desk@x.example", registration.RoleDesk, slug)
	everywhere := add(t, d, "reader@x.example", registration.RoleReader)
	for _, tt := range []struct {
		name string
		do   func(ctx context.Context) error
		by   string
		want error
	}{
		{"no role", func(ctx context.Context) error {
			_, err := d.Team.SetRole(ctx, desk.ID, registration.Grant{Meeting: slug, Role: "chef"})
			return err
		}, "boss@x.example", team.ErrRole},
		{"no meeting", func(ctx context.Context) error {
			_, err := d.Team.SetRole(ctx, desk.ID, registration.Grant{Meeting: "nowhere", Role: registration.RoleDesk})
			return err
		}, "boss@x.example", team.ErrMeeting},
		{"no address", func(ctx context.Context) error {
			_, err := d.Team.Invite(ctx, "boss", registration.RoleDesk)
			return err
		}, "boss@x.example", team.ErrAddress},
		{"nobody", func(ctx context.Context) error {
			_, err := d.Team.SetRole(ctx, registration.NewID(), registration.Grant{Role: registration.RoleDesk})
			return err
		}, "boss@x.example", registration.ErrNotFound},
		{"last admin removed", func(ctx context.Context) error { _, err := d.Team.Remove(ctx, boss.ID); return err }, "boss@x.example", team.ErrLastAdmin},
		{"last admin demoted", func(ctx context.Context) error {
			_, err := d.Team.SetRole(ctx, boss.ID, registration.Grant{Role: registration.RoleReader})
			return err
		}, "boss@x.example", team.ErrLastAdmin},
		{"an admin of one meeting, everywhere", func(ctx context.Context) error {
			_, err := d.Team.Invite(ctx, "x@x.example", registration.RoleDesk)
			return err
		}, "here@x.example", team.ErrForbidden},
		{"an admin of one meeting, all grants", func(ctx context.Context) error { _, err := d.Team.Remove(ctx, everywhere.ID); return err }, "here@x.example", team.ErrForbidden},
		{"an admin of one meeting, sessions", func(ctx context.Context) error { return d.Team.SignOut(ctx, everywhere.ID) }, "here@x.example", team.ErrForbidden},
		{"a desk", func(ctx context.Context) error {
			_, err := d.Team.SetRole(ctx, desk.ID, registration.Grant{Meeting: slug, Role: registration.RoleAdmin})
			return err
		}, "desk@x.example", team.ErrForbidden},
		{"a sign-in for more than one has", func(ctx context.Context) error { _, _, err := d.Team.Show(ctx, boss.ID); return err }, "here@x.example", team.ErrForbidden},
		{"an admin of one meeting, in it", func(ctx context.Context) error {
			_, err := d.Team.SetRole(ctx, everywhere.ID, registration.Grant{Meeting: slug, Role: registration.RoleDesk})
			return err
		}, "here@x.example", nil},
	} {
		before, err := d.Team.People(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := tt.do(as(t, d, tt.by)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		after, err := d.Team.People(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if changed := !cmp.Equal(before, after); changed != (tt.want == nil) {
			t.Errorf("%s: somebody was changed: %v", tt.name, changed)
		}
	}
}

// TestChanged: a change says what somebody was, leaves other scopes alone, and
// ends their sessions and links.
func TestChanged(t *testing.T) {
	t.Parallel()
	d := desktest.Open(t)
	session := signIn(t, d, "o@x.example", registration.RoleReader)
	_, waiting, err := d.Team.Add(t.Context(), "Zoé <O@X.example>;", registration.RoleReader) // as it was pasted
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Team.Session(t.Context(), session, true); err != nil {
		t.Fatalf("the same grant again ended the session: %v", err)
	}
	c, _, err := d.Team.Add(t.Context(), "o@x.example", registration.RoleDesk, slug)
	want := team.Changed{
		Was: []registration.Grant{{Role: registration.RoleReader}},
		Organiser: registration.Organiser{Email: "o@x.example",
			Grants: []registration.Grant{{Role: registration.RoleReader}, {Meeting: slug, Role: registration.RoleDesk}}},
	}
	if diff := cmp.Diff(want, c, cmpopts.IgnoreFields(registration.Organiser{}, "ID")); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, _, err := d.Team.Session(t.Context(), session, true); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("the session goes on: %v", err)
	}
	if _, err := d.Team.Peek(t.Context(), waiting); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("the older link works: %v", err)
	}
	c, err = d.Team.Remove(t.Context(), c.Organiser.ID)
	if err != nil || len(c.Was) != 2 || len(c.Organiser.Grants) != 0 {
		t.Errorf("removed: %+v, %v", c, err)
	}
	if _, err := d.Team.ByAddress(t.Context(), "o@x.example"); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("who was removed is there: %v", err)
	}
}

// TestTwoAdmins: each removes the other at the same time; one of them stays.
func TestTwoAdmins(t *testing.T) {
	t.Parallel()
	for range 5 {
		d := desktest.Open(t)
		a, b := add(t, d, "a@x.example", registration.RoleAdmin), add(t, d, "b@x.example", registration.RoleAdmin)
		var errs [2]error
		var done sync.WaitGroup
		byA, byB := as(t, d, "a@x.example"), as(t, d, "b@x.example")
		done.Go(func() { _, errs[0] = d.Team.Remove(byA, b.ID) })
		done.Go(func() { _, errs[1] = d.Team.Remove(byB, a.ID) })
		done.Wait()
		left, err := d.Team.People(t.Context())
		if err != nil || len(left) != 1 || (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("%d are left; %v, %v", len(left), errs, err)
		}
		for _, err := range errs {
			if err != nil && !errors.Is(err, team.ErrForbidden) {
				t.Errorf("the second admin reads %v", err)
			}
		}
	}
}

// TestSignInOnce: a link shows whom it signs in, signs them in once, and not when it is
// too old.
func TestSignInOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		after time.Duration
		want  []error // of looking, signing in, signing in again, looking again
	}{
		{team.SignInFor - time.Microsecond, []error{nil, nil, registration.ErrNotFound, registration.ErrNotFound}},
		{team.SignInFor, []error{registration.ErrExpired, registration.ErrExpired, registration.ErrExpired, registration.ErrExpired}},
	} {
		d := desktest.Open(t)
		c, token, err := d.Team.Add(t.Context(), "o@x.example", registration.RoleReader)
		if err != nil {
			t.Fatal(err)
		}
		d.Clock.Pass(tt.after)
		for i, want := range tt.want {
			o, err := c.Organiser, error(nil)
			if i == 0 || i == 3 {
				o, err = d.Team.Peek(t.Context(), token)
			} else {
				_, _, _, err = d.Team.SignIn(t.Context(), token, "")
			}
			if !errors.Is(err, want) || err == nil && o.ID != c.Organiser.ID {
				t.Errorf("after %v, step %d: %v, %v; want %v", tt.after, i, o.ID, err, want)
			}
		}
	}
}

func TestSessionLimits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		role   registration.Role
		at     time.Time
		steps  []time.Duration // between pages
		active bool
		want   bool
	}{
		{"busy", registration.RoleReader, desktest.Opening, []time.Duration{29 * time.Minute, 29 * time.Minute, 29 * time.Minute}, true, true},
		{"idle", registration.RoleReader, desktest.Opening, []time.Duration{30 * time.Minute}, true, false},
		{"a page that loads itself", registration.RoleReader, desktest.Opening, []time.Duration{15 * time.Minute, 15 * time.Minute}, false, false},
		{"idle at the door, another day", registration.RoleDesk, desktest.Opening, []time.Duration{30 * time.Minute}, true, false},
		{"idle at the door, on the day", registration.RoleDesk, desktest.Meeting().Day.In(registration.Paris).Add(8 * time.Hour), []time.Duration{3 * time.Hour}, true, true},
		{"an organiser on the day", registration.RoleOrganiser, desktest.Meeting().Day.In(registration.Paris).Add(8 * time.Hour), []time.Duration{3 * time.Hour}, true, false},
		{"at the door for long", registration.RoleDesk, desktest.Meeting().Day.In(registration.Paris).Add(8 * time.Hour), []time.Duration{6 * time.Hour, 6 * time.Hour}, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := desktest.Open(t)
			d.Clock.Set(tt.at)
			token := signIn(t, d, "o@x.example", tt.role)
			var err error
			for i, step := range tt.steps {
				if err != nil {
					t.Fatalf("step %d: %v", i, err)
				}
				d.Clock.Pass(step)
				_, _, err = d.Team.Session(t.Context(), token, tt.active)
			}
			if on := err == nil; on != tt.want || err != nil && !errors.Is(err, registration.ErrNotFound) {
				t.Errorf("goes on: %v (%v), want %v", on, err, tt.want)
			}
		})
	}
}

// TestSessionEnds: a session says when it ends if its organiser does nothing more.
func TestSessionEnds(t *testing.T) {
	t.Parallel()
	morning := desktest.Meeting().Day.In(registration.Paris).Add(8 * time.Hour)
	for _, tt := range []struct {
		name  string
		role  registration.Role
		at    time.Time
		steps []time.Duration // between pages
		self  bool            // the last page loads itself
		want  time.Duration   // after the sign-in
	}{
		{"at once", registration.RoleReader, desktest.Opening, []time.Duration{0}, false, 30 * time.Minute},
		{"a page later", registration.RoleReader, desktest.Opening, []time.Duration{20 * time.Minute}, false, 50 * time.Minute},
		{"a page that loads itself", registration.RoleReader, desktest.Opening, []time.Duration{20 * time.Minute}, true, 30 * time.Minute},
		{"in the last half hour", registration.RoleReader, desktest.Opening, slices.Repeat([]time.Duration{29 * time.Minute}, 24), false, 12 * time.Hour},
		{"at the door, another day", registration.RoleDesk, desktest.Opening, []time.Duration{0}, false, 30 * time.Minute},
		{"at the door, on the day", registration.RoleDesk, morning, []time.Duration{3 * time.Hour}, false, 12 * time.Hour},
		{"at the door, beyond midnight", registration.RoleDesk, morning.Add(10 * time.Hour), []time.Duration{time.Hour}, false, 6 * time.Hour},
		{"at the door, about midnight", registration.RoleDesk, morning.Add(10 * time.Hour), []time.Duration{5*time.Hour + 50*time.Minute}, false, 6*time.Hour + 20*time.Minute},
		{"an organiser on the day", registration.RoleOrganiser, morning, []time.Duration{0}, false, 30 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := desktest.Open(t)
			d.Clock.Set(tt.at)
			token := signIn(t, d, "o@x.example", tt.role)
			var s team.Session
			var err error
			for i, step := range tt.steps {
				d.Clock.Pass(step)
				if s, _, err = d.Team.Session(t.Context(), token, !tt.self || i < len(tt.steps)-1); err != nil {
					t.Fatalf("step %d: %v", i, err)
				}
			}
			if got := s.Ends.Sub(s.Since); got != tt.want {
				t.Errorf("ends %v after the sign-in, want %v", got, tt.want)
			}
			d.Clock.Set(s.Ends.Add(-time.Microsecond))
			if _, _, err := d.Team.Session(t.Context(), token, false); err != nil {
				t.Errorf("just before: %v", err)
			}
			d.Clock.Set(s.Ends)
			if _, _, err := d.Team.Session(t.Context(), token, false); !errors.Is(err, registration.ErrNotFound) {
				t.Errorf("then: %v, want ErrNotFound", err)
			}
		})
	}
}

func TestSessionOfNobody(t *testing.T) {
	t.Parallel()
	d := desktest.Open(t)
	token := signIn(t, d, "o@x.example", registration.RoleReader)
	s, _, err := d.Team.Session(t.Context(), token, true)
	if err != nil || s.Key == token {
		t.Fatalf("%v; the database has the token itself: %v", err, s.Key == token)
	}
	for _, other := range []string{"", s.Key, token + "x", token[1:]} {
		if _, _, err := d.Team.Session(t.Context(), other, true); !errors.Is(err, registration.ErrNotFound) {
			t.Errorf("a session of another token: %v", err)
		}
	}
	d.Clock.Pass(59 * time.Second)
	if s, _, _ = d.Team.Session(t.Context(), token, true); !s.Seen.Equal(s.Since) {
		t.Error("seen is written more than once a minute")
	}
	d.Clock.Pass(time.Second)
	_, _, _ = d.Team.Session(t.Context(), token, true)
	if s, _, _ = d.Team.Session(t.Context(), token, true); s.Seen.Equal(s.Since) {
		t.Error("seen is not written after a minute")
	}
	if err := d.Store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Team.Session(t.Context(), token, true); !errors.Is(err, registration.ErrUnavailable) {
		t.Errorf("a database that cannot be read: %v", err)
	}
}

// TestAskLimits: a stranger cannot use up what somebody needs from elsewhere,
// and known and unknown addresses are told the same.
func TestAskLimits(t *testing.T) {
	t.Parallel()
	d := desktest.Open(t)
	add(t, d, "known@x.example", registration.RoleDesk)
	stranger, own := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	ask := func(email string, from netip.Addr) error { return d.Team.AskSignIn(t.Context(), email, "", from) }
	for _, email := range []string{"known@x.example", "unknown@x.example"} {
		met := 0
		for n := 1; n <= 30; n++ {
			if err := ask(email, stranger); errors.Is(err, team.ErrTooMany) {
				met = n
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if met != 13 {
			t.Errorf("%s: the limit was met at ask %d, want 13", email, met)
		}
	}
	if err := ask("known@x.example", own); err != nil {
		t.Errorf("from one's own network: %v", err)
	}
	b, err := d.Store.Backlog(t.Context(), d.Now())
	if err != nil || b.Waiting != 13 {
		t.Errorf("%d mails, %v; want 12 and 1, none to who is unknown", b.Waiting, err)
	}
	d.Clock.Pass(time.Hour)
	if err := ask("known@x.example", stranger); err != nil {
		t.Errorf("an hour later: %v", err)
	}
	for n := range 200 { // from everywhere
		_ = ask("known@x.example", netip.AddrFrom4([4]byte{198, 51, byte(n / 40), byte(n)}))
		_ = ask("known@x.example", netip.AddrFrom4([4]byte{198, 51, byte(n / 40), byte(n)}))
	}
	if err := ask("known@x.example", netip.MustParseAddr("203.0.113.9")); err != nil {
		t.Errorf("the first ask of a network, while others ask for the same address: %v", err)
	}
	if err := ask("known@x.example", netip.MustParseAddr("203.0.113.9")); !errors.Is(err, team.ErrTooMany) {
		t.Errorf("the second one: %v", err)
	}
}
