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

// Write returns the configuration as a file that [Read] reads. Instants are
// in Paris time.
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

// quoting puts the texts of a type into quotes where YAML would read
// something else. The library, left to itself, loses some texts, such as a
// single tab.
func quoting[T ~string]() yaml.EncodeOption {
	return yaml.CustomMarshaler(func(s T) ([]byte, error) { return scalarText(string(s)) })
}

// needsNoQuotes matches a text that YAML reads as it is: it begins with a
// letter and contains no sign with a meaning in YAML.
var needsNoQuotes = regexp.MustCompile(`^\pL([\pL\pN ,.;!?’'()/@+_\-]*[\pL\pN.;!?’')/_])?$`)

// readAsAnother are the words, in lower case, that YAML reads as something
// else than a text.
var readAsAnother = []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}

func scalarText(s string) ([]byte, error) {
	if needsNoQuotes.MatchString(s) && !slices.Contains(readAsAnother, strings.ToLower(s)) {
		return []byte(s), nil
	}
	var b bytes.Buffer // what JSON quotes, YAML reads
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(s)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
