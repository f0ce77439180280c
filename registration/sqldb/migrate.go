package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/pressly/goose/v3"
)

// VersionTable names the table that records the migrations that were applied.
// A database that has tables but not this one belongs to another program.
const VersionTable = "rencontre_version"

// The errors of opening a database. The text around them says which database
// and what to do, and never holds a password.
var (
	// ErrNewer: a later version of the program has changed the schema.
	ErrNewer = errors.New("sqldb: database newer than this program")

	// ErrForeign: the database holds something else.
	ErrForeign = errors.New("sqldb: database of another program")

	// ErrAddress: the address of the database cannot be right.
	ErrAddress = errors.New("sqldb: bad database address")
)

// Migrate applies to db the migrations that files holds at its root, and returns
// the version of the last one. It returns an error that wraps [ErrNewer] if db is
// ahead of them. Several processes may call it at once if options hold a lock. What
// an older database goes through is logged, as it may take long.
func Migrate(ctx context.Context, db *sql.DB, d goose.Dialect, files fs.FS, log *slog.Logger, options ...goose.ProviderOption) (int64, error) {
	last, err := latest(files, "*.sql")
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	options = append(options, goose.WithTableName(VersionTable), goose.WithDisableGlobalRegistry(true))
	var from int64
	if db.QueryRowContext(ctx, `SELECT max(version_id) FROM `+VersionTable).Scan(&from) == nil && from > 0 && from < last {
		log.InfoContext(ctx, "upgrading the database", "event", "upgrade", "from", from, "to", last)
		defer func(began time.Time) {
			log.InfoContext(ctx, "upgrade ended", "event", "upgraded", "took", time.Since(began), "ok", err == nil)
		}(time.Now())
	}
	p, err := goose.NewProvider(d, db, files, options...)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	for from > 0 && from < last { // one by one, so that each is logged when it ends
		var step *goose.MigrationResult
		step, err = p.UpByOne(ctx)
		if errors.Is(err, goose.ErrNoNextVersion) { // another process was faster
			break
		}
		if err != nil {
			return 0, fmt.Errorf("migrate: %w", err)
		}
		log.InfoContext(ctx, "upgraded a step", "event", "upgrade_step", "schema", step.Source.Version, "file", step.Source.Path, "took", step.Duration)
		from = step.Source.Version
	}
	if _, err = p.Up(ctx); err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	has, knows, err := p.GetVersions(ctx)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	return knows, newer(has, knows)
}

// Latest returns the version of the last migration in the folder migrations of
// files.
func Latest(files fs.FS) (int64, error) { return latest(files, "migrations/*.sql") }

func latest(files fs.FS, pattern string) (v int64, err error) {
	names, err := fs.Glob(files, pattern)
	for _, name := range names {
		n, err := goose.NumericComponent(name)
		if err != nil {
			return 0, fmt.Errorf("migration %s: %w", name, err)
		}
		v = max(v, n)
	}
	return v, err
}

func newer(has, knows int64) error {
	if has > knows {
		return fmt.Errorf("%w: schema %d, this program knows %d: run the newer program", ErrNewer, has, knows)
	}
	return nil
}
