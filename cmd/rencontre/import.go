package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// importCmd is `rencontre import`.
type importCmd struct {
	databaseFlag
	clockFlag
	File     string                `arg:"" type:"path" help:"CSV or XLSX file with a header."`
	Meeting  string                `required:"" placeholder:"SLUG" help:"Meeting to sign people up for."`
	DryRun   bool                  `name:"dry-run" help:"Say what would become of each row; sign nobody up."`
	Write    bool                  `help:"Tell each person by mail that they are signed up; without it nobody is told."`
	Column   map[string]string     `placeholder:"TITLE=NAME" help:"Read the column of this title into that of our export, such as Portable= for none or Mél=email; the others are recognised by their titles."`
	Pass     bool                  `help:"Seat people before those who wait, and beyond the seats of the meeting."`
	Category registration.Category `placeholder:"CATEGORY" help:"Of those for whom the file names none; without it the fallback of the meeting: autre, or the first that its form offers."`
}

// Run signs up everybody in the file, or nobody. Its output has numbers of lines,
// never names of people.
func (c importCmd) Run(ctx context.Context, t terminal) error {
	if c.Category != "" && !slices.Contains(registration.Categories(), c.Category) {
		return usageError{fmt.Errorf("import: --category %q: want one of %v", c.Category, registration.Categories())}
	}
	list, err := c.read()
	if err != nil {
		return err
	}
	o, m, err := c.openMeeting(ctx, opening{clock: c.clockFlag}, c.Meeting)
	if err != nil {
		return err
	}
	defer o.Close()
	c.Category = cmp.Or(c.Category, m.FallbackCategory())
	e := export.Options{Meeting: m}
	columns, err := c.columns(e, list.Header)
	if err != nil {
		return err
	}
	fmt.Fprintln(t.err, readAs(list))
	for _, needed := range []string{"family_name", "given_name"} {
		if !slices.Contains(columns, needed) {
			return fmt.Errorf("import %s: no column is called %s or « %s »", c.File, needed, e.Title(needed))
		}
	}
	for i, name := range columns {
		if name == "" && list.Header[i] != "" {
			fmt.Fprintf(t.err, "column %q is not read\n", list.Header[i])
		}
	}
	desk := o.Desk
	if c.DryRun {
		desk = desk.Preview(&registration.Effects{})
	}
	lines, err := desk.Import(ctx, m.Slug, e.ImportRows(list, columns, c.Category), registration.ImportOptions{From: list.Form, Pass: c.Pass, Write: c.Write})
	if errors.Is(err, registration.ErrWrongRows) {
		return fmt.Errorf("import %s: nobody was signed up:\n%s", c.File, wrongLines(lines))
	}
	if errors.Is(err, registration.ErrClosed) {
		return fmt.Errorf("import %s: nobody was signed up: the meeting %s is over or cancelled", c.File, m.Slug)
	}
	if err != nil {
		return fmt.Errorf("import %s: %w", c.File, err)
	}
	c.report(t, lines)
	return nil
}

// columns returns the field into which each column of the file is read, "" for none.
// The flags decide; other columns are recognised by their titles.
func (c importCmd) columns(e export.Options, header []string) ([]string, error) {
	columns := e.Match(header)
	for _, title := range slices.Sorted(maps.Keys(c.Column)) {
		name := c.Column[title]
		i := slices.Index(header, title)
		if i < 0 {
			return nil, usageError{fmt.Errorf("import: no column is called %q", title)}
		}
		if name != "" && !slices.Contains(e.ImportFields(), name) {
			return nil, usageError{fmt.Errorf("import: --column %s=%s: want one of %s", title, name, strings.Join(e.ImportFields(), " "))}
		}
		for j := range columns { // a field is read from one column only
			if columns[j] == name {
				columns[j] = ""
			}
		}
		columns[i] = name
	}
	return columns, nil
}

// readAs says how a file was read.
func readAs(l export.List) string {
	if l.Form != "csv" {
		return fmt.Sprintf("read the first sheet of the workbook: rows %d", len(l.Rows))
	}
	return fmt.Sprintf("read as CSV in %s, cells separated by %q: rows %d", l.Chars, l.Comma, len(l.Rows))
}

func (c importCmd) read() (export.List, error) {
	f, err := os.Open(c.File)
	if err != nil {
		return export.List{}, usageError{fmt.Errorf("import: %w", err)}
	}
	defer f.Close()
	list, err := export.ReadList(f)
	if err != nil {
		return list, fmt.Errorf("import %s: %w", c.File, err)
	}
	return list, nil
}

// wrongLines says what is wrong with each line.
func wrongLines(lines []registration.ImportLine) string {
	var all []string
	for _, l := range lines {
		for _, f := range l.Wrong {
			all = append(all, fmt.Sprintf("line %d: %s: %s", l.Row.Line, f.Path, wrongField(f)))
		}
	}
	return strings.Join(all, "\n")
}

func wrongField(f validation.FieldError) string {
	switch {
	case f.Rule == "full" && f.Path == "seats":
		return "the meeting has no seat left and no queue: see --pass"
	case f.Rule == "full":
		return "the session " + f.Param + " has no seat left and no queue"
	case f.Path == "companions":
		return "brings more people than the meeting lets one bring (" + f.Param + "): see companions in its configuration"
	case f.Rule == "session":
		return "there is no such session, or it is closed"
	case f.Rule == "clash":
		return "two sessions are at the same hour"
	case f.Rule == "category":
		return fmt.Sprintf("want one of %v", registration.Categories())
	}
	return f.Message("en")
}

// report prints the outcome of the rows.
func (c importCmd) report(t terminal, lines []registration.ImportLine) {
	seats, queued, over, brought := 0, 0, 0, 0
	for _, l := range lines {
		if l.Skipped == "" && l.Signup.Party != l.Signup.ID {
			brought++
		}
		switch {
		case l.Skipped != "":
			over++
			why := map[registration.SkipReason]string{
				registration.ImportSignedUp: "signed up already",
				registration.ImportTwice:    "stands in the file above",
				registration.ImportOut:      "does not come, says the file",
			}[l.Skipped]
			fmt.Fprintf(t.out, "line %d passed over: %s\n", l.Row.Line, why)
		case l.Signup.State(registration.MeetingSession) == registration.Queued:
			queued++
		default:
			seats++
		}
	}
	if brought > 0 {
		fmt.Fprintf(t.out, "%d with somebody else of the file\n", brought)
	}
	verb, mail := "signed up", "nobody is told"
	if c.DryRun {
		verb = "would be signed up"
	}
	if c.Write {
		mail = "a mail goes to each who has an address"
	}
	fmt.Fprintf(t.out, "%d %s: %d in seats, %d in the queue; %d passed over; %s\n", seats+queued, verb, seats, queued, over, mail)
}
