package territoires_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/programme"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

func TestAxes(t *testing.T) {
	t.Parallel()
	type words struct {
		Noun, Verb string
		Phase      territoires.Phase
	}
	got := map[territoires.Axis]words{}
	for _, p := range []territoires.Phase{territoires.PhaseI, territoires.PhaseII, 0} {
		for _, a := range territoires.Axes(p) {
			got[a] = words{a.Noun(), a.Verb(), a.Phase()}
			if a.Source().URL == "" {
				t.Errorf("%v has no source", a)
			}
			if a.Region() != "" {
				t.Errorf("%v is of région %v and listed for all", a, a.Region())
			}
		}
	}
	want := map[territoires.Axis]words{
		"recruter":    {"recrutement", "recruter", territoires.PhaseI},
		"innover":     {"innovation", "innover", territoires.PhaseI},
		"attirer":     {"attractivité", "attirer", territoires.PhaseI},
		"simplifier":  {"simplification", "simplifier", territoires.PhaseI},
		"transition":  {"transition écologique et énergétique", "", territoires.PhaseII},
		"innovation":  {"innovation", "", territoires.PhaseII},
		"competences": {"compétences et recrutement", "", territoires.PhaseII},
		"foncier":     {"foncier", "", territoires.PhaseII},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("axes mismatch (-want +got):\n%s", diff)
	}
	if got := territoires.Axis("écologie").Source(); got != (territoires.Source{}) {
		t.Errorf("what is no axis has the source %v", got)
	}
	settle, err := territoires.ParseAxis(territoires.PhaseI, "installer")
	if err != nil || settle.Region() != "44" || settle.String() != "installer" {
		t.Errorf("installer = %v of %v, %v; want Grand Est's", settle, settle.Region(), err)
	}
	if a, err := territoires.ParseAxis(territoires.PhaseII, "attirer"); !errors.Is(err, territoires.ErrUnknown) {
		t.Errorf("attirer in phase II = %v, %v", a, err)
	}
	if a := territoires.Axis("none"); a.Noun()+a.Verb() != "" || a.Phase() != 0 {
		t.Errorf("no axis has noun %q, verb %q, phase %v", a.Noun(), a.Verb(), a.Phase())
	}
}

func TestParseSpan(t *testing.T) {
	t.Parallel()
	d := func(y int, m time.Month, d int) territoires.Date { return territoires.Date{Year: y, Month: m, Day: d} }
	for _, tt := range []struct {
		in   string
		want territoires.Span
		day  bool
	}{
		{"2019-06-12", territoires.OnDay(d(2019, 6, 12)), true},
		{"2019-03-18/2019-03-24", territoires.Span{From: d(2019, 3, 18), To: d(2019, 3, 24)}, false},
		{"../2019-05-16", territoires.Span{To: d(2019, 5, 16)}, false},
	} {
		got, err := territoires.ParseSpan(tt.in)
		if got != tt.want || err != nil || got.String() != tt.in {
			t.Errorf("ParseSpan(%q) = %v, %v; want %v", tt.in, got, err, tt.want)
		}
		if _, day := got.Day(); day != tt.day {
			t.Errorf("%q is one day: %v; want %v", tt.in, day, tt.day)
		}
	}
	for _, in := range []string{
		"", "..", "../", "/", "2019-02-29", "2019-6-12", "12/06/2019", "2019-03-24/2019-03-18", "2019-03-18/2019-03-18",
		"2019-06-12T00:00:00Z", "2019-06-12/..", "\x00", "2019-06-12/2019-06-13/2019-06-14",
	} {
		if got, err := territoires.ParseSpan(in); !errors.Is(err, territoires.ErrSyntax) || !got.IsZero() {
			t.Errorf("ParseSpan(%q) = %v, %v; want ErrSyntax", in, got, err)
		}
	}
}

// TestSpanNotValid says nothing for certain of a span that is none, as somebody
// gets who means « from that day on ».
func TestSpanNotValid(t *testing.T) {
	t.Parallel()
	early, late := territoires.Date{Year: 2019, Month: 1, Day: 1}, territoires.Date{Year: 2019, Month: 6, Day: 12}
	for _, s := range []territoires.Span{{From: late}, {From: late, To: early}, territoires.OnDay(territoires.Date{Year: 2018, Month: 2, Day: 30})} {
		if s.By(early) || s.By(late) || s.Before(territoires.OnDay(late)) || territoires.OnDay(early).Before(s) {
			t.Errorf("%+v is by or before a day for certain", s)
		}
	}
	if s := territoires.OnDay(early); !s.By(early) || !s.By(late) || !s.Before(territoires.OnDay(late)) || s.Before(s) {
		t.Errorf("%v is not by its own day, or not before a later one", s)
	}
}

// TestTextRoundTrips draws values of the small types and reads back what they
// write.
func TestTextRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := territoires.Date{Year: rapid.IntRange(1, 9999).Draw(t, "year"), Month: 2, Day: rapid.IntRange(1, 28).Draw(t, "day")}
		to := from
		to.Month = time.Month(rapid.IntRange(2, 12).Draw(t, "month"))
		in := struct {
			Span   territoires.Span
			Before territoires.Span
			None   territoires.Span
			Date   territoires.Date
			Phase  territoires.Phase
			Answer programme.Answer
		}{
			territoires.Span{From: from, To: to}, territoires.Span{To: to}, territoires.Span{}, from,
			territoires.Phase(rapid.IntRange(0, 2).Draw(t, "phase")), programme.Answer(rapid.IntRange(0, 3).Draw(t, "answer")),
		}
		out := in
		b, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		out.Answer, out.Date = programme.AnswerYes, territoires.Date{}
		if err := json.Unmarshal(b, &out); err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		if diff := cmp.Diff(in, out); diff != "" {
			t.Fatalf("round trip mismatch (-want +got):\n%s", diff)
		}
	})
}

// TestStored holds the types that documents and tables store to one behaviour.
func TestStored(t *testing.T) {
	t.Parallel()
	sample.CheckStored(t, []territoires.Phase{territoires.PhaseI, territoires.PhaseII}, []territoires.Phase{3, -1})
	sample.CheckStored(t, []territoires.ID{"ti-2701", "ti-0101"}, []territoires.ID{"ti-9999", "0101", "ti-270"})
	sample.CheckStored(t, append(territoires.Axes(territoires.PhaseI), territoires.Axes(territoires.PhaseII)...), []territoires.Axis{"écologie", "attire"})
	sample.CheckStored(t, territoires.Operators(), []territoires.Operator{"ademe", "bpi france."})
	day := sample.Day("2019-06-12")
	sample.CheckStored(t, []territoires.Date{day, sample.Day("0001-01-01")}, []territoires.Date{notADay, {Day: 1}})
	sample.CheckStored(t, []territoires.Span{territoires.OnDay(day), {To: day}, {From: day, To: day.AddDays(1)}},
		[]territoires.Span{{From: day}, {From: day, To: day.AddDays(-1)}, {To: notADay}})
}

func TestLabels(t *testing.T) {
	t.Parallel()
	sample.CheckLabels(t, territoires.Operators(), "ademe")
	for _, p := range []territoires.Phase{territoires.PhaseI, territoires.PhaseII} {
		sample.CheckLabels(t, territoires.Axes(p), "écologie")
	}
	if got := territoires.AxisSettlementPhaseI.Label("fr"); got != "installer" {
		t.Errorf("the axis of Grand Est is called %q", got)
	}
}

func TestPrinted(t *testing.T) {
	t.Parallel()
	morvan, _ := territoires.Lookup(territoires.PhaseI, "ti-2701")
	for want, v := range map[string]any{
		"ti-2701 Auxois Morvan (phase I)":  morvan,
		"CC du Montbardois (242101491)":    territoires.Member{Name: "CC du Montbardois", SIREN: "242101491"},
		"Préfecture, https://example.org/": territoires.Source{Publisher: "Préfecture", URL: "https://example.org/"},
		"":                                 territoires.Territory{},
		"Phase(3)":                         territoires.Phase(3),
		"1234.50":                          territoires.Amount(123450),
		"2019-02-30":                       notADay,
		"Haut-Jura":                        territoires.Alias{Name: "Haut-Jura"},
	} {
		if got := fmt.Sprint(v); got != want {
			t.Errorf("%T prints %q; want %q", v, got, want)
		}
	}
}

func TestMatchKindLabel(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range []territoires.MatchKind{territoires.MatchCode, territoires.MatchName, territoires.MatchAlias, territoires.MatchMember, territoires.MatchCommune} {
		fr, en := k.Label("fr"), k.Label("en")
		if fr == "" || en == "" || seen[fr] {
			t.Errorf("%q is %q, %q", k, fr, en)
		}
		seen[fr] = true
	}
	if got := territoires.MatchKind("guess").Label("fr"); got != "" {
		t.Errorf("what is no kind has the label %q", got)
	}
}

// TestCauses asks the errors of every package whether a text was malformed or
// unknown, by the two methods that they share.
func TestCauses(t *testing.T) {
	t.Parallel()
	type cause interface {
		error
		Malformed() bool
		Unknown() bool
	}
	parse := map[string]func(string) error{
		"ID":      func(s string) error { _, err := territoires.ParseID(s); return err },
		"commune": func(s string) error { _, err := cog.V2019.ParseCommune(s); return err },
		"SIREN":   func(s string) error { _, err := sirene.ParseSIREN(s); return err },
		"stage":   func(s string) error { _, err := agreement.ParseStage(s); return err },
		"answer":  func(s string) error { _, err := programme.ParseAnswer(s); return err },
	}
	for _, tt := range []struct {
		kind, text string
		malformed  bool
	}{
		{"ID", "0101", true}, {"ID", "ti-9999", false}, {"commune", "Montbard", true}, {"commune", "21999", false},
		{"SIREN", "73282932", true}, {"SIREN", "732829321", true}, {"stage", "signed", false}, {"answer", "maybe", false},
	} {
		err := parse[tt.kind](tt.text)
		c, ok := errors.AsType[cause](fmt.Errorf("wrapped: %w", err))
		if !ok || c.Malformed() != tt.malformed || c.Unknown() == tt.malformed {
			t.Errorf("%s %q: %v; malformed should be %v, and unknown not", tt.kind, tt.text, err, tt.malformed)
		}
	}
}

func TestLedBy(t *testing.T) {
	t.Parallel()
	led, in := map[territoires.ID]bool{}, map[territoires.ID]bool{}
	for tr := range territoires.LedBy(territoires.PhaseI, "75") {
		led[tr.ID] = true
	}
	for tr := range territoires.OfRegion(territoires.PhaseI, "75") {
		in[tr.ID] = true
	}
	for tr := range territoires.All(territoires.PhaseI) {
		if want := strings.HasPrefix(string(tr.ID), "ti-75"); led[tr.ID] != want {
			t.Errorf("%v is led by Nouvelle-Aquitaine: %v", tr, led[tr.ID])
		}
	}
	if len(led) == 0 || len(led) >= len(in) {
		t.Errorf("%d led, %d in the région; want fewer led, since some are led from elsewhere", len(led), len(in))
	}
	for range territoires.LedBy(0, "75") {
		t.Error("no phase has a territory")
	}
}
