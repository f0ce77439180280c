package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/vte"
)

type vteCmd struct {
	Check vteCheckCmd `cmd:"" help:"Say whether a request for the VTE label is eligible, and why."`
}

type vteCheckCmd struct {
	File   string           `arg:"" help:"A request as JSON; - is standard input."`
	On     territoires.Date `help:"The day whose rules apply; that of the request by default." placeholder:"DATE"`
	Lang   string           `help:"Language of the messages, fr or en." enum:"fr,en" default:"fr"`
	Format string           `help:"text or json." enum:"text,json" default:"text"`
}

// judged is the answer as JSON.
type judged struct {
	vte.Eligibility
	Aids []vte.Aid `json:"aids"`
}

// errNotEligible is the answer no; what it rests on has been printed.
var errNotEligible = errors.New("not eligible")

// Run prints the verdict, one line per rule with its sources, and the aids of
// the day. It fails when a rule is not met, not when sources disagree.
func (c *vteCheckCmd) Run(out *screen) error {
	doc, bad, err := readDocument(c.File)
	if err != nil {
		return err
	}
	if bad != nil {
		check := checkCmd{Lang: c.Lang, Format: c.Format}
		return errors.Join(check.print(out, []checked{check.list(c.File, bad)}), errors.New("the request is not valid"))
	}
	request, ok := doc.(*vte.VTE)
	if !ok {
		return fmt.Errorf("%s holds another document than a vte: %s", c.File, doc.Kind())
	}
	on := c.On
	if on.IsZero() {
		on = request.Requested
	}
	answer := judged{request.Eligibility(on), append([]vte.Aid{}, request.Aids(on)...)}
	if err := c.print(out, answer); err != nil {
		return err
	}
	if answer.Verdict == vte.VerdictNotMet {
		return errNotEligible
	}
	return nil
}

func (c *vteCheckCmd) print(out *screen, answer judged) error {
	if c.Format == "json" {
		return out.writeJSON(answer)
	}
	fmt.Fprintf(out, "%s on %v\n", out.bold(string(answer.Verdict)), answer.On)
	var rows [][]string
	for _, r := range answer.Reasons {
		rows = append(rows, []string{string(r.Verdict), r.Path, r.Message(c.Lang), sourcesOf(r.Statements)})
	}
	for _, a := range answer.Aids {
		rows = append(rows, []string{"aid", a.Key, a.Name + ": " + a.Amount.Format(c.Lang), a.Source.Publisher + ", " + a.From.String()})
	}
	return out.table([]string{"VERDICT", "WHERE", "RULE", "SOURCES"}, rows)
}

// sourcesOf lists who states a rule and since when, with the verdict of each
// when they disagree.
func sourcesOf(all []vte.Statement) string {
	var out []string
	for _, s := range all {
		text := s.ID + " (" + s.Source.Publisher
		if !s.From.IsZero() {
			text += ", " + s.From.String()
		}
		out = append(out, text+"): "+string(s.Verdict))
	}
	return strings.Join(out, "; ")
}
