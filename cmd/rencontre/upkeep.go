package main

import (
	"context"
	"fmt"
	"runtime/debug"
)

// migrateCmd is `rencontre migrate`.
type migrateCmd struct{ databaseFlag }

// Run brings the database to the schema of this program; doing it twice does
// nothing more.
func (c migrateCmd) Run(ctx context.Context, t terminal) error {
	o, err := c.open(ctx, opening{create: true})
	if err != nil {
		return err
	}
	defer o.Close()
	v, err := o.store.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "schema %d\n", v)
	return err
}

// versionCmd is `rencontre version`.
type versionCmd struct{}

// Run prints the version that the build recorded.
func (versionCmd) Run(t terminal) error {
	version := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	_, err := fmt.Fprintf(t.out, "rencontre %s\n", version)
	return err
}
