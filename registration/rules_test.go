package registration_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// clock is a clock that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// desk is a Desk on a real SQLite file with one meeting.
type desk struct {
	*registration.Desk
	store *sqldb.Store
	keys  *link.Keyring
	clock *clock
	slug  string // of the meeting
}

const slug = registration.ShippedSlug

func newKeys(t testing.TB) *link.Keyring {
	t.Helper()
	k, err := link.NewKeyring(bytes.Repeat([]byte{7}, link.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// newDesk opens a desk with seats for the meeting and for two sessions.
func newDesk(t testing.TB, seats, morning, innovation registration.Seats) desk {
	t.Helper()
	m := registration.ShippedExample()
	m.Queue, m.Companions = false, 0
	m.Seats, m.Sessions[0].Seats, m.Sessions[1].Seats = seats, morning, innovation
	return desk{store: desktest.Store(t), keys: newKeys(t)}.hold(t, m)
}

// hold opens a desk of its own, with its own clock, on the same store, for the
// meeting m.
func (d desk) hold(t rapid.TB, m registration.Meeting) desk {
	t.Helper()
	if err := d.store.PutMeeting(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	d.clock, d.slug = &clock{now: m.OpensAt.Add(9 * time.Hour)}, m.Slug
	var err error
	d.Desk, err = registration.NewDesk(registration.DeskOptions{
		Store: watched{again{Store: d.store}}, Organisers: d.store, Keyring: d.keys, BaseURL: "https://rencontre.example", Clock: d.clock.Now, NoLimits: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// request is a good request of person number n.
func request(n int) registration.Request {
	return registration.Request{
		GivenName: "Jeanne", FamilyName: fmt.Sprintf("d’Arc %d", n), Email: fmt.Sprintf("jeanne.%d@exemple.fr", n),
		Category: registration.Elected, Privacy: true,
	}
}

// all returns every sign-up of the meeting, in the order of creation.
func (d desk) all(t rapid.TB) []registration.Signup {
	t.Helper()
	var all []registration.Signup
	for s, err := range d.Signups(context.Background(), registration.Query{Meeting: d.slug}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// token returns a link to the sign-up.
func (d desk) token(p link.Purpose, s registration.Signup) string {
	return d.keys.Token(p, s.ID, s.Version)
}

// mails claims every mail that waits and settles it as sent.
func (d desk) mails(t testing.TB) []registration.Kind {
	t.Helper()
	var kinds []registration.Kind
	for {
		batch, err := d.store.Claim(context.Background(), d.Now(), time.Minute, 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range batch {
			kinds = append(kinds, m.Kind)
			if err := d.store.RecordOutcomes(context.Background(), map[registration.ID]registration.Outcome{m.ID: {SentAt: d.Now()}}); err != nil {
				t.Fatal(err)
			}
		}
		if len(batch) == 0 {
			return kinds
		}
	}
}

func TestSignUpConfirmCancel(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 10, 5, 5)
	ctx := t.Context()
	r := request(1)
	r.GivenName, r.FamilyName, r.Email = "  Zoe\u0308 ", "O’Brien-d’Ailly 王", "Zoë.王+ti@Évry.example"
	r.Territory, r.Sessions = "ti-2701", []registration.SessionID{"innovation", "innovation"}
	receipt, err := d.SignUp(ctx, slug, r)
	if err != nil {
		t.Fatal(err)
	}
	if want := d.Now().Add(registration.HoldFor); !receipt.HeldUntil.Equal(want) {
		t.Errorf("held until %v, want %v", receipt.HeldUntil, want)
	}
	s := d.all(t)[0]
	if s.GivenName != "Zoë" || s.FamilyName != "O’Brien-d’Ailly 王" || s.Email != "Zoë.王+ti@Évry.example" || s.Territory != "ti-2701" {
		t.Errorf("stored %+v", s.Person)
	}
	if got := s.Status(); got != registration.StatusPending {
		t.Errorf("status %s, want pending", got)
	}
	if diff := fmt.Sprint(s.Sessions()); diff != "[innovation]" {
		t.Errorf("sessions %s", diff)
	}
	for range 2 {
		if _, err := d.Confirm(ctx, d.token(link.ForConfirm, s)); err != nil {
			t.Fatalf("confirm: %v", err)
		}
	}
	if got := d.all(t)[0].Status(); got != registration.StatusConfirmed {
		t.Errorf("status %s, want confirmed", got)
	}
	for range 2 {
		if _, err := d.Cancel(ctx, d.token(link.ForManage, s)); err != nil {
			t.Fatalf("cancel: %v", err)
		}
	}
	if _, err := d.Confirm(ctx, d.token(link.ForConfirm, s)); !errors.Is(err, registration.ErrCancelled) {
		t.Errorf("confirm after cancel: %v, want ErrCancelled", err)
	}
	want := []registration.Kind{registration.MailConfirm, registration.MailConfirmed, registration.MailCancelled}
	if got := d.mails(t); !slices.Equal(got, want) {
		t.Errorf("mails %v, want %v", got, want)
	}
	d.check(t)
}

func TestSignUpRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 10, 5, 5)
	for name, tt := range map[string]struct {
		change func(*registration.Request)
		paths  []string
	}{
		"nothing given":        {func(r *registration.Request) { *r = registration.Request{} }, []string{"given_name", "family_name", "email", "category", "privacy"}},
		"blank name":           {func(r *registration.Request) { r.GivenName = " \u00a0 " }, []string{"given_name"}},
		"nothing to be seen":   {func(r *registration.Request) { r.GivenName = "\u200b\u2060\ufeff" }, []string{"given_name"}},
		"line break in a name": {func(r *registration.Request) { r.FamilyName = "Arc\r\nBcc: x@y.fr" }, []string{"family_name"}},
		"NUL":                  {func(r *registration.Request) { r.Organisation = "a\x00b" }, []string{"organisation"}},
		"invalid UTF-8":        {func(r *registration.Request) { r.Function = "maire\xff" }, []string{"function"}},
		"turned direction":     {func(r *registration.Request) { r.GivenName = "Jea\u202enne" }, []string{"given_name"}},
		"long name":            {func(r *registration.Request) { r.GivenName = string(make([]rune, 101)) }, []string{"given_name"}},
		"address":              {func(r *registration.Request) { r.Email = "jeanne" }, []string{"email"}},
		"category":             {func(r *registration.Request) { r.Category = "roi" }, []string{"category"}},
		"territory":            {func(r *registration.Request) { r.Territory = "Atlantide" }, []string{"territory"}},
		"session":              {func(r *registration.Request) { r.Sessions = []registration.SessionID{"x"} }, []string{"sessions"}},
		"the meeting itself":   {func(r *registration.Request) { r.Sessions = []registration.SessionID{registration.MeetingSession} }, []string{"sessions"}},
		"language":             {func(r *registration.Request) { r.Language = "de" }, []string{"language"}},
		"notice not read":      {func(r *registration.Request) { r.Privacy = false }, []string{"privacy"}},
	} {
		r := request(1)
		tt.change(&r)
		_, err := d.SignUp(t.Context(), slug, r)
		bad, ok := errors.AsType[*validation.Error](err)
		if !ok {
			t.Errorf("%s: %v, want a ValidationError", name, err)
			continue
		}
		var paths []string
		for _, f := range bad.Fields {
			paths = append(paths, f.Path)
		}
		if !slices.Equal(paths, tt.paths) {
			t.Errorf("%s: paths %v, want %v", name, paths, tt.paths)
		}
	}
	if n := len(d.all(t)); n != 0 {
		t.Errorf("%d sign-ups were stored", n)
	}
}

// TestMarksAroundAName: what programs put around a name that is copied from them is no
// reason to refuse it, and no part of it. Joiners within it are.
func TestMarksAroundAName(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 10, 5, 5)
	d.configure(t, func(m *registration.Meeting) { m.Companions = 1 })
	r := request(1)
	r.GivenName, r.FamilyName, r.Organisation, r.Function = "\u2068Jeanne\u2069", "\u202b\u200fנעמי כהן\u202c \ufeff", "\u202aMairie\u202c", "\u200e\u061c"
	r.Companions = []registration.Companion{{GivenName: "\u2067می\u200cخواهم\u2069", FamilyName: "\u200bRoux"}}
	if _, err := d.SignUp(t.Context(), slug, r); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range d.all(t) {
		got = append(got, s.GivenName, s.FamilyName, s.Organisation, s.Function)
	}
	slices.Sort(got)
	if want := []string{"", "", "Jeanne", "Mairie", "Mairie", "Roux", "נעמי כהן", "می\u200cخواهم"}; !slices.Equal(got, want) {
		t.Errorf("stored %q, want %q", got, want)
	}
}

// TestKnownAddress: the answer is the same, and the mails are few.
func TestKnownAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1, 5, 5)
	ctx := t.Context()
	first, err := d.SignUp(ctx, slug, request(1))
	if err != nil {
		t.Fatal(err)
	}
	again := request(1)
	again.Email, again.GivenName = "JEANNE.1@Exemple.FR", "Mallory"
	// The meeting is full: known or not, the answer says so.
	for range 10 {
		if _, err := d.SignUp(ctx, slug, again); !errors.Is(err, registration.ErrFull) {
			t.Fatalf("known address at a full meeting: %v, want ErrFull", err)
		}
	}
	if _, err := d.SignUp(ctx, slug, request(2)); !errors.Is(err, registration.ErrFull) {
		t.Fatalf("new address at a full meeting: %v, want ErrFull", err)
	}
	if err := desktest.SetSeats(ctx, d.Desk, slug, registration.MeetingSession, 5); err != nil {
		t.Fatal(err)
	}
	receipt, err := d.SignUp(ctx, slug, again)
	if err != nil || receipt != first {
		t.Errorf("known address: %+v, %v; want %+v", receipt, err, first)
	}
	if got := d.all(t); len(got) != 1 || got[0].GivenName != "Jeanne" {
		t.Errorf("sign-ups %+v, want the first alone", got)
	}
	// One link waits to be sent, however often it is asked for.
	want := []registration.Kind{registration.MailConfirm, registration.MailAlreadySignedUp}
	if got := d.mails(t); !slices.Equal(got, want) {
		t.Errorf("mails %v, want %v", got, want)
	}
	d.clock.Set(d.Now().Add(24*time.Hour + time.Second))
	if _, err := d.SignUp(ctx, slug, again); err != nil {
		t.Fatal(err)
	}
	if got := d.mails(t); !slices.Equal(got, want[1:2]) {
		t.Errorf("mails the day after: %v, want one", got)
	}
}

// TestHoldBoundary: at its last microsecond a hold is good, at its end it is
// over, and the seat is somebody else's at once.
func TestHoldBoundary(t *testing.T) {
	t.Parallel()
	for after, want := range map[time.Duration]error{-time.Microsecond: nil, 0: registration.ErrExpired} {
		d := newDesk(t, 1, 5, 5)
		receipt, err := d.SignUp(t.Context(), slug, request(1))
		if err != nil {
			t.Fatal(err)
		}
		s := d.all(t)[0]
		d.clock.Set(receipt.HeldUntil.Add(after))
		if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, s)); !errors.Is(err, want) {
			t.Errorf("%v after the end: %v, want %v", after, err, want)
		}
		_, err = d.SignUp(t.Context(), slug, request(2))
		if full := errors.Is(err, registration.ErrFull); full != (want == nil) {
			t.Errorf("%v after the end, the next person: %v", after, err)
		}
		if err := d.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.check(t)
	}
}

func TestPhasesRefuse(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 10, 5, 5)
	for now, want := range map[string]error{
		"2019-05-15 23:59": registration.ErrNotOpen, "2019-06-12 00:00": registration.ErrClosed, "2019-06-13 00:00": registration.ErrClosed,
	} {
		d.clock.Set(at(t, now))
		if _, err := d.SignUp(t.Context(), slug, registration.Request{}); !errors.Is(err, want) {
			t.Errorf("at %s: %v, want %v", now, err, want)
		}
	}
	if _, err := d.SignUp(t.Context(), "nowhere", request(1)); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("unknown meeting: %v, want ErrNotFound", err)
	}
}

