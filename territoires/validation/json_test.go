package validation_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// stay has a rule across its fields, added as a caller would.
type stay struct {
	Name string           `json:"name" validate:"required"`
	From territoires.Date `json:"from" validate:"required"`
	To   territoires.Date `json:"to" validate:"required"`
	Next *stay            `json:"next,omitempty"`
}

// What rules got that would never be applied: a second one of a type, one of a
// pointer, one of a text.
var twice, ofPointer, ofText any

func init() {
	validation.AddRule(func(s *stay, reject validation.Reject) {
		if s.To.Before(s.From) {
			reject("to", "after", "from")
		}
	})
	twice = addRule(func(*stay, validation.Reject) {})
	ofPointer = addRule(func(**stay, validation.Reject) {})
	ofText = addRule(func(*string, validation.Reject) {})
}

// addRule returns what AddRule panics with.
func addRule[T any](check func(*T, validation.Reject)) (got any) {
	defer func() { got = recover() }()
	validation.AddRule(check)
	return nil
}

func lines(err error) []string {
	bad, ok := errors.AsType[*validation.Error](err)
	if !ok {
		return nil
	}
	var out []string
	for _, f := range bad.Fields {
		out = append(out, f.Error())
	}
	return out
}

func TestReadJSON(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"right", `{"name": "a", "from": "2019-06-12", "to": "2019-06-12"}`, nil},
		{"a rule across fields", `{"name": "a", "from": "2019-06-12", "to": "2019-06-11"}`, []string{"to: after=from"}},
		{"the same further down", `{"name": "a", "from": "2019-06-12", "to": "2019-06-12", "next": {"name": "b", "from": "2019-06-12", "to": "2019-06-11"}}`, []string{"next.to: after=from"}},
		{"form and contents", `{"nom": "a", "from": "hier", "to": "2019-06-11"}`, []string{": unknown=1:2", "name: required", "from: date"}},
		{"a list", `[{"name": "a"}]`, []string{": type=object"}},
		{"null", `null`, []string{": type=object"}},
		{"a text", `"name"`, []string{": type=object"}},
		{"a list, and more", `[] {}`, []string{": type=object"}},
		{"cut short", `{"name": "a"`, []string{": json=1:13"}},
	} {
		var s stay
		err := validation.ReadJSON(strings.NewReader(tt.text), &s, nil)
		if diff := cmp.Diff(tt.want, lines(err)); diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", tt.name, err, diff)
		}
	}
}

// TestReadJSONUnnamed reads into a struct that has no name to begin paths with.
func TestReadJSONUnnamed(t *testing.T) {
	t.Parallel()
	var x struct {
		Place struct {
			ID territoires.ID `json:"id" validate:"territory"`
		} `json:"place"`
		Axis     territoires.Axis     `json:"axis" validate:"axis=II"`
		Operator territoires.Operator `json:"operator"`
	}
	err := validation.ReadJSON(strings.NewReader(`{"place": {"id": "ti-9999"}, "axis": "attirer", "operator": "ademe"}`), &x, nil)
	want := []string{"place.id: territory", "axis: axis=II", "operator: operator"}
	if diff := cmp.Diff(want, lines(err)); diff != "" {
		t.Errorf("words that nothing bears (-want +got):\n%s", diff)
	}
	err = validation.ReadJSON(strings.NewReader(`{"place": {"id": "0101"}, "axis": "foncier"}`), &x, nil)
	if diff := cmp.Diff([]string{"place.id: territory"}, lines(err)); diff != "" {
		t.Errorf("an identifier that is malformed (-want +got):\n%s", diff)
	}
}

