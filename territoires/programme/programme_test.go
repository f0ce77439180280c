package programme_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

// TestProtocolsOf16May compares the embedded signatures with the announcement:
// its order, its régions, and the dates that other sources add.
func TestProtocolsOf16May(t *testing.T) {
	t.Parallel()
	type row struct{ Name, ID, Regions, On string }
	var got []row
	for s := range programme.Signings(territoires.Date{}) {
		if s.Document != programme.DocumentProtocol {
			continue
		}
		var regions []string
		for _, r := range s.Regions {
			regions = append(regions, string(r))
		}
		got = append(got, row{s.Name, string(s.Territory), strings.Join(regions, " "), s.On.String()})
		if s.Claims[0].Word != "protocole d’accord" || s.Claims[0].On != sample.On("../2019-05-16") {
			t.Errorf("%s: the announcement is not the first claim: %+v", s.Name, s.Claims[0])
		}
	}
	want := []row{
		{"Nord Franche-Comté", "ti-2707", "27", "2019-03-19"},
		{"Auxois Morvan", "ti-2701", "27", "2019-03-18/2019-03-24"},
		{"Grand Est Touraine", "ti-2402", "24", "2019-04-23"},
		{"Sud Alsace", "ti-4410", "44", "2019-03-18/2019-03-24"},
		{"Grand Orly", "ti-1104", "11", "2019-03-22"},
		{"Axe Seine", "ti-2801", "28", "../2019-05-16"},
		{"Dieppe Côte d'Albâtre", "ti-2804", "28", "../2019-05-16"},
		{"Pays de l'Aigle", "ti-2807", "28", "../2019-05-16"},
		{"Collines de Normandie", "ti-2803", "28", "../2019-05-16"},
		{"Grand-Châtellerault", "ti-7504", "75", "2019-03-18/2019-03-24"},
		{"Val de Garonne Guyenne Gascogne", "ti-7514", "75", "2019-03-18/2019-03-24"},
		{"Lacq Pau-Tarbes", "ti-7505", "75 76", "../2019-05-16"},
		{"Carros", "ti-9303", "93", "2019-03-18"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("protocols mismatch (-want +got):\n%s", diff)
	}
}

// TestSigningsHold wants every claim to agree with the date that is kept, to
// have its source, and to be about a territory of phase I and its régions.
func TestSigningsHold(t *testing.T) {
	t.Parallel()
	for s := range programme.Signings(territoires.Date{}) {
		territory, ok := territoires.Lookup(territoires.PhaseI, s.Territory)
		if named, found := territoires.ByName(territoires.PhaseI, s.Name); !ok || s.Document == programme.DocumentProtocol && (!found || named.ID != s.Territory) {
			t.Errorf("%s is not %s", s.Name, s.Territory)
		}
		for _, r := range s.Regions {
			if !slices.Contains(territory.Regions(), r) {
				t.Errorf("%s: région %s", s.Name, r)
			}
		}
		if s.On.IsZero() || len(s.Claims) == 0 || s.On.From.Compare(s.On.To) > 0 {
			t.Errorf("%s: %v with %d claims", s.Name, s.On, len(s.Claims))
		}
		for _, c := range s.Claims {
			sample.CheckSource(t, c.Source)
			if c.On.From.Compare(s.On.From) > 0 || c.On.To.Compare(s.On.To) < 0 {
				t.Errorf("%s: %v is outside of what %s says, %v", s.Name, s.On, c.Source.Publisher, c.On)
			}
		}
		clear(s.Regions)
		clear(s.Claims)
	}
	for s := range programme.Signings(territoires.Date{}) {
		if s.Regions[0] == "" || s.Claims[0].On.IsZero() {
			t.Fatal("a caller changed the signatures")
		}
		break
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	var words []string
	for f := range programme.Figures(sample.Day("2019-05-16")) {
		sample.CheckSource(t, f.Source)
		if f.Key == "projects" {
			words = append(words, f.Words)
		}
	}
	if diff := cmp.Diff([]string{"plus de 330 projets remontés", "près de 330 projets"}, words); diff != "" {
		t.Errorf("projects (-want +got):\n%s", diff)
	}
	if n := len(slices.Collect(programme.Figures(sample.Day("2019-05-15")))); n != 0 {
		t.Errorf("%d figures before the announcement", n)
	}
	all := slices.Collect(programme.Figures(sample.Day("2030-01-01")))
	if !slices.IsSortedFunc(all, func(a, b programme.Figure) int { return a.On.Compare(b.On) }) || all[len(all)-1].Value != 29 {
		t.Errorf("figures are not in order: %+v", all)
	}
	// What is returned is the caller's own.
	on := sample.Day("2019-05-16")
	slices.Collect(programme.Figures(on))[0].Value = -1
	if got := slices.Collect(programme.Figures(on))[0].Value; got == -1 {
		t.Errorf("a change to a returned figure changed the table")
	}
}

func TestOrganisations(t *testing.T) {
	t.Parallel()
	became, operators := map[string]string{}, 0
	for o := range programme.Organisations() {
		sample.CheckSource(t, o.Source)
		if o.Operator.Valid() != (o.Kind == programme.OrganisationOperator) {
			t.Errorf("%s: operator %q, kind %q", o.Name, o.Operator, o.Kind)
		}
		if o.Operator.Valid() {
			operators++
		}
		if o.Name == "CNER Expertise" && o.Kind != programme.OrganisationService {
			t.Errorf("CNER Expertise is a %s", o.Kind)
		}
		for _, r := range o.Became {
			sample.CheckSource(t, r.Source)
			became[o.Name] = r.Name + " " + r.On.String()
		}
		for _, s := range o.Services {
			sample.CheckSource(t, s.Source)
			if s.French == "" || s.English == "" || strings.Contains(s.French, "'") || s.Stated.IsZero() {
				t.Errorf("%s: service %+v", o.Name, s)
			}
		}
		clear(o.Services)
	}
	want := map[string]string{
		"CGET": "ANCT 2020-01-01", "AdCF": "Intercommunalités de France 2021-10-14/2021-10-15", "Pôle emploi": "France Travail 2024-01-01",
	}
	if diff := cmp.Diff(want, became); diff != "" || operators != 4 {
		t.Errorf("%d operators; became (-want +got):\n%s", operators, diff)
	}
	if o := slices.Collect(programme.Organisations())[0]; len(o.Services) == 0 || o.Services[0].French == "" {
		t.Error("a caller changed the services")
	}
}

func TestConventions(t *testing.T) {
	t.Parallel()
	var got []territoires.Operator
	for c := range programme.Conventions(territoires.Date{}) {
		sample.CheckSource(t, c.Source)
		if c.Signed != sample.Day("2019-03-05") {
			t.Errorf("%s signed on %v", c.Operator, c.Signed)
		}
		got = append(got, c.Operator)
	}
	if diff := cmp.Diff(territoires.Operators(), got); diff != "" {
		t.Errorf("conventions (-want +got):\n%s", diff)
	}
	if territoires.Operator("cner").Valid() {
		t.Error("CNER is not an operator of the State")
	}
}

func TestPublications(t *testing.T) {
	t.Parallel()
	titles := func(on string) (out []string) {
		for p := range programme.Publications(sample.Day(on)) {
			sample.CheckSource(t, p.Source)
			out = append(out, strings.TrimSpace(p.Key+" "+p.Version))
		}
		return out
	}
	for on, want := range map[string][]string{
		"2019-04-19": nil,
		"2019-05-15": {"guide V3"},
		"2019-05-16": {"guide V3", "kit", "vte-letter"},
		"2020-06-01": {"guide V3", "kit", "vte-letter", "guide V4", "guide V6"},
	} {
		if diff := cmp.Diff(want, titles(on)); diff != "" {
			t.Errorf("on %s (-want +got):\n%s", on, diff)
		}
	}
}

func TestSteeringMeetings(t *testing.T) {
	t.Parallel()
	all := slices.Collect(programme.SteeringMeetings(territoires.Date{}))
	if len(all) != 3 {
		t.Fatalf("%d meetings; want 3", len(all))
	}
	for i, m := range all {
		if m.Number != i+1 || len(m.Sources) == 0 || i > 0 && m.On.Compare(all[i-1].On) <= 0 {
			t.Errorf("meeting %+v", m)
		}
		for _, s := range m.Sources {
			sample.CheckSource(t, s)
		}
	}
	april := all[1]
	var names []string
	for _, p := range april.Present {
		names = append(names, p.Name)
	}
	if diff := cmp.Diff([]string{"Jacqueline Gourault", "Agnès Pannier-Runacher", "Hervé Morin"}, names); diff != "" {
		t.Errorf("present on %v (-want +got):\n%s", april.On, diff)
	}
	var regions []string
	for _, code := range april.Regions {
		r, ok := cog.V2019.Region(code)
		if !ok {
			t.Errorf("région %s", code)
		}
		regions = append(regions, r.Name)
	}
	want := []string{
		"Auvergne-Rhône-Alpes", "Bourgogne-Franche-Comté", "Bretagne", "Normandie", "Nouvelle-Aquitaine", "Pays de la Loire", "Provence-Alpes-Côte d'Azur",
	}
	if diff := cmp.Diff(want, regions); diff != "" {
		t.Errorf("régions on %v (-want +got):\n%s", april.On, diff)
	}
	clear(april.Present)
	if slices.Collect(programme.SteeringMeetings(territoires.Date{}))[1].Present[0].Name == "" {
		t.Error("a caller changed who was present")
	}
}
