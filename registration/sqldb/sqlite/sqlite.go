package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options are what a host may decide. The zero value is good for one site.
type Options struct {
	Log *slog.Logger // of what an older database goes through when it is opened; nil: none
}

// engine is a [sqldb.Engine].
type engine struct {
	path   string
	file   fs.FileInfo // what was opened
	read   *prepared   // on pool
	pool   *sql.DB     // of readers
	lists  *prepared   // on listed
	listed *sql.DB     // of those who read lists
	writer *writer
	schema int64
}

// Open opens the database file at path, makes it if there is none, and brings
// its schema up to date. It returns an error that wraps [sqldb.ErrNewer],
// [sqldb.ErrForeign], [sqldb.ErrAddress] if path cannot be a database, or
// [registration.ErrUnavailable] if the file cannot be used now.
func Open(ctx context.Context, path string, o Options) (*sqldb.Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	e, err := open(ctx, path, o.Log)
	if err != nil {
		return nil, err
	}
	s := sqldb.New(e, e.schema)
	if err := s.Derive(ctx, o.Log); err != nil {
		return nil, errors.Join(explain(e.path, err), s.Close())
	}
	return s, nil
}

func open(ctx context.Context, path string, log *slog.Logger) (*engine, error) {
	path, err := check(path)
	if err == nil {
		err = create(path)
	}
	if err != nil {
		return nil, err
	}
	// The cache of 8 MiB holds what sixty changes touch. The log is copied to the file
	// every 4,000 pages, when it has 16 MiB: SQLite's 1,000 would copy the pages that one
	// change after the other writes four times as often.
	db, err := sql.Open("sqlite", dsn(path, "_txlock=immediate&_pragma=cache_size(-8192)&_pragma=wal_autocheckpoint(4000)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	schema, err := prepare(ctx, db, path, patience, log)
	if err != nil {
		db.Close()
		return nil, err
	}
	pool, err := sql.Open("sqlite", dsn(path, "_pragma=query_only(1)&_pragma=cache_size(-512)")) // the upper parts of the indexes; the system has the rest
	if err != nil {
		db.Close()
		return nil, err
	}
	readers := 2 * runtime.GOMAXPROCS(0) // queries keep a processor busy; each connection holds about a megabyte
	pool.SetMaxOpenConns(readers)
	pool.SetMaxIdleConns(readers)
	listed, err := sql.Open("sqlite", dsn(path, "_pragma=query_only(1)&_pragma=cache_size(-65536)")) // 64 MiB: they read much
	if err != nil {
		return nil, errors.Join(err, db.Close(), pool.Close())
	}
	most := max(1, runtime.GOMAXPROCS(0)/2) // a query keeps a processor busy
	listed.SetMaxOpenConns(most)
	listed.SetMaxIdleConns(most)
	e := &engine{path: path, read: &prepared{on: pool}, pool: pool, lists: &prepared{on: listed}, listed: listed, schema: schema}
	if e.file, err = os.Stat(path); err != nil {
		return nil, errors.Join(err, db.Close(), pool.Close(), listed.Close())
	}
	e.writer = newWriter(db, e.Unmoved)
	return e, nil
}

// Unmoved implements [sqldb.Engine].
func (e *engine) Unmoved() error {
	if now, err := os.Stat(e.path); err != nil || !os.SameFile(now, e.file) {
		return fmt.Errorf("%w: the file at %s is gone or another one: put it back, or start again", registration.ErrUnavailable, e.path)
	}
	return nil
}

// check returns the absolute path, or an error if that cannot be a database file:
// SQLite would only say « unable to open database file ».
func check(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if i, err := os.Stat(path); err == nil && i.IsDir() {
		return "", fmt.Errorf("%w: %s is a directory: name a file in it", sqldb.ErrAddress, path)
	}
	if i, err := os.Stat(filepath.Dir(path)); err != nil || !i.IsDir() {
		return "", fmt.Errorf("%w: there is no directory %s: make it first", sqldb.ErrAddress, filepath.Dir(path))
	}
	return path, nil
}

// create makes the file if there is none, for its owner alone: it holds names.
// SQLite gives the same mode to the files that it puts beside it.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", registration.ErrUnavailable, err)
	}
	return f.Close()
}

// dsn returns the address of a database file, with every pragma: one that is run on
// a pool reaches only one of its connections. temp_store(memory) keeps the undo log
// of savepoints in memory; the default, a temporary file, costs a fifth of the time
// of a sign-up.
func dsn(path, more string) string {
	u := url.URL{Scheme: "file", OmitHost: true, Path: path}
	return u.String() + "?mode=rw&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)" +
		"&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=temp_store(memory)&" + more
}

// patience is how long opening a file waits for another process to make progress.
const patience = 5 * time.Second

