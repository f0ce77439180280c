package meetingfile

import (
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

const wantInstant = "write a day and an hour of Paris, such as 2019-05-27 09:00"

// instant reads a day and an hour, in Paris time if no zone follows. If it
// cannot read the text, or if clocks in Paris never show the hour or show it
// twice, it also returns the key of the sentence in [advice] that says what to
// write.
func instant(s string) (time.Time, string) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.In(registration.Paris).Truncate(time.Microsecond), ""
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
		t, err := time.ParseInLocation(layout, s, registration.Paris)
		if err != nil {
			continue
		}
		written, _ := time.Parse(layout, s) // the same hour, where clocks never jump
		switch shown := func(t time.Time) string { return t.Format(layout) }; {
		case shown(t) != shown(written):
			return t, "skipped"
		case shown(t.Add(-time.Hour)) == shown(t), shown(t.Add(time.Hour)) == shown(t):
			return t, "doubled"
		}
		return t.Truncate(time.Microsecond), ""
	}
	return time.Time{}, "instant"
}
