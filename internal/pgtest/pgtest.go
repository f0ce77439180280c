// Package pgtest runs a PostgreSQL server for tests: a cluster of its own in a
// temporary folder, on a free port of the loopback. It ends with the test binary,
// even if that is killed. A test that needs a server calls [URL]; its package has
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
package pgtest

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named pgx
)

// Server is a running cluster.
type Server struct {
	dir  string // holds data and log
	bin  string // initdb and postgres
	port string
	args []string
	proc *os.Process
	done chan struct{} // closed when proc has ended
	last atomic.Int64  // number of the last database
}

// superuser and password are those of the cluster's superuser.
const (
	superuser = "tester"
	password  = "not a secret"
)

// shared is the one server of a test binary, started when first asked for.
var shared struct {
	once   sync.Once
	server *Server
	err    error

	filled   sync.Once // the database from which [Copy] copies
	fillFrom string    // its name
	fillErr  error
}

// Main runs the tests and stops the shared server.
func Main(m *testing.M) {
	code := m.Run()
	if s := shared.server; s != nil {
		s.close()
	}
	os.Exit(code)
}

// URL returns the address of an empty database on the shared server, which does not
// sync to disk: tests kill programs, not machines. Without PostgreSQL it skips the
// test, or fails it if TEST_REQUIRE is set.
func URL(t testing.TB) string {
	t.Helper()
	return server(t).Database(t)
}

// Copy returns the address of a new database on the shared server that holds what
// fill has put into an empty one. Only the first call of a test binary runs fill,
// which closes its connections.
func Copy(t testing.TB, fill func(ctx context.Context, url string) error) string {
	t.Helper()
	s := server(t)
	shared.filled.Do(func() {
		shared.fillFrom = "filled"
		if shared.fillErr = s.exec(t.Context(), "CREATE DATABASE "+shared.fillFrom); shared.fillErr == nil {
			shared.fillErr = fill(t.Context(), s.url(shared.fillFrom))
		}
	})
	if shared.fillErr != nil {
		t.Fatal(shared.fillErr)
	}
	return s.database(t, " TEMPLATE "+shared.fillFrom)
}

func server(t testing.TB) *Server {
	t.Helper()
	shared.once.Do(func() { shared.server, shared.err = start("-c", "fsync=off") })
	must(t, shared.err)
	return shared.server
}

// Start runs a server for one test, with options as `postgres` takes them, and
// stops it when the test ends.
func Start(t testing.TB, options ...string) *Server {
	t.Helper()
	s, err := start(options...)
	must(t, err)
	t.Cleanup(s.close)
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv("TEST_REQUIRE") == "":
		t.Skip(err)
	default:
		t.Fatal(err)
	}
}

// Database makes an empty database and returns its address.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	return s.database(t, "")
}

func (s *Server) database(t testing.TB, options string) string {
	t.Helper()
	name := fmt.Sprintf("test%d", s.last.Add(1))
	if err := s.exec(t.Context(), "CREATE DATABASE "+name+options); err != nil {
		t.Fatal(err)
	}
	return s.url(name)
}

// DatabaseIn makes an empty database whose tables are files in the folder dir, and
// returns its address. It makes the server's user the owner of dir.
func (s *Server) DatabaseIn(t testing.TB, dir string) string {
	t.Helper()
	if err := give(dir); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test%d", s.last.Add(1))
	for _, statement := range []string{"CREATE TABLESPACE " + name + " LOCATION '" + dir + "'", "CREATE DATABASE " + name + " TABLESPACE " + name} {
		if err := s.exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return s.url(name)
}

func (s *Server) url(database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(superuser, password),
		Host: net.JoinHostPort("127.0.0.1", s.port), Path: database, RawQuery: "sslmode=disable"}
	return u.String()
}

func (s *Server) exec(ctx context.Context, statement string) error {
	db, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}

func start(options ...string) (*Server, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return nil, fmt.Errorf("no PostgreSQL: apt-get install postgresql")
	}
	dir, err := os.MkdirTemp("", "pgtest")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: filepath.Dir(slices.Max(found)), args: options}
	if err = s.init(); err == nil {
		err = s.Resume()
	}
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return s, nil
}

// init makes the cluster, owned by somebody who is not root.
func (s *Server) init() error {
	secret := filepath.Join(s.dir, "password")
	if err := os.WriteFile(secret, []byte(password), 0o600); err != nil {
		return err
	}
	for _, path := range []string{s.dir, secret} {
		if err := give(path); err != nil {
			return err
		}
	}
	cmd := exec.Command(filepath.Join(s.bin, "initdb"), "--pgdata", filepath.Join(s.dir, "data"), "--username", superuser,
		"--pwfile", secret, "--auth", "scram-sha-256", "--no-sync", "--encoding", "UTF8", "--locale", "C.UTF-8")
	cmd.Dir, cmd.SysProcAttr = s.dir, attributes()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return nil
}

// Resume starts the server and waits until it answers. A server that ran before
// gets the same port.
func (s *Server) Resume() error {
	if s.port == "" {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		_, s.port, _ = net.SplitHostPort(l.Addr().String())
		l.Close()
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(s.bin, "postgres"), append([]string{"-D", filepath.Join(s.dir, "data"),
		"-c", "listen_addresses=127.0.0.1", "-c", "port=" + s.port, "-c", "unix_socket_directories=",
		"-c", "max_connections=200"}, s.args...)...)
	cmd.Dir, cmd.Stderr, cmd.Stdout, cmd.SysProcAttr = s.dir, log, log, attributes()
	s.done = make(chan struct{})
	if err := run(cmd, s.done); err != nil {
		return err
	}
	s.proc = cmd.Process
	return s.wait(cmd)
}

// wait returns once the server that cmd has started takes statements.
func (s *Server) wait(cmd *exec.Cmd) error {
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		err := s.exec(context.Background(), "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-s.done:
			text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("postgres has ended (%v): %s", cmd.ProcessState, text)
		default:
		}
		if time.Now().After(end) {
			s.Stop()
			return fmt.Errorf("postgres does not answer: %w", err)
		}
	}
}

// Stop ends the server at once, as a crash would; its data stays.
func (s *Server) Stop() { s.end(quit) }

// ShutDown ends the server as an operator does, after everything is written.
func (s *Server) ShutDown() { s.end(os.Interrupt) }

func (s *Server) end(signal os.Signal) {
	if s.proc != nil {
		s.proc.Signal(signal)
		<-s.done
	}
}

func (s *Server) close() {
	s.Stop()
	os.RemoveAll(s.dir)
}
