package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// meetingCmd is `rencontre meeting`.
type meetingCmd struct {
	Apply  meetingApplyCmd  `cmd:"" help:"Change the configuration of a meeting, or add one, and say what that changes."`
	Show   meetingShowCmd   `cmd:"" help:"Print the configuration of a meeting, as apply reads it."`
	List   meetingListCmd   `cmd:"" help:"List the meetings."`
	Clone  meetingCloneCmd  `cmd:"" help:"Make a meeting like another one on another day, without its people; it is not published."`
	Delete meetingDeleteCmd `cmd:"" help:"Delete a meeting for which nobody has signed up."`
}

// meetingApplyCmd is `rencontre meeting apply`.
type meetingApplyCmd struct {
	databaseFlag
	clockFlag
	File   string `arg:"" type:"existingfile" help:"Configuration, YAML."`
	New    bool   `help:"Add the meeting if there is none of this slug."`
	DryRun bool   `name:"dry-run" help:"Say what would change, and change nothing."`
	Tell   bool   `default:"true" negatable:"" help:"Write to those who signed up about another hour or place; --no-tell for a change that matters to nobody. Of another day and a cancellation they are always told."`
	Yes    bool   `help:"Agree to what cannot be taken back from people: fewer seats than are taken, a cancellation, another day, a shorter retention, no waiting list."`
}

// Run applies the whole file. If the file has a mistake, Run applies nothing and says
// where the mistake is. The site writes to the people whom a change of day, hours or
// place concerns.
func (c meetingApplyCmd) Run(ctx context.Context, t terminal) error {
	m, err := readMeeting(c.File)
	if err != nil {
		return err
	}
	o, err := c.open(ctx, opening{create: c.New && !c.DryRun, clock: c.clockFlag})
	if err != nil {
		return err
	}
	defer o.Close()
	plan, err := o.Apply(ctx, m, registration.ApplyOptions{New: c.New, Yes: c.Yes, DryRun: c.DryRun, Quiet: !c.Tell})
	bad, wrong := errors.AsType[*validation.Error](err)
	switch {
	case errors.Is(err, registration.ErrNotFound):
		return fmt.Errorf("there is no meeting %q: correct the slug, or repeat with --new to add it", m.Slug)
	case wrong:
		return fmt.Errorf("%s is refused, nothing was done:\n%s", c.File, sentences(bad.Fields))
	case err != nil && !errors.Is(err, registration.ErrNeedsYes):
		return err
	}
	outcome := "meeting " + m.Slug + " applied\n"
	switch {
	case err != nil:
		outcome, err = "", errors.New("nothing was done: repeat with --yes to agree to it")
	case c.DryRun:
		outcome = "dry run: nothing was done\n"
	}
	_, failed := io.WriteString(t.out, planText(m.Slug, plan)+outcome)
	return cmp.Or(err, failed)
}

