package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/territoires-industrie/sdk/registration/sqldb"
)

const engineName = "sqlite"

// Backup copies the database at path into one file with a checksum, as it is at one
// instant, whatever is written meanwhile. It uses SQLite's online backup in one
// step, which holds back no writer. The key that signs links, PATH.secret, is not
// part of the backup.
func Backup(ctx context.Context, path, file string) error {
	path, err := existing(path)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(file), ".backup-*")
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer os.RemoveAll(dir)
	whole := filepath.Join(dir, "whole.db")
	schema, err := copyTo(ctx, path, whole)
	if err != nil {
		return fmt.Errorf("backup to %s: %w", file, explain(path, err))
	}
	return sqldb.CreateBackup(file, engineName, schema, func(w io.Writer) error {
		f, err := os.Open(whole)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	})
}

// existing is [check] for a file that must exist: to open it would make it.
func existing(path string) (string, error) {
	path, err := check(path)
	if err == nil {
		if _, missing := os.Stat(path); missing != nil {
			err = fmt.Errorf("%w: there is no file %s", sqldb.ErrAddress, path)
		}
	}
	return path, err
}

// copyTo copies the database at path to a new file and returns its schema.
func copyTo(ctx context.Context, path, to string) (schema int64, err error) {
	db, err := sql.Open("sqlite", dsn(path, "_pragma=query_only(1)"))
	if err != nil {
		return 0, err
	}
	defer db.Close()
	if schema, err = version(ctx, db, path); err != nil {
		return 0, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	return schema, conn.Raw(func(c any) error {
		b, err := c.(interface {
			NewBackup(dstUri string) (*sqlite.Backup, error)
		}).NewBackup((&url.URL{Scheme: "file", OmitHost: true, Path: to}).String()) // a bare name would end at a ?
		if err != nil {
			return err
		}
		if _, err := b.Step(-1); err != nil {
			b.Finish() // says the same again
			return err
		}
		return b.Finish()
	})
}

// version returns the schema of a database of ours.
func version(ctx context.Context, db *sql.DB, path string) (v int64, err error) {
	ours, _, err := owner(ctx, db)
	if err == nil && !ours {
		err = foreign(path)
	}
	if err != nil {
		return 0, err
	}
	return v, db.QueryRowContext(ctx, `SELECT max(version_id) FROM `+sqldb.VersionTable).Scan(&v)
}

// Restore puts the backup in file at path. It first verifies the file's checksum,
// SQLite's own structure and the references between rows. It refuses to replace a
// database unless force is set, and one that a program has open even then: the
// error wraps [sqldb.ErrOccupied].
func Restore(ctx context.Context, file, path string, force bool) error {
	path, err := check(path)
	if err != nil {
		return err
	}
	b, err := sqldb.OpenBackup(file, engineName, migrations)
	if err != nil {
		return err
	}
	defer b.Close()
	for _, there := range []string{path, path + "-wal"} { // sign-ups may be in the log alone
		if _, err := os.Stat(there); err == nil && !force {
			return fmt.Errorf("%w: %s exists: name another file, or replace it with --force", sqldb.ErrOccupied, there)
		}
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".restore-*")
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer os.RemoveAll(dir)
	whole := filepath.Join(dir, "whole.db")
	if err := unpack(ctx, b, whole); err != nil {
		return fmt.Errorf("restore %s: %w", file, err)
	}
	return replace(ctx, whole, path)
}

// unpack writes the database in b to a file and has SQLite check it.
func unpack(ctx context.Context, b *sqldb.Backup, to string) error {
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = b.WriteTo(f)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", dsn(to, "_txlock=immediate"))
	if err != nil {
		return err
	}
	defer db.Close()
	var faults int
	err = db.QueryRowContext(ctx, `
		SELECT (SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok')
			+ (SELECT count(*) FROM pragma_foreign_key_check)`).Scan(&faults)
	if err == nil && faults > 0 {
		err = fmt.Errorf("%w: %d faults in its structure", sqldb.ErrBackup, faults)
	}
	return err
}

// replace moves a checked database to path, in place of the one there.
func replace(ctx context.Context, whole, path string) error {
	if _, err := os.Stat(path); err == nil {
		if err := unused(ctx, path); err != nil {
			return err
		}
	}
	// The log of the old database must not be applied to the new one.
	for _, rest := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + rest); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("restore: %w", err)
		}
	}
	if err := os.Rename(whole, path); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer d.Close()
	return d.Sync()
}

// unused returns an error if another program has the database open. A file that
// is no database any more may be replaced.
func unused(ctx context.Context, path string) error {
	u := dsn(path, "_pragma=locking_mode(exclusive)")
	db, err := sql.Open("sqlite", u)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, `BEGIN EXCLUSIVE`)
	switch code(err) & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return fmt.Errorf("%w: %s is in use: stop the program that has it open", sqldb.ErrOccupied, path)
	}
	return nil
}
