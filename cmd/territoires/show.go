package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

type showCmd struct {
	IDs    []string          `arg:"" name:"id" help:"Identifiers, such as ti-2701."`
	Phase  territoires.Phase `help:"Phase of the programme, I or II." default:"I"`
	Format string            `help:"text or json." enum:"text,json" default:"text"`
}

// shown is a territory with the facts about it.
type shown struct {
	Territory territoires.Territory `json:"territory"`
	Facts     []programme.Fact      `json:"facts,omitempty"`    // of phase I only
	Overlaps  []territoires.Overlap `json:"overlaps,omitempty"` // computed
	Signings  []programme.Signing   `json:"signings,omitempty"` // of phase I only
	Stage     agreement.Stage       `json:"stage,omitzero"`     // the furthest known; zero for phase II
}

// Run prints each territory, or none if one of the identifiers is wrong.
func (c *showCmd) Run(out *screen) error {
	all := make([]shown, len(c.IDs))
	for i, id := range c.IDs {
		t, err := lookup(out, c.Phase, id)
		if err != nil {
			return err
		}
		all[i] = shown{Territory: t}
		for p := territoires.PhaseI; p <= territoires.PhaseII; p++ {
			all[i].Overlaps = append(all[i].Overlaps, t.Overlaps(p)...)
		}
		if t.Phase == territoires.PhaseI {
			for _, q := range programme.Questions() {
				all[i].Facts = append(all[i].Facts, programme.FactOf(t, q))
			}
			all[i].Signings, all[i].Stage = signed(t.ID)
		}
	}
	if c.Format == "json" {
		return out.writeJSON(all)
	}
	for i, s := range all {
		if i > 0 {
			fmt.Fprintln(out)
		}
		if err := s.print(out); err != nil {
			return err
		}
	}
	return nil
}

// lookup finds a territory. Its error names the identifier, one of several perhaps, and
// says so if only the other phase has it.
func lookup(out *screen, p territoires.Phase, typed string) (territoires.Territory, error) {
	id, err := territoires.ParseID(typed)
	if err != nil {
		return territoires.Territory{}, errors.New(typed + out.colon() + strings.TrimPrefix(out.sentence(err), "territoires: "))
	}
	if t, ok := territoires.Lookup(p, id); ok {
		return t, nil
	}
	return territoires.Territory{}, fmt.Errorf(out.say("%s is not in phase %s; the other phase has it: see --phase",
		"%s n’est pas de la phase %s, mais de l’autre : voir --phase"), id, p)
}

// print writes a territory as a list of names and values, then its members.
func (s shown) print(out *screen) error {
	t := s.Territory
	fmt.Fprintf(out, "%s  %s\n", out.bold(t.Name), t.ID)
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(out, "  %-13s %s\n", name, value)
		}
	}
	row("phase", t.Phase.String())
	row("régions", regionNames(t))
	row("départements", departementNames(t))
	row("communes", fmt.Sprint(t.CommuneCount()))
	for _, a := range t.Aliases() {
		row(out.say("also named", "autre nom"), a.Name+" ("+dated(a.On, a.Source)+")")
	}
	for _, f := range s.Facts {
		row(string(f.Question), answer(out, f))
	}
	for _, g := range s.Signings {
		row(string(g.Document), signing(g))
	}
	row(out.say("stage", "étape"), stageOf(out, s))
	for _, o := range s.Overlaps {
		row("phase "+o.Territory.Phase.String(), fmt.Sprintf(out.say("%s %s (%d communes in common, computed)", "%s %s (%d communes communes, calculées)"), o.Territory.ID, o.Territory.Name, o.Communes))
	}
	row("point", fmt.Sprintf("%v, %v", t.Point.Latitude, t.Point.Longitude))
	rows := make([][]string, 0, len(t.Members()))
	for _, m := range t.Members() {
		kind := string(m.Kind)
		if m.Commune != "" {
			kind = "commune " + m.Commune.String()
		}
		rows = append(rows, []string{"  " + m.SIREN.Format(), kind, m.Name})
	}
	fmt.Fprintln(out)
	return out.table([]string{"  SIREN", out.say("KIND", "NATURE"), out.say("MEMBER", "MEMBRE")}, rows)
}

func regionNames(t territoires.Territory) string {
	var names []string
	for _, code := range t.Regions() {
		r, _ := cog.V2026.Region(code)
		names = append(names, r.Name+" ("+string(code)+")")
	}
	return strings.Join(names, ", ")
}

func departementNames(t territoires.Territory) string {
	var names []string
	for _, code := range t.Departements() {
		d, _ := cog.V2026.Departement(code)
		names = append(names, d.Name+" ("+string(code)+")")
	}
	return strings.Join(names, ", ")
}

// answer writes a fact with its sources.
func answer(out *screen, f programme.Fact) string {
	word := f.Answer.Label(out.lang)
	if len(f.Sources) == 0 {
		return word
	}
	var publishers []string
	for _, s := range f.Sources {
		if !slices.Contains(publishers, s.Publisher) {
			publishers = append(publishers, s.Publisher)
		}
	}
	return word + " (" + strings.Join(publishers, ", ") + ")"
}

func dated(on territoires.Span, s territoires.Source) string {
	if on.IsZero() {
		return s.Publisher
	}
	return s.Publisher + ", " + on.String()
}
