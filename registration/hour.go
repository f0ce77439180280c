package registration

import (
	"fmt"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
)

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

// On is the instant at which clocks in Paris show h on the day d; for an
// unknown or malformed hour the first instant of the day.
func (h Hour) On(d territoires.Date) time.Time {
	t, err := time.Parse("15:04", string(h))
	if err != nil {
		return d.In(Paris)
	}
	return clock(d, t.Hour(), t.Minute())
}

// clock is the instant at which clocks in Paris show that time of the day d.
func clock(d territoires.Date, hour, minute int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, Paris)
}
