package main

import (
	"fmt"
	"strconv"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

type progressCmd struct {
	AsOf   territoires.Date `name:"as-of" required:"" help:"The day to report on, such as 2019-05-16." placeholder:"DATE"`
	Files  []string         `arg:"" optional:"" name:"file" help:"Documents as JSON that count with what is known; - is standard input."`
	Format string           `help:"text or json." enum:"text,json" default:"text"`
}

// Run prints the report. A document that is not valid is an error.
func (c *progressCmd) Run(out *screen) error {
	var docs []agreement.Countable
	for _, name := range c.Files {
		doc, bad, err := readDocument(name)
		if err != nil {
			return err
		}
		if bad != nil {
			if out.lang == "en" {
				return fmt.Errorf("%s: %w; see territoires check", name, bad)
			}
			return fmt.Errorf("%s n’est pas valide (%s) ; voir territoires check", name, bad.Fields[0].Path)
		}
		if doc, ok := doc.(agreement.Countable); ok {
			docs = append(docs, doc)
		}
	}
	p := agreement.ProgressAt(c.AsOf, docs...)
	if c.Format == "json" {
		return out.writeJSON(p)
	}
	return printProgress(out, p)
}

// printProgress writes the counts as one table.
func printProgress(out *screen, p agreement.Progress) error {
	fmt.Fprintf(out, "%s %v\n", out.bold(out.say("Phase I on", "Phase I au")), p.AsOf)
	var rows [][]string
	row := func(what string, n int, which string) {
		rows = append(rows, []string{what, strconv.Itoa(n), which})
	}
	protocols, sheets := out.say("protocols", "protocoles"), out.say("sheets", "fiches-actions")
	row(protocols, p.Protocols, out.say("signed for certain", "signés de façon certaine"))
	if p.ProtocolsPossible > 0 {
		row(protocols, p.ProtocolsPossible, out.say("more that may be: their date is not known closely enough", "de plus, peut-être : leur date n’est pas connue d’assez près"))
	}
	row("régions", p.RegionsWithProtocol, out.say("with a protocol", "avec un protocole"))
	for _, r := range p.ProtocolsByRegion {
		row(protocols, r.Protocols, r.Name+" ("+string(r.Region)+")")
	}
	row(out.say("contracts", "contrats"), p.Contracts, out.say("known to be signed", "dont la signature est connue"))
	row(sheets, p.Sheets, out.say("in the documents given", "dans les documents donnés"))
	for _, a := range p.SheetsByAxis {
		row(sheets, a.Sheets, a.Axis.Verb())
	}
	for _, s := range p.Stages {
		row(out.say("territories", "territoires"), s.Territories, s.Stage.Label(out.lang))
	}
	for _, f := range p.Reported {
		row(out.say("reported", "annoncés"), f.Value, reported(f))
	}
	return out.table([]string{out.say("WHAT", "QUOI"), out.say("COUNT", "NOMBRE"), out.say("WHICH", "LESQUELS")}, rows)
}

// reported writes a figure with the words of its source, which may qualify it, and
// with source and date.
func reported(f programme.Figure) string {
	text := f.Key
	if f.Words != "" {
		text = "« " + f.Words + " »"
	}
	return text + " (" + f.Source.Publisher + ", " + f.On.String() + ")"
}
