package agreement

import (
	"database/sql/driver"
	"slices"
	"strconv"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/text"
)

// Stage is how far a territory has come. The zero value is unknown.
type Stage int

// The stages, in their order.
const (
	StageIdentified Stage = 1 + iota // on the list of the programme
	StageProject                     // a comité de projet works on the action sheets
	StageProtocol                    // the protocol is signed
	StageContract                    // the contract is signed; the comité de projet is now comité de suivi
	StageAmended                     // an amendment of the contract is signed
)

type stageWord string

// stages are in the order of the constants.
var stages = text.Words[stageWord]{
	{"identified", "identifié", "identified"},
	{"project", "comité de projet", "project committee"},
	{"protocol", "protocole d’accord", "protocol"},
	{"contract", "contrat", "contract"},
	{"amended", "contrat et avenant", "amended contract"},
}

// Stages returns the stages in their order.
func Stages() []Stage {
	return []Stage{StageIdentified, StageProject, StageProtocol, StageContract, StageAmended}
}

// ParseStage reads "identified", "project", "protocol", "contract" or
// "amended". The error is a [*territoires.ParseError] wrapping
// [territoires.ErrUnknown].
func ParseStage(s string) (Stage, error) {
	word, err := parseStage(s)
	return Stage(slices.Index(stages.All(), word) + 1), err
}

var parseStage = stages.Parser(func(words []string) error {
	return &territoires.ParseError{Kind: "stage", Cause: territoires.CauseUnknown, Words: words, Err: territoires.ErrUnknown}
})

// Valid reports whether s is one of the stages.
func (s Stage) Valid() bool { return s >= StageIdentified && s <= StageAmended }

// String returns what [ParseStage] reads, "" for the unknown stage, and
// "Stage(9)" for a number that is no stage.
func (s Stage) String() string {
	switch {
	case s == 0:
		return ""
	case !s.Valid():
		return "Stage(" + strconv.Itoa(int(s)) + ")"
	}
	return string(stages[s-1].Key)
}

// Label names the stage for people: in English when lang begins with "en",
// otherwise in French. It is "unknown" or "inconnu" for the unknown stage, and ""
// for a number that is no stage.
func (s Stage) Label(lang string) string {
	switch {
	case s != 0:
		return stages.Label(stageWord(s.String()), lang)
	case text.English(lang):
		return "unknown"
	}
	return "inconnu"
}

// MarshalText writes what [Stage.String] returns. A value that is neither zero
// nor valid is an error.
func (s Stage) MarshalText() ([]byte, error) { return text.Marshal(s, ParseStage) }

// UnmarshalText reads what MarshalText writes; an empty text gives the unknown
// stage. On an error the receiver is the unknown stage.
func (s *Stage) UnmarshalText(b []byte) error { return text.Unmarshal(s, string(b), ParseStage) }

// Value implements [driver.Valuer]: the text, or NULL for the unknown stage. A
// value that is neither zero nor valid is an error.
func (s Stage) Value() (driver.Value, error) { return text.Column(s, ParseStage) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the unknown stage. On an error the receiver is the unknown stage.
func (s *Stage) Scan(src any) error { return text.Scan(s, src, ParseStage) }
