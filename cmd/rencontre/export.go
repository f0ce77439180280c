package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// exportCmd is `rencontre export`.
type exportCmd struct {
	databaseFlag
	clockFlag
	Meeting string                 `required:"" placeholder:"SLUG" help:"Meeting to export."`
	Format  string                 `enum:"csv,csv-excel-fr,xlsx,json" default:"csv" help:"csv, csv-excel-fr, xlsx or json."`
	Status  []registration.Status  `placeholder:"STATUS" help:"Only sign-ups with this status; may be repeated."`
	Session registration.SessionID `placeholder:"ID" help:"Only who has a seat in this session."`
	Search  string                 `placeholder:"TEXT" help:"Only who is found by these beginnings of words: of the name, the organisation, the function, the address or the code."`
	Sort    registration.Order     `default:"name" enum:"name,date,organisation,status" help:"Order of the rows: name, date, organisation or status."`
	Columns []string               `placeholder:"NAME" help:"Columns, in this order, with commas between; session:ID is that of a session. Without it, all but those of sessions."`
	Output  string                 `type:"path" placeholder:"FILE" help:"Write to this file instead of standard output."`
}

// Run writes the same bytes as the organisers' page does.
func (c exportCmd) Run(ctx context.Context, t terminal) (err error) {
	for _, s := range c.Status {
		if !slices.Contains(registration.Statuses(), s) {
			return usageError{fmt.Errorf("--status %q: want one of %v", s, registration.Statuses())}
		}
	}
	if err := c.spare(c.Output); err != nil {
		return err
	}
	o, m, err := c.openMeeting(ctx, opening{clock: c.clockFlag}, c.Meeting)
	if err != nil {
		return err
	}
	defer o.Close()
	filter := registration.Filter{Words: c.Search, Status: c.Status, Session: c.Session}
	if err := c.check(m, filter); err != nil {
		return err
	}
	e := export.Options{Meeting: m, Columns: c.Columns}
	if e.Removed, err = o.RemovedQuestions(ctx, m); err != nil {
		return err
	}
	if bad, ok := errors.AsType[*export.UnknownColumnError](e.Check()); ok {
		return usageError{fmt.Errorf("--columns: there is no column %q: want some of %s", bad.Column, strings.Join(e.All(), ","))}
	}
	write := func(w io.Writer) error {
		all := o.Export(ctx, m.Slug, filter, c.Sort, c.Format)
		return export.Write(w, export.Format(c.Format), e, reported(t.err, all))
	}
	if c.Output == "" {
		return write(t.out)
	}
	return writeFile(c.Output, write)
}

// check returns a usage error for a session that the meeting does not have, and for
// a search that is too long.
func (c exportCmd) check(m registration.Meeting, f registration.Filter) error {
	bad, ok := errors.AsType[*validation.Error](f.Check(m))
	if !ok {
		return nil
	}
	if e := bad.Fields[0]; e.Path != "session" {
		return usageError{fmt.Errorf("--search: want %s %s at most", e.Param, map[string]string{"max": "characters", "words": "words"}[e.Rule])}
	}
	ids := []registration.SessionID{registration.MeetingSession}
	for _, s := range m.Sessions {
		ids = append(ids, s.ID)
	}
	return usageError{fmt.Errorf("--session %q: want one of %v", c.Session, ids)}
}

// reportEvery is how often the command reports its progress on a long file.
const reportEvery = 2 * time.Second

// reported yields the rows of all. It writes to w every [reportEvery] how many have
// been read, and at the end says so if there were none.
func reported(w io.Writer, all iter.Seq2[registration.Entry, error]) iter.Seq2[registration.Entry, error] {
	return func(yield func(registration.Entry, error) bool) {
		n, next := 0, time.Now().Add(reportEvery)
		for e, err := range all {
			if n++; n%1000 == 0 && time.Now().After(next) {
				fmt.Fprintf(w, "%d rows\n", n)
				next = time.Now().Add(reportEvery)
			}
			if !yield(e, err) {
				return
			}
		}
		if n == 0 {
			fmt.Fprintln(w, "nobody matches: the file has no rows")
		}
	}
}

// writeFile replaces the file at path by what write writes. If write fails, the
// file stays as it was.
func writeFile(path string, write func(io.Writer) error) error {
	if i, err := os.Stat(path); err == nil && !i.Mode().IsRegular() { // a pipe or a device is not replaced
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
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
