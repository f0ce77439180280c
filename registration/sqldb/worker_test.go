package sqldb_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/sqldb/postgres"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
)

// The proofs of this package need several processes, and some that die. The
// test binary runs itself again as such a worker.
const workerEnv = "SQLDB_TEST_WORKER"

func TestMain(m *testing.M) {
	if given := os.Getenv(workerEnv); given != "" {
		var o order
		if err := json.Unmarshal([]byte(given), &o); err != nil {
			panic(err)
		}
		go func() {
			io.Copy(io.Discard, os.Stdin) // ends with the process that started this one
			os.Exit(3)
		}()
		o.work()
		os.Exit(0)
	}
	pgtest.Main(m)
}

// order is what a worker is told.
type order struct {
	Database string // sqlite:PATH or an address of PostgreSQL
	Serve    bool   // serve until killed; otherwise send a crowd
	Without  string // the guard that is taken away from who serves: see weaken
	Crowd    *crowd
	Mail     string        // address of an SMTP server: send mails until killed
	Ahead    time.Duration // of the clock that mails are sent by
}

// say writes one line to whoever started the worker. A line is written at
// once: what was said before a kill has been heard.
func say(format string, args ...any) {
	os.Stdout.WriteString(fmt.Sprintf(format, args...) + "\n")
}

func (o order) work() {
	s, err := open(context.Background(), o.Database)
	if err != nil {
		say("fault open: %v", err)
		return
	}
	if o.Mail != "" {
		carry(s, o)
		return
	}
	if o.Serve {
		serve(weaken(s, o.Without), o.Database)
		return
	}
	o.Crowd.run(s, func(string) { say("done") })
	for _, f := range o.Crowd.faults {
		say("fault %s", f)
	}
}

func open(ctx context.Context, database string) (*sqldb.Store, error) {
	return openLogged(ctx, database, nil)
}

func openLogged(ctx context.Context, database string, log *slog.Logger) (*sqldb.Store, error) {
	if path, ok := strings.CutPrefix(database, "sqlite:"); ok {
		return sqlite.Open(ctx, path, sqlite.Options{Log: log})
	}
	return postgres.Open(ctx, database, postgres.Options{Log: log})
}

// process is a worker that runs.
type process struct {
	cmd   *exec.Cmd
	mu    sync.Mutex
	lines []string
	heard chan struct{} // a token for each line
	done  chan struct{} // closed when its last line was read
}

func start(t *testing.T, o order) *process {
	t.Helper()
	given, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.CommandContext(t.Context(), os.Args[0]), heard: make(chan struct{}, 1<<16), done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), workerEnv+"="+string(given))
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.cmd.StdinPipe(); err != nil { // kept open as long as this process lives
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.listen(out)
	return p
}

func (p *process) listen(out io.Reader) {
	defer close(p.done)
	// A line without its end was not said: the worker died in it.
	for r := bufio.NewReader(out); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		p.mu.Lock()
		p.lines = append(p.lines, strings.TrimSuffix(line, "\n"))
		p.mu.Unlock()
		select {
		case p.heard <- struct{}{}:
		default:
		}
	}
}

// await returns once the worker has said n lines more, or has ended, or after
// a minute.
func (p *process) await(n int) bool {
	for range n {
		select {
		case <-p.heard:
		case <-p.done:
			return false
		case <-time.After(time.Minute):
			return false
		}
	}
	return true
}

// end waits for the worker, or kills it with a signal that cannot be caught,
// and returns what it said.
func (p *process) end(kill bool) []string {
	if kill {
		p.cmd.Process.Kill()
	}
	<-p.done
	p.cmd.Wait()
	return p.lines
}

// keys are those of every worker's site.
func keys() *link.Keyring {
	k, err := link.NewKeyring([]byte(strings.Repeat("k", link.MinSecret)))
	if err != nil {
		panic(err)
	}
	return k
}

// desk returns a desk on s.
func desk(s *sqldb.Store, clock func() time.Time) *registration.Desk {
	d, err := registration.NewDesk(registration.DeskOptions{Store: s, Organisers: s, Keyring: keys(), Clock: clock, NoLimits: true})
	if err != nil {
		panic(err)
	}
	return d
}

// engines runs a test on both; make returns the address of a new database.
func engines(t *testing.T, run func(t *testing.T, database string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		run(t, anew(t, "sqlite:"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		run(t, anew(t, "postgres:"))
	})
}

// anew returns the address of a new database of the same engine, with the newest schema.
func anew(t *testing.T, database string) string {
	t.Helper()
	if strings.HasPrefix(database, "sqlite:") {
		return "sqlite:" + desktest.File(t)
	}
	return pgtest.Copy(t, migrate)
}

// migrate makes the schema in an empty database.
func migrate(ctx context.Context, url string) error {
	s, err := open(ctx, url)
	if err != nil {
		return err
	}
	return s.Close()
}

// full reports whether the long versions of the proofs are asked for.
func full() bool { return os.Getenv("TEST_FULL") != "" }
