package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/sqldb/postgres"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/territoires"
)

// add writes one organiser: the smallest change that leaves a trace.
func add(t *testing.T, s *sqldb.Store, email string) error {
	t.Helper()
	return s.ChangeTeam(t.Context(), func(tx team.Tx) error {
		return tx.Put(registration.Organiser{ID: uuid.NewSHA1(uuid.NameSpaceURL, []byte(email)), Email: email})
	})
}

// A server that goes away is answered with ErrUnavailable, and used again when
// it is back, without opening the store anew.
func TestServerComesBack(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	s := open(t, server.Database(t))
	if err := add(t, s, "avant@exemple.fr"); err != nil {
		t.Fatal(err)
	}
	server.Stop()
	for range 3 { // the connections that were open, and new ones
		if err := add(t, s, "pendant@exemple.fr"); !errors.Is(err, registration.ErrUnavailable) {
			t.Errorf("a change without a server = %v; want ErrUnavailable", err)
		}
		if _, err := s.Meetings(t.Context()); !errors.Is(err, registration.ErrUnavailable) {
			t.Errorf("a reader without a server = %v; want ErrUnavailable", err)
		}
	}
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	if err := add(t, s, "après@exemple.fr"); err != nil {
		t.Errorf("a change after the server came back = %v", err)
	}
	if _, err := s.Organiser(t.Context(), uuid.NewSHA1(uuid.NameSpaceURL, []byte("avant@exemple.fr"))); err != nil {
		t.Errorf("what was acknowledged before the crash: %v", err)
	}
}

// A server that ends the sessions of a pool is not noticed at all.
func TestSessionsEnded(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := open(t, url)
	if err := add(t, s, "avant@exemple.fr"); err != nil {
		t.Fatal(err)
	}
	run(t, url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE application_name = 'rencontre' AND datname = current_database()`)
	if err := add(t, s, "après@exemple.fr"); err != nil {
		t.Errorf("a change on a session that was ended = %v", err)
	}
}

// meeting stores one with a session, and returns its slug.
func meeting(t *testing.T, s *sqldb.Store) string {
	t.Helper()
	m := registration.Meeting{Slug: "2019-06-12-paris", Day: territoires.Date{Year: 2019, Month: time.June, Day: 12},
		Title: registration.Localized{FR: "Rencontre"}, Seats: 10, OpensAt: time.Now().Add(-time.Hour), ClosesAt: time.Now(), Published: true}
	if err := s.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return m.Slug
}

// join signs somebody up.
func join(t *testing.T, s *sqldb.Store, slug string) error {
	t.Helper()
	id := registration.NewID()
	return s.Change(t.Context(), slug, func(tx registration.Tx) error {
		return tx.Insert(registration.Signup{
			ID: id, Party: id, Meeting: slug, Code: id.String()[28:], Version: 1, Language: registration.French, CreatedAt: time.Now(),
			Person:     registration.Person{GivenName: "Zoé", FamilyName: "Kéré", Email: id.String() + "@exemple.fr", Category: registration.Elected},
			AddressKey: id.String() + "@exemple.fr", HeldUntil: time.Now().Add(time.Hour),
			Places: []registration.Place{{Session: registration.MeetingSession, State: registration.Seated, Since: time.Now()}},
		})
	})
}

// A change that is the victim of a deadlock is run again: here with a session
// that locks the same rows in the opposite order, and never gives in.
func TestDeadlockIsRetried(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := open(t, url)
	slug := meeting(t, s)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	other, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer other.Rollback()
	for _, statement := range []string{`SET LOCAL deadlock_timeout = '1h'`, `SELECT 1 FROM session FOR UPDATE`} {
		if _, err := other.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	var runs atomic.Int64
	changed := make(chan error)
	go func() {
		changed <- s.Change(context.Background(), slug, func(registration.Tx) error {
			runs.Add(1)
			return nil
		})
	}()
	// The change has the meeting and waits for the session: as long as it
	// keeps the one it does not get the other.
	for waiting := 0; waiting == 0; {
		if err := db.QueryRow(`SELECT count(*) FROM pg_locks WHERE NOT granted`).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := other.Exec(`SELECT 1 FROM meeting FOR UPDATE`); err != nil {
		t.Errorf("the other session was the victim: %v", err)
	}
	if err := other.Commit(); err != nil {
		t.Error(err)
	}
	if err := <-changed; err != nil || runs.Load() != 1 {
		t.Errorf("Change = %v after %d runs; want it to succeed", err, runs.Load())
	}
}

// A failed serialization is tried again a bounded number of times.
func TestRetriesAreBounded(t *testing.T) {
	t.Parallel()
	s := open(t, pgtest.URL(t))
	runs := 0
	err := s.Engine().Write(t.Context(), func(ctx context.Context, q sqldb.Querier) error {
		runs++
		_, err := q.ExecContext(ctx, `DO $$ BEGIN RAISE 'lost a race' USING ERRCODE = '40001'; END $$`)
		return err
	})
	if s.Engine().Fault(err) != sqldb.FaultRace || runs < 2 || runs > 10 {
		t.Errorf("Write = %v after %d runs; want a lost race after a few", err, runs)
	}
}

// A change waits for a lock, but not for ever, and its caller may give up
// waiting for a connection.
func TestWaitsEnd(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := open(t, url+"&lock_timeout=100ms")
	slug := meeting(t, s)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	other, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer other.Rollback()
	if _, err := other.Exec(`SELECT 1 FROM meeting FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	err = s.Change(t.Context(), slug, func(registration.Tx) error { return nil })
	if !errors.Is(err, registration.ErrUnavailable) {
		t.Errorf("Change behind a lock that is kept = %v; want ErrUnavailable", err)
	}
}

// What the server says in codes: see
// https://www.postgresql.org/docs/current/errcodes-appendix.html
func TestCodes(t *testing.T) {
	t.Parallel()
	s := open(t, pgtest.URL(t))
	for code, want := range map[string]sqldb.Fault{
		"53100": sqldb.FaultUnavailable, // disk full
		"53300": sqldb.FaultUnavailable, // too many connections
		"57P01": sqldb.FaultUnavailable, // shut down by its administrator
		"58030": sqldb.FaultUnavailable, // input or output
		"25006": sqldb.FaultUnavailable, // read-only
		"08006": sqldb.FaultUnavailable, // connection failure
		"XX001": sqldb.FaultUnavailable, // data corrupted
		"23505": sqldb.FaultDuplicate,
		"23514": sqldb.FaultBarrier,
		"23503": sqldb.FaultOther, // a reference to nothing
		"22023": sqldb.FaultOther,
	} {
		err := s.Engine().Write(t.Context(), func(ctx context.Context, q sqldb.Querier) error {
			_, err := q.ExecContext(ctx, `DO $$ BEGIN RAISE 'on purpose' USING ERRCODE = '`+code+`'; END $$`)
			return err
		})
		if got := s.Engine().Fault(err); got != want {
			t.Errorf("Fault(%v) = %v; want %v", err, got, want)
		}
	}
}

// Two processes share what is used once: sign-ins, and the leases of mails.
func TestShared(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	stores := []*sqldb.Store{open(t, url), open(t, url)}
	if err := add(t, stores[0], "orga@exemple.fr"); err != nil {
		t.Fatal(err)
	}
	o := uuid.NewSHA1(uuid.NameSpaceURL, []byte("orga@exemple.fr"))
	const signIns = 50
	now := time.Now()
	var ids []registration.ID
	for n := range signIns { // using one ends the older ones
		i := registration.SignIn{ID: registration.NewID(), Organiser: o, CreatedAt: now.Add(time.Duration(n) * time.Microsecond), ExpiresAt: now.Add(time.Hour)}
		m := registration.Mail{ID: registration.NewID(), Kind: registration.MailSignIn, SignIn: i.ID, CreatedAt: now}
		if err := stores[0].ChangeTeam(t.Context(), func(tx team.Tx) error { return tx.OpenSignIn(i, &m) }); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, i.ID)
	}
	var used, leased atomic.Int64
	var done sync.WaitGroup
	for _, s := range stores {
		done.Go(func() {
			for _, id := range ids {
				if _, err := s.UseSignIn(t.Context(), id, now); err == nil {
					used.Add(1)
				} else if !errors.Is(err, registration.ErrNotFound) {
					t.Errorf("UseSignIn = %v", err)
				}
			}
		})
		done.Go(func() {
			for {
				mails, err := s.Claim(t.Context(), now, time.Hour, 3)
				if err != nil {
					t.Errorf("Claim = %v", err)
				}
				if leased.Add(int64(len(mails))); len(mails) == 0 {
					return
				}
			}
		})
	}
	done.Wait()
	if used.Load() != signIns || leased.Load() != signIns {
		t.Errorf("%d sign-ins used, %d mails leased; want each of %d once", used.Load(), leased.Load(), signIns)
	}
}

