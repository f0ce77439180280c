package postgres

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/territoires-industrie/sdk/registration/sqldb"
)

const engineName = "postgres"

// ErrTool is returned when PostgreSQL's own programs, pg_dump and pg_restore,
// are missing on this machine or older than the server.
var ErrTool = errors.New("postgres: no usable client program")

// Backup copies the tables at address into one file with a checksum, as they are at
// one instant, whatever is written meanwhile. It runs pg_dump, which must be of the
// server's version or later: otherwise the error wraps [ErrTool]. The key that
// signs links is not part of the backup.
func Backup(ctx context.Context, address, file string) error {
	c, err := connect(ctx, address)
	if err != nil {
		return err
	}
	defer c.db.Close()
	if len(c.tables) == 0 {
		return fmt.Errorf("%w: database %q holds no sign-ups", sqldb.ErrForeign, c.config.Database)
	}
	var schema int64
	if err := c.db.QueryRowContext(ctx, `SELECT max(version_id) FROM `+sqldb.VersionTable).Scan(&schema); err != nil {
		return explain(c.config, err)
	}
	args := []string{"--format=custom", "--no-owner", "--no-privileges"}
	for _, t := range c.tables {
		args = append(args, "--table="+t)
	}
	dump, err := c.tool(ctx, "pg_dump", args...)
	if err != nil {
		return err
	}
	return sqldb.CreateBackup(file, engineName, schema, func(w io.Writer) error {
		dump.Stdout = w
		return run(dump)
	})
}

// Restore verifies the backup in file, and puts it into the database at address in
// one transaction, so whole or not at all. It runs pg_restore, as [Backup] runs
// pg_dump. It refuses to replace sign-ups unless force is set: the error wraps
// [sqldb.ErrOccupied].
func Restore(ctx context.Context, file, address string, force bool) error {
	b, err := sqldb.OpenBackup(file, engineName, migrations)
	if err != nil {
		return err
	}
	defer b.Close()
	c, err := connect(ctx, address)
	if err != nil {
		return err
	}
	defer c.db.Close()
	if len(c.tables) > 0 {
		if err := c.replaceable(ctx, b.Schema, force); err != nil {
			return err
		}
	}
	if _, err := c.db.ExecContext(ctx, appendOnly); err != nil {
		return explain(c.config, err)
	}
	restore, err := c.tool(ctx, "pg_restore", "--clean", "--if-exists", "--single-transaction", "--exit-on-error",
		"--no-owner", "--no-privileges")
	if err != nil {
		return err
	}
	r, w := io.Pipe()
	restore.Stdin = r
	go func() {
		_, err := b.WriteTo(w)
		w.CloseWithError(err)
	}()
	return run(restore)
}

// replaceable returns an error unless a backup of a schema may replace the tables there.
// Those of a newer schema would stay, since the backup does not know them.
func (c *client) replaceable(ctx context.Context, schema int64, force bool) error {
	if !force {
		return fmt.Errorf("%w: database %q holds sign-ups: name another one, or replace them with --force",
			sqldb.ErrOccupied, c.config.Database)
	}
	var has int64
	if err := c.db.QueryRowContext(ctx, `SELECT max(version_id) FROM `+sqldb.VersionTable).Scan(&has); err != nil {
		return explain(c.config, err)
	}
	if has > schema {
		return fmt.Errorf("%w: database %q has the schema %d, the backup the older one %d: restore it into a new and empty database",
			sqldb.ErrOccupied, c.config.Database, has, schema)
	}
	return nil
}

// appendOnly creates the function that the audit log's trigger calls, as the
// migrations do: a backup holds tables but no functions.
const appendOnly = `
	CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		RAISE EXCEPTION 'the audit log is append-only';
	END
	$$`

// client is a connection with what the programs of PostgreSQL need to know.
type client struct {
	config  *pgx.ConnConfig
	db      *sql.DB
	address *url.URL
	version int      // of the server: 15
	tables  []string // ours, quoted; none in an empty database
}

func connect(ctx context.Context, address string) (*client, error) {
	config, err := parse(address)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%w: want postgres://USER:PASSWORD@HOST:PORT/DATABASE", sqldb.ErrAddress)
	}
	c := &client{config: config, address: u, db: stdlib.OpenDB(*config)}
	if err := c.look(ctx); err != nil {
		c.db.Close()
		return nil, explain(config, err)
	}
	return c, nil
}

func (c *client) look(ctx context.Context) error {
	var ours bool
	var list string
	err := c.db.QueryRowContext(ctx, `
		SELECT current_setting('server_version_num')::int / 10000,
			coalesce(string_agg(format('%I.%I', schemaname, tablename), ' ' ORDER BY tablename), ''),
			coalesce(bool_or(tablename = $1), false)
		FROM pg_tables WHERE schemaname = current_schema()`, sqldb.VersionTable).Scan(&c.version, &list, &ours)
	c.tables = strings.Fields(list)
	if err == nil && !ours && len(c.tables) > 0 {
		err = sqldb.ErrForeign
	}
	return err
}

// tool returns the command for a program of PostgreSQL, of the server's version or
// later. The password goes by the environment, since everybody on the machine can
// read arguments.
func (c *client) tool(ctx context.Context, name string, args ...string) (*exec.Cmd, error) {
	path, err := find(ctx, name, c.version)
	if err != nil {
		return nil, err
	}
	u := *c.address
	u.User = url.User(c.config.User)
	// The query of the address may hold settings of the server, which our own
	// driver takes but the program does not.
	q := u.Query()
	for setting := range c.config.RuntimeParams {
		q.Del(setting)
	}
	u.RawQuery = q.Encode()
	cmd := exec.CommandContext(ctx, path, append(args, "--no-password", "--dbname="+u.String())...)
	cmd.Env = append(os.Environ(), "PGPASSWORD="+c.config.Password)
	return cmd, nil
}

// find returns the first of the programs called name that is of version or
// later: the one on the path, or those that Debian keeps side by side.
func find(ctx context.Context, name string, version int) (string, error) {
	paths, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if path, err := exec.LookPath(name); err == nil {
		paths = append([]string{path}, paths...)
	}
	for _, path := range paths {
		out, err := exec.CommandContext(ctx, path, "--version").Output()
		if err == nil && major(string(out)) >= version {
			return path, nil
		}
	}
	if len(paths) == 0 {
		return "", fmt.Errorf("%w: %s is missing: install postgresql-client-%d", ErrTool, name, version)
	}
	return "", fmt.Errorf("%w: %s is older than the server: install postgresql-client-%d", ErrTool, name, version)
}

// major reads the 15 in "pg_dump (PostgreSQL) 15.14 (Debian 15.14-0)"; 0 if
// there is none.
func major(version string) (n int) {
	_, after, _ := strings.Cut(version, "(PostgreSQL) ")
	fmt.Sscan(after, &n) // up to the dot
	return n
}

// run runs a program. If it fails, the error ends with what it wrote to stderr.
func run(cmd *exec.Cmd) error {
	var words bytes.Buffer
	cmd.Stderr = &words
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(cmd.Path), err, strings.Join(strings.Fields(words.String()), " "))
	}
	return nil
}
