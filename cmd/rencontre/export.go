package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
	"github.com/territoires-industrie/sdk/registration/team"
)

// exportCmd is `rencontre export`.
type exportCmd struct {
	databaseFlag
	Meeting string                `required:"" placeholder:"SLUG" help:"Meeting to export."`
	Format  string                `enum:"csv,csv-excel-fr,xlsx,json" default:"csv" help:"csv, csv-excel-fr, xlsx or json."`
	Status  []registration.Status `placeholder:"STATUS" help:"Only sign-ups with this status; may be repeated."`
	Output  string                `type:"path" placeholder:"FILE" help:"Write to this file instead of standard output."`
}

// Run writes the same bytes as the organisers' page does.
func (c exportCmd) Run(ctx context.Context, t terminal) (err error) {
	for _, s := range c.Status {
		if !slices.Contains(registration.Statuses(), s) {
			return usageError{fmt.Errorf("--status %q: want one of %v", s, registration.Statuses())}
		}
	}
	o, err := c.open(ctx, opening{})
	if err != nil {
		return err
	}
	defer o.Close()
	m, err := meetingOf(ctx, o.store, c.Meeting)
	if err != nil {
		return err
	}
	if err := o.team.Note(ctx, team.ActExported, m.Slug, c.Format); err != nil {
		return err
	}
	write := func(w io.Writer) error {
		return export.Write(w, export.Format(c.Format), export.Options{Meeting: m, Status: c.Status},
			o.Signups(ctx, registration.Query{Meeting: m.Slug}))
	}
	if c.Output == "" {
		return write(t.out)
	}
	return writeFile(c.Output, write)
}

// writeFile gives the file at path what write writes: all of it, or the file
// stays as it was.
func writeFile(path string, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".export-*") // mode 0600: it holds names
	if err != nil {
		return fmt.Errorf("write %s: %w", path, errors.Unwrap(err))
	}
	defer os.Remove(tmp.Name())
	if err := errors.Join(write(tmp), tmp.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(tmp.Name(), path)
}
