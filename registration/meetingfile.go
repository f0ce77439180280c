package registration

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
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
