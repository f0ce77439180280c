package territoires

import (
	"cmp"
	"strings"
	"time"
)

// Date is a day of the civil calendar, without hour or time zone. The zero
// value is no date. Dates are compared with == and [Date.Compare].
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2019-06-12". The error is a [*ParseError] wrapping
// [ErrSyntax]; a day that the calendar does not have is one.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, malformed("date", "a date is a day of the calendar written as 2019-06-12")
	}
	y, m, d := t.Date()
	return Date{y, m, d}, nil
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String returns "2019-06-12", and "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.In(time.UTC).Format(time.DateOnly)
}

// In returns the first instant of the day in loc.
func (d Date) In(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.In(time.UTC).Weekday() }

// Compare returns -1 when d is before e, 0 when they are the same, 1 when d is
// after e.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// MarshalText writes what [Date.String] returns.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes; an empty text gives no date. On
// an error the receiver is no date.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d = Date{}
	if len(b) > 0 {
		*d, err = ParseDate(string(b))
	}
	return err
}

// Span says when something happened as closely as its source does: on a day
// (From and To are the same), between two days, or on or before To (From is
// zero). The zero value says that the date is unknown.
type Span struct {
	From, To Date
}

// On is the span of one day.
func On(d Date) Span { return Span{d, d} }

// ParseSpan reads "2019-03-18" for a day, "2019-03-18/2019-03-24" for a day
// between two, "../2019-05-16" for a day on or before another. The error is a
// [*ParseError] wrapping [ErrSyntax].
func ParseSpan(s string) (Span, error) {
	from, to, interval := strings.Cut(s, "/")
	if !interval {
		d, err := ParseDate(s)
		return On(d), err
	}
	var span Span
	var err error
	if from != ".." {
		if span.From, err = ParseDate(from); err != nil {
			return Span{}, err
		}
	}
	if span.To, err = ParseDate(to); err != nil {
		return Span{}, err
	}
	if span.From.Compare(span.To) >= 0 {
		return Span{}, malformed("date", "an interval has its first day before its last")
	}
	return span, nil
}

// IsZero reports whether the date is unknown.
func (s Span) IsZero() bool { return s == Span{} }

// Day returns the day, and false when the span is not one day.
func (s Span) Day() (Date, bool) { return s.From, s.From == s.To && !s.IsZero() }

// String returns what [ParseSpan] reads, and "" when the date is unknown.
func (s Span) String() string {
	switch {
	case s.From == s.To:
		return s.To.String()
	case s.From.IsZero():
		return "../" + s.To.String()
	}
	return s.From.String() + "/" + s.To.String()
}

// MarshalText writes what [Span.String] returns.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes; an empty text gives the zero
// span. On an error the receiver is the zero span.
func (s *Span) UnmarshalText(b []byte) (err error) {
	*s = Span{}
	if len(b) > 0 {
		*s, err = ParseSpan(string(b))
	}
	return err
}
