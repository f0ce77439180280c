package territoires_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/territoires"
)

var notADay = territoires.Date{Year: 2019, Month: 2, Day: 30}

func TestDateValid(t *testing.T) {
	t.Parallel()
	for d, want := range map[territoires.Date]bool{
		{}:              false,
		{2019, 6, 12}:   true,
		{2020, 2, 29}:   true,
		{2019, 2, 29}:   false,
		notADay:         false,
		{2019, 13, 1}:   false,
		{2019, 0, 1}:    false,
		{2019, 1, 0}:    false,
		{0, 1, 1}:       false,
		{10000, 1, 1}:   false,
		{-2019, 6, 12}:  false,
		{9999, 12, 31}:  true,
		{1, 1, 1}:       true,
		{2019, 6, 1200}: false,
	} {
		if d.Valid() != want {
			t.Errorf("%v: Valid = %v", d, d.Valid())
		}
		if back, err := territoires.ParseDate(d.String()); (err == nil && back == d) != want {
			t.Errorf("ParseDate(%q) = %v, %v", d, back, err)
		}
	}
}

// TestCalendar compares every day of four hundred years, and those that the
// calendar does not have, with package time.
func TestCalendar(t *testing.T) {
	t.Parallel()
	for year := 1800; year <= 2200; year++ {
		for month := time.Month(0); month <= 13; month++ {
			for day := 0; day <= 32; day++ {
				at := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
				want := at.Year() == year && at.Month() == month && at.Day() == day
				if d := (territoires.Date{Year: year, Month: month, Day: day}); d.Valid() != want {
					t.Errorf("%v: Valid = %v", d, d.Valid())
				}
			}
		}
	}
}

// TestImpossibleDay holds 30 February to being no other day, whatever is asked
// of it.
func TestImpossibleDay(t *testing.T) {
	t.Parallel()
	before, after := territoires.Date{Year: 2019, Month: 2, Day: 28}, territoires.Date{Year: 2019, Month: 3, Day: 2}
	if got := notADay.String(); got != "2019-02-30" {
		t.Errorf("String = %q", got)
	}
	if notADay == after || notADay.Compare(after) != -1 || !notADay.After(before) {
		t.Errorf("30 February compares %d with 2 March, %d with 28 February", notADay.Compare(after), notADay.Compare(before))
	}
	if got := notADay.In(time.UTC); !got.IsZero() {
		t.Errorf("In = %v", got)
	}
	if got := notADay.AddDays(1); !got.IsZero() {
		t.Errorf("AddDays = %v", got)
	}
	if got := notADay.Weekday(); got != -1 {
		t.Errorf("Weekday = %v", got)
	}
	if b, err := json.Marshal(notADay); !errors.Is(err, territoires.ErrSyntax) {
		t.Errorf("JSON %s, %v", b, err)
	}
	if v, err := notADay.Value(); !errors.Is(err, territoires.ErrSyntax) {
		t.Errorf("Value = %v, %v", v, err)
	}
	span := territoires.Span{From: before, To: notADay}
	if b, err := span.MarshalText(); err == nil || span.Valid() {
		t.Errorf("a span to 30 February is written %q", b)
	}
}

