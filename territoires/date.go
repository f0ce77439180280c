package territoires

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/territoires-industrie/sdk/territoires/internal/text"
)

// Date is a day of the civil calendar, without hour or time zone. The zero
// value is no date.
//
// A day that the calendar does not have (30 February 2019) is not [Date.Valid]
// and is never normalised to another day. It has its own text and no instant,
// and can be neither marshalled nor stored.
//
// In JSON and YAML a date is the text "2019-06-12", in a database a text or a
// date; no date is an empty text, and NULL.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2019-06-12". It ignores spaces, line ends and invisible
// characters. The error is a [*ParseError] wrapping [ErrSyntax], also for a day
// that the calendar does not have.
func ParseDate(s string) (Date, error) {
	d := numbers(s)
	if !d.Valid() {
		d = numbers(text.Tidy(s))
	}
	if !d.Valid() {
		return Date{}, malformed("date", "a date is a day of the calendar written as 2019-06-12")
	}
	return d, nil
}

// numbers reads a text of the form 2019-06-12, valid or not, and returns no date
// for any other text.
func numbers(s string) Date {
	if len(s) != len("2019-06-12") || s[4] != '-' || s[7] != '-' {
		return Date{}
	}
	var n [3]int
	for i, part := range [...]string{s[:4], s[5:7], s[8:]} {
		for _, c := range []byte(part) {
			if c-'0' > 9 {
				return Date{}
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	return Date{n[0], time.Month(n[1]), n[2]}
}

// DateOf returns the day that calendars in loc show at an instant, and no date
// for the zero time.
func DateOf(t time.Time, loc *time.Location) Date {
	if t.IsZero() {
		return Date{}
	}
	return dateOf(t.In(loc))
}

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Valid reports whether the calendar has the day, in the years 1 to 9999.
//
// It does without package time, which would link its tables of time zones into
// every program that looks up a territory.
func (d Date) Valid() bool {
	if d.Year < 1 || d.Year > 9999 || d.Month < time.January || d.Month > time.December {
		return false
	}
	last := 31
	switch d.Month {
	case time.April, time.June, time.September, time.November:
		last = 30
	case time.February:
		last = 28
		if d.Year%4 == 0 && (d.Year%100 != 0 || d.Year%400 == 0) {
			last = 29
		}
	}
	return d.Day >= 1 && d.Day <= last
}

// midnight returns midnight of d in loc. If d is not valid, package time
// normalises it to another day.
func (d Date) midnight(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// String returns "2019-06-12", and "" for no date. A day that the calendar does
// not have is written as it is: "2019-02-30".
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// In returns the first instant of the day in loc: midnight or, on a day whose
// midnight the clocks skip, the instant of the change. A date that is not valid
// gives the zero time.
func (d Date) In(loc *time.Location) time.Time {
	if !d.Valid() {
		return time.Time{}
	}
	t := d.midnight(loc)
	start, end := t.ZoneBounds()
	switch at := dateOf(t); {
	case at != d:
		return end // midnight is skipped, and t is on the day before
	case t.Hour()+t.Minute()+t.Second() > 0:
		return start // midnight is skipped, and t is later on the same day
	case start.IsZero():
		return t
	}
	// Clocks set back to midnight show it twice.
	_, before := start.Add(-1).Zone()
	_, after := t.Zone()
	if first := t.Add(time.Duration(after-before) * time.Second); first.Before(start) && dateOf(first) == d {
		return first
	}
	return t
}

// Weekday returns the day of the week, and -1 for a date that is not valid.
func (d Date) Weekday() time.Weekday {
	if !d.Valid() {
		return -1
	}
	return d.midnight(time.UTC).Weekday()
}

// mostDays is more than there are between any two days.
const mostDays = 9999 * 366

// AddDays returns the day n days later, or earlier when n is negative, and no
// date when d or the result is not valid.
func (d Date) AddDays(n int) Date {
	if !d.Valid() || n < -mostDays || n > mostDays { // package time counts on past the end
		return Date{}
	}
	if sum := dateOf(d.midnight(time.UTC).AddDate(0, 0, n)); sum.Valid() {
		return sum
	}
	return Date{}
}

// Compare returns -1 when d is before e, 0 when they are the same, 1 when d is
// after e. It compares year, month and day in turn, so no date comes before all
// days and 30 February between 28 February and 1 March.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// Before reports whether d is earlier than e; see [Date.Compare].
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After reports whether d is later than e; see [Date.Compare].
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// MarshalText writes what [Date.String] returns. A day that the calendar does
// not have is an error.
func (d Date) MarshalText() ([]byte, error) { return text.Marshal(d, ParseDate) }

// UnmarshalText reads what MarshalText writes; an empty text gives no date. On
// an error the receiver is no date.
func (d *Date) UnmarshalText(b []byte) error { return text.Unmarshal(d, string(b), ParseDate) }

// Value implements [driver.Valuer]: the text, or NULL for no date. A day that
// the calendar does not have is an error.
func (d Date) Value() (driver.Value, error) { return text.Column(d, ParseDate) }

// Scan implements the Scanner interface of database/sql for columns of text and
// of dates; NULL gives no date. A column with an hour gives the day in its own
// zone; one of a year before 1 or after 9999 is an error. On an error the receiver
// is no date.
func (d *Date) Scan(src any) error {
	if t, ok := src.(time.Time); ok {
		if *d = dateOf(t); !d.Valid() {
			*d = Date{}
			return malformed("date", "a date has a year from 1 to 9999")
		}
		return nil
	}
	return text.Scan(d, src, ParseDate)
}
