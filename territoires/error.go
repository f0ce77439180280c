package territoires

import (
	"errors"
	"strings"

	"github.com/territoires-industrie/sdk/territoires/internal/text"
)

// The two ways in which a text can be wrong. A [*ParseError] wraps one of them.
var (
	// ErrSyntax says that the text does not have the right form.
	ErrSyntax = errors.New("malformed")
	// ErrUnknown says that the form is right and that nothing has that name.
	ErrUnknown = errors.New("unknown")
)

// ParseError tells why a text could not be read. It describes a malformed text
// and never repeats it, because people type the wrong thing into the right box.
// It repeats a well-formed identifier that names nothing.
type ParseError struct {
	Kind  string // what the text should be: "territory", "axis", "phase", "date", "operator" …
	Cause Cause
	Part  string   // the offending part, in English; "" where Words are given
	Words []string // the words of a closed list, if the text had to be one of them
	Err   error    // ErrSyntax or ErrUnknown
}

// Cause says in a word what is wrong with a text.
type Cause string

// The causes.
const (
	CauseMalformed Cause = "malformed" // malformed
	CauseOrder     Cause = "order"     // a span of two days whose first is after the last
	CauseSame      Cause = "same"      // a span of two days that are one
	CauseUnknown   Cause = "unknown"   // nothing has that name
	CausePhase     Cause = "phase"     // the other phase has it
)

// Error says kind, cause and part, in English.
func (e *ParseError) Error() string {
	text, part := "territoires: "+e.Kind, e.Part
	if e.Err != nil {
		text += " " + e.Err.Error()
	}
	if part == "" && len(e.Words) > 0 {
		part = "not one of " + strings.Join(e.Words, ", ")
	}
	return text + ": " + part
}

// Unwrap returns ErrSyntax or ErrUnknown.
func (e *ParseError) Unwrap() error { return e.Err }

// Malformed reports whether the text does not have the right form. The parse
// errors of packages sirene and cog have the same two methods, so that one
// interface tells the cases apart in all of them.
func (e *ParseError) Malformed() bool { return errors.Is(e.Err, ErrSyntax) }

// Unknown reports whether the form is right and nothing has that name.
func (e *ParseError) Unknown() bool { return errors.Is(e.Err, ErrUnknown) }

// Message says in one sentence what the person who typed the text should do: in
// English for a language tag that begins with "en", in French for any other. Only
// the fields Kind, Cause and Words need to be set. Without a Cause the sentence
// says how the text is written.
func (e *ParseError) Message(lang string) string {
	fr, en := e.sentences()
	if text.English(lang) {
		return en
	}
	return fr
}

func (e *ParseError) sentences() (fr, en string) {
	switch e.Kind + " " + string(e.Cause) {
	case "territory malformed":
		return "Écrivez l’identifiant d’un territoire\u00a0: ti- et quatre chiffres, par exemple ti-2701.", `Write the identifier of a territory: "ti-" and four digits, such as ti-2701.`
	case "territory phase":
		return "Choisissez un territoire de cette phase\u00a0: celui-ci est de l’autre.", "Choose a territory of this phase: this one is of the other."
	case "axis phase":
		return "Choisissez un axe de cette phase\u00a0: celui-ci est de l’autre.", "Choose an axis of this phase: this one is of the other."
	case "date order":
		return "Écrivez d’abord le premier jour, puis le dernier\u00a0: 2019-03-18/2019-03-24.", "Write the first day first, then the last: 2019-03-18/2019-03-24."
	case "date same":
		return "Écrivez ce jour une seule fois\u00a0: 2019-03-18.", "Write that day once: 2019-03-18."
	}
	switch e.Kind {
	case "territory":
		return "Choisissez un territoire dans la liste des Territoires d’industrie.", "Choose a territory in the list of Territoires d’industrie."
	case "axis":
		return "Choisissez un axe du programme.", "Choose an axis of the programme."
	case "phase":
		return "Écrivez la phase\u00a0: I ou II.", "Write the phase: I or II."
	case "date":
		return "Écrivez une date du calendrier, par exemple 2019-06-12.", "Write a day of the calendar, such as 2019-06-12."
	case "operator":
		return "Choisissez l’un des quatre opérateurs\u00a0: banque-des-territoires, bpifrance, business-france ou pole-emploi.",
			"Choose one of the four operators: banque-des-territoires, bpifrance, business-france or pole-emploi."
	case "stage":
		return "Écrivez l’étape\u00a0: identified, project, protocol, contract ou amended.", "Write the stage: identified, project, protocol, contract or amended."
	}
	if words := strings.Join(e.Words, ", "); words != "" {
		return "Choisissez l’un de ces mots\u00a0: " + words + ".", "Choose one of these words: " + words + "."
	}
	return "Choisissez l’un des mots prévus ici.", "Choose one of the words that are known here."
}

func malformed(kind, part string) error {
	return &ParseError{Kind: kind, Cause: CauseMalformed, Part: part, Err: ErrSyntax}
}

func unknown(kind, part string) error {
	return &ParseError{Kind: kind, Cause: CauseUnknown, Part: part, Err: ErrUnknown}
}
