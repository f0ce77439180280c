package registration

import (
	"fmt"
	"time"
)

// Day is a civil date in Paris. The zero value is no day.
type Day struct {
	Year  int
	Month time.Month
	Date  int
}

// ParseDay reads a day written 2019-06-12.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, fmt.Errorf("registration: day %q: want the form 2019-06-12", s)
	}
	return DayOf(t), nil
}

// DayOf returns the civil date that t shows in its own zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day{y, m, d}
}

// Midnight is the first instant of the day in Paris.
func (d Day) Midnight() time.Time { return time.Date(d.Year, d.Month, d.Date, 0, 0, 0, 0, Paris) }

// Next is the day after.
func (d Day) Next() Day { return d.Add(1) }

// Add is the day so many days later.
func (d Day) Add(days int) Day {
	return DayOf(time.Date(d.Year, d.Month, d.Date+days, 12, 0, 0, 0, Paris))
}

// At is the instant at which clocks in Paris show h on that day; midnight for
// the zero Hour.
func (d Day) At(h Hour) time.Time {
	if h == "" {
		return d.Midnight()
	}
	t, err := time.ParseInLocation(time.DateOnly+" 15:04", d.String()+" "+string(h), Paris)
	if err != nil {
		return d.Midnight()
	}
	return t
}

// String returns the form 2019-06-12.
func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Date) }

// MarshalText writes the form 2019-06-12, nothing for the zero Day.
func (d Day) MarshalText() ([]byte, error) {
	if d == (Day{}) {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Day) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = Day{}
		return nil
	}
	*d, err = ParseDay(string(b))
	return err
}

// Hour is an hour of the day in Paris, written 09:30. The zero value is an
// hour that is not known.
type Hour string

// ParseHour reads an hour written 09:30; the empty string is the unknown hour.
func ParseHour(s string) (Hour, error) {
	if s == "" {
		return "", nil
	}
	if t, err := time.Parse("15:04", s); err != nil || t.Format("15:04") != s {
		return "", fmt.Errorf("registration: hour %q: want the form 09:30", s)
	}
	return Hour(s), nil
}

// UnmarshalText reads what [ParseHour] reads.
func (h *Hour) UnmarshalText(b []byte) (err error) {
	*h, err = ParseHour(string(b))
	return err
}