// TestDateIn asks for the first instant of days that begin like any other, that
// lack midnight, and that have two of them.
func TestDateIn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		zone string
		date territoires.Date
		want string
	}{
		{"Europe/Paris", territoires.Date{Year: 2019, Month: 6, Day: 12}, "2019-06-12T00:00:00+02:00"},
		{"Europe/Paris", territoires.Date{Year: 2019, Month: 3, Day: 31}, "2019-03-31T00:00:00+01:00"},
		{"Europe/Paris", territoires.Date{Year: 2019, Month: 10, Day: 27}, "2019-10-27T00:00:00+02:00"},
		{"Indian/Reunion", territoires.Date{Year: 2019, Month: 6, Day: 12}, "2019-06-12T00:00:00+04:00"},
		{"America/Sao_Paulo", territoires.Date{Year: 2018, Month: 11, Day: 4}, "2018-11-04T01:00:00-02:00"},
		{"Asia/Beirut", territoires.Date{Year: 2019, Month: 3, Day: 31}, "2019-03-31T01:00:00+03:00"},
		{"America/Havana", territoires.Date{Year: 2019, Month: 11, Day: 3}, "2019-11-03T00:00:00-04:00"},
		{"Atlantic/Azores", territoires.Date{Year: 2019, Month: 10, Day: 27}, "2019-10-27T00:00:00Z"},
		{"UTC", territoires.Date{Year: 2019, Month: 6, Day: 12}, "2019-06-12T00:00:00Z"},
	} {
		loc, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		start := tt.date.In(loc)
		if got := start.Format(time.RFC3339); got != tt.want {
			t.Errorf("%v in %s begins at %s; want %s", tt.date, tt.zone, got, tt.want)
		}
		if d := territoires.DateOf(start, loc); d != tt.date {
			t.Errorf("%s: the first instant of %v is on %v", tt.zone, tt.date, d)
		}
		if d := territoires.DateOf(start.Add(-1), loc); d != tt.date.AddDays(-1) {
			t.Errorf("%s: the instant before %v is on %v", tt.zone, tt.date, d)
		}
	}
}

func TestDateOf(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	late := time.Date(2019, 6, 12, 22, 30, 0, 0, time.UTC)
	if utc, there := territoires.DateOf(late, time.UTC), territoires.DateOf(late, paris); utc.String() != "2019-06-12" || there.String() != "2019-06-13" {
		t.Errorf("22:30 UTC is on %v in UTC and on %v in Paris", utc, there)
	}
	if d := territoires.DateOf(time.Time{}, paris); !d.IsZero() {
		t.Errorf("no time is on %v", d)
	}
}

func TestDateArithmetic(t *testing.T) {
	t.Parallel()
	last := territoires.Date{Year: 9999, Month: 12, Day: 31}
	if d := last.AddDays(1); !d.IsZero() {
		t.Errorf("the day after the last is %v", d)
	}
	day := territoires.Date{Year: 2019, Month: 6, Day: 12}
	for _, n := range []int{math.MaxInt, math.MinInt, math.MaxInt>>6 + 1, math.MinInt >> 6, math.MaxInt32, 4_000_000} {
		if d := day.AddDays(n); !d.IsZero() {
			t.Errorf("%v%+d days is %v", day, n, d)
		}
	}
	first := territoires.Date{Year: 1, Month: 1, Day: 1}
	if d := first.AddDays(3_652_058); d != last || last.AddDays(-3_652_058) != first {
		t.Errorf("%v is not as many days from %v as %v from it", first, last, d)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := territoires.Date{Year: 2000}.AddDays(0)
		if !d.IsZero() {
			t.Fatalf("no day has become %v", d)
		}
		d = territoires.Date{Year: 2000, Month: 1, Day: 1}.AddDays(rapid.IntRange(-100_000, 100_000).Draw(t, "days"))
		n := rapid.IntRange(-5000, 5000).Draw(t, "more")
		e := d.AddDays(n)
		if e.AddDays(-n) != d {
			t.Fatalf("%v%+d is %v, and back %v", d, n, e, e.AddDays(-n))
		}
		if hours := e.In(time.UTC).Sub(d.In(time.UTC)).Hours(); hours != float64(24*n) {
			t.Fatalf("%v is %v hours after %v; want %d days", e, hours, d, n)
		}
		if e.Before(d) != (n < 0) || e.After(d) != (n > 0) || e.Compare(d) != -d.Compare(e) {
			t.Fatalf("%v and %v, %d days on, are in the wrong order", d, e, n)
		}
		if int(e.Weekday()) != ((int(d.Weekday())+n)%7+7)%7 {
			t.Fatalf("%v is a %v, %v is a %v", d, d.Weekday(), e, e.Weekday())
		}
	})
}