// readMeeting reads a meeting file. It stops one byte above [meetingfile.MaxSize], so
// that [meetingfile.Read] refuses a larger file.
func readMeeting(path string) (registration.Meeting, error) {
	f, err := os.Open(path)
	if err != nil {
		return registration.Meeting{}, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, meetingfile.MaxSize+1))
	if err != nil {
		return registration.Meeting{}, err
	}
	m, err := meetingfile.Read(b)
	if bad, ok := errors.AsType[*meetingfile.Error](err); ok && len(bad.Problems) > 1 {
		return m, fmt.Errorf("%s is refused, nothing was done:\n%w", path, err)
	} else if err != nil {
		return m, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// planText lists the changes, the people they concern, and what needs --yes.
func planText(slug string, p registration.Plan) string {
	var b strings.Builder
	switch {
	case p.New:
		fmt.Fprintf(&b, "meeting %s is new\n", slug)
	case len(p.Changes) == 0:
		fmt.Fprintf(&b, "meeting %s is as the file says already\n", slug)
	}
	for _, c := range p.Changes {
		switch {
		case c.Old == "":
			fmt.Fprintf(&b, "  %s: %s\n", c.Path, shown(c.New))
		case c.New == "":
			fmt.Fprintf(&b, "  %s: %s → (none)\n", c.Path, shown(c.Old))
		default:
			fmt.Fprintf(&b, "  %s: %s → %s\n", c.Path, shown(c.Old), shown(c.New))
		}
	}
	if !p.New {
		fmt.Fprintf(&b, "people signed up: %d\n", p.People)
	}
	for _, m := range p.Mails {
		fmt.Fprintf(&b, "people written to: %d (%s)\n", m.N, m.Kind)
	}
	if len(p.Needs) > 0 {
		fmt.Fprintf(&b, "needs --yes:\n%s\n", sentences(p.Needs))
	}
	return b.String()
}

// shown shortens a value to one line.
func shown(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

// sentences returns a line for each field.
func sentences(fields []validation.FieldError) string {
	var lines []string
	for _, f := range fields {
		lines = append(lines, "  "+f.Path+": "+f.Message("en"))
	}
	return strings.Join(lines, "\n")
}

// meetingShowCmd is `rencontre meeting show`.
type meetingShowCmd struct {
	databaseFlag
	Slug string `arg:"" help:"Meeting to show."`
}

// Run prints the meeting as a file that apply reads.
func (c meetingShowCmd) Run(ctx context.Context, t terminal) error {
	o, m, err := c.openMeeting(ctx, opening{}, c.Slug)
	if err != nil {
		return err
	}
	defer o.Close()
	b, err := meetingfile.Write(m)
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

// Run adds a copy of a meeting. It returns an error if the slug is taken.
func (c meetingCloneCmd) Run(ctx context.Context, t terminal) error {
	o, m, err := c.openMeeting(ctx, opening{}, c.Slug)
	if err != nil {
		return err
	}
	defer o.Close()
	_, err = o.Add(ctx, m.Clone(c.New, c.Day), registration.ApplyOptions{})
	bad, wrong := errors.AsType[*validation.Error](err)
	switch {
	case errors.Is(err, registration.ErrMeetingExists):
		return usageError{fmt.Errorf("there is a meeting %q already", c.New)}
	case wrong:
		return usageError{fmt.Errorf("the new meeting would be wrong, nothing was done:\n%s", sentences(bad.Fields))}
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(t.out, "meeting %s made, not published\n", c.New)
	return err
}

// meetingDeleteCmd is `rencontre meeting delete`.
type meetingDeleteCmd struct {
	databaseFlag
	Slug string `arg:"" help:"Meeting to delete."`
}

// Run deletes a meeting. It returns an error if somebody has signed up for it.
func (c meetingDeleteCmd) Run(ctx context.Context, t terminal) error {
	o, _, err := c.openMeeting(ctx, opening{}, c.Slug)
	if err != nil {
		return err
	}
	defer o.Close()
	if err := o.Delete(ctx, c.Slug); errors.Is(err, registration.ErrInUse) {
		return fmt.Errorf("people have signed up for the meeting %q: it stays; to end it, set cancelled_at or published: false", c.Slug)
	} else if err != nil {
		return err
	}
	if err := o.team.Note(ctx, team.ActDeleted, c.Slug, ""); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "meeting %s deleted\n", c.Slug)
	return err
}

// meetingListCmd is `rencontre meeting list`.
type meetingListCmd struct {
	databaseFlag
}

// Run prints a line for each meeting: slug, day, seats taken and seats.
func (c meetingListCmd) Run(ctx context.Context, t terminal) error {
	o, err := c.open(ctx, opening{})
	if err != nil {
		return err
	}
	defer o.Close()
	all, err := o.store.Meetings(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for _, m := range all {
		if m.Broken != "" {
			fmt.Fprintf(w, "%s\t%s\tcannot be read (see rencontre doctor)\n", m.Slug, m.Day)
			continue
		}
		taken, err := o.store.Occupancy(ctx, m.Slug)
		if err != nil {
			return err
		}
		v := registration.View{Meeting: m, Occupancy: taken}
		fmt.Fprintf(w, "%s\t%s\t%d of %d\n", m.Slug, m.Day, v.In(registration.MeetingSession).Taken, m.Seats)
	}
	return w.Flush()
}