// prepare checks that the file is ours and brings it up to date. If two processes
// make the same file at the same moment, SQLite fails the second at once, since the
// journal is being changed. So prepare tries again as long as the other makes
// progress with the schema, however slow the machine is.
func prepare(ctx context.Context, db *sql.DB, path string, patience time.Duration, log *slog.Logger) (int64, error) {
	for end, seen := time.Now().Add(patience), int64(0); ; {
		schema, err := prepareOnce(ctx, db, path, log)
		switch code(err) & 0xff {
		case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_ERROR: // SQLITE_ERROR for a table that the other has made by now
			var now int64
			asked := db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM `+sqldb.VersionTable).Scan(&now)
			if asked == nil && now > seen {
				end, seen = time.Now().Add(patience), now
			}
			if time.Now().Before(end) {
				time.Sleep(rand.N(50 * time.Millisecond))
				continue
			}
		}
		return schema, explain(path, err)
	}
}

func prepareOnce(ctx context.Context, db *sql.DB, path string, log *slog.Logger) (int64, error) {
	ours, empty, err := owner(ctx, db)
	if err != nil {
		return 0, err
	}
	if !ours && !empty {
		return 0, foreign(path)
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return 0, err
	}
	return sqldb.Migrate(ctx, db, goose.DialectSQLite3, files, log)
}

// owner reports whether the database is ours, and whether it is empty.
func owner(ctx context.Context, db *sql.DB) (ours, empty bool, err error) {
	err = db.QueryRowContext(ctx, `
		SELECT count(*) FILTER (WHERE name = $1) > 0, count(*) = 0 FROM sqlite_schema`, sqldb.VersionTable).Scan(&ours, &empty)
	return ours, empty, err
}

func foreign(path string) error {
	return fmt.Errorf("%w: %s is not a file of sign-ups: name another one", sqldb.ErrForeign, path)
}

// explain puts an error of opening into one line that says what to do.
func explain(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sqldb.ErrForeign):
		return err
	case code(err)&0xff == lib.SQLITE_NOTADB:
		return fmt.Errorf("%w: %s is not an SQLite file: name another one", sqldb.ErrForeign, path)
	case code(err)&0xff == lib.SQLITE_CORRUPT:
		return fmt.Errorf("%w: %s is damaged (malformed): keep a copy of it and put the last backup back with rencontre restore: %w", registration.ErrUnavailable, path, err)
	case code(err)&0xff == lib.SQLITE_CANTOPEN:
		return fmt.Errorf("%w: %s or its directory cannot be opened: check that this program's user may read and write both: %w", registration.ErrUnavailable, path, err)
	case code(err)&0xff == lib.SQLITE_READONLY:
		return fmt.Errorf("%w: %s cannot be written: check that this program's user may write it and its directory: %w", registration.ErrUnavailable, path, err)
	case fault(err) == sqldb.FaultUnavailable && !errors.Is(err, registration.ErrUnavailable):
		return fmt.Errorf("%w: %s: %w", registration.ErrUnavailable, path, err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// Read implements [sqldb.Engine].
func (e *engine) Read() sqldb.Querier { return e.read }

// Lists implements [sqldb.Engine].
func (e *engine) Lists() sqldb.Querier { return e.lists }

// Write implements [sqldb.Engine].
func (e *engine) Write(ctx context.Context, f func(context.Context, sqldb.Querier) error) error {
	return e.writer.write(ctx, f)
}

// Clauses implements [sqldb.Engine]: a writer is alone here.
func (e *engine) Clauses() sqldb.Clauses { return sqldb.Clauses{OrIgnore: " OR IGNORE"} }

// Fault implements [sqldb.Engine].
func (e *engine) Fault(err error) sqldb.Fault { return fault(err) }

// Close implements [sqldb.Engine].
func (e *engine) Close() error {
	return errors.Join(e.writer.close(), e.pool.Close(), e.listed.Close())
}

// code is SQLite's extended result code, 0 for an error of something else.
func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}

func fault(err error) sqldb.Fault {
	switch c := code(err); c {
	case lib.SQLITE_CONSTRAINT_UNIQUE:
		return sqldb.FaultDuplicate
	case lib.SQLITE_CONSTRAINT_CHECK:
		return sqldb.FaultBarrier
	default:
		switch c & 0xff {
		case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_READONLY, lib.SQLITE_IOERR, lib.SQLITE_CORRUPT,
			lib.SQLITE_FULL, lib.SQLITE_CANTOPEN, lib.SQLITE_PROTOCOL, lib.SQLITE_NOTADB, lib.SQLITE_NOMEM:
			return sqldb.FaultUnavailable
		}
	}
	return sqldb.FaultOther
}
