package main

import (
	"errors"
	"fmt"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/vte"
)

type vteCmd struct {
	Check vteCheckCmd `cmd:"" help:"Say whether a request for the VTE label is eligible, and why."`
}

type vteCheckCmd struct {
	File   string           `arg:"" help:"A request as JSON; - is standard input."`
	On     territoires.Date `help:"The day that decides, as if the request were made on it; the day of the request by default." placeholder:"DATE"`
	Format string           `help:"text or json." enum:"text,json" default:"text"`
}

// judged is the answer as JSON. Its sentences are in the language of the screen.
type judged struct {
	vte.Eligibility
	Reasons   []judgedReason         `json:"reasons"`
	Territory *territoires.Territory `json:"territory,omitempty"` // where the post is on the day; nil if in none, or if the request does not tell
	Aids      []vte.Aid              `json:"aids"`
	Undecided []vte.Aid              `json:"undecided_aids,omitempty"` // depend on a place that the request does not tell
}

type judgedReason struct {
	vte.Reason
	Message    string            `json:"message"`
	Statements []judgedStatement `json:"statements"`
}

type judgedStatement struct {
	vte.Statement
	Message string `json:"message"`
}

func judge(request *vte.VTE, on territoires.Date, lang string) judged {
	answer := judged{
		Eligibility: request.Eligibility(on), Aids: append([]vte.Aid{}, request.Aids(on)...), Undecided: request.UndecidedAids(on),
	}
	for _, r := range answer.Eligibility.Reasons {
		told := judgedReason{Reason: r, Message: r.Message(lang)}
		for _, s := range r.Statements {
			told.Statements = append(told.Statements, judgedStatement{s, s.Message(lang)})
		}
		answer.Reasons = append(answer.Reasons, told)
	}
	if t, ok := request.Territory(on); ok {
		answer.Territory = &t
	}
	return answer
}

// Run prints the verdict and its day, one line for each statement of a source, and
// the aids of that day. It returns an error when a rule is not met, not when sources
// disagree.
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
	on, which := c.On, out.say("the day given with --on", "jour donné par --on")
	if on.IsZero() {
		on, which = request.Requested, out.say("the day of the request", "jour de la demande")
	}
	answer := judge(request, on, out.lang)
	if c.Format == "json" {
		err = out.writeJSON(answer)
	} else {
		err = answer.print(out, which)
	}
	if err != nil {
		return err
	}
	if answer.Verdict == vte.VerdictNotMet {
		return errors.New(out.say("not eligible", "non éligible"))
	}
	return nil
}

// print writes each statement of a source: as a paragraph on a terminal, where a
// table would cut the sentence, and as a row of a table elsewhere.
func (j judged) print(out *screen, which string) error {
	fmt.Fprintf(out, out.say("%s on %v, %s: its rules and aids apply\n", "%s le %v, %s\u00a0: ses règles et ses aides s’appliquent\n"),
		out.bold(j.Verdict.Label(out.lang)), j.On, which)
	rows := j.rows(out)
	if out.width == 0 {
		return out.table([]string{"VERDICT", out.say("WHERE", "OÙ"), out.say("RULE", "RÈGLE"), "SOURCE"}, rows)
	}
	var last []string
	for _, row := range rows {
		same := last != nil && row[0] == last[0] && row[1] == last[1]
		if !same {
			fmt.Fprintf(out, "\n%s  %s\n", out.bold(row[0]), row[1])
		}
		if !same || row[2] != last[2] {
			fmt.Fprintf(out, "  %s\n", row[2])
		}
		if _, err := fmt.Fprintf(out, "    %s\n", row[3]); err != nil {
			return err
		}
		last = row
	}
	return nil
}

func (j judged) rows(out *screen) [][]string {
	colon := out.say(": ", "\u00a0: ")
	var rows [][]string
	for _, r := range j.Reasons {
		for _, s := range r.Statements {
			rows = append(rows, []string{r.Verdict.Label(out.lang), r.Path, s.Message, s.By(out.lang) + colon + s.Verdict.Label(out.lang)})
		}
	}
	if t := j.Territory; t != nil {
		rows = append(rows, []string{out.say("place", "lieu"), string(t.ID), t.Name, "phase " + t.Phase.String()})
	}
	for _, a := range j.Aids {
		rows = append(rows, []string{out.say("aid", "aide"), a.Key, a.Name + colon + a.Amount.Format(out.lang), a.By(out.lang)})
	}
	for _, a := range j.Undecided {
		what := a.Name + out.say(": give the commune of the post, or its territory on that day", "\u00a0: indiquez la commune du poste, ou son territoire à cette date")
		rows = append(rows, []string{vte.VerdictUndecided.Label(out.lang), a.Key, what, a.By(out.lang)})
	}
	return rows
}
