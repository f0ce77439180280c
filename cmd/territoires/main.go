// Command territoires answers questions about the programme « Territoires
// d'industrie » on the command line: which territories there are, what their
// members are, in which territory a commune or an EPCI is, and how far the programme
// had come on a day. It also checks the programme's documents.
//
// It reads the tables of package territoires and the files that it is given,
// and nothing else: no network, no configuration. See `territoires --help`.
//
// Exit codes: 0 when there is an answer, 1 when the input is wrong or nothing was
// found, 2 when the command line is wrong.
package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/territoires-industrie/sdk/territoires"
)

// commands is the command line: one struct per command, each with a Run method
// that gets the [screen] to write to.
type commands struct {
	Lang    string           `help:"Language of what is printed, fr or en; by default that of the environment, or French. This help is in English." enum:"fr,en" default:"${lang}"`
	Edition kong.VersionFlag `name:"version" help:"Print the edition of the tables."`

	List       listCmd       `cmd:"" help:"List the territories of a phase."`
	Show       showCmd       `cmd:"" help:"Show all that is known of territories."`
	Find       findCmd       `cmd:"" help:"Find territories by name, SIREN, commune or place."`
	Export     exportCmd     `cmd:"" help:"Write the territories of a phase as CSV, JSON or GeoJSON."`
	Check      checkCmd      `cmd:"" help:"Say what is wrong with documents of the programme."`
	Schema     schemaCmd     `cmd:"" help:"Print the JSON Schema of a kind of document, for editors."`
	Progress   progressCmd   `cmd:"" help:"Report how far phase I had come on a day."`
	VTE        vteCmd        `cmd:"" name:"vte" help:"Work with requests for the VTE label."`
	Completion completionCmd `cmd:"" help:"Print a completion script for bash, zsh or fish."`
	Version    versionCmd    `cmd:"" help:"Print the edition of the tables."`
}

func main() {
	os.Exit(run(os.Args[1:], newScreen(os.Stdout, os.Getenv), os.Stderr))
}

// run is the program as a function of its arguments and outputs. It returns the exit
// code.
func run(args []string, out *screen, stderr io.Writer) int {
	code := -1
	var all commands
	help := &remembering{Writer: out} // kong ignores the errors of what it writes
	parser, err := kong.New(&all,
		kong.Name("territoires"),
		kong.Description("The territories of the programme « Territoires d'industrie »: who and where."),
		kong.UsageOnError(),
		kong.Writers(help, stderr),
		kong.Vars{"lang": cmp.Or(out.lang, "fr"), "version": edition()},
		// Kong ends the process after --help; remember the code instead.
		kong.Exit(func(c int) { code = c }),
	)
	if err != nil {
		fmt.Fprintln(stderr, "territoires:", err)
		return 2
	}
	ctx, err := parser.Parse(args)
	switch {
	case help.err != nil:
		return report(help.err, out, stderr)
	case code >= 0:
		return code
	}
	if err == nil {
		err = notEmpty(ctx)
	}
	if err == nil {
		out.lang, out.notes = all.Lang, stderr
		err = ctx.Run(out, parser.Model)
	}
	return report(err, out, stderr)
}

// remembering is a writer that remembers its last error.
type remembering struct {
	io.Writer
	err error
}

func (r *remembering) Write(b []byte) (int, error) {
	n, err := r.Writer.Write(b)
	r.err = cmp.Or(err, r.err)
	return n, err
}

// notEmpty refuses an empty text for a flag, as --phase "$P" gives when P is not set:
// it is read as none, and would answer another question.
func notEmpty(ctx *kong.Context) error {
	for _, f := range ctx.Flags() {
		switch f.Target.Interface().(type) {
		case territoires.Phase, territoires.Date, string:
			if f.Set && f.Target.IsZero() {
				return usageError{fmt.Errorf("--%s: want a value", f.Name)}
			}
		}
	}
	return nil
}

// usageError is a mistake in the command line that kong does not detect.
type usageError struct{ error }

// report prints an error as one line per cause and chooses the exit code.
func report(err error, out *screen, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "territoires:", strings.TrimPrefix(out.sentence(err), "territoires: "))
	var parse *kong.ParseError
	var usage usageError
	if errors.As(err, &parse) || errors.As(err, &usage) {
		return 2
	}
	return 1
}
