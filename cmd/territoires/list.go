package main

import (
	"encoding/csv"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// selection has the flags of the commands that work on several territories.
type selection struct {
	Phase       territoires.Phase `help:"Phase of the programme, I or II." default:"I"`
	Region      string            `help:"Only territories with communes in the région of this code." placeholder:"CODE"`
	Departement string            `help:"Only territories with communes in the département of this code." placeholder:"CODE"`
}

// territories returns the selected territories, or an error that names a code that
// does not exist.
func (s selection) territories() (iter.Seq[territoires.Territory], error) {
	all := territoires.All(s.Phase)
	if s.Region != "" {
		code, err := cog.V2026.ParseRegion(s.Region)
		if err != nil {
			return nil, err
		}
		all = territoires.OfRegion(s.Phase, code)
	}
	if s.Departement == "" {
		return all, nil
	}
	code, err := cog.V2026.ParseDepartement(s.Departement)
	if err != nil {
		return nil, err
	}
	return func(yield func(territoires.Territory) bool) {
		for t := range all {
			for _, d := range t.Departements() {
				if d == code && !yield(t) {
					return
				}
			}
		}
	}, nil
}

type listCmd struct {
	selection
	Format string `help:"text, csv or json." enum:"text,csv,json" default:"text"`
	Header bool   `help:"A header also where the text goes to a file or another program."`
}

// Help explains the columns.
func (c *listCmd) Help() string {
	return `Columns:

    ID            identifier of the territory within its phase
    NAME          its name, as ANCT writes it
    RÉGIONS       codes of the régions in which it lies, the leading one first
    DÉPARTEMENTS  codes of the départements in which it lies
    MEMBERS       how many EPCI, EPT and communes it is made of
    COMMUNES      how many communes it covers, as of the COG of 2026

Text for a terminal is aligned and cut to its width; elsewhere fields are separated by tabs. csv has commas, one line per territory, and names its columns
id,name,regions,departements,members,communes. To list the members themselves, see territoires export.`
}

// Run prints one row per territory.
func (c *listCmd) Run(out *screen) error {
	all, err := c.territories()
	if err != nil {
		return err
	}
	found := []territoires.Territory{}
	var rows [][]string
	for t := range all {
		found = append(found, t)
		rows = append(rows, []string{
			string(t.ID), t.Name, join(t.Regions()), join(t.Departements()),
			strconv.Itoa(len(t.Members())), strconv.Itoa(t.CommuneCount()),
		})
	}
	switch c.Format {
	case "json":
		return out.writeJSON(found)
	case "csv":
		w := csv.NewWriter(out)
		return w.WriteAll(slices.Insert(rows, 0, []string{"id", "name", "regions", "departements", "members", "communes"}))
	}
	out.header = c.Header
	return out.table([]string{"ID", out.say("NAME", "NOM"), "RÉGIONS", "DÉPARTEMENTS", out.say("MEMBERS", "MEMBRES"), "COMMUNES"}, rows)
}

// join writes codes with spaces between them.
func join[T fmt.Stringer](codes []T) string {
	var b strings.Builder
	for i, c := range codes {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(c.String())
	}
	return b.String()
}

type versionCmd struct {
	Format string `help:"text or json." enum:"text,json" default:"text"`
}

func edition() string { return "edition " + territoires.Edition }

// Run prints the edition of the tables.
func (c *versionCmd) Run(out *screen) error {
	if c.Format == "json" {
		return out.writeJSON(map[string]string{"edition": territoires.Edition})
	}
	_, err := fmt.Fprintln(out, edition())
	return err
}
