package postgres_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// middleman passes on what a store and its server say to each other, and once asked
// to does something to the next commit.
type middleman struct {
	server string // host and port

	gate   sync.RWMutex // held: nobody new gets through to the server
	mu     sync.Mutex
	commit func(arrive func(), answered func()) // nil: passed on as all else

	mute atomic.Bool // what the server says is not passed on
}

// between puts one between a store and the server at an address, and returns the
// address that the store uses.
func between(t *testing.T, address string) (*middleman, string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	m := &middleman{server: u.Host}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go m.relay(c)
		}
	}()
	u.Host = ln.Addr().String()
	return m, u.String()
}

// next has f deal with the next commit that is sent, whose answer gets lost: arrive
// hands it to the server, and answered waits until that has said something.
func (m *middleman) next(f func(arrive, answered func())) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.commit = f
}

func (m *middleman) relay(client net.Conn) {
	defer client.Close()
	m.gate.RLock()
	server, err := net.Dial("tcp", m.server)
	m.gate.RUnlock()
	if err != nil {
		return
	}
	defer server.Close()
	said := make(chan struct{}, 1)
	go func() {
		defer client.Close()
		defer close(said)
		for b := make([]byte, 64<<10); ; {
			n, err := server.Read(b)
			if err != nil {
				return
			}
			if !m.mute.Load() {
				_, _ = client.Write(b[:n]) // which may be closed
			}
			select {
			case said <- struct{}{}:
			default:
			}
		}
	}()
	for b := make([]byte, 64<<10); ; {
		n, err := client.Read(b)
		if err != nil {
			return
		}
		if bytes.Contains(b[:n], []byte("COMMIT\x00")) {
			m.mu.Lock()
			f := m.commit
			m.commit = nil
			m.mu.Unlock()
			if f != nil {
				client.Close()
				select {
				case <-said: // to what was asked before
				default:
				}
				f(func() { _, _ = server.Write(b[:n]) }, func() { <-said })
				return
			}
		}
		if _, err := server.Write(b[:n]); err != nil {
			return
		}
	}
}

// there reports whether the organiser of an address is stored.
func there(t *testing.T, s *sqldb.Store, email string) bool {
	t.Helper()
	_, err := s.Organiser(t.Context(), uuid.NewSHA1(uuid.NameSpaceURL, []byte(email)))
	if err != nil && !errors.Is(err, registration.ErrNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

// TestLostCommit: when the connection breaks before the answer to a commit, the
// server is asked whether it was committed. Who asked is told what is so, and it was
// done once.
func TestLostCommit(t *testing.T) {
	t.Parallel()
	direct := pgtest.URL(t)
	m, address := between(t, direct)
	s, truth := open(t, address), open(t, direct)
	for _, tt := range []struct {
		name string
		cut  func(arrive, answered func())
		want error
	}{
		{"before it arrives", func(_, _ func()) {}, registration.ErrUnavailable},
		{"after it has arrived", func(arrive, answered func()) { arrive(); answered() }, nil},
	} {
		m.next(tt.cut)
		email := strings.ReplaceAll(tt.name, " ", "-") + "@exemple.fr"
		err := add(t, s, email)
		if !errors.Is(err, tt.want) {
			t.Errorf("cut %s: %v, want %v", tt.name, err, tt.want)
		}
		if got := there(t, truth, email); got != (err == nil) {
			t.Errorf("cut %s: answered %v, and stored: %v", tt.name, err, got)
		}
		if err := add(t, s, "next-"+email); err != nil {
			t.Errorf("after the cut %s: %v", tt.name, err)
		}
	}
}

// TestRestartedInCommit stops the server at once, as a crash would, while it has a
// commit in hand: just before it comes, as it comes, and when it is done. After the
// restart everything that was answered with success is there and nothing else is.
// TEST_FULL makes it more rounds.
func TestRestartedInCommit(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	direct := server.Database(t)
	m, address := between(t, direct)
	s, truth := open(t, address), open(t, direct)
	rounds := 1
	if os.Getenv("TEST_FULL") != "" {
		rounds = 20
	}
	answered := map[bool]int{}
	for n := range rounds {
		for when, crash := range map[string]func(arrive, answered func()){
			"before": func(arrive, _ func()) { server.Stop(); arrive() },
			"in":     func(arrive, _ func()) { arrive(); server.Stop() },
			"after":  func(arrive, answered func()) { arrive(); answered(); server.Stop() },
		} {
			resumed := make(chan error, 1)
			m.next(func(arrive, answered func()) {
				crash(arrive, answered)
				resumed <- server.Resume()
			})
			email := fmt.Sprintf("%s%d@exemple.fr", when, n)
			err := add(t, s, email)
			if err := <-resumed; err != nil {
				t.Fatal(err)
			}
			if err != nil && (!errors.Is(err, registration.ErrUnavailable) || errors.Is(err, registration.ErrUnsure)) {
				t.Errorf("a crash %s the commit: %v", when, err)
			}
			got := there(t, truth, email)
			if got != (err == nil) || got && when == "before" || !got && when == "after" {
				t.Errorf("a crash %s the commit: answered %v, and stored: %v", when, err, got)
			}
			answered[got]++
		}
	}
	if answered[true] < rounds || answered[false] < rounds {
		t.Errorf("committed and not: %v; the test shows nothing", answered)
	}
}

// TestIDUsedAgain: a server that crashes forgets the ids of transactions of which
// nothing was on disk, and gives them to others. That one of these was committed
// says nothing of the one that was lost, whatever the server writes or does next.
func TestIDUsedAgain(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		level string
		then  func(t *testing.T, server *pgtest.Server, direct string)
	}{
		"at once":           {"replica", func(*testing.T, *pgtest.Server, string) {}},
		"checkpoint":        {"replica", checkpoint},
		"checkpoint, terse": {"minimal", checkpoint},
		"restart":           {"replica", func(t *testing.T, server *pgtest.Server, _ string) { server.ShutDown(); resume(t, server) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := pgtest.Start(t, "-c", "wal_writer_delay=10s", // which otherwise writes before the commit does
				"-c", "wal_level="+tt.level, "-c", "max_wal_senders=0")
			direct := server.Database(t)
			m, address := between(t, direct)
			s, other := open(t, address), open(t, direct)
			m.next(func(_, _ func()) {
				m.gate.Lock()
				defer m.gate.Unlock()
				server.Stop()
				resume(t, server)
				for n := range 5 {
					if err := add(t, other, fmt.Sprintf("other%d@exemple.fr", n)); err != nil {
						t.Error(err)
					}
				}
				tt.then(t, server, direct)
			})
			err := add(t, s, "lost@exemple.fr")
			if !errors.Is(err, registration.ErrUnsure) {
				t.Errorf("a commit that was lost, and whose id was used again: %v, want %v", err, registration.ErrUnsure)
			}
			if there(t, open(t, direct), "lost@exemple.fr") {
				t.Error("what was lost is there; the test shows nothing")
			}
		})
	}
}

// resume starts a server again.
func resume(t *testing.T, server *pgtest.Server) {
	t.Helper()
	if err := server.Resume(); err != nil {
		t.Error(err)
	}
}

// checkpoint has a server write down now what it otherwise would in minutes.
func checkpoint(t *testing.T, _ *pgtest.Server, address string) {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err == nil {
		_, err = db.ExecContext(t.Context(), "CHECKPOINT")
		db.Close()
	}
	if err != nil {
		t.Error(err)
	}
}
