package agreement

import (
	"slices"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/text"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Stage is how far a territory has come. The zero value is not known.
type Stage int

// The stages, in their order.
const (
	StageIdentified Stage = 1 + iota // on the list of the programme
	StageProject                     // a comité de projet works on the action sheets
	StageProtocol                    // the protocol is signed
	StageContract                    // the contract is signed; the comité de projet is now comité de suivi
	StageAmended                     // an amendment of the contract is signed
)

var stageNames = [...]string{"", "identified", "project", "protocol", "contract", "amended"}

// Stages returns the stages in their order.
func Stages() []Stage {
	return []Stage{StageIdentified, StageProject, StageProtocol, StageContract, StageAmended}
}

// ParseStage reads "identified", "project", "protocol", "contract" or
// "amended". The error is a [*ParseError] wrapping [ErrSyntax].
func ParseStage(s string) (Stage, error) {
	if i := slices.Index(stageNames[1:], s); i >= 0 {
		return Stage(i + 1), nil
	}
	return 0, &territoires.ParseError{Kind: "stage", Part: "a stage is identified, project, protocol, contract or amended", Err: territoires.ErrSyntax}
}

// Valid reports whether s is one of the stages.
func (s Stage) Valid() bool { return s >= StageIdentified && s <= StageAmended }

// String returns what [ParseStage] reads, and "" for an unknown stage.
func (s Stage) String() string {
	if !s.Valid() {
		return ""
	}
	return stageNames[s]
}

// Label names the stage for people: in English when lang begins with "en",
// otherwise in French.
func (s Stage) Label(lang string) string {
	labels := [...]string{"inconnu", "identifié", "comité de projet", "protocole d’accord", "contrat", "contrat et avenant"}
	if text.English(lang) {
		labels = [...]string{"unknown", "identified", "project committee", "protocol", "contract", "amended contract"}
	}
	if !s.Valid() {
		s = 0
	}
	return labels[s]
}

// MarshalText writes what [Stage.String] returns.
func (s Stage) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes; an empty text gives the unknown
// stage. On an error the receiver is the unknown stage.
func (s *Stage) UnmarshalText(b []byte) (err error) {
	*s = 0
	if len(b) > 0 {
		*s, err = ParseStage(string(b))
	}
	return err
}

// transitions is the whole path of a territory: what may follow what, and what
// it takes. The steps are those of the announcement of 16 May 2019 and of
// https://banquedesterritoires.fr/territoires-dindustrie/letat-et-les-collectivites;
// a contract may be amended again and again.
var transitions = []transition{
	{StageIdentified, StageProject, (*Dossier).missingCommittee},
	{StageProject, StageProtocol, (*Dossier).missingProtocol},
	{StageProtocol, StageContract, (*Dossier).missingContract},
	{StageContract, StageAmended, (*Dossier).missingAmendment},
	{StageAmended, StageAmended, (*Dossier).missingAmendment},
}

type transition struct {
	from, to Stage
	missing  func(*Dossier, territoires.Date) []validation.FieldError
}

// StageError says why a territory cannot pass to a stage.
type StageError struct {
	From, To Stage
	// Missing is what lacks, each with its path in the dossier. It is empty
	// when To does not follow From at all.
	Missing []validation.FieldError
}

var _ error = (*StageError)(nil)

// Error names both stages and what lacks, in English.
func (e *StageError) Error() string {
	text := "territoires: stage " + e.To.String()
	if len(e.Missing) == 0 {
		return text + " does not follow " + e.From.String()
	}
	text += " lacks"
	for i, f := range e.Missing {
		if i > 0 {
			text += ";"
		}
		text += " " + f.Error()
	}
	return text
}

// Unwrap returns what lacks, one by one.
func (e *StageError) Unwrap() []error {
	out := make([]error, len(e.Missing))
	for i, f := range e.Missing {
		out[i] = f
	}
	return out
}
