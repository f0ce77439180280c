// Command rencontre runs a registration site for a national meeting of the
// programme « Territoires d'industrie », and is the organiser's command line.
//
//	rencontre demo                 the whole site on this machine, with example values
//	rencontre serve --database …   the site on a real database and mail server
//	rencontre organiser add EMAIL --role organiser
//	rencontre export --meeting 2019-06-12-paris --format csv-excel-fr
//
// Flags have a twin in the environment (RENCONTRE_DATABASE, …), but for those that
// overwrite or confirm something, or write to people. Secrets come from the
// environment or from a file only. The exit code is 0, 1 when the work
// failed, or 2 when the command line is wrong.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/territoires-industrie/sdk/registration"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends what does not heed the first
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// terminal is where a command writes.
type terminal struct {
	out, err io.Writer
}

// log returns the log of a command.
func (t terminal) log() *slog.Logger { return slog.New(slog.NewTextHandler(t.err, nil)) }

// cli is the command line: one field per command.
type cli struct {
	Demo      demoCmd      `cmd:"" help:"Run the meeting of 12 June 2019 on this machine, with example values and a mailbox to read the mails in."`
	Serve     serveCmd     `cmd:"" help:"Run the site on a database and a mail server."`
	Meeting   meetingCmd   `cmd:"" help:"Configure meetings."`
	Organiser organiserCmd `cmd:"" help:"Name, list and remove organisers."`
	Audit     auditCmd     `cmd:"" help:"What organisers and the command line did."`
	Signup    signupCmd    `cmd:"" help:"Act on one sign-up."`
	Export    exportCmd    `cmd:"" help:"Write the sign-ups of a meeting."`
	Import    importCmd    `cmd:"" help:"Sign up the people of a CSV or XLSX file: all of them, or nobody."`
	Print     printCmd     `cmd:"" help:"Draw a document of a meeting as a PDF: lists for the door, badges, signs."`
	Backup    backupCmd    `cmd:"" help:"Save a database to one file, while the site serves."`
	Restore   restoreCmd   `cmd:"" help:"Put a backup back, after checking all of it."`
	Erasures  erasuresCmd  `cmd:"" help:"List the ids of the sign-ups that were erased, for restore."`
	Migrate   migrateCmd   `cmd:"" help:"Bring a database to the schema of this program."`
	DKIM      dkimCmd      `cmd:"" name:"dkim" help:"Keys that sign mails."`
	Doctor    doctorCmd    `cmd:"" help:"Check configuration, database, mail server and what the DNS says of the sender's domain."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

// parser returns the command line.
func parser(options ...kong.Option) (*kong.Kong, error) {
	k, err := kong.New(&cli{}, append(options,
		kong.Name("rencontre"),
		kong.Description("Sign-ups for the national meetings of « Territoires d'industrie »."),
		kong.DefaultEnvars("RENCONTRE"),
	)...)
	if err == nil {
		variables(k)
	}
	return k, err
}

// usageError is an error of the command line: exit code 2.
type usageError struct{ error }

// run is the program as a function of its arguments and streams. It returns the
// exit code.
func run(ctx context.Context, args []string, out, errw io.Writer) int {
	ctx = registration.WithActor(ctx, registration.Actor{Kind: registration.ActorCommand})
	code := -1
	parser, err := parser(
		kong.Writers(out, errw),
		kong.Exit(func(c int) { code = c }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(terminal{out, errw}),
	)
	if err != nil {
		panic("rencontre: command line: " + err.Error())
	}
	heed(parser)
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if code >= 0 { // --help has been printed
		return code
	}
	if err != nil {
		fmt.Fprintf(errw, "rencontre: %v (see rencontre --help)\n", err)
		return 2
	}
	err = parsed.Run()
	if err == nil {
		return 0
	}
	fmt.Fprintf(errw, "rencontre: %v\n", err)
	if _, ok := errors.AsType[usageError](err); ok {
		return 2
	}
	return 1
}
