package agreement

import (
	"cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// transitions are the steps that a territory may take from one stage to the next,
// with what each requires. They are those of the announcement of 16 May 2019 and of
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
	// Missing lists what is missing, each with its path in the dossier. It is
	// empty when To does not follow From at all.
	Missing []validation.FieldError
}

var _ error = (*StageError)(nil)

// Error names both stages and what is missing, in English.
func (e *StageError) Error() string {
	text := "territoires: stage " + cmp.Or(e.To.String(), "unknown")
	if len(e.Missing) == 0 {
		return text + " does not follow " + cmp.Or(e.From.String(), "unknown")
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

// Unwrap returns each element of Missing as an error.
func (e *StageError) Unwrap() []error {
	out := make([]error, len(e.Missing))
	for i, f := range e.Missing {
		out[i] = f
	}
	return out
}
