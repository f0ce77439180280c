package main

import (
	"context"
	"fmt"
	"runtime/debug"
)

// migrateCmd is `rencontre migrate`.
type migrateCmd struct{ databaseFlag }

// Run migrates the database to the schema of this program. A second run changes
// nothing.
func (c migrateCmd) Run(ctx context.Context, t terminal) error {
	o, err := c.open(ctx, opening{create: true, log: t.log()})
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
	_, err := fmt.Fprintf(t.out, "rencontre %s\n", version())
	return err
}

// version returns what the build recorded: a release, or the commit of a checkout.
func version() string {
	info, _ := debug.ReadBuildInfo()
	return described(info)
}

// described returns the release of a build or, for any other build, the commit and
// the version of the compiler.
func described(info *debug.BuildInfo) string {
	if info == nil {
		return "(unknown)"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	text := "(devel)"
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			text += " " + s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			text += ", modified"
		}
	}
	return text + ", " + info.GoVersion
}
