package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/territoires-industrie/sdk/registration/sqldb/postgres"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
)

// backupCmd is `rencontre backup`.
type backupCmd struct {
	databaseFlag
	File string `arg:"" type:"path" help:"Where to put the backup; an older one of that name is replaced."`
}

// Run saves the database, while the site serves.
func (c backupCmd) Run(ctx context.Context, t terminal) (err error) {
	if c.server() {
		err = postgres.Backup(ctx, c.Database, c.File)
	} else {
		err = sqlite.Backup(ctx, c.file(), c.File)
	}
	if err == nil {
		_, err = fmt.Fprintf(t.out, "saved to %s; keep the key of links as well, it is not in it\n", c.File)
	}
	return err
}

// restoreCmd is `rencontre restore`.
type restoreCmd struct {
	databaseFlag
	File  string `arg:"" type:"existingfile" help:"A file that rencontre backup has written."`
	Force bool   `help:"Replace the sign-ups that are there."`
}

// Run puts a backup back, after it has checked all of it.
func (c restoreCmd) Run(ctx context.Context, t terminal) (err error) {
	if c.server() {
		err = postgres.Restore(ctx, c.File, c.Database, c.Force)
	} else {
		err = sqlite.Restore(ctx, c.File, c.file(), c.Force)
	}
	if err == nil {
		_, err = fmt.Fprintf(t.out, "restored from %s\n", c.File)
	}
	return err
}

// server reports whether the address is that of a server.
func (f databaseFlag) server() bool {
	return strings.HasPrefix(f.Database, "postgres://") || strings.HasPrefix(f.Database, "postgresql://")
}