// TestReadJSONCheck gives the check of a caller its say, and its errors.
func TestReadJSONCheck(t *testing.T) {
	t.Parallel()
	const right = `{"name": "a", "from": "2019-06-12", "to": "2019-06-11"}`
	var s stay
	if err := validation.ReadJSON(strings.NewReader(right), &s, func() error { return nil }); err != nil || s.Name != "a" {
		t.Errorf("a check that finds nothing: %+v, %v", s, err)
	}
	whole := func() error {
		return &validation.Error{Fields: []validation.FieldError{{Rule: "document"}}}
	}
	if got := lines(validation.ReadJSON(strings.NewReader(right), &s, whole)); len(got) != 1 || got[0] != ": document" {
		t.Errorf("a rule of the whole: %v", got)
	}
	if got := lines(validation.ReadJSON(strings.NewReader(`{"x": 1}`), &s, whole)); len(got) != 1 || got[0] != ": unknown=1:2" {
		t.Errorf("a rule of the whole beside a mistake of form: %v", got)
	}
	broken := errors.New("broken")
	if err := validation.ReadJSON(strings.NewReader(right), &s, func() error { return broken }); err != broken {
		t.Errorf("an error of the check came back as %v", err)
	}
	if err := validation.ReadJSON(iotest.ErrReader(broken), &s, nil); !errors.Is(err, broken) {
		t.Errorf("an error of the reader came back as %v", err)
	}
	for _, into := range []any{nil, s, (*stay)(nil), new(int)} {
		if err := validation.ReadJSON(strings.NewReader(right), into, nil); err == nil || lines(err) != nil {
			t.Errorf("ReadJSON into %T = %v", into, err)
		}
	}
}

// TestReadJSONInto reads a list in place of one that is there.
func TestReadJSONInto(t *testing.T) {
	t.Parallel()
	type options struct {
		Days []string `json:"days"`
	}
	v := options{[]string{"default"}}
	for _, tt := range []struct {
		text string
		want []string
	}{{`{"days": ["a", "b"]}`, []string{"a", "b"}}, {`{"days": ["c"]}`, []string{"c"}}, {`{"days": []}`, nil}} {
		if err := validation.ReadJSON(strings.NewReader(tt.text), &v, nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, v.Days); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
}

// TestReadJSONNumbers reads numbers of each kind, and says what a field takes.
func TestReadJSONNumbers(t *testing.T) {
	t.Parallel()
	type sizes struct {
		Share float64  `json:"share"`
		Rough *float32 `json:"rough"`
		Seats uint8    `json:"seats"`
		Years []int    `json:"years"`
	}
	var got sizes
	if err := validation.ReadJSON(strings.NewReader(`{"share": -0.5, "rough": 1e3, "seats": 255, "years": [2019, -1]}`), &got, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sizes{-0.5, new(float32(1000)), 255, []int{2019, -1}}, got); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
	err := validation.ReadJSON(strings.NewReader(`{"share": 1e999, "rough": "1", "seats": -1, "years": [0.5]}`), &got, nil)
	want := []string{"share: type=number", "rough: type=number", "seats: type=natural", "years[0]: type=integer"}
	if diff := cmp.Diff(want, lines(err)); diff != "" {
		t.Errorf("no such numbers (-want +got):\n%s", diff)
	}
	for _, f := range fields(t, err) {
		sample.CheckSentences(t, f)
	}
}

// TestReadJSONUnfit blames no text for a field whose type is not read.
func TestReadJSONUnfit(t *testing.T) {
	t.Parallel()
	for _, into := range []any{
		new(struct {
			X map[string]string `json:"x"`
		}),
		new(struct {
			X [2]int `json:"x"`
		}),
		new(struct {
			X any `json:"x"`
		}),
		new(struct {
			X []byte `json:"x"`
		}),
		new(struct {
			X json.RawMessage `json:"x"`
		}),
		new(struct {
			X *territoires.Territory `json:"x"`
		}),
	} {
		for _, text := range []string{`{"x": {}}`, `{"x": [1]}`, `{"x": "a"}`, `{"x": 1}`} {
			err := validation.ReadJSON(strings.NewReader(text), into, nil)
			if err == nil || lines(err) != nil || !strings.Contains(err.Error(), "x has type ") {
				t.Errorf("%T of %s: %v; want an error that is not of the text", into, text, err)
			}
		}
		if err := validation.ReadJSON(strings.NewReader(`{}`), into, nil); err != nil {
			t.Errorf("%T of an empty object: %v", into, err)
		}
	}
}
