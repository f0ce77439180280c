package meetingfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/territoires-industrie/sdk/registration"
)

// Write returns the configuration as text that [Read] reads, with instants as
// clocks in Paris show them.
func Write(m registration.Meeting) ([]byte, error) {
	for _, t := range []*time.Time{&m.OpensAt, &m.ClosesAt, &m.FreezesAt, &m.CancelledAt} {
		if !t.IsZero() {
			*t = t.In(registration.Paris)
		}
	}
	b, err := yaml.MarshalWithOptions(m, quoting[string](), quoting[registration.SessionID](), quoting[registration.Hour](),
		quoting[registration.HalfDay](), quoting[registration.QuestionKind](), quoting[registration.DoorPolicy](), quoting[registration.Category]())
	if err != nil {
		return nil, errors.New("registration: meeting " + m.Slug + " cannot be written as YAML")
	}
	return b, nil
}

// quoting writes the texts of a type in quotes where YAML would read them as
// something else. The library's own choice loses some, such as a lone tab.
func quoting[T ~string]() yaml.EncodeOption {
	return yaml.CustomMarshaler(func(s T) ([]byte, error) { return scalarText(string(s)) })
}

// bare is text that needs no quotes: it begins with a letter and has nothing
// in it to which YAML gives a meaning.
var bare = regexp.MustCompile(`^\pL([\pL\pN ,.;!?’'()/@+_\-]*[\pL\pN.;!?’')/_])?$`)

// meaningful are the words that YAML reads as something else, in lower case.
var meaningful = []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}

func scalarText(s string) ([]byte, error) {
	if bare.MatchString(s) && !slices.Contains(meaningful, strings.ToLower(s)) {
		return []byte(s), nil
	}
	var b bytes.Buffer // what JSON quotes, YAML reads
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(s)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
