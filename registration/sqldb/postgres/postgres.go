package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/territoires-industrie/sdk/registration/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options are what a host may decide. The zero value is good for one site.
type Options struct {
	// Conns is how many connections the process opens at most for visitors; 0 means
	// 16. Organisers' lists have their own besides: a quarter as many, at least
	// one.
	Conns int

	Log *slog.Logger // of what an older database goes through when it is opened; nil: none
}

// engine is a [sqldb.Engine].
type engine struct {
	db    *sql.DB
	lists *sql.DB // of those who read lists
}

// Open connects to the database at url, postgres://user:password@host/name, and
// brings its schema up to date. Of several processes that start at once, one does,
// and the others wait. The error wraps [sqldb.ErrNewer], [sqldb.ErrForeign],
// [sqldb.ErrAddress] if url is malformed or the server refuses what it names, such
// as the user, or [registration.ErrUnavailable] if no server answers. No error
// holds the password.
func Open(ctx context.Context, url string, o Options) (*sqldb.Store, error) {
	return openWithin(ctx, url, o, answerFor)
}

// openWithin is [Open] with another time for the server's answers.
func openWithin(ctx context.Context, url string, o Options, answer time.Duration) (*sqldb.Store, error) {
	config, err := parse(url)
	if err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	schema, err := prepare(ctx, config, o.Log)
	if err != nil {
		return nil, explain(config, err)
	}
	if o.Conns == 0 {
		o.Conns = 16
	}
	settings(config, answer)
	connector := &knocker{Connector: stdlib.GetConnector(*config)}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(o.Conns)
	db.SetMaxIdleConns(o.Conns)
	lists := sql.OpenDB(connector)
	lists.SetMaxOpenConns(max(1, o.Conns/4))
	lists.SetMaxIdleConns(max(1, o.Conns/4))
	s := sqldb.New(&engine{db: db, lists: lists}, schema)
	if err := s.Derive(ctx, o.Log); err != nil {
		return nil, errors.Join(explain(config, err), s.Close())
	}
	return s, nil
}

// parse parses the address of a database. Its errors never show what the driver
// says, since that quotes pieces of the address.
func parse(url string) (*pgx.ConnConfig, error) {
	if !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		return nil, fmt.Errorf("%w: want postgres://USER:PASSWORD@HOST:PORT/DATABASE", sqldb.ErrAddress)
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("%w: want postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…, "+
			"with %%XX for signs such as / : @ in a password; check the port and what follows the question mark",
			sqldb.ErrAddress)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectFor
	}
	return config, nil
}

// settings bounds every wait, and makes commits durable whatever the server's
// defaults are. Settings in the address take precedence.
func settings(config *pgx.ConnConfig, answer time.Duration) {
	given := maps.Clone(config.RuntimeParams)
	if _, ok := given["statement_timeout"]; !ok { // otherwise a statement may take longer than answer
		dial := config.DialFunc
		config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := dial(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return &impatient{c, answer}, nil
		}
	}
	maps.Copy(config.RuntimeParams, map[string]string{
		"application_name":                    "rencontre",
		"lock_timeout":                        "10s",
		"statement_timeout":                   "20s",
		"idle_in_transaction_session_timeout": "30s",
		"synchronous_commit":                  "on",
		// The statements find their rows by index, so the planner must not assume
		// slow disks. They take less time than it takes to compile a statement or
		// to start parallel workers, which would only help to read whole indexes.
		"random_page_cost":                "1.1",
		"jit":                             "off",
		"max_parallel_workers_per_gather": "0",
	})
	maps.Copy(config.RuntimeParams, given)
}

// prepare checks that the database is ours and brings it up to date, on a
// connection without limits of time: a migration may take long.
func prepare(ctx context.Context, config *pgx.ConnConfig, log *slog.Logger) (schema int64, err error) {
	db := stdlib.OpenDB(*config)
	defer db.Close()
	var tables, ours bool
	err = db.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema()),
			EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1)`,
		sqldb.VersionTable).Scan(&tables, &ours)
	if err != nil {
		return 0, err
	}
	if tables && !ours {
		return 0, sqldb.ErrForeign
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return 0, err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // each second, for five minutes
	if err != nil {
		return 0, err
	}
	return sqldb.Migrate(ctx, db, goose.DialectPostgres, files, log, goose.WithSessionLocker(locker))
}

// Read implements [sqldb.Engine].
func (e *engine) Read() sqldb.Querier { return e.db }

// Lists implements [sqldb.Engine].
func (e *engine) Lists() sqldb.Querier { return e.lists }

// Unmoved implements [sqldb.Engine]: a server that is gone says so itself.
func (e *engine) Unmoved() error { return nil }

// Clauses implements [sqldb.Engine].
func (e *engine) Clauses() sqldb.Clauses {
	return sqldb.Clauses{ForUpdate: " FOR UPDATE", SkipLocked: " FOR UPDATE SKIP LOCKED",
		Turn:    "SELECT pg_advisory_xact_lock(1, hashtext($1))",
		Lateral: "LATERAL",
		Now:     "CAST(extract(epoch FROM now()) * 1000000 AS BIGINT)"}
}

// Fault implements [sqldb.Engine].
func (e *engine) Fault(err error) sqldb.Fault { return fault(err) }

// Close implements [sqldb.Engine].
func (e *engine) Close() error { return errors.Join(e.db.Close(), e.lists.Close()) }

const (
	retries = 6                // of a change that lost a race
	limit   = 30 * time.Second // of one transaction
)

// Write implements [sqldb.Engine].
func (e *engine) Write(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	for try := range retries {
		err := e.once(ctx, work)
		if err == nil || !again(err) || try == retries-1 {
			return err
		}
		// Transactions that collided wait for different times, lest they collide again.
		pause := rand.N(10*time.Millisecond) << try
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
	panic("unreachable")
}

// beginError is the error of a BEGIN, as on a connection that was lost while it was
// idle. Nothing has happened yet, so another connection may be tried.
type beginError struct{ error }

func (e *beginError) Unwrap() error { return e.error }

// again reports whether a change that failed with err may succeed if it is run
// again now.
func again(err error) bool {
	if _, ok := errors.AsType[*beginError](err); ok {
		return fault(err) == sqldb.FaultUnavailable
	}
	return fault(err) == sqldb.FaultRace
}
