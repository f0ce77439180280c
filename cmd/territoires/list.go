package main

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// selection is the flags of the commands that work on several territories.
type selection struct {
	Phase       territoires.Phase `help:"Phase of the programme, I or II." default:"I"`
	Region      string            `help:"Only territories with communes in the région of this code." placeholder:"CODE"`
	Departement string            `help:"Only territories with communes in the département of this code." placeholder:"CODE"`
}

// territories returns what is selected, or an error that names the code that
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
	Format string `help:"text or json." enum:"text,json" default:"text"`
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
	if c.Format == "json" {
		return out.writeJSON(found)
	}
	return out.table([]string{"ID", "NAME", "RÉGIONS", "DÉPARTEMENTS", "MEMBERS", "COMMUNES"}, rows)
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

// Run prints the edition of the tables.
func (c *versionCmd) Run(out *screen) error {
	if c.Format == "json" {
		return out.writeJSON(map[string]string{"edition": territoires.Edition})
	}
	_, err := fmt.Fprintln(out, "edition", territoires.Edition)
	return err
}