// TestReadOnly: a server that takes no writes is answered with ErrUnavailable and is
// not ready, readers go on, and changes are taken once it takes them.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := open(t, url)
	if err := add(t, s, "avant@exemple.fr"); err != nil {
		t.Fatal(err)
	}
	slug := meeting(t, s)
	readOnly := func(value string) {
		t.Helper()
		run(t, url, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = `+value+`', current_database()); END $$`)
		run(t, url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rencontre' AND datname = current_database()`)
	}
	readOnly("on")
	for range 2 {
		if err := add(t, s, "pendant@exemple.fr"); !errors.Is(err, registration.ErrUnavailable) {
			t.Errorf("a change of a read-only database = %v; want ErrUnavailable", err)
		}
		if err := join(t, s, slug); !errors.Is(err, registration.ErrUnavailable) {
			t.Errorf("a sign-up = %v; want ErrUnavailable", err)
		}
	}
	if err := s.Ready(t.Context()); !errors.Is(err, registration.ErrUnavailable) {
		t.Errorf("Ready = %v; want ErrUnavailable", err)
	}
	if !there(t, s, "avant@exemple.fr") || there(t, s, "pendant@exemple.fr") {
		t.Error("readers do not see what there was")
	}
	url += "&default_transaction_read_only=off"
	readOnly("off")
	if err := join(t, s, slug); err != nil {
		t.Errorf("a sign-up once it takes them again = %v", err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("Ready once it takes changes again = %v", err)
	}
}

// TestPanicKeepsNoConnection: a change that panics, as a fault of ours under a
// request that the server of pages survives, gives its connection back.
func TestPanicKeepsNoConnection(t *testing.T) {
	t.Parallel()
	s, err := postgres.Open(t.Context(), pgtest.URL(t), postgres.Options{Conns: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	func() {
		defer func() { _ = recover() }()
		_ = s.ChangeTeam(t.Context(), func(team.Tx) error { panic("a fault of ours") })
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	err = s.ChangeTeam(ctx, func(tx team.Tx) error {
		return tx.Put(registration.Organiser{ID: uuid.NewSHA1(uuid.NameSpaceURL, []byte("after")), Email: "apres@exemple.fr"})
	})
	if err != nil {
		t.Errorf("the change after one that panicked: %v", err)
	}
}