// dated is a struct as files and tables have them.
type dated struct {
	Day  territoires.Date `json:"day" yaml:"day"`
	Last territoires.Date `json:"last,omitzero" yaml:"last,omitempty"`
	On   territoires.Span `json:"on,omitzero" yaml:"on,omitempty"`
}

func TestDateInFiles(t *testing.T) {
	t.Parallel()
	want := dated{Day: territoires.Date{Year: 2019, Month: 6, Day: 12}, On: territoires.OnDay(territoires.Date{Year: 2019, Month: 5, Day: 16})}
	for name, form := range map[string]struct {
		marshal   func(any) ([]byte, error)
		unmarshal func([]byte, any) error
		text, bad string
	}{
		"JSON": {json.Marshal, json.Unmarshal, `{"day":"2019-06-12","on":"2019-05-16"}`, `{"day":"2019-02-30"}`},
		"YAML": {yaml.Marshal, func(b []byte, v any) error { return yaml.Unmarshal(b, v) }, "day: \"2019-06-12\"\n\"on\": \"2019-05-16\"\n", "day: 2019-02-30\n"},
	} {
		b, err := form.marshal(want)
		if err != nil || string(b) != form.text {
			t.Errorf("%s: %s, %v; want %s", name, b, err, form.text)
		}
		var got dated
		if err := form.unmarshal([]byte(form.text), &got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", name, diff)
		}
		if err := form.unmarshal([]byte(form.bad), &got); err == nil {
			t.Errorf("%s: 30 February is read as %v", name, got.Day)
		}
	}
	var plain dated
	if err := yaml.Unmarshal([]byte("day: 2019-06-12\n"), &plain); err != nil || plain.Day != want.Day {
		t.Errorf("a date without quotes in YAML is %v, %v", plain.Day, err)
	}
}

func TestDateInDatabases(t *testing.T) {
	t.Parallel()
	day := territoires.Date{Year: 2019, Month: 6, Day: 12}
	if v, err := day.Value(); v != "2019-06-12" || err != nil {
		t.Errorf("Value = %v, %v", v, err)
	}
	if v, err := (territoires.Date{}).Value(); v != nil || err != nil {
		t.Errorf("Value of no date = %v, %v", v, err)
	}
	for _, src := range []any{"2019-06-12", []byte("2019-06-12"), time.Date(2019, 6, 12, 23, 0, 0, 0, time.FixedZone("", -3600))} {
		var got territoires.Date
		if err := got.Scan(src); err != nil || got != day {
			t.Errorf("Scan(%v) = %v, %v", src, got, err)
		}
	}
	for _, src := range []any{"", nil} {
		got := day
		if err := got.Scan(src); err != nil || !got.IsZero() {
			t.Errorf("Scan(%v) = %v, %v", src, got, err)
		}
	}
	first := territoires.Date{Year: 1, Month: 1, Day: 1}
	for _, src := range []any{"0001-01-01", time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}} {
		var got territoires.Date
		if err := got.Scan(src); err != nil || got != first {
			t.Errorf("Scan(%v) = %v, %v; want %v", src, got, err, first)
		}
	}
	for _, src := range []any{
		"2019-02-30", 43628, true, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		got := day
		if err := got.Scan(src); err == nil || !got.IsZero() {
			t.Errorf("Scan(%v) = %v, %v", src, got, err)
		}
	}
	span := territoires.Span{To: day}
	if v, err := span.Value(); v != "../2019-06-12" || err != nil {
		t.Errorf("Value of a span = %v, %v", v, err)
	}
	if err := span.Scan("2019-06-01/2019-06-12"); err != nil || span.From.Day != 1 {
		t.Errorf("Scan of a span = %v, %v", span, err)
	}
}
