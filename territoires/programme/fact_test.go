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
			if f.Question != q || f.On.IsZero() || (f.Answer == programme.AnswerUnknown) != (len(f.Sources) == 0) {
				t.Errorf("%v: %+v", tr.ID, f)
			}
			for _, s := range f.Sources {
				sample.CheckSource(t, s)
			}
		}
	}
	want := map[programme.Question]map[programme.Answer]int{
		programme.QuestionList124: {programme.AnswerYes: 67, programme.AnswerNo: 11, programme.AnswerUnknown: 71},
		programme.QuestionList136: {programme.AnswerYes: 76, programme.AnswerLikely: 17, programme.AnswerNo: 3, programme.AnswerUnknown: 53},
		programme.QuestionPilot:   {programme.AnswerYes: 13, programme.AnswerNo: 33, programme.AnswerUnknown: 103},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers mismatch (-want +got):\n%s", diff)
	}
	later, _ := territoires.Lookup(territoires.PhaseII, "ti-0101")
	if f := programme.FactOf(later, programme.QuestionPilot); f.Answer != programme.AnswerUnknown {
		t.Errorf("a territory of phase II was a pilot of 2019: %+v", f)
	}
	orly, _ := territoires.Lookup(territoires.PhaseI, "ti-1104")
	if f := programme.FactOf(orly, "no such question"); f.Answer != programme.AnswerUnknown {
		t.Errorf("an unknown question is answered: %+v", f)
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	var got []int
	last := territoires.Date{}
	for c := range programme.Counts(territoires.Date{}) {
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
