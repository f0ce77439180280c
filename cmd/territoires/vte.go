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
	Format string           `help:"text or json." enum:"text,json" default:"text"`
}

// judged is the answer as JSON.
type judged struct {
	vte.Eligibility
	Aids []vte.Aid `json:"aids"`
}

// Run prints the verdict, one line per rule with its sources, and the aids of
// the day. It fails when a rule is not met, not when sources disagree.
func (c *vteCheckCmd) Run(out *screen) error {
	doc, bad, err := readDocument(c.File)
	if err != nil {
		return err
	}
	if bad != nil {
		check := checkCmd{Format: c.Format}
		return errors.Join(check.print(out, []checked{list(c.File, bad, out.lang)}), errors.New(out.say("the request is not valid", "la demande n’est pas valide")))
	}
	request, ok := doc.(*vte.VTE)
	if !ok {
		return fmt.Errorf(out.say("%s holds another document than a vte: %s", "%s contient un autre document qu’une demande de VTE : %s"), c.File, doc.Kind())
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
		return errors.New(out.say("not eligible", "non éligible"))
	}
	return nil
}

func (c *vteCheckCmd) print(out *screen, answer judged) error {
	if c.Format == "json" {
		return out.writeJSON(answer)
	}
	fmt.Fprintf(out, out.say("%s on %v\n", "%s le %v\n"), out.bold(verdictWord(out, answer.Verdict)), answer.On)
	var rows [][]string
	for _, r := range answer.Reasons {
		rows = append(rows, []string{verdictWord(out, r.Verdict), r.Path, r.Message(out.lang), sourcesOf(out, r.Statements)})
	}
	for _, a := range answer.Aids {
		rows = append(rows, []string{out.say("aid", "aide"), a.Key, a.Name + ": " + a.Amount.Format(out.lang), a.Source.Publisher + ", " + a.From.String()})
	}
	return out.table([]string{"VERDICT", out.say("WHERE", "OÙ"), out.say("RULE", "RÈGLE"), "SOURCES"}, rows)
}

// sourcesOf lists who states a rule and since when, with the verdict of each
// when they disagree.
func sourcesOf(out *screen, all []vte.Statement) string {
	var texts []string
	for _, s := range all {
		text := s.ID + " (" + s.Source.Publisher
		if !s.From.IsZero() {
			text += ", " + s.From.String()
		}
		texts = append(texts, text+"): "+verdictWord(out, s.Verdict))
	}
	return strings.Join(texts, "; ")
}
