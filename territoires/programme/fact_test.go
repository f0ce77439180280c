package programme_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

func TestFacts(t *testing.T) {
	t.Parallel()
	got := map[programme.Question]map[programme.Answer]int{}
	for tr := range territoires.All(territoires.PhaseI) {
		for _, q := range programme.Questions() {
			f := programme.FactOf(tr, q)
			if got[q] == nil {
				got[q] = map[programme.Answer]int{}
			}
			got[q][f.Answer]++
			if f.Question != q || f.On.IsZero() || (f.Answer == programme.Unknown) != (len(f.Sources) == 0) {
				t.Errorf("%v: %+v", tr.ID, f)
			}
			for _, s := range f.Sources {
				sample.CheckSource(t, s)
			}
		}
	}
	want := map[programme.Question]map[programme.Answer]int{
		programme.InList124: {programme.Yes: 67, programme.No: 11, programme.Unknown: 71},
		programme.InList136: {programme.Yes: 76, programme.Likely: 17, programme.No: 3, programme.Unknown: 53},
		programme.Pilot:     {programme.Yes: 13, programme.No: 33, programme.Unknown: 103},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers mismatch (-want +got):\n%s", diff)
	}
	later, _ := territoires.Lookup(territoires.PhaseII, "ti-0101")
	if f := programme.FactOf(later, programme.Pilot); f.Answer != programme.Unknown {
		t.Errorf("a territory of phase II was a pilot of 2019: %+v", f)
	}
	orly, _ := territoires.Lookup(territoires.PhaseI, "ti-1104")
	if f := programme.FactOf(orly, "no such question"); f.Answer != programme.Unknown {
		t.Errorf("an unknown question is answered: %+v", f)
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	var got []int
	last := territoires.Date{}
	for _, c := range programme.Counts() {
		got = append(got, c.Territories)
		if c.On.To.Compare(last) <= 0 || len(c.Sources) == 0 {
			t.Errorf("%+v is out of order or has no source", c)
		}
		last = c.On.To
		for _, s := range c.Sources {
			sample.CheckSource(t, s)
		}
	}
	if diff := cmp.Diff([]int{124, 136, 141, 144, 146, 148, 149, 183}, got); diff != "" {
		t.Errorf("counts mismatch (-want +got):\n%s", diff)
	}
	for _, tt := range []struct {
		day  territoires.Date
		want int
	}{
		{territoires.Date{Year: 2018, Month: time.November, Day: 21}, 0},
		{territoires.Date{Year: 2018, Month: time.November, Day: 22}, 124},
		{territoires.Date{Year: 2019, Month: time.May, Day: 16}, 136},
		{territoires.Date{Year: 2019, Month: time.June, Day: 18}, 141},
		{territoires.Date{Year: 2030, Month: time.January, Day: 1}, 183},
	} {
		if c, ok := programme.CountAsOf(tt.day); c.Territories != tt.want || ok != (tt.want > 0) {
			t.Errorf("CountAsOf(%v) = %d, %v; want %d", tt.day, c.Territories, ok, tt.want)
		}
	}
}
