package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// meetingCmd is `rencontre meeting`.
type meetingCmd struct {
	Apply meetingApplyCmd `cmd:"" help:"Add a meeting or change its configuration."`
	Show  meetingShowCmd  `cmd:"" help:"Print the configuration of a meeting, as apply reads it."`
	List  meetingListCmd  `cmd:"" help:"List the meetings."`
	Clone meetingCloneCmd `cmd:"" help:"Make a meeting like another one on another day, without its people; it is not published."`
}

// meetingApplyCmd is `rencontre meeting apply`.
type meetingApplyCmd struct {
	databaseFlag
	clockFlag
	File string `arg:"" type:"existingfile" help:"Configuration, YAML."`
}

// maxMeetingFile is more than any meeting needs, in bytes.
const maxMeetingFile = 1 << 20

// Run refuses a file with an error whole, and says where it is. A change that
// people plan by is written to them by the site.
func (c meetingApplyCmd) Run(ctx context.Context, t terminal) error {
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	if info.Size() > maxMeetingFile {
		return fmt.Errorf("%s: %d bytes, want at most %d", c.File, info.Size(), maxMeetingFile)
	}
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	m, err := registration.ParseMeeting(b)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	store, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	desk, err := c.linkless(store)
	if err != nil {
		return err
	}
	if err := desk.Configure(ctx, m); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "meeting %s applied\n", m.Slug)
	return err
}

// meetingShowCmd is `rencontre meeting show`.
type meetingShowCmd struct {
	databaseFlag
	Slug string `arg:"" help:"Meeting to show."`
}

// Run prints what apply reads.
func (c meetingShowCmd) Run(ctx context.Context, t terminal) error {
	store, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	m, err := meetingOf(ctx, store, c.Slug)
	if err != nil {
		return err
	}
	b, err := m.YAML()
	if err != nil {
		return err
	}
	_, err = t.out.Write(b)
	return err
}

// meetingCloneCmd is `rencontre meeting clone`.
type meetingCloneCmd struct {
	databaseFlag
	Slug string           `arg:"" help:"Meeting to copy."`
	New  string           `arg:"" help:"Slug of the new one."`
	Day  territoires.Date `required:"" placeholder:"2020-06-10" help:"Day of the new one."`
}

// Run refuses a slug that is taken.
func (c meetingCloneCmd) Run(ctx context.Context, t terminal) error {
	store, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	m, err := meetingOf(ctx, store, c.Slug)
	if err != nil {
		return err
	}
	if _, err := store.Meeting(ctx, c.New); err == nil {
		return usageError{fmt.Errorf("there is a meeting %q already", c.New)}
	} else if !errors.Is(err, registration.ErrNotFound) {
		return err
	}
	m = m.Clone(c.New, c.Day)
	if err := m.Check(); err != nil {
		return usageError{err}
	}
	if err := store.PutMeeting(ctx, m); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "meeting %s made, not published\n", m.Slug)
	return err
}

// meetingListCmd is `rencontre meeting list`.
type meetingListCmd struct {
	databaseFlag
}

// Run prints a line for each meeting: slug, day, seats taken and seats.
func (c meetingListCmd) Run(ctx context.Context, t terminal) error {
	store, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	all, err := store.Meetings(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for _, m := range all {
		taken, err := store.Occupancy(ctx, m.Slug)
		if err != nil {
			return err
		}
		v := registration.View{Meeting: m, Occupancy: taken}
		fmt.Fprintf(w, "%s\t%s\t%d of %d\n", m.Slug, m.Day, v.In(registration.MeetingSession).Taken, m.Seats)
	}
	return w.Flush()
}

// meetingOf returns a meeting of the store, or an error that says how to find
// its name.
func meetingOf(ctx context.Context, store registration.Store, slug string) (registration.Meeting, error) {
	m, err := store.Meeting(ctx, slug)
	if errors.Is(err, registration.ErrNotFound) {
		return m, usageError{fmt.Errorf("no meeting %q in this database (see rencontre meeting list)", slug)}
	}
	return m, err
}
