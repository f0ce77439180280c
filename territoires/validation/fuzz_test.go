package validation_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/sirene"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// everything has a field of each shape that ReadJSON knows.
type everything struct {
	Text    string             `json:"text" validate:"max=20"`
	Number  int                `json:"number" validate:"min=-3,max=9"`
	Small   int8               `json:"small,omitempty"`
	Share   float64            `json:"share,omitempty"`
	Yes     bool               `json:"yes,omitempty"`
	Maybe   *bool              `json:"maybe,omitempty"`
	Day     territoires.Date   `json:"day,omitzero"`
	On      territoires.Span   `json:"on,omitzero"`
	ID      territoires.ID     `json:"id,omitempty" validate:"omitempty,territory"`
	Phase   territoires.Phase  `json:"phase,omitempty"`
	Amount  territoires.Amount `json:"amount,omitempty"`
	SIREN   sirene.SIREN       `json:"siren,omitempty" validate:"omitempty,siren"`
	Commune cog.CommuneCode    `json:"commune,omitempty" validate:"omitempty,commune"`
	List    []string           `json:"list,omitempty" validate:"max=5,dive,max=9"`
	Inner   *everything        `json:"inner,omitempty"`
	Inners  []everything       `json:"inners,omitempty" validate:"dive"`
}

// FuzzReadJSON wants every text to be refused with errors that have their
// sentences and repeat nothing, or to be read as encoding/json reads it.
func FuzzReadJSON(f *testing.F) {
	for _, s := range []string{
		`{"text": "a", "number": 3, "small": 300, "share": 0.5, "yes": true, "maybe": false}`,
		`{"day": "2019-06-12", "on": "../2019-05-16", "id": " TI-2701 ", "phase": "ii", "amount": 12, "siren": "732 829 320", "commune": "1001"}`,
		`{"inner": {"inners": [{"list": ["x", "long enough to be refused"]}, {}]}}`,
		"\ufeff{}", `{`, `[]`, `{"text": null}`, `{"text": "a", "text": "b"}`, `{"Text": "a"}`, `{"number": 1e3}`, `{"number": 99999999999999999999}`,
		`{} {}`, `{"text": "\ud800"}`, "{\"text\": \"\x00\"}", "{\"text\": \"\xff\"}", `{"inner": {"inner": {"inner": {"inner": {"inner": {"inner": {"inner": {"inner": {"inner": {"inner": {"inner": {"inner": {}}}}}}}}}}}}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got everything
		err := validation.ReadJSON(bytes.NewReader(data), &got, nil)
		if err != nil {
			bad, ok := errors.AsType[*validation.Error](err)
			if !ok || len(bad.Fields) == 0 {
				t.Fatalf("ReadJSON = %T %v", err, err)
			}
			for _, f := range bad.Fields {
				sample.CheckSentences(t, f)
			}
			return
		}
		var want everything
		if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &want); err != nil {
			t.Fatalf("encoding/json refuses what was read: %v", err)
		}
		if got, want := asJSON(t, got), asJSON(t, want); got != want {
			t.Errorf("read as %s; encoding/json reads %s", got, want)
		}
	})
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("what was read cannot be written: %v", err)
	}
	return string(b)
}

// FuzzTags wants each tag to take what its parser takes, and to say nothing of
// what was typed.
func FuzzTags(f *testing.F) {
	for _, s := range []string{"732829320", "73282932000074", "25.62b", "ti-2701", "innover", "bpifrance", "27", "2a", "21 425\r\n", "242101491", "", "\x00\xff", "1001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		err := validation.Validate(struct {
			SIREN       string `json:"siren" validate:"siren"`
			SIRET       string `json:"siret" validate:"siret"`
			NAF         string `json:"naf" validate:"naf"`
			Territory   string `json:"territory" validate:"territory=II"`
			Axis        string `json:"axis" validate:"axis"`
			Operator    string `json:"operator" validate:"operator"`
			Region      string `json:"region" validate:"region"`
			Departement string `json:"departement" validate:"departement=2026"`
			Commune     string `json:"commune" validate:"commune=2026"`
			EPCI        string `json:"epci" validate:"epci"`
		}{s, s, s, s, s, s, s, s, s, s})
		bad, ok := errors.AsType[*validation.Error](err)
		if !ok {
			t.Fatalf("Validate(%q) = %v; no text is all of these", s, err)
		}
		for tag, err := range map[string]error{
			"siren": second(sirene.ParseSIREN(s)), "siret": second(sirene.ParseSIRET(s)), "naf": second(sirene.ParseNAF(s)),
			"operator": second(territoires.ParseOperator(s)), "axis": second(territoires.ParseAxis(territoires.PhaseI, s)),
			"region": second(cog.V2019.ParseRegion(s)), "departement": second(cog.V2026.ParseDepartement(s)),
			"commune": second(cog.V2026.ParseCommune(s)), "epci": second(cog.V2019.ParseEPCI(s)),
		} {
			f, found := bad.Find(tag)
			if found != (err != nil) {
				t.Errorf("tag %s of %q: %v; its parser says %v", tag, s, f, err)
			}
			if found && len(s) > 20 && strings.Contains(fmt.Sprint(f)+f.Message("fr")+f.Message("en"), s) {
				t.Errorf("tag %s repeats %q", tag, s)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }
