package territoires_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/programme"
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
		{"2019-06-12", territoires.On(d(2019, 6, 12)), true},
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
		out.Answer, out.Date = programme.Yes, territoires.Date{}
		if err := json.Unmarshal(b, &out); err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		if diff := cmp.Diff(in, out); diff != "" {
			t.Fatalf("round trip mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestTextRefused(t *testing.T) {
	t.Parallel()
	var v struct {
		Phase  territoires.Phase
		Answer programme.Answer
		Date   territoires.Date
	}
	for _, in := range []string{`{"Phase":"III"}`, `{"Answer":"maybe"}`, `{"Date":"12 juin"}`} {
		v.Phase, v.Answer, v.Date = territoires.PhaseI, programme.Yes, territoires.Date{Year: 1, Month: 1, Day: 1}
		if err := json.Unmarshal([]byte(in), &v); !errors.Is(err, territoires.ErrSyntax) {
			t.Errorf("Unmarshal(%s) = %v; want ErrSyntax", in, err)
		}
	}
}
