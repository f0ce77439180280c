package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

type findCmd struct {
	Text   []string          `arg:"" optional:"" help:"Name of a territory, an EPCI or a commune; identifier, SIREN or Insee code."`
	Near   string            `help:"Territories nearest to this place instead." placeholder:"LATITUDE,LONGITUDE"`
	Phase  territoires.Phase `help:"Phase of the programme, I or II." default:"I"`
	Limit  int               `help:"At most so many." default:"5"`
	Format string            `help:"text or json." enum:"text,json" default:"text"`
}

// errNothing is what a search without result says; the exit code tells scripts.
var errNothing = errors.New("no territory found")

// Run prints the matches, the best first.
func (c *findCmd) Run(out *screen) error {
	switch {
	case c.Near != "" && len(c.Text) > 0 || c.Near == "" && len(c.Text) == 0:
		return usageError{errors.New("want either a text or --near")}
	case c.Limit < 1:
		return usageError{errors.New("--limit must be at least 1")}
	case c.Near != "":
		return c.near(out)
	}
	query := strings.Join(c.Text, " ")
	found := territoires.Search(c.Phase, query, c.Limit)
	if len(found) == 0 {
		return nothing(query)
	}
	if c.Format == "json" {
		return out.writeJSON(found)
	}
	var rows [][]string
	for _, m := range found {
		rows = append(rows, []string{string(m.Territory.ID), m.Territory.Name, string(m.By), m.Text})
	}
	return out.table([]string{"ID", "NAME", "FOUND BY", "MATCH"}, rows)
}

// nothing explains why a code found nothing, when that can be told.
func nothing(query string) error {
	code := strings.ToUpper(query)
	if _, err := cog.V2026.ParseCommune(code); errors.Is(err, cog.ErrUnknown) {
		return fmt.Errorf("%w: %w", errNothing, err)
	}
	if c, ok := cog.V2026.Commune(cog.CommuneCode(code)); ok {
		return fmt.Errorf("%w: %s lies in none", errNothing, c.Name)
	}
	if _, err := sirene.ParseSIRET(code); err == nil {
		return fmt.Errorf("%w: a SIRET is of an establishment; want the SIREN of an EPCI or a commune", errNothing)
	}
	if strings.Trim(code, "0123456789 ") == "" && len(strings.ReplaceAll(code, " ", "")) == 9 {
		return nothingOfSIREN(code)
	}
	return errNothing
}

// nothingOfSIREN tells a mistyped SIREN from one that is not of an EPCI and
// from an EPCI in no territory.
func nothingOfSIREN(code string) error {
	siren, err := sirene.ParseSIREN(code)
	if err != nil {
		return fmt.Errorf("%w: %w", errNothing, err)
	}
	epci, err := cog.V2026.ParseEPCI(siren.String())
	if err != nil {
		return fmt.Errorf("%w: %w", errNothing, err)
	}
	e, _ := cog.V2026.EPCI(epci)
	return fmt.Errorf("%w: %s lies in none", errNothing, e.Name)
}

func (c *findCmd) near(out *screen) error {
	from, err := parsePoint(c.Near)
	if err != nil {
		return usageError{err}
	}
	found := territoires.Nearest(c.Phase, from, c.Limit)
	if c.Format == "json" {
		return out.writeJSON(found)
	}
	var rows [][]string
	for _, n := range found {
		rows = append(rows, []string{string(n.Territory.ID), n.Territory.Name, strconv.FormatFloat(n.Kilometres, 'f', 0, 64) + " km"})
	}
	return out.table([]string{"ID", "NAME", "DISTANCE"}, rows)
}

// parsePoint reads "47.32,5.04", latitude first as maps print it.
func parsePoint(s string) (territoires.Point, error) {
	a, b, _ := strings.Cut(s, ",")
	lat, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
	lon, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
	p := territoires.Point{Longitude: lon, Latitude: lat}
	if err1 != nil || err2 != nil || territoires.Nearest(territoires.PhaseI, p, 1) == nil {
		return p, errors.New("--near wants a latitude and a longitude in degrees, such as 47.32,5.04")
	}
	return p, nil
}