func TestLinksAreChecked(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 10, 5, 5)
	if _, err := d.SignUp(t.Context(), slug, request(1)); err != nil {
		t.Fatal(err)
	}
	s := d.all(t)[0]
	revoked := s
	revoked.Version++
	stranger := registration.Signup{ID: registration.NewID()}
	for name, token := range map[string]string{
		"malformed": "x", "another purpose": d.token(link.ForManage, s),
		"another version": d.token(link.ForConfirm, revoked), "nobody's": d.token(link.ForConfirm, stranger),
	} {
		if _, err := d.Confirm(t.Context(), token); !errors.Is(err, registration.ErrNotFound) {
			t.Errorf("%s: %v, want ErrNotFound", name, err)
		}
	}
	if err := d.Disavow(t.Context(), d.token(link.ForDisavow, s)); err != nil {
		t.Fatal(err)
	}
	if got := d.mails(t); !slices.Equal(got, []registration.Kind{registration.MailConfirm}) {
		t.Errorf("mails %v: a disavowed address gets no other", got)
	}
	d.check(t)
}

// check fails if a counter differs from the rows it counts, or if more seats
// are taken than the ceiling of each session allows.
func (d desk) check(t rapid.TB) {
	t.Helper()
	taken := map[registration.SessionID]int{}
	active := map[string]int{}
	for _, s := range d.all(t) {
		if s.EndedAt.IsZero() && s.AddressKey != "" {
			active[s.AddressKey]++
		}
		for _, p := range s.Places {
			if p.State.TakesSeat() {
				taken[p.Session]++
			}
			if p.State.Ended() != !s.EndedAt.IsZero() && p.Session == registration.MeetingSession {
				t.Errorf("sign-up ended at %v is %s in the meeting", s.EndedAt, p.State)
			}
		}
	}
	for key, n := range active {
		if n > 1 {
			t.Errorf("%d active sign-ups of one address (%s)", n, key)
		}
	}
	all, err := d.store.Occupancy(context.Background(), d.slug)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range all {
		if o.Taken != taken[o.Session] {
			t.Errorf("session %s counts %d seats, its rows %d", o.Session, o.Taken, taken[o.Session])
		}
	}
}
