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

// Run prints the report. A document that is not valid does not count: it is
// an error.
func (c *progressCmd) Run(out *screen) error {
	var docs []agreement.Countable
	for _, name := range c.Files {
		doc, bad, err := readDocument(name)
		if err != nil {
			return err
		}
		if bad != nil {
			return fmt.Errorf("%s: %w; see territoires check", name, bad)
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

// printProgress writes the counts as one table: what, how many, of which.
func printProgress(out *screen, p agreement.Progress) error {
	fmt.Fprintf(out, "%s %v\n", out.bold("Phase I on"), p.AsOf)
	var rows [][]string
	row := func(what string, n int, which string) {
		rows = append(rows, []string{what, strconv.Itoa(n), which})
	}
	row("protocols", p.Protocols, "signed for certain")
	if p.ProtocolsPossible > 0 {
		row("protocols", p.ProtocolsPossible, "more that may be: their date is not known closely enough")
	}
	row("régions", p.RegionsWithProtocol, "with a protocol")
	for _, r := range p.ProtocolsByRegion {
		row("protocols", r.Protocols, r.Name+" ("+string(r.Region)+")")
	}
	row("contracts", p.Contracts, "known to be signed")
	row("sheets", p.Sheets, "in the documents given")
	for _, a := range p.SheetsByAxis {
		row("sheets", a.Sheets, a.Axis.Verb())
	}
	for _, s := range p.Stages {
		row("territories", s.Territories, s.Stage.Label("en"))
	}
	for _, f := range p.Reported {
		row("reported", f.Value, reported(f))
	}
	return out.table([]string{"WHAT", "COUNT", "WHICH"}, rows)
}

// reported writes a figure with its words, which may hold a qualifier, and
// with where and when it was read.
func reported(f programme.Figure) string {
	text := f.Key
	if f.Words != "" {
		text = "« " + f.Words + " »"
	}
	return text + " (" + f.Source.Publisher + ", " + f.On.String() + ")"
}
