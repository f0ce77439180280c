package registration

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/territoires-industrie/sdk/territoires"
)

// ParseMeeting reads a meeting's configuration, YAML as [Meeting.YAML] writes
// it. A field it does not know, a value that does not fit and a configuration
// that contradicts itself are errors that say where; nothing is guessed.
func ParseMeeting(b []byte) (Meeting, error) {
	var m Meeting
	if err := yaml.UnmarshalWithOptions(b, &m, yaml.DisallowUnknownField()); err != nil {
		return Meeting{}, fmt.Errorf("registration: meeting file: %s", yaml.FormatError(err, false, false))
	}
	if err := m.Check(); err != nil {
		return Meeting{}, err
	}
	return m, nil
}

// YAML returns the configuration as text that [ParseMeeting] reads.
func (m Meeting) YAML() ([]byte, error) {
	b, err := yaml.Marshal(m)
	if err != nil {
		return nil, errors.New("registration: meeting " + m.Slug + " cannot be written as YAML")
	}
	return b, nil
}

// Clone returns a meeting like m on another day: not published, not cancelled,
// its opening, closing and freeze as many days away from it as they were, at
// the same hour of Paris.
func (m Meeting) Clone(slug string, day territoires.Date) Meeting {
	// Days are not all 24 hours long: round to the nearest.
	days := int(math.Round(clock(day, 12, 0).Sub(clock(m.Day, 12, 0)).Hours() / 24))
	shift := func(t time.Time) time.Time {
		if t.IsZero() {
			return t
		}
		return t.In(Paris).AddDate(0, 0, days)
	}
	m.Slug, m.Day, m.Published, m.CancelledAt = slug, day, false, time.Time{}
	m.OpensAt, m.ClosesAt, m.FreezesAt = shift(m.OpensAt), shift(m.ClosesAt), shift(m.FreezesAt)
	return m
}
