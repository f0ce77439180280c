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

// Help explains the columns, and which places are not found.
func (c *findCmd) Help() string {
	return `Columns:

    ID        identifier of the territory within its phase
    NAME      its name
    FOUND BY  code, name, alias (another name of it), member (an EPCI, or a commune that takes part on its own), commune
    MATCH     the name or code that was found; of a commune its département, and what it is part of

With --near: ID, NAME and the distance to the territory's point on the map. The best answer is the first. Five digits are an Insee code, not a postal code; a
département may stand beside a name ("Montbard 21"). A place that lies in no territory is an error, exit code 1, and nothing is printed on standard output.`
}

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
	outside := c.outside(out, query)
	if len(found) == 0 {
		if outside != "" {
			return errors.New(outside)
		}
		return nothing(out, query)
	}
	if outside != "" {
		out.note(outside)
	}
	if c.Format == "json" {
		return out.writeJSON(found)
	}
	var rows [][]string
	for _, m := range found {
		rows = append(rows, []string{string(m.Territory.ID), m.Territory.Name, m.By.Label(out.lang), match(out, m)})
	}
	return out.table([]string{"ID", out.say("NAME", "NOM"), out.say("FOUND BY", "TROUVÉ PAR"), out.say("MATCH", "CORRESPONDANCE")}, rows)
}

// outside names the communes that fit the query and are in no territory, "" if there
// are none.
func (c *findCmd) outside(out *screen, query string) string {
	var places []string
	for commune := range territoires.Outside(c.Phase, query) {
		places = append(places, placed(commune))
	}
	if len(places) == 0 {
		return ""
	}
	if strings.Trim(query, "0123456789") == "" {
		places[0] = fmt.Sprintf(out.say("%s, Insee code of %s", "%s, code Insee de %s"), query, places[0])
	}
	return fmt.Sprintf(out.say("%s: in no territory of phase %v", "%s : dans aucun territoire de la phase %v"), strings.Join(places, ", "), c.Phase)
}

// placed writes a commune with its département.
func placed(c cog.Commune) string {
	if d, ok := cog.V2026.Departement(c.Departement); ok {
		return c.Name + " (" + d.Name + ")"
	}
	return c.Name
}

// match writes what matched, with the commune if one did.
func match(out *screen, m territoires.Match) string {
	switch {
	case m.Commune.Code == "":
		return m.Text
	case m.By == territoires.MatchCode && !m.Exact:
		return fmt.Sprintf(out.say("%s, Insee code of %s, not a postal code", "%s, code Insee de %s, non un code postal"), m.Text, placed(m.Commune))
	case m.By == territoires.MatchCommune && m.Text == m.Commune.Name:
		return placed(m.Commune)
	}
	return m.Text + ", " + placed(m.Commune)
}

// nothing returns the error of a query that found nothing. For a code it says why.
func nothing(out *screen, query string) error {
	none := out.say("no territory found", "aucun territoire trouvé")
	because := func(reason string) error { return errors.New(none + out.colon() + reason) }
	code := strings.ToUpper(query)
	if _, err := sirene.ParseSIRET(code); err == nil {
		return because(out.say("a SIRET is of an establishment; want the SIREN of an EPCI, or the Insee code of a commune",
			"un SIRET est celui d’un établissement ; donnez le SIREN d’un EPCI, ou le code Insee d’une commune"))
	}
	if strings.Trim(code, "0123456789 ") == "" && len(strings.ReplaceAll(code, " ", "")) == 9 {
		siren, err := sirene.ParseSIREN(code)
		if err != nil {
			return because(out.sentence(err))
		}
		if c, ok := communeOf(siren); ok {
			return because(fmt.Sprintf(out.say("%s is the SIREN of %s; want its Insee code, %s",
				"%s est le SIREN de %s ; donnez son code Insee, %s"), siren, placed(c), c.Code))
		}
		epci, err := cog.V2026.ParseEPCI(siren.String())
		if err != nil {
			return because(out.sentence(err))
		}
		e, _ := cog.V2026.EPCI(epci)
		return because(fmt.Sprintf(out.say("%s lies in none", "%s n’est dans aucun"), e.Name))
	}
	if c, ok := cog.V2026.Commune(cog.CommuneCode("0" + code)); ok {
		return because(fmt.Sprintf(out.say("a leading zero may be lost: %s is %s", "il manque peut-être un zéro : %s est %s"), c.Code, placed(c)))
	}
	if len(code) == 5 && strings.Trim(code, "0123456789") == "" {
		return because(fmt.Sprintf(out.say("%s is the Insee code of no commune; it may be a postal code, which is not known here",
			"%s n’est le code Insee d’aucune commune ; c’est peut-être un code postal, que ce programme ne connaît pas"), code))
	}
	return errors.New(none)
}

// communeOf returns the commune of a SIREN. Only those that are members of a territory
// are found by it.
func communeOf(s sirene.SIREN) (cog.Commune, bool) {
	for c := range cog.V2026.Communes() {
		if c.SIREN == string(s) {
			return c, true
		}
	}
	return cog.Commune{}, false
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
	return out.table([]string{"ID", out.say("NAME", "NOM"), "DISTANCE"}, rows)
}

// parsePoint reads "47.32,5.04": the latitude comes first, as on maps.
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
