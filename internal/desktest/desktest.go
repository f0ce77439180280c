// Package desktest has the fixtures that tests of a site share: a store with a
// meeting, a keyring, a clock that only the test moves, and the desk on them.
//
// [Open] returns all of them; a test that needs a part calls [Store], [Meeting] or
// [Keys]. Steps of a test, such as a sign-up, stay in that test.
package desktest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
	"github.com/territoires-industrie/sdk/registration/team"
)

// Opening is a moment at which [Meeting] takes sign-ups.
var Opening = time.Date(2019, time.May, 16, 9, 0, 0, 0, registration.Paris)

// BaseURL is the address with which the links of the desk's letters begin.
const BaseURL = "https://rencontres.example"

// Secret is the site's key in tests, the same in all of them.
func Secret() []byte { return bytes.Repeat([]byte{7}, link.MinSecret) }

// Keys returns the keyring of [Secret].
func Keys(t testing.TB) *link.Keyring {
	t.Helper()
	keys, err := link.NewKeyring(Secret())
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// Meeting returns the shipped example, changed by each of the functions.
func Meeting(change ...func(*registration.Meeting)) registration.Meeting {
	m := registration.ShippedExample()
	for _, f := range change {
		f(&m)
	}
	return m
}

// schema is the content of an SQLite file without meetings, made once for all tests
// of a package: the migrations take half the time of a short test.
var schema = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "desktest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "site.db")
	store, err := sqlite.Open(context.Background(), file, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	if err := store.Close(); err != nil {
		return nil, err
	}
	if _, err := os.Stat(file + "-wal"); err == nil {
		return nil, errors.New("desktest: a store that is closed has left a journal beside its file")
	}
	return os.ReadFile(file)
})

// File returns the path of a new SQLite file with the newest schema and without
// meetings.
func File(t testing.TB) string {
	t.Helper()
	empty, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "site.db")
	if err := os.WriteFile(file, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Store returns a store in a new SQLite file with the meetings in it. It is closed
// when the test ends.
func Store(t testing.TB, meetings ...registration.Meeting) *sqldb.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), File(t), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	for _, m := range meetings {
		if err := store.PutMeeting(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// Clock is a clock that moves when a test says so. It may be used by many
// goroutines.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows now.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Now returns what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set makes the clock show now.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Pass moves the clock on by d.
func (c *Clock) Pass(d time.Duration) { c.Set(c.Now().Add(d)) }

// Desk is a desk and what it works with.
type Desk struct {
	*registration.Desk
	Team    *team.Team
	Store   *sqldb.Store
	Keys    *link.Keyring
	Clock   *Clock
	Meeting registration.Meeting
}

// Open returns a desk without limits on sign-ups whose one meeting is
// [Meeting], changed by each of the functions, at the moment [Opening].
func Open(t testing.TB, change ...func(*registration.Meeting)) Desk {
	t.Helper()
	d := Desk{Keys: Keys(t), Clock: NewClock(Opening), Meeting: Meeting(change...)}
	d.Store = Store(t, d.Meeting)
	d.Desk, d.Team = New(t, d.Store, d.Store, d.Keys, d.Clock), Team(t, d.Store, d.Keys, d.Clock)
	return d
}

// New returns a desk without limits on sign-ups on any store, such as one that a
// test makes fail.
func New(t testing.TB, store registration.Store, organisers registration.Organisers, keys *link.Keyring, clock *Clock) *registration.Desk {
	t.Helper()
	desk, err := registration.NewDesk(registration.DeskOptions{
		Store: store, Organisers: organisers, Keyring: keys, BaseURL: BaseURL, Clock: clock.Now, NoLimits: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return desk
}

// ApplyRetention runs the retention at the instant until. Before that it runs it at
// steps of less than two days, because a longer leap of the clock would put the
// clock in doubt.
func ApplyRetention(ctx context.Context, desk *registration.Desk, clock interface{ Set(time.Time) }, until time.Time) error {
	const often = 47 * time.Hour
	r, err := desk.ClockRecord(ctx)
	if err != nil {
		return err
	}
	if r.Trusted.IsZero() {
		if err := desk.ApplyRetention(ctx); err != nil {
			return err
		}
		r.Trusted = desk.Now()
	}
	for at := r.Trusted.Add(often); at.Before(until); at = at.Add(often) {
		clock.Set(at)
		if err := desk.ApplyRetention(ctx); err != nil {
			return err
		}
	}
	clock.Set(until)
	return desk.ApplyRetention(ctx)
}

// Team returns the team of a site on any store.
func Team(t testing.TB, store team.Store, keys *link.Keyring, clock *Clock) *team.Team {
	t.Helper()
	people, err := team.New(team.Options{Store: store, Keyring: keys, Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	return people
}

// SignInLink returns the path of a one-time link that signs in an organiser with
// the role in these meetings, or in every meeting if none is given.
func SignInLink(t testing.TB, people *team.Team, email string, role registration.Role, meetings ...string) string {
	t.Helper()
	_, token, err := people.Add(t.Context(), email, role, meetings...)
	if err != nil {
		t.Fatal(err)
	}
	return "/organisation/connexion/" + token
}
