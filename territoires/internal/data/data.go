// Package data holds the embedded tables of the library, except those of package
// cog. Each is a variable of its own, so that the linker leaves out the tables
// that a program does not read. SOURCES.md beside them gives the origin of each.
package data

import (
	_ "embed" // the tables
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// Territories, and what is computed from them.
var (
	//go:embed territories.csv
	Territories string
	//go:embed members.csv
	Members string
	//go:embed aliases.csv
	Aliases string
	//go:embed overlaps.csv
	Overlaps string
)

// Outline is the map of France: a line for each région, code;path.
//
//go:embed outline.csv
var Outline string

// Dated facts of the programme.
var (
	//go:embed facts.csv
	Facts string
	//go:embed counts.csv
	Counts string
	//go:embed figures.csv
	Figures string
	//go:embed signings.csv
	Signings string
	//go:embed organisations.csv
	Organisations string
	//go:embed services.csv
	Services string
	//go:embed renamings.csv
	Renamings string
	//go:embed publications.csv
	Publications string
)

// The rules and the aids of the VTE.
var (
	//go:embed vte_rules.csv
	VTERules string
	//go:embed vte_aids.csv
	VTEAids string
)

//go:embed sources.csv
var sourcesCSV string

// Source is the publication that states a fact. It has the fields of
// territoires.Source, so that one converts to the other.
type Source struct {
	Publisher string
	URL       string
}

// sources maps the keys of the other tables to publisher and address.
var sources = sync.OnceValue(func() map[string]Source {
	m := make(map[string]Source, 64)
	Must("sources", Rows(sourcesCSV, 3, func(f []string) error {
		m[f[0]] = Source{Publisher: f[1], URL: f[2]}
		return nil
	}))
	return m
})

var errNoSource = errors.New("no source of that key")

// SourceOf returns the source that a table names by its key.
func SourceOf(key string) (Source, error) {
	s, ok := sources()[key]
	if !ok {
		return Source{}, fmt.Errorf("%s: %w", key, errNoSource)
	}
	return s, nil
}

// Rows calls row for every line of a table except its header. row must not keep
// the slice of fields. The error is the first of row, or that of a line with
// another number of fields.
func Rows(table string, fields int, row func([]string) error) error {
	r := csv.NewReader(strings.NewReader(table))
	r.Comma = ';'
	r.FieldsPerRecord = fields
	r.ReuseRecord = true
	all := 0
	for {
		f, err := r.Read()
		if err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
		if all++; all == 1 {
			continue
		}
		if err := row(f); err != nil {
			return fmt.Errorf("line %d: %w", all, err)
		}
	}
}

// Must panics if a table is broken. The tests of the packages that read the
// tables find this before a release.
func Must(table string, err error) {
	if err != nil {
		panic("territoires: embedded data: " + table + ": " + err.Error())
	}
}
